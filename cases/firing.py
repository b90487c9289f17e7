"""Firing: what timers say when their moment comes, many in one go.

Their cases are locked first, by what has waited longest, and those that another holds are passed over. All lines of
history, timers and cases are gathered and leave in one statement, however many fire.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.clock.sla import parse_limit, rung_at
from cases.history import Thread
from cases.models import assignment, cases, owed, timer
from cases.pen import Pen
from cases.states import Deed, State, after
from cases.steps import Step
from cases.timers import WARNED

TRIES = 3


class Firing(StrEnum):
    """What a firing says."""

    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
    AUTO_SIGNED = "auto_signed"
    REVIEW_DUE = "review_due"  # the date until which a case was held


_LAST = (Firing.AUTO_SIGNED, Firing.REVIEW_DUE)  # with these a timer ends


@dataclass(frozen=True, slots=True)
class Fired:
    """One firing, for whoever tells people. `rung` counts from 1 above the breach; `times` is how often the timer has
    fired with this one."""

    kind: Firing
    case_id: UUID
    number: str
    step: Step
    level: str
    unit_id: UUID
    worker_id: UUID | None
    due_at: datetime
    rung: int
    attempt: int
    times: int


# Made once: `timers` asks these all day.
_RUNS = timer.c.state == sa.literal_column("'open'")  # written out, as the partial index wants it in any plan
_CLAIM = (
    sa.select(
        timer, cases.c.number, cases.c.level, cases.c.state.label("case_state"), cases.c.worker_id,
        cases.c.policy_version, cases.c.last_seq, cases.c.last_at, cases.c.last_hash,
    )
    .join(cases, cases.c.id == timer.c.case_id)
    .where(timer.c.office_id == sa.bindparam("office"), _RUNS, timer.c.fires_at <= sa.bindparam("until"))
    .order_by(timer.c.fires_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=cases, skip_locked=True)
)  # fmt: skip
_LOOKED_AT = (
    sa.select(timer.c.id, timer.c.fires_at)
    .where(timer.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))), _RUNS)
    .with_for_update()
)
_SIGN = (
    sa.update(assignment)
    .where(assignment.c.case_id == sa.bindparam("of_case"), assignment.c.until_at.is_(None))
    .values(signed_at=sa.bindparam("at", type_=assignment.c.signed_at.type))
)
_KEEP = (
    sa.update(owed)
    .where(
        owed.c.case_id == sa.bindparam("of_case"),
        owed.c.attempt == sa.bindparam("of_attempt"),
        owed.c.step == str(Step.SIGN_FOR),
    )
    .values(done_at=sa.bindparam("at", type_=owed.c.done_at.type))
)
_NEXT_DUE = (
    sa.select(timer.c.case_id, sa.func.min(timer.c.due_at).label("at"))
    .where(
        timer.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))), timer.c.state.in_(("open", "parked"))
    )
    .group_by(timer.c.case_id)
)


def claim(pen: Pen, until: datetime, most: int = 1) -> Sequence[Any]:
    """The running timers that have waited longest for their moment, which is not later than `until`; their cases
    locked."""
    rows = pen.conn.execute(_CLAIM, {"office": pen.office_id, "until": until, "most": most}).all()
    if not rows:
        return ()
    # The cases are ours now; a timer may have ended or moved between the look and the lock.
    looked = pen.conn.execute(_LOOKED_AT, {"ids": [row.id for row in rows]})
    still = {each.id: each.fires_at for each in looked}
    return [row for row in rows if still.get(row.id) == row.fires_at]


def fire(pen: Pen, rows: Sequence[Any], top: int) -> list[Fired]:
    """What claimed timers say now, written down, as far as they come before whatever one of them says next. `top` is
    the number of rungs of the ladder.

    Raises ValueError for a timer that cannot fire.
    """
    threads: dict[UUID, Thread] = {}
    fired, signed = [], []
    soonest: datetime | None = None
    for row in rows:
        if soonest is not None and row.fires_at > soonest:
            break
        thread = threads.get(row.case_id) or threads.setdefault(row.case_id, _thread(row))
        kind, next_at = _next(pen, row, top)
        at = _write(pen, row, (kind, next_at), thread)
        fired.append(_told(row, kind))
        soonest = min(filter(None, (soonest, next_at)), default=None)
        if kind is Firing.AUTO_SIGNED:
            signed.append((row, at))
    changed = _signed(pen, signed) if signed else {}
    for case_id, thread in threads.items():
        history.close_thread(pen, thread, **changed.get(case_id, {}))
    return fired


def _thread(row: Any) -> Thread:
    return Thread(row.case_id, history.SYSTEM, row.last_seq, row.last_at, row.last_hash)


def _told(row: Any, kind: Firing) -> Fired:
    return Fired(
        kind, row.case_id, row.number, Step(row.step), row.level, row.unit_id, row.worker_id, row.due_at,
        _rung(row, kind), row.attempt, row.fired + 1,
    )  # fmt: skip


def _rung(row: Any, kind: Firing) -> int:
    rung: int = row.fired - WARNED if kind is Firing.ESCALATED else 0
    return rung


def _write(pen: Pen, row: Any, said: tuple[Firing, datetime | None], thread: Thread) -> datetime:
    kind, next_at = said
    facts = {"step": row.step, "due_at": row.due_at, "attempt": row.attempt, "rung": _rung(row, kind)}
    at = history.append(pen, thread, str(kind), facts)
    ended = {"state": "ended", "ended_at": at} if kind in _LAST else {}
    pen.change(timer, {"id": row.id}, fired=row.fired + 1, fires_at=next_at, tries=0, **ended)
    if next_at is not None:
        pen.fires(next_at)
    return at


def _next(pen: Pen, row: Any, top: int) -> tuple[Firing, datetime | None]:
    """What this firing is, and when the next one comes."""
    if row.fired == 0:
        return Firing.WARNED, row.due_at
    if row.step == Step.SIGN_FOR:
        return Firing.AUTO_SIGNED, None
    if row.step == Step.HOLD_REVIEW and row.case_state == State.SUSPENDED:
        return Firing.REVIEW_DUE, None
    limit = parse_limit(row.limit_text)
    if limit is None:
        raise ValueError(f"timer {row.id} has no limit: it cannot fire")
    kind = Firing.BREACHED if row.fired == WARNED else Firing.ESCALATED
    calendar = pen.calendar_of(row.policy_version, Step(row.step), row.unit_id)
    return kind, rung_at(limit, row.due_at, row.fired, calendar, top)


def _signed(pen: Pen, signed: Sequence[tuple[Any, datetime]]) -> Mapping[UUID, dict[str, Any]]:
    """At its limit the system signs for the unit; no other clock moves. What changes on each case's row."""
    values = [{"of_case": row.case_id, "of_attempt": row.attempt, "at": at} for row, at in signed]
    pen.conn.execute(_SIGN, [{"of_case": each["of_case"], "at": each["at"]} for each in values])
    pen.conn.execute(_KEEP, values)
    found = pen.conn.execute(_NEXT_DUE, {"ids": [row.case_id for row, _ in signed]})
    due = {each.case_id: each.at for each in found}
    return {row.case_id: {"state": _signed_for(row), "next_due_at": due.get(row.case_id)} for row, _ in signed}


def _signed_for(row: Any) -> str:
    state = after(State(row.case_state), Deed.AUTO_SIGN)
    return str(state if isinstance(state, State) else State(row.case_state))


def park(pen: Pen, timer_id: UUID, trouble: str, again: tuple[timedelta, sa.ColumnElement[int]]) -> None:
    """A firing failed: it is tried again after that pause, and set aside, to be shown, where that makes TRIES."""
    pause, tries = again
    pen.conn.execute(
        sa.update(timer)
        .where(timer.c.id == timer_id)
        .values(
            tries=tries,
            trouble=trouble,
            fires_at=pen.now + pause,
            state=sa.case((tries >= TRIES, "parked"), else_="open"),
        )
    )
