"""Plans: who goes where, how often. One runs at a time for a kind of plan and a grid or courtyard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import randbelow
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases.clock.workdays import Calendar
from cases.phrases import Message, msg
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.places import Place, find
from dispatch.rounds.ground import Ground, ground_of, grounds_of, places_of
from dispatch.rounds.models import round_plan, round_target
from dispatch.rounds.periods import BadRule, Period, Window, check_rule, period_of, periods, window
from dispatch.rounds.templates import Template
from dispatch.transaction import Tx

HOUSEHOLD, POINT = "household", "point"


class BadPlan(ValueError):
    """A plan that cannot be made; `why` names the trouble and the remedy."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `at` is the code of a grid or courtyard, empty: all that have no such plan yet. `rule` empty
    is the template's; `begins` None is today. `more` are further places in words; one with a door is a household."""

    template: str
    at: str = ""
    rule: str = ""
    begins: date | None = None
    more: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan before it is made, checked. `begun` is the first day of its first period."""

    template: Template
    ground: Ground
    rule: str
    begins: date
    places: tuple[Place, ...]


def draft(tx: Tx, wanted: Wanted) -> tuple[Draft, ...]:
    """The plans that are asked for, of those that do not run yet. Raises BadPlan."""
    template = tx.policy.rounds.get(wanted.template)
    if template is None:
        raise BadPlan(msg("rounds.plan.no_template", given=wanted.template, known=", ".join(tx.policy.rounds)))
    begins = wanted.begins or tx.calendar.local_day(tx.now)
    rule = wanted.rule or template.rule
    try:
        check_rule(rule, begins)
    except BadRule as bad:
        raise BadPlan(msg("rounds.plan.bad_rule", why=msg(f"rounds.rule.{bad.why}", given=rule))) from bad
    running = _running(tx, template.code)
    grounds = [each for each in _grounds(tx, template, wanted.at) if each not in running]
    drafts = [Draft(template, ground, rule, begins, _places(tx, template, ground, wanted.more)) for ground in grounds]
    return tuple(each for each in drafts if each.places)


def standard(tx: Tx) -> tuple[Draft, ...]:
    """Every kind of plan of the policy, for every grid or courtyard that has none yet."""
    return tuple(each for code in tx.policy.rounds for each in draft(tx, Wanted(code)))


def _grounds(tx: Tx, template: Template, at: str) -> tuple[Ground, ...]:
    if not at:
        return tuple(grounds_of(tx.district, template.per))
    found = ground_of(tx.district, template.per, at)
    if found is None:
        raise BadPlan(msg(f"rounds.plan.no_{template.per}", given=at))
    return (found,)


def _running(tx: Tx, template: str) -> frozenset[Ground]:
    codes = {unit.id: unit.code for unit in tx.district.units}
    found = sa.select(round_plan.c.unit_id, round_plan.c.grid).where(
        round_plan.c.office_id == tx.office_id, round_plan.c.template == template, round_plan.c.active_to.is_(None)
    )
    return frozenset(Ground(codes[row.unit_id], row.grid) for row in tx.conn.execute(found) if row.unit_id in codes)


def _places(tx: Tx, template: Template, ground: Ground, more: Sequence[str]) -> tuple[Place, ...]:
    """The places of the ground, and those that are named besides. Raises BadPlan for one that lies elsewhere."""
    named = tuple(_named(tx, ground, words) for words in more)
    return (*places_of(tx.district, ground, template.visited), *named)


def _named(tx: Tx, ground: Ground, words: str) -> Place:
    place = find(words, tx.district).place
    if place is None:
        raise BadPlan(msg("rounds.plan.no_place", given=words))
    here = place.grid == ground.grid if ground.grid else place.courtyard == ground.unit
    if not here:
        raise BadPlan(msg("rounds.plan.elsewhere", given=words, at=ground.grid or ground.unit))
    return place


def first_periods(tx: Tx, of: Draft, count: int) -> Iterator[tuple[Period, Window | None]]:
    """The first periods of a plan, with what the calendar makes of each."""
    for place, period in enumerate(periods(of.rule, of.begins, of.begins)):
        if place == count:
            return
        yield period, window(period, calendar_of(tx, of.ground.unit))


def calendar_of(tx: Tx, unit: str) -> Calendar:
    """When a unit works."""
    known = tx.district.unit(unit)
    return tx.day_table.calendar_of(known.path) if known else tx.calendar


def make(tx: Tx, of: Draft, actor: str) -> UUID | None:
    """A plan that runs from now on: its planner is promised. None where one runs already."""
    unit = tx.district.unit(of.ground.unit)
    if unit is None:
        raise BadPlan(msg("rounds.plan.no_courtyard", given=of.ground.unit))
    id_ = tx.new_id()
    current = period_of(of.rule, of.begins, tx.calendar.local_day(tx.now))
    values = {
        "id": id_, "office_id": tx.office_id, "template": of.template.code, "kind": str(of.template.kind),
        "unit_id": unit.id, "grid": of.ground.grid, "rule": of.rule, "grade": str(of.template.grade),
        "checklist": of.template.checklist, "active_from": of.begins, "made_by": actor, "made_at": tx.now,
        "made_until": current.start if current else of.begins,
    }  # fmt: skip
    made = insert(round_plan).values(values).on_conflict_do_nothing().returning(round_plan.c.id)
    if tx.conn.execute(made).scalar() is None:
        return None
    for position, place in enumerate(of.places, 1):
        _put_target(tx, id_, place, position)
    errands.put(tx, Kind.MAKE_ROUNDS, id_, tx.now)
    return id_


def _put_target(tx: Tx, plan_id: UUID, place: Place, position: int) -> None:
    id_ = tx.new_id()
    door = place.room or ""
    tx.put(
        round_target, id=id_, office_id=tx.office_id, plan_id=plan_id, kind=HOUSEHOLD if door else POINT,
        estate=place.estate, building=place.building, entrance=place.unit,
        road=place.road and f"{place.road}{place.number or ''}{'号' if place.number else ''}",
        door_sealed=tx.vault.seal(id_, "door", door) if door else None,
        code_sealed=tx.vault.seal(id_, "code", f"{randbelow(10**4):04}"), position=position, added_at=tx.now,
    )  # fmt: skip


def end(tx: Tx, plan_id: UUID) -> bool:
    """No new period begins from today on; what was made stays to be done. False where it has ended already."""
    ended = (
        sa.update(round_plan)
        .where(round_plan.c.id == plan_id, round_plan.c.office_id == tx.office_id, round_plan.c.active_to.is_(None))
        .values(active_to=tx.calendar.local_day(tx.now) + timedelta(days=1))
    )
    if tx.conn.execute(ended.returning(round_plan.c.id)).scalar() is None:
        return False
    errands.call_off(tx, Kind.MAKE_ROUNDS, plan_id)
    return True
