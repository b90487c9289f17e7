"""The use cases of intake and dispatching: a report becomes a case at the right door, and what follows it."""

from datetime import datetime
from os import urandom
from secrets import randbelow
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.lifecycle import Holder, Matter, Opening
from cases.models import cases
from cases.models import report as report_table
from cases.pen import seal_content
from cases.phrases import EN, Message, msg, stored
from cases.privacy import redact
from cases.report import Channel
from cases.states import CLOSED
from cases.steps import URGENT, Level
from dispatch import orders
from dispatch.choice.stored import written
from dispatch.coi import record
from dispatch.duty import moves, reach
from dispatch.duty.moves import MoveReason
from dispatch.life import holds
from dispatch.loop.promises import limits_of
from dispatch.people.parties import Party, number_of, party_of
from dispatch.people.roster import desk_id
from dispatch.places import Place
from dispatch.reports import OpenCase, Report, Taken, UnknownCase, UnknownUnit
from dispatch.routing import Choice
from dispatch.ruling.conditions import caller
from dispatch.ruling.values import values_of
from dispatch.same import likening
from dispatch.side import beginning, urging
from dispatch.side import rows as side
from dispatch.transaction import Tx
from dispatch.understanding import Manner, Routed, Told, Understood, local, route, understand

__all__ = [
    "OpenCase", "Report", "Taken", "UnknownCase", "UnknownUnit", "admitted", "apart", "how_far", "open_cases",
    "progress", "put_report", "reroute", "supplement", "take_report", "urge",
]  # fmt: skip
SUMMARY = 200
_BASE32 = "abcdefghijkmnpqrstuvwxyz23456789"


def take_report(tx: Tx, report: Report, understood: Understood | None = None) -> Taken:
    """A case opened, routed and dispatched, its order and receipt on their way. One transaction, whole.

    `understood` is what was made of the report's very words, where the dialogue had to know it already.
    """
    words = "，".join(part for part in (report.text, report.place_text) if part)
    if understood is None:
        manner = Manner(report.hint, spoken=report.channel is Channel.CALL)
        understood = understand(
            tx, report.text, place_text=report.place_text, manner=manner, corrected=report.corrected
        )
    routed = route(tx, understood, _manner(report), report.corrected)
    holder = _holder(tx, routed.choice, routed.verdict.rule, (understood, routed))
    opening = Opening(
        channel=report.channel,
        line=tx.line.id if tx.line else "",
        number=_number(tx),
        address="".join(_BASE32[byte % 32] for byte in urandom(10)),
        party_id=report.party.id if report.party else None,
        content_id=report.content_id or seal_content(tx, "words", words),
        received_at=report.received_at,
        matter=_matter(tx, understood, routed, words),
        place=_place(understood),
        holder=holder,
        codes=(f"{randbelow(10**6):06}", f"{randbelow(10**4):04}"),
        policy_version=tx.policy_version,
        words=words,
        actor=report.actor,
        repeat_of=None if understood.complains_of else report.repeat_of,
        confidential=bool(understood.complains_of),
    )
    case_id, due, dues = lifecycle.open_case(tx, opening)
    _join_reports(tx, case_id, report)
    record.put(tx, case_id, understood.complains_of)
    if understood.complains_of:
        with tx.for_office():  # whoever took it down may be the one whom it names
            lifecycle.note(tx, case_id, "confided", history.SYSTEM, facts={"rule": record.RULE})
    else:
        likening.put(tx, case_id, opening)  # what complains of somebody is like nothing else: it stays alone
    taken = Taken(
        case_id, opening.number, *opening.codes, unit=routed.choice.unit.name,
        worker=routed.choice.worker.name if routed.choice.worker else None,
        rule=routed.verdict.rule, due_at=due, place_known=understood.place.place is not None,
    )  # fmt: skip
    notice = routed.verdict.outcome.notice
    orders.order(tx, orders.Order(case_id, opening, understood.place.place, dues, notice, held=report.held))
    if report.party is not None:
        orders.receipt(tx, report.party, taken, opening, understood.matter.danger)
    beginning.begin(tx, case_id, routed.verdict)
    return taken


def _manner(report: Report) -> Told:
    party = report.party
    of_ours = party is not None and party.worker_id is not None
    who = caller(
        report.channel, worker=of_ours, known=party is not None, english=party is not None and party.lang == EN
    )
    return Told(report.channel, who, again=report.repeat_of is not None, party=party)


def _number(tx: Tx) -> str:
    """The office-local date and the next of the office's sequence."""
    return f"{local(tx):%Y%m%d}-{tx.next_number():06}"


def _matter(tx: Tx, understood: Understood, routed: Routed, words: str) -> Matter:
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


def _place(understood: Understood) -> lifecycle.Place:
    found = understood.place.place
    if found is None:
        return lifecycle.Place(str(understood.place.kind))
    return lifecycle.Place(str(found.kind), found.estate, found.building, found.unit, _road(found), found.grid)


def _road(place: Place) -> str | None:
    if place.road is None or place.number is None:
        return place.road
    return f"{place.road}{place.number}号"


def _holder(tx: Tx, chosen: Choice, rule: str, why: tuple[Understood, Routed]) -> Holder:
    understood, routed = why
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


def _join_reports(tx: Tx, case_id: UUID, report: Report) -> None:
    """Every SID stands in exactly one report: those gathered by a dialogue get their case now."""
    for sid in report.gathered:
        tx.change(report_table, {"sid": sid}, case_id=case_id)
    new: tuple[str | None, ...] = report.sids or (() if report.gathered else (None,))
    for fresh in new:
        put_report(tx, report.channel, fresh, "matter", (report.party, case_id, report.received_at))


def put_report(
    tx: Tx, channel: Channel, sid: str | None, role: str, of: tuple[Party | None, UUID | None, datetime]
) -> None:
    """A row for something said: by whom, for which case (none yet in a dialogue), received when."""
    party, case_id, received_at = of
    tx.put(
        report_table,
        id=tx.new_id(),
        office_id=tx.office_id,
        case_id=case_id,
        channel=str(channel),
        sid=sid,
        role=role,
        party_id=party.id if party else None,
        received_at=received_at,
    )


def open_cases(tx: Tx, party_id: UUID) -> list[OpenCase]:
    """The open cases of a party, the newest first."""
    rows = tx.conn.execute(
        sa.select(
            cases.c.id, cases.c.number, cases.c.category, cases.c.estate, cases.c.building, cases.c.road,
            cases.c.received_at,
        )
        .where(
            cases.c.office_id == tx.office_id,
            cases.c.party_id == party_id,
            cases.c.state.not_in([str(state) for state in CLOSED]),
        )
        .order_by(cases.c.received_at.desc())
        .limit(20)
    )  # fmt: skip
    return [OpenCase(*row) for row in rows]


def supplement(tx: Tx, case_id: UUID, text: str, *, actor: str = "resident") -> None:
    """A further word on an open case: kept in its history, and told to whoever holds it. What
    was held to wait for the resident goes on. A complaint about the office's own people is none: it becomes a case of
    its own, and nothing of it stands in this one."""
    if apart(tx, case_id, text, actor=actor) is not None:
        return
    lifecycle.note(tx, case_id, "supplemented", actor, words=text)
    orders.tell_holder(tx, case_id, "supplement")
    if actor == "resident":
        holds.answered(tx, case_id)


def apart(tx: Tx, case_id: UUID, words: str, *, actor: str = "resident") -> UUID | None:
    """A case of its own for words about an open one that complain of somebody of the office; None where they do not.
    Nothing of them goes to whoever has that case (INV-COI)."""
    understood = understand(tx, words) if words.strip() else None
    if understood is None or not understood.complains_of:
        return None
    row = tx.conn.execute(sa.select(cases.c.channel, cases.c.party_id).where(cases.c.id == case_id)).one()
    party = party_of(tx, number_of(tx, row.party_id)) if row.party_id else None
    return take_report(tx, Report(Channel(row.channel), party, words, tx.now, actor=actor), understood).case_id


def urge(tx: Tx, case_id: UUID, *, actor: str = "resident") -> None:
    """Somebody asks for haste: counted, and told to whoever holds the case, at most once in a while. It never counts
    against them."""
    urging.urge(tx, case_id, actor)


def progress(tx: Tx, number: str, code: str, asker: UUID | None) -> Message:
    """What may be told of a case to somebody who has its number and code. The same answer for a wrong code
    and for a case that does not exist; five tries an hour for each asker."""
    return orders.progress(tx, number, code, asker)


def how_far(tx: Tx, case_id: UUID) -> Message:
    """The same for whoever told of the case themselves: its number, where it stands, who has it until when."""
    return orders.how_far(tx, case_id)


def admitted(tx: Tx, number: str, code: str, asker: UUID | None) -> UUID | None:
    """The case of that number, where this is its code; counted as `progress` counts, which it stands beside.
    `asker` None: somebody whose number we do not know, so that only the tries at this case count."""
    row = orders.admitted(tx, number, code, asker)
    return row.id if row is not None else None


def reroute(tx: Tx, number: str, unit_code: str, why: str, actor: str) -> Taken:
    """A case goes to another unit, to the person there who is right for it; that unit gets full targets.

    Raises UnknownCase, UnknownUnit, lifecycle.IllegalDeed; ValueError where no reason is given.
    """
    if not why.strip():
        raise ValueError("why is empty: say in a few words why the case goes to another unit")
    row = tx.conn.execute(
        sa.select(cases).where(cases.c.office_id == tx.office_id, cases.c.number == number).with_for_update()
    ).one_or_none()
    if row is None:
        raise UnknownCase(number)
    unit = tx.district.unit(unit_code)
    if unit is None:
        raise UnknownUnit(unit_code)
    picked = reach.receiver(tx, unit, row, urgent=Level(row.level) in URGENT)
    worker = picked.worker
    if worker is None and record.of(tx, row.id) is not None:  # nobody there may know of it
        raise UnknownUnit(unit_code)
    holder = Holder(
        unit.id, unit.code, worker.id if worker else None, worker.code if worker else None, "by-hand",
        stored((msg("desk.reason.by_hand", unit=unit.name),)), written(picked.judged),
    )  # fmt: skip
    lifecycle.reroute(tx, row.id, holder, why, actor)
    side.follow(tx, row.id, unit.id)
    moves.given(tx, row.id, row.worker_id, MoveReason.BY_HAND)
    return Taken(row.id, number, "", "", unit.name, worker.name if worker else None, "by-hand", row.due_at, True)
