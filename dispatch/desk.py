"""The use cases of intake and dispatching: a report becomes a case at the right door, and what follows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from os import urandom
from secrets import randbelow
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.lifecycle import Holder, Opening
from cases.models import cases
from cases.models import report as report_table
from cases.pen import seal_content
from cases.phrases import Message, msg, stored
from cases.report import Channel
from cases.states import CLOSED
from cases.steps import URGENT, Level, Step
from dispatch import orders
from dispatch.assist import waiting as second
from dispatch.beside import progress as told
from dispatch.choice.stored import written
from dispatch.coi import record
from dispatch.duty import moves, reach
from dispatch.duty.moves import MoveReason
from dispatch.life import holds
from dispatch.opening.values import holder_of, manner_of, matter_of, place_of
from dispatch.people.parties import Party, number_of, party_of
from dispatch.reports import OpenCase, Report, Taken, UnknownCase, UnknownUnit
from dispatch.same import likening
from dispatch.several import receipts
from dispatch.several.apart import Part, matters_of
from dispatch.several.receipts import Opened
from dispatch.side import beginning, urging
from dispatch.side import rows as side
from dispatch.transaction import Tx
from dispatch.triage import waiting
from dispatch.understanding import Manner, Understood, local, route, understand

__all__ = [
    "OpenCase", "Report", "Taken", "UnknownCase", "UnknownUnit", "admitted", "apart", "how_far", "open_cases",
    "progress", "put_report", "reroute", "supplement", "take_report", "urge",
]  # fmt: skip
_BASE32 = "abcdefghijkmnpqrstuvwxyz23456789"


def take_report(tx: Tx, report: Report, understood: Understood | None = None) -> Taken:
    """A case opened for each matter, routed and dispatched or held for a person, orders and receipt on their way. One
    transaction, whole.

    `understood` is what was made of the report's very words, where the dialogue had to know it already.
    """
    if understood is None:
        manner = Manner(report.hint, spoken=report.channel is Channel.CALL)
        understood = understand(
            tx, report.text, place_text=report.place_text, manner=manner, corrected=report.corrected
        )
    told = matters_of(tx, report, understood)
    codes = report.codes or (f"{randbelow(10**6):06}", f"{randbelow(10**4):04}")
    of = _Message(report.told_with or (tx.new_id() if len(told) > 1 else None), *codes)
    opened = [_open(tx, part, of) for part in told]
    if report.codes is None:
        receipts.give(tx, report.party, opened)
    first, *beside = (each.taken for each in opened)
    return replace(first, beside=tuple(beside))


@dataclass(frozen=True, slots=True)
class _Message:
    """What the cases of one message have in common: what they are told with, and the resident's codes."""

    id: UUID | None
    code: str
    visit_code: str


def _open(tx: Tx, part: Part, of: _Message) -> Opened:
    """A case of its own for one matter."""
    report, understood = part.report, part.understood
    words = "，".join(each for each in (report.text, report.place_text) if each)
    routed = route(tx, understood, manner_of(report), report.corrected)
    wait = waiting.wait(tx, report, understood)
    opening = Opening(
        channel=report.channel,
        line=tx.line.id if tx.line else "",
        number=_number(tx),
        address="".join(_BASE32[byte % 32] for byte in urandom(10)),
        party_id=report.party.id if report.party else None,
        content_id=report.content_id or seal_content(tx, "words", words),
        received_at=report.received_at,
        matter=matter_of(tx, understood, routed, words),
        place=place_of(understood),
        holder=waiting.holder(tx, understood) if wait else holder_of(tx, (understood, routed)),
        codes=(of.code, of.visit_code),
        policy_version=tx.policy_version,
        words=words,
        actor=report.actor,
        repeat_of=None if understood.complains_of else report.repeat_of,
        confidential=bool(understood.complains_of),
        told_with=of.id,
        wait=wait,
    )
    case_id, due, dues = lifecycle.open_case(tx, opening)
    _join_reports(tx, case_id, report)
    _keep_apart(tx, case_id, opening, understood.complains_of)
    taken = Taken(
        case_id, opening.number, *opening.codes, unit=routed.choice.unit.name,
        worker=routed.choice.worker.name if routed.choice.worker else None,
        rule=opening.holder.rule, due_at=due, place_known=understood.place.place is not None,
        waits=wait.why if wait else "",
    )  # fmt: skip
    second.wait(tx, case_id, understood)
    if wait is not None:
        waiting.begin(tx, case_id, wait, dues[Step.DISPATCH])
    else:
        notice = routed.verdict.outcome.notice
        orders.order(tx, orders.Order(case_id, opening, understood.place.place, dues, notice, held=report.held))
        beginning.begin(tx, case_id, routed.verdict)
    return Opened(taken, opening, understood.matter.danger)


def _keep_apart(tx: Tx, case_id: UUID, opening: Opening, complains_of: Sequence[str]) -> None:
    """What complains of somebody is like nothing else: it stays alone. What waits is compared once it is known what it
    is."""
    record.put(tx, case_id, complains_of)
    if complains_of:
        with tx.for_office():  # whoever took it down may be the one whom it names
            lifecycle.note(tx, case_id, "confided", history.SYSTEM, facts={"rule": record.RULE})
    elif opening.wait is None:
        likening.put(tx, case_id, opening.matter.category, (opening.party_id, opening.received_at))


def _number(tx: Tx) -> str:
    """The office-local date and the next of the office's sequence."""
    return f"{local(tx):%Y%m%d}-{tx.next_number():06}"


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
        .order_by(cases.c.received_at.desc(), cases.c.id)  # of one message the first matter first
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


def progress(tx: Tx, number: str, code: str, asker: UUID) -> Message:
    """What may be told of a case to somebody who has its number and code. The same answer for a wrong code
    and for a case that does not exist; five wrong tries an hour for each asker, fifty at a case by all who ask, save
    from the telephone that it came from: a stranger who guesses shuts nobody out."""
    return told.progress(tx, number, code, asker)


def how_far(tx: Tx, case_id: UUID) -> Message:
    """The same for whoever told of the case themselves: its number, where it stands, who has it until when."""
    return told.how_far(tx, case_id)


def admitted(tx: Tx, number: str, code: str, origin: str) -> UUID | None:
    """The case of that number, where this is its code; counted as `progress` counts, which it stands beside.
    `origin` is where somebody asks from whose number we do not know."""
    row = told.admitted(tx, number, code, None, origin)
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
