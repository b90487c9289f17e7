"""What a case is about, where it is and who must act, from what was understood and where the rules send it."""

from cases import lifecycle
from cases.lifecycle import Holder, Matter
from cases.phrases import EN, stored
from cases.privacy import redact
from dispatch.choice.stored import written
from dispatch.coi import record
from dispatch.loop.promises import limits_of
from dispatch.people.roster import desk_id
from dispatch.places import Place
from dispatch.reports import Report
from dispatch.ruling.conditions import caller
from dispatch.ruling.values import values_of
from dispatch.transaction import Tx
from dispatch.understanding import Routed, Told, Understood

SUMMARY = 200


def manner_of(report: Report) -> Told:
    """By which channel and by whom a report was told."""
    party = report.party
    of_ours = party is not None and party.worker_id is not None
    who = caller(
        report.channel, worker=of_ours, known=party is not None, english=party is not None and party.lang == EN
    )
    return Told(report.channel, who, again=report.repeat_of is not None, party=party)


def matter_of(tx: Tx, understood: Understood, routed: Routed, words: str) -> Matter:
    """What a case is about and owes, as its rule says."""
    category = tx.policy.category(understood.matter.category)
    kind, sla = str(understood.matter.kind), routed.verdict.outcome.sla
    return Matter(
        category=category.code,
        kind=kind,
        level=routed.verdict.level,
        service_line=str(category.service_line),
        summary=redact(words)[:SUMMARY],
        owes=category.owes,
        limits=limits_of(tx.policy, category, routed.verdict.level, kind, sla=sla),
        sla=sla,
    )


def place_of(understood: Understood) -> lifecycle.Place:
    """The place of the matter, without the door."""
    found = understood.place.place
    if found is None:
        return lifecycle.Place(str(understood.place.kind))
    return lifecycle.Place(str(found.kind), found.estate, found.building, found.unit, _road(found), found.grid)


def _road(place: Place) -> str | None:
    if place.road is None or place.number is None:
        return place.road
    return f"{place.road}{place.number}号"


def holder_of(tx: Tx, why: tuple[Understood, Routed]) -> Holder:
    """Who must act, and why."""
    understood, routed = why
    chosen, rule = routed.choice, routed.verdict.rule
    reasons = (
        *understood.matter.reasons, *understood.place.reasons, *routed.verdict.reasons, *chosen.reasons,
    )  # fmt: skip
    worker = chosen.worker
    desk = worker is None and chosen.unit.code == tx.district.duty_desk.unit.code and rule != record.RULE
    return Holder(
        unit_id=chosen.unit.id,
        unit=chosen.unit.code,
        worker_id=worker.id if worker else desk_id(tx.office_id) if desk else None,
        worker=worker.code if worker else None,
        rule=rule,
        reasons=stored(reasons),
        values=values_of(routed.facts, understood.place.place) | written(chosen.judged),
    )
