"""Firing what is due, and telling people: the holder first, then rung by rung up the ladder."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import firing
from cases.firing import Fired, Firing
from cases.models import cases, timer
from cases.phrases import Message, Name, msg
from cases.steps import BESIDE, PAYER, URGENT, Level, Payer, Step
from dispatch import orders
from dispatch.coi import record
from dispatch.district import Role
from dispatch.due import news as to_resident
from dispatch.duty import digests, reach, telling
from dispatch.duty.digests import Clock, News
from dispatch.duty.telling import Recipient
from dispatch.life import holds
from dispatch.models import unit
from dispatch.ringing import upwards
from dispatch.transaction import Fault, Tx, fault_of

TOGETHER = 250  # timers that fire in one transaction
# Who of the office is told of what its own desks owe: the step is charged to them, not to whoever went out.
_DESKS: Mapping[Payer, tuple[Role, ...]] = MappingProxyType(
    {
        Payer.INTAKE: (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER),
        Payer.DISPATCHER: (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER),
        Payer.ADJUDICATOR: (Role.SUPERVISOR, Role.LEADER),
        Payer.VERIFIER: (Role.VERIFIER, Role.SUPERVISOR, Role.LEADER),
        Payer.CALLER_BACK: (Role.CALLER_BACK, Role.SUPERVISOR, Role.LEADER),
    }
)


def fire_next(tx: Tx) -> bool:
    """Fire the one timer that has waited longest; whether there was one."""
    return fire_some(tx, tx.now, most=1) > 0


def fire_some(tx: Tx, until: datetime, most: int = TOGETHER) -> int:
    """Fire the timers that have waited longest, of those whose moment is not later than `until`; how many.

    They fire together, in one savepoint. Where one of them cannot, half of them is tried, and half of that: so its
    neighbours go on, and the one itself is counted and, after three tries, parked. One whose rows somebody else holds
    is tried again soon, for as long as they do.
    """
    rows = firing.claim(tx, until, most)
    while rows:
        done = _fire(tx, rows)
        if not isinstance(done, Fault):
            return done
        if len(rows) == 1:
            firing.park(tx, rows[0].id, done.words, (done.pause, done.tries(timer.c.tries, firing.TRIES)))
            return 1
        rows = rows[: len(rows) // 2]
    return 0


def _fire(tx: Tx, rows: Sequence[Any]) -> int | Fault:
    """Fire these and tell people: how many; or what hindered it, then nothing of it is written."""
    try:
        with tx.savepoint():
            fired = firing.fire(tx, rows, _top(tx))
            tell(tx, fired)
    except Exception as trouble:
        return fault_of(trouble)
    return len(fired)


NEXT = sa.select(sa.func.min(timer.c.fires_at)).where(
    timer.c.office_id == sa.bindparam("office_id"), timer.c.state == sa.literal_column("'open'")
)


def _top(tx: Tx) -> int:
    """How many rungs stand above the one who is told of the breach itself."""
    return max(1, len(tx.policy.ladder) - 1)


def tell(tx: Tx, fired: Sequence[Fired]) -> None:
    """Tell whom these firings concern: L1 and L2 at once, what can wait with the next digest of each."""
    record.load(tx, [one.case_id for one in fired])
    at_once = {one.case_id for one in fired if _presses(tx, one)}
    about = _about(tx, at_once)
    noticed: list[UUID] = []
    for one in fired:
        if one.kind is Firing.REVIEW_DUE:
            holds.review_over(tx, one.case_id)
            continue
        if one.kind is Firing.BREACHED and one.step is Step.TOLD:
            to_resident.promise(tx, one.case_id)
        late = _unit(tx, one.unit_id)
        news = News(one.case_id, str(one.kind), one.step.label, one.due_at, clock=_clock(one))
        words = _words(tx, one, (late.name, about[one.case_id])) if _presses(tx, one) else None
        for to in _told(tx, one, late.code):
            if words is not None:
                _text(tx, to, words, news, Level(one.level))
            elif to is None and _only_above(tx, one.case_id):
                upwards.keep(tx, news)
            elif digests.keep(tx, to, news) and to:
                noticed.append(to.party_id)
        if one.kind is Firing.ESCALATED and one.rung >= _top(tx) and not _only_above(tx, one.case_id):
            _upwards(tx, one, words, news)
    digests.promise(tx, noticed)


def _presses(tx: Tx, fired: Fired) -> bool:
    """Whether people are told at once. What presses less than danger does is said once a rung: what is said again
    each day above the top is in a digest, where it stands first."""
    return Level(fired.level) in URGENT and (fired.level == Level.L1 or fired.rung <= _top(tx))


def _clock(fired: Fired) -> Clock:
    return Clock(fired.times, str(fired.step), fired.attempt)


def _only_above(tx: Tx, case_id: UUID) -> bool:
    """Whether nobody of the office may know of a case: it complains of the office itself."""
    accusation = record.of(tx, case_id)
    return accusation is not None and accusation.above is None


def _upwards(tx: Tx, fired: Fired, words: Message | None, news: News) -> None:
    """It has left the office: the contact above is told beside the leader."""
    if words is None:
        upwards.keep(tx, news)
        return
    of_somebody = record.of(tx, fired.case_id) is not None
    upwards.tell(tx, fired.case_id, telling.without_words(words) if of_somebody else words, news)


@dataclass(frozen=True, slots=True)
class _Late:
    """The unit that a timer runs for."""

    code: str
    name: Name


def _unit(tx: Tx, unit_id: UUID) -> _Late:
    known = next((each for each in tx.district.units if each.id == unit_id), None)
    if known is not None:
        return _Late(known.code, known.name)
    row = tx.conn.execute(sa.select(unit).where(unit.c.id == unit_id)).one()
    return _Late(row.code, Name(row.name_zh, row.name_en))


_ABOUT = sa.select(cases).where(cases.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))))


def _about(tx: Tx, ids: Collection[UUID]) -> Mapping[UUID, Any]:
    return {row.id: row for row in tx.conn.execute(_ABOUT, {"ids": list(ids)})} if ids else {}


def _words(tx: Tx, fired: Fired, of: tuple[Name, Any]) -> Message:
    late, row = of
    return msg(
        f"desk.text.{fired.kind}",
        number=fired.number,
        category=tx.policy.category(row.category).name,
        place=orders.place_for_others(tx, row),
        step=fired.step.label,
        due=fired.due_at,
        unit=late,
        rung=fired.rung,
    )


def _text(tx: Tx, to: Recipient | None, words: Message, news: News, level: Level) -> None:
    """A text at once; of what complains of the office itself, to whoever stands above."""
    staff_id = to.staff_id if to else None
    sent = telling.tell_staff(tx, staff_id, words, purpose=news.kind, level=level, case_id=news.case_id)
    party_id = to.party_id if to else telling.above(tx)
    if sent is not None and party_id is not None:
        digests.note(tx, party_id, news, sent)


def _told(tx: Tx, fired: Fired, code: str) -> Sequence[Recipient | None]:
    """As `_whom`; of a case that complains of somebody nobody is told from whom it is kept."""
    whom = _whom(tx, fired, code)
    if record.of(tx, fired.case_id) is None:
        return whom
    fit = (telling.allowed(tx, fired.case_id, to) for to in whom)
    return list({to.staff_id if to else None: to for to in fit}.values())


def _whom(tx: Tx, fired: Fired, code: str) -> tuple[Recipient | None, ...]:
    """The holder, or the part of the office that owes the step; for a rung, the head of the unit that stands there.

    Of an order that nobody took, and that can wait, the unit's liaison is told beside the holder, who keeps it.
    """
    if fired.kind is Firing.ESCALATED:
        return (_rung(tx, fired, code),)
    holder = _owing(tx, fired, code)
    if fired.kind is Firing.AUTO_SIGNED and Level(fired.level) not in URGENT:
        but = {holder.staff_id} if holder else set()
        liaison = telling.contact(tx, code, telling.LIAISONS, but)
        return (holder, liaison) if liaison else (holder,)
    return (holder,)


def _owing(tx: Tx, fired: Fired, code: str) -> Recipient | None:
    """Who is told first. A holder on leave, or who stopped texts, has somebody of their unit told."""
    if fired.step in BESIDE:
        return telling.contact(tx, code, telling.HEADS)
    roles = _DESKS.get(PAYER[fired.step])
    if roles:
        return telling.contact(tx, tx.district.duty_desk.unit.code, roles)
    holder = telling.recipient(tx, fired.worker_id, code)
    if holder is None or holder.code in tx.absent or holder.staff_id in reach.stopped_staff(tx):
        return telling.contact(tx, code, telling.LIAISONS, {holder.staff_id} if holder else ())
    return holder


def _rung(tx: Tx, fired: Fired, code: str) -> Recipient | None:
    """Who stands on the rung, never the one who is late."""
    step = tx.policy.ladder[min(fired.rung, len(tx.policy.ladder) - 1)]
    if step.who == "worker":
        return _owing(tx, fired, code)
    return telling.head(tx, step.who, code, {fired.worker_id} if fired.worker_id else set())
