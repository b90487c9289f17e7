"""Timers: a promise on one case is a row, written with what made it true, and fired by `timers`.

A row fires at three quarters of its limit (warned), at its limit (breached, or signed for by the system),
then once a rung. Each firing writes one line of history and moves `fires_at` on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.clock.sla import Limit, after_hold, due_at, parse_limit, rung_at, warn_at
from cases.models import assignment, cases, owed, timer
from cases.pen import Pen
from cases.states import Deed, State, after
from cases.steps import PAYER, Step

_MOMENTS = ("started_at", "warn_at", "due_at", "fires_at", "ended_at")
WARNED = 1
TRIES = 3


class Firing(StrEnum):
    """What a firing says."""

    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
    AUTO_SIGNED = "auto_signed"


@dataclass(frozen=True, slots=True)
class Promise:
    """For whom a timer runs: the case, the step, the attempt, and the unit that must keep it."""

    case_id: UUID
    step: Step
    attempt: int
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class Fired:
    """One firing, for whoever tells people. `rung` counts from 1 above the breach."""

    kind: Firing
    case_id: UUID
    number: str
    step: Step
    level: str
    unit_id: UUID
    worker_id: UUID | None
    due_at: datetime
    rung: int


def start(pen: Pen, promise: Promise, limit: Limit, start_at: datetime) -> datetime:
    """A running timer; when it is due."""
    due = due_at(limit, start_at, pen.calendar)
    warn = warn_at(limit, start_at, due, pen.calendar)
    _put(pen, promise, limit, "open", started_at=start_at, warn_at=warn, due_at=due, fires_at=warn)
    pen.fires(warn)
    return due


def resume(pen: Pen, promise: Promise, limit: Limit, at: datetime) -> bool:
    """Go on with a timer that this unit had in this attempt and that was taken from it: what it had used stays
    used, the time in between is not its own (INV-CLOCK). False where there is none."""
    before = pen.conn.execute(
        sa.select(timer)
        .where(
            timer.c.case_id == promise.case_id,
            timer.c.step == str(promise.step),
            timer.c.attempt == promise.attempt,
            timer.c.unit_id == promise.unit_id,
            timer.c.state == "ended",
            timer.c.due_at.is_not(None),
        )
        .order_by(timer.c.ended_at.desc())
        .limit(1)
    ).one_or_none()
    if before is None:
        return False
    due = after_hold(limit, before.due_at, before.ended_at, at, pen.calendar)
    warn = after_hold(limit, before.warn_at, before.ended_at, at, pen.calendar)
    fires = warn if before.fired == 0 else due
    fired = min(before.fired, WARNED) if promise.step is Step.SIGN_FOR else before.fired
    if fired > WARNED:  # it was broken already: that is not said twice, and the ladder goes on above
        fires = rung_at(limit, due, fired - WARNED, pen.calendar, fired)
    moments = {"started_at": before.started_at, "warn_at": warn, "due_at": due, "fires_at": fires}
    _put(pen, promise, limit, "open", fired=fired, **moments)
    pen.fires(fires)
    return True


def wait(pen: Pen, promise: Promise, limit: Limit) -> None:
    """A promise whose clock starts with a later deed."""
    _put(pen, promise, limit, "waiting")


def begin(pen: Pen, timer_id: UUID, limit: Limit, at: datetime) -> datetime:
    """Start the clock of a promise that waited for its deed; when it is due."""
    due = due_at(limit, at, pen.calendar)
    warn = warn_at(limit, at, due, pen.calendar)
    running = {"state": "open", "started_at": at, "warn_at": warn, "due_at": due, "fires_at": warn}
    pen.conn.execute(sa.update(timer).where(timer.c.id == timer_id).values(running))
    pen.fires(warn)
    return due


def kept(pen: Pen, promise: Promise, limit: Limit, times: tuple[datetime, datetime]) -> None:
    """A promise that was kept in the transaction that made it: from its start to its end."""
    due = due_at(limit, times[0], pen.calendar)
    _put(pen, promise, limit, "ended", started_at=times[0], due_at=due, ended_at=times[1])


def _put(pen: Pen, promise: Promise, limit: Limit, state: str, fired: int = 0, **moments: datetime) -> None:
    pen.put(
        timer,
        id=pen.new_id(),
        office_id=pen.office_id,
        case_id=promise.case_id,
        step=str(promise.step),
        attempt=promise.attempt,
        unit_id=promise.unit_id,
        payer=str(PAYER[promise.step]),
        state=state,
        limit_text=str(limit),
        fired=fired,
        tries=0,
        **{name: moments.get(name) for name in _MOMENTS},
    )


def end(pen: Pen, case_id: UUID, steps: frozenset[Step], at: datetime) -> None:
    """End the live timers of these steps: kept, or made void by what happened."""
    pen.conn.execute(
        sa.update(timer)
        .where(
            timer.c.case_id == case_id,
            timer.c.step.in_([str(step) for step in steps]),
            timer.c.state.in_(("waiting", "open", "parked")),
        )
        .values(state="ended", ended_at=at, fires_at=None)
    )


def next_due(pen: Pen, case_id: UUID) -> datetime | None:
    """When the first of a case's running promises is due. It stands on the case's row too (`next_due_at`): queues are
    sorted by it, so whoever starts or ends a timer stores it with the end of the history."""
    running = (timer.c.case_id == case_id, timer.c.state.in_(("open", "parked")))
    due: datetime | None = pen.conn.execute(sa.select(sa.func.min(timer.c.due_at)).where(*running)).scalar()
    return due


def claim(pen: Pen) -> Any | None:
    """The running timer that has waited longest for its moment, its case locked; None where nothing is due.

    A case that another process holds is passed over.
    """
    row = pen.conn.execute(
        sa.select(timer, cases.c.number, cases.c.level, cases.c.state.label("case_state"), cases.c.worker_id)
        .join(cases, cases.c.id == timer.c.case_id)
        .where(timer.c.office_id == pen.office_id, timer.c.state == "open", timer.c.fires_at <= pen.now)
        .order_by(timer.c.fires_at)
        .limit(1)
        .with_for_update(of=cases, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    # The case is ours now; the timer may have ended or moved between the look and the lock.
    now = pen.conn.execute(
        sa.select(timer.c.state, timer.c.fires_at).where(timer.c.id == row.id).with_for_update()
    ).one()
    return row if now.state == "open" and now.fires_at == row.fires_at else None


def fire(pen: Pen, row: Any, top: int) -> Fired:
    """What a claimed timer says now, written down. `top` is the number of rungs of the ladder."""
    thread = history.lock(pen, row.case_id)
    kind, next_at = _next(pen, row, top)
    rung = row.fired - WARNED if kind is Firing.ESCALATED else 0
    facts = {"step": row.step, "due_at": row.due_at, "attempt": row.attempt, "rung": rung}
    at = history.append(pen, thread, str(kind), facts)
    pen.conn.execute(
        sa.update(timer)
        .where(timer.c.id == row.id)
        .values(fired=row.fired + 1, fires_at=next_at, tries=0, **_ended(kind, at))
    )
    history.close_thread(pen, thread, **(_signed(pen, row, at) if kind is Firing.AUTO_SIGNED else {}))
    if next_at is not None:
        pen.fires(next_at)
    step = Step(row.step)
    return Fired(kind, row.case_id, row.number, step, row.level, row.unit_id, row.worker_id, row.due_at, rung)


def _next(pen: Pen, row: Any, top: int) -> tuple[Firing, datetime | None]:
    """What this firing is, and when the next one comes."""
    if row.fired == 0:
        return Firing.WARNED, row.due_at
    if row.step == Step.SIGN_FOR:
        return Firing.AUTO_SIGNED, None
    limit = parse_limit(row.limit_text)
    if limit is None:
        raise ValueError(f"timer {row.id} has no limit: it cannot fire")
    kind = Firing.BREACHED if row.fired == WARNED else Firing.ESCALATED
    return kind, rung_at(limit, row.due_at, row.fired, pen.calendar, top)


def _ended(kind: Firing, at: datetime) -> dict[str, Any]:
    return {"state": "ended", "ended_at": at} if kind is Firing.AUTO_SIGNED else {}


def _signed(pen: Pen, row: Any, at: datetime) -> dict[str, Any]:
    """At its limit the system signs for the unit; no other clock moves. What changes on the case's row."""
    pen.conn.execute(
        sa.update(assignment)
        .where(assignment.c.case_id == row.case_id, assignment.c.until_at.is_(None))
        .values(signed_at=at)
    )
    pen.conn.execute(
        sa.update(owed)
        .where(owed.c.case_id == row.case_id, owed.c.attempt == row.attempt, owed.c.step == str(Step.SIGN_FOR))
        .values(done_at=at)
    )
    signed = after(State(row.case_state), Deed.AUTO_SIGN)
    state = signed if isinstance(signed, State) else State(row.case_state)
    return {"state": str(state), "next_due_at": next_due(pen, row.case_id)}


def park(pen: Pen, timer_id: UUID, trouble: str) -> None:
    """A firing failed: count it, wait a second, and after the third time set it aside, to be shown."""
    pen.conn.execute(
        sa.update(timer)
        .where(timer.c.id == timer_id)
        .values(
            tries=timer.c.tries + 1,
            trouble=trouble[:500],
            fires_at=pen.now + timedelta(seconds=1),
            state=sa.case((timer.c.tries >= TRIES - 1, "parked"), else_="open"),
        )
    )
