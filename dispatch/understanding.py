"""What a text says: the matter, the place, and where both lead; decided by what is in force in `tx`."""

from dataclasses import dataclass, replace
from datetime import datetime

from cases.phrases import msg
from cases.report import Channel
from cases.steps import URGENT, Level
from dispatch.choice import Why
from dispatch.coi import record
from dispatch.duty.burdens import About, look
from dispatch.duty.reach import stopped_staff
from dispatch.hearing import Known, Understood, Words, hear
from dispatch.matters import MatterFinding
from dispatch.people.parties import Party
from dispatch.places import Place
from dispatch.policy import Kind, Policy
from dispatch.reports import AS_UNDERSTOOD, Correction
from dispatch.routing import Around, Choice, choose, in_question
from dispatch.rules import Circumstances, Facts, Verdict, gather
from dispatch.ruling.conditions import UNNAMED, Caller
from dispatch.transaction import Tx

__all__ = [
    "BY_HAND",
    "WRITTEN",
    "Manner",
    "Routed",
    "Told",
    "Understood",
    "local",
    "needs_no_place",
    "route",
    "understand",
]
_ANYWHERE = (Kind.ENQUIRY, Kind.SUGGESTION, Kind.PRAISE)
BY_HAND = "by-hand"  # the rule's name where a person chose the unit


@dataclass(frozen=True, slots=True)
class Manner:
    """How words came: the category of the menu key that was pressed, and whether a machine recognised speech."""

    hint: str | None = None
    spoken: bool = False


WRITTEN = Manner()


def understand(
    tx: Tx, text: str, *, place_text: str = "", manner: Manner = WRITTEN, corrected: Correction = AS_UNDERSTOOD
) -> Understood:
    """The matter of `text` and its place, which `place_text` (asked for) may tell better."""
    heard = hear(Words(text, place_text, manner.hint, manner.spoken), Known(tx.policy, tx.district, tx.learnt))
    return replace(heard, matter=_correct(heard.matter, tx.policy, corrected))


def needs_no_place(tx: Tx, understood: Understood) -> bool:
    """Whether it can be seen to wherever it is: an enquiry, a suggestion, praise, where that is understood."""
    matter = understood.matter
    return matter.confidence > 0 and not matter.danger and tx.policy.category(matter.category).kind in _ANYWHERE


def _correct(matter: MatterFinding, policy: Policy, said: Correction) -> MatterFinding:
    """As a person knows better; danger that was heard still raises the level of another category."""
    if said.category and said.category != matter.category:
        category = policy.category(said.category)
        level = min(category.level, matter.level, key=list(Level).index) if matter.risk else category.level
        before = policy.category(matter.category).name
        why = msg("dispatch.matter.by_hand_instead", category=category.name, before=before)
        reasons = (why, *matter.reasons[1:])  # the first said why it was the other category
        matter = replace(
            matter, category=category.code, kind=category.kind, level=level, confidence=1.0, reasons=reasons
        )
    if said.level and said.level != matter.level:
        level = Level(said.level)
        why = msg("dispatch.matter.level_by_hand_instead", level=level.label, before=matter.level.label)
        matter = replace(matter, level=level, reasons=(*matter.reasons, why))
    return matter


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a matter goes: the rule's verdict, the facts that it looked at, and the unit and person."""

    verdict: Verdict
    choice: Choice
    facts: Facts


@dataclass(frozen=True, slots=True)
class Told:
    """By which channel and by whom a report was told, and whether it tells a closed case again. `party`: whose it is,
    where that is known: they may have somebody who knows them."""

    channel: Channel
    caller: Caller = UNNAMED
    again: bool = False
    party: Party | None = None


def route(tx: Tx, understood: Understood, told: Told, corrected: Correction = AS_UNDERSTOOD) -> Routed:
    """The route of what was understood; there always is one (INV-ROUTE)."""
    season = tx.policy.seasons.on(local(tx).date())
    how = Circumstances(told.channel, tx.calendar.is_working_moment(tx.now), told.caller, season, told.again)
    facts = gather(understood.matter, understood.place, how, tx.policy, tx.district)
    if understood.complains_of:
        return _routed_above(tx, understood, tx.rules.match(facts), facts)
    verdict = _redirect(tx, tx.rules.match(facts), corrected)
    place = understood.place.place
    around = Around(
        barred=dict.fromkeys(tx.absent, Why.AWAY),
        at_work=how.working_time,
        terms=tx.policy.choosing,
        skill=verdict.outcome.skill,
        language=told.party.lang if told.party else None,
    )
    return Routed(verdict, _chosen(tx, verdict, place, around, told.party), facts)


def _routed_above(tx: Tx, understood: Understood, verdict: Verdict, facts: Facts) -> Routed:
    """To the lowest unit above all whom it complains of, whatever the rules and a person say (INV-COI)."""
    codes = understood.complains_of
    unit, worker = record.holder(tx, codes, stopped_staff(tx), urgent=verdict.level in URGENT)
    to = msg("coi.route.above_office") if worker is None else msg("coi.route.above", unit=unit.name, worker=worker.name)
    outcome = replace(verdict.outcome, notice=None, co_handlers=(), confidential=False, unit=unit.code)
    verdict = replace(verdict, rule=record.RULE, outcome=outcome, reasons=(msg("coi.rule.above"),))
    return Routed(verdict, Choice(unit, worker, (unit.code,), (to,)), facts)


def _chosen(tx: Tx, verdict: Verdict, place: Place | None, around: Around, caller: Party | None) -> Choice:
    """Who gets it. What was read along with the caller is mostly enough to know; else there is one look more."""
    people = [worker.id for worker in in_question(verdict, place, tx.district, local(tx))]
    carried = tx.carried
    if carried is not None and caller is not None and carried.covers(caller.id, people):
        found = choose(verdict, place, tx.district, local(tx), replace(around, known=carried.background))
        if not found.is_open:
            return found
    about = About(caller.id if caller else None, place.estate if place else None, place.building if place else None)
    return choose(verdict, place, tx.district, local(tx), replace(around, known=look(tx, people, about)))


def _redirect(tx: Tx, verdict: Verdict, said: Correction) -> Verdict:
    """A level that a person set stands; a unit that they name is asked first."""
    if said.level and said.level != verdict.level:
        why = tuple(reason for reason in verdict.reasons if reason.id != "dispatch.rule.level")
        verdict = replace(verdict, level=Level(said.level), reasons=why)
    unit = tx.district.unit(said.unit)
    if unit is None:
        return verdict
    why = (msg("desk.reason.by_hand", unit=unit.name),)
    return replace(verdict, rule=BY_HAND, outcome=replace(verdict.outcome, unit=unit.code), reasons=why)


def local(tx: Tx) -> datetime:
    """The transaction's moment on the office's clock."""
    return tx.now.astimezone(tx.zone)
