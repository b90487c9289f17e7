"""Digests: what does not press is told in working time, together, in one text to each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import assignment, cases
from cases.phrases import ZH, Message, msg, recalled, stored
from cases.steps import Level
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import reach, telling
from dispatch.duty.telling import Recipient
from dispatch.loop.work import jobs_of
from dispatch.models import notice as notices
from dispatch.models import staff
from dispatch.outbox import put_text
from dispatch.transaction import Tx

HOUR = timedelta(hours=1)
_A_MOMENT = timedelta(microseconds=1)
_TRIES = 9  # full hours that are looked at, in a calendar whose working time has none
# What weighs most stands first: the rest may be left to the list of cases.
GIVEN, WENT = "given", "went"  # one of many cases that changed hands: to whoever has it, to whoever had it
_ORDER = ("escalated", "breached", GIVEN, "auto_signed", "warned", WENT)


@dataclass(frozen=True, slots=True)
class Clock:
    """Of a clock that fired: the step and attempt whose it is (none of them: a round's), and how often it had fired."""

    fired: int
    step: str | None = None
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What happened to a step of a case, or to a round, and when that is or was due."""

    case_id: UUID | None
    kind: str
    step: Message
    due_at: datetime
    round_id: UUID | None = None
    clock: Clock | None = None


def keep(tx: Tx, to: Recipient | None, news: News) -> bool:
    """Keep it for a digest, which whoever calls then promises; whether there is somebody to be told. Where nobody has
    a number that is written down."""
    if to is not None and telling.keeps_out(tx, news.case_id, to.staff_id):
        return False
    if to is None:
        telling.nobody(tx, news.case_id, news.kind)
        return False
    note(tx, to.party_id, news)
    return True


def note(tx: Tx, party_id: UUID, news: News, outbox_id: UUID | None = None) -> None:
    """Somebody is to be told with their next digest, or is being told by that text or call."""
    line = msg(f"desk.digest.{news.kind}", step=news.step, due=news.due_at.isoformat())
    clock = {"fired": news.clock.fired, "step": news.clock.step, "attempt": news.clock.attempt} if news.clock else {}
    tx.put(
        notices, id=tx.new_id(), office_id=tx.office_id, party_id=party_id, case_id=news.case_id,
        round_id=news.round_id, kind=news.kind, message=stored((line,)), created_at=tx.now, outbox_id=outbox_id,
        **clock,
    )  # fmt: skip


def promise(tx: Tx, parties: Iterable[UUID]) -> None:
    """These have their next digest, each one."""
    for party_id in dict.fromkeys(parties):
        errands.put(tx, Kind.DIGEST, party_id, next_digest(tx))


def promise_return(tx: Tx, who: Recipient) -> None:
    """Somebody who is away has their next digest in working time once they are back."""
    back = reach.reachable_at(tx, who.code)
    errands.put(tx, Kind.DIGEST, who.party_id, max(tx.calendar.next_working_moment(back), next_digest(tx)))


def next_digest(tx: Tx) -> datetime:
    """The next full hour that is working time: so nobody has more than one digest an hour."""
    at = _full_hour(tx, tx.now + _A_MOMENT)
    for _ in range(_TRIES):
        works = tx.calendar.next_working_moment(at)
        if works == at:
            return at
        at = _full_hour(tx, works)
    return tx.calendar.next_working_moment(tx.now)


def _full_hour(tx: Tx, at: datetime) -> datetime:
    """This moment, or the next full hour of the office's clock."""
    local = at.astimezone(tx.zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at if not past else at - past + HOUR


def digest(tx: Tx, errand: Errand) -> None:
    """The digest of a party. Whoever went on leave or stopped texts has somebody else told. Raises LookupError
    where there is nobody else: the notices go on waiting, and the errand shows it."""
    if errand.ref is None:
        raise LookupError("a digest needs the party that it is for")
    if not tx.calendar.is_working_moment(tx.now):
        errands.put(tx, Kind.DIGEST, errand.ref, next_digest(tx))
        return
    if errand.ref == telling.above(tx):
        _tell_above(tx, errand.ref)
        return
    me, unit_code = _whose(tx, errand.ref)
    if me.code in tx.absent or me.staff_id in reach.stopped_staff(tx):
        _pass_on(tx, me, unit_code)
        return
    if _has(tx, me, GIVEN):
        jobs_of(tx, me.staff_id)  # gives each its short number
    waiting = _waiting(tx, me.party_id, me.staff_id)
    if waiting:
        words = _words(tx, waiting, me.lang)
        _told(tx, waiting, telling.tell_staff(tx, me.staff_id, words, purpose="digest", level=Level.L3))


def _tell_above(tx: Tx, party_id: UUID) -> None:
    """The contact above the office is nobody of ours: no leave, no short numbers."""
    waiting = _waiting(tx, party_id, None)
    if waiting:
        _told(tx, waiting, put_text(tx, party_id, _words(tx, waiting, ZH), ZH, purpose="digest"))


def _told(tx: Tx, waiting: Sequence[Any], outbox_id: UUID | None) -> None:
    told = sa.update(notices).where(notices.c.id.in_([row.id for row in waiting]))
    tx.conn.execute(told.values(outbox_id=outbox_id))


def _whose(tx: Tx, party_id: UUID) -> tuple[Recipient, str]:
    """Who has this number, and the unit they stand in."""
    rows = tx.conn.execute(
        sa.select(staff.c.id, staff.c.unit_id)
        .where(staff.c.party_id == party_id, staff.c.active)
        .order_by(staff.c.code)
    ).all()
    for row in rows:
        known = telling.person(tx, row.id)
        unit = next((unit for unit in tx.district.units if unit.id == row.unit_id), None)
        if known and unit:
            return known, unit.code
    raise LookupError(f"party {party_id} is nobody of the office any more: see who had their work")


def _has(tx: Tx, me: Recipient, kind: str) -> bool:
    mine = (notices.c.party_id == me.party_id, notices.c.outbox_id.is_(None), notices.c.kind == kind)
    return bool(tx.conn.execute(sa.select(sa.exists().where(*mine))).scalar())


def _pass_on(tx: Tx, me: Recipient, unit_code: str) -> None:
    """Others are told instead; what became of their own cases waits for whoever comes back from a leave."""
    waiting = (notices.c.party_id == me.party_id, notices.c.outbox_id.is_(None), notices.c.kind != WENT)
    if me.code in tx.absent and _has(tx, me, WENT):
        promise_return(tx, me)
        if not tx.conn.execute(sa.select(sa.exists().where(*waiting))).scalar():
            return
    other = telling.contact(tx, unit_code, telling.LIAISONS, but={me.staff_id})
    if other is None or other.party_id == me.party_id:
        raise LookupError(f"{me.code} cannot be told and nobody else can: give the duty desk a number that takes texts")
    _hand(tx, waiting, me, other)


def _hand(tx: Tx, waiting: Sequence[sa.ColumnElement[bool]], me: Recipient, other: Recipient) -> None:
    """What waits goes to somebody else; of a case that is kept from them to who stands above all whom it names."""
    rows = tx.conn.execute(sa.select(notices.c.id, notices.c.case_id).where(*waiting)).all()
    for row in rows:
        to = telling.allowed(tx, row.case_id, other)
        if to is None or to.party_id == me.party_id:
            continue
        tx.conn.execute(sa.update(notices).where(notices.c.id == row.id).values(party_id=to.party_id))
        errands.put(tx, Kind.DIGEST, to.party_id, next_digest(tx))


def _waiting(tx: Tx, party_id: UUID, staff_id: UUID | None) -> Sequence[Any]:
    """What is to be told; a case that was given to somebody and is with others by now is no news."""
    me = sa.literal(staff_id, sa.Uuid)
    mine = (assignment.c.case_id == cases.c.id, assignment.c.until_at.is_(None), assignment.c.worker_id == me)
    gone = sa.and_(notices.c.kind == GIVEN, assignment.c.id.is_(None))
    return tx.conn.execute(
        sa.select(notices, cases.c.number, cases.c.level, assignment.c.short)
        .outerjoin(cases, cases.c.id == notices.c.case_id)
        .outerjoin(assignment, sa.and_(*mine))
        .where(notices.c.party_id == party_id, notices.c.outbox_id.is_(None), sa.not_(gone))
        .order_by(notices.c.created_at, notices.c.id)
    ).all()


def _words(tx: Tx, waiting: Sequence[Any], lang: str) -> Message:
    """How many matters, and as many lines as a text takes, the worst first; the last word on a step stands for those
    before it, and all that went to one person stands in one line."""
    last: dict[tuple[UUID | str | None, str], list[tuple[Any, Message]]] = {}
    for row in waiting:
        line = _line(row)
        about = WENT if row.kind == WENT else row.round_id or row.case_id
        told = last.setdefault((about, "" if row.round_id else str(line.params["step"])), [])
        told[:] = [*(told if row.kind == WENT else ()), (row, line)]
    ranked = sorted(last.values(), key=lambda each: _weight(each[0][0]))
    said = [tx.say(msg("desk.digest.line", n=_called(told), news=told[0][1]), lang) for told in ranked]
    between = tx.say(msg("desk.digest.between"), lang)
    shown = next(n for n in range(len(said), -1, -1) if n == 0 or telling.fits(tx.say(_digest(said, n, between), lang)))
    return _digest(said, shown, between)


def _weight(row: Any) -> tuple[int, str, int]:
    """What stands before what: by kind, by level (a round is below all), the highest rung first."""
    return _ORDER.index(row.kind), row.level or "L9", -(row.fired or 0)


def _called(told: list[tuple[Any, Message]]) -> Message | str:
    if len(told) > 1:
        return msg("desk.digest.cases", count=len(told))
    [(row, _)] = told
    return msg("rounds.round") if row.round_id else f"{row.short or row.number}({row.level})"


def _line(row: Any) -> Message:
    """The stored line with its moment as a moment again, to be said in the reader's language and zone."""
    [line] = recalled(row.message)
    return replace(line, params={**line.params, "due": datetime.fromisoformat(str(line.params["due"]))})


def _digest(said: Sequence[str], shown: int, between: str) -> Message:
    left = len(said) - shown
    more = msg("desk.digest.more", count=left, between=between if shown else "") if left else ""
    return msg("desk.text.digest", count=len(said), lines=between.join(said[:shown]), more=more)
