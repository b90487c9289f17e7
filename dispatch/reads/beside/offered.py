"""What a caller can be told and whom a handler can ask: about a report, before it is a case, and about a case."""

from dataclasses import replace
from typing import Any

from cases.steps import Level
from dispatch.district.beside.suiting import Asked, Offer, suiting
from dispatch.places import Place
from dispatch.transaction import Tx
from dispatch.understanding import Routed, Understood, local

_WEEKEND = 5  # Saturday: what is open then is said by its hours, a make-up day or not


def for_report(tx: Tx, understood: Understood, routed: Routed) -> Offer:
    """Of what was understood, and where it would go."""
    place, choice = understood.place.place or Place(), routed.choice
    asked = _asked(tx, understood.matter.category, routed.verdict.level, place)
    holder = choice.worker.code if choice.worker else None
    return suiting(tx.district, replace(asked, skill=routed.verdict.outcome.skill, holder=holder))


def for_case(tx: Tx, case: Any) -> Offer:
    """Of a case (its row): its place is its grid, else the unit that has it."""
    unit = next((unit for unit in tx.district.units if unit.id == case.unit_id), None)
    code = unit.code if unit is not None else None
    place = Place(grid=case.grid, courtyard=code, committee=tx.district.committee_of(code))
    asked = _asked(tx, case.category, Level(case.level), place)
    holder = next((worker.code for worker in tx.district.workers if worker.id == case.worker_id), None)
    return suiting(tx.district, replace(asked, skill=_skill(tx, case), holder=holder))


def _skill(tx: Tx, case: Any) -> str | None:
    """The skill that the row of the rules wants which decided."""
    rules = tx.policy_at(case.policy_version).rules
    return next((rule.outcome.skill for rule in rules if rule.id == case.rule), None)


def _asked(tx: Tx, category: str, level: Level, place: Place) -> Asked:
    branch = {*tx.policy.branch(category), str(tx.policy.category(category).service_line)}
    where = {"grid": place.grid, "courtyard": place.courtyard, "committee": place.committee}
    return Asked(branch, level, local(tx), **where, day_off=is_day_off(tx))


def is_day_off(tx: Tx) -> bool:
    """Whether today is a weekday on which the office does not work: others may be away too."""
    now = local(tx)
    return now.weekday() < _WEEKEND and not tx.calendar.is_working_day(now.date())
