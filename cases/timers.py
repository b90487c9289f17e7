"""Timers: a promise on one case is a row, written with what made it true.

A row fires (`cases.firing`) at three quarters of its limit (warned), at its limit (breached, or signed for by the
system), then once a rung. Each firing writes one line of history and moves `fires_at` on. When a row is due is reckoned
by `cases.clock` alone: at once where a clock begins, from the case's history after a deed (`cases.loop.clocks`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.clock.reckoning import Reckoned
from cases.clock.sla import Limit, due_at, parse_limit, rung_at, warn_at
from cases.clock.workdays import Calendar
from cases.models import timer
from cases.pen import Pen
from cases.steps import PAYER, Step

_MOMENTS = ("started_at", "warn_at", "due_at", "fires_at", "ended_at")
WARNED = 1
LIVE = ("waiting", "open", "parked")


@dataclass(frozen=True, slots=True)
class Promise:
    """For whom a timer runs: the case, the step, the attempt, and the unit that must keep it."""

    case_id: UUID
    step: Step
    attempt: int
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class Course:
    """The moments of a clock that runs, and by which limit and hours."""

    limit: Limit
    warn_at: datetime
    due_at: datetime
    calendar: Calendar


def start(pen: Pen, promise: Promise, limit: Limit, begun: tuple[datetime, Calendar]) -> datetime:
    """A timer that begins at a moment, by these hours; when it is due."""
    at, calendar = begun
    due = due_at(limit, at, calendar)
    warn = warn_at(limit, at, due, calendar)
    _put(pen, promise, limit, "open", started_at=at, warn_at=warn, due_at=due, fires_at=warn)
    pen.fires(warn)
    return due


def go_on(pen: Pen, promise: Promise, clock: Reckoned, before: Any | None) -> None:
    """A timer for a clock that runs; `before` is the row of it that stood, or that another unit had (None: it begins).
    What that one said is not said again."""
    fired, fires = _next(pen, promise.step, _course(clock), before.fired if before is not None else 0)
    moments = {"started_at": clock.started_at, "warn_at": clock.warn_at, "due_at": clock.due_at, "fires_at": fires}
    _put(pen, promise, clock.limit, "open", fired=fired, **moments)
    pen.fires(fires)


def set_to(pen: Pen, row: Any, clock: Reckoned) -> None:
    """A live timer (its row) stands as its clock does: it begins, or its moments moved."""
    limit(pen, row, clock.limit)
    if row.state != "waiting" and (row.due_at, row.warn_at) == (clock.due_at, clock.warn_at):
        return
    fired, fires = _next(pen, Step(row.step), _course(clock), row.fired)
    pen.change(
        timer, {"id": row.id}, state="open", started_at=clock.started_at, warn_at=clock.warn_at, due_at=clock.due_at,
        fires_at=fires, fired=fired,
    )  # fmt: skip
    pen.fires(fires)


def limit(pen: Pen, row: Any, now: Limit) -> None:
    """A live timer (its row) has this limit from now on."""
    if row.limit_text != str(now):
        pen.change(timer, {"id": row.id}, limit_text=str(now))


def course_of(row: Any, calendar: Calendar) -> Course:
    """How the clock of a running timer that never stood (its row) stands by these hours."""
    limit = parse_limit(row.limit_text)
    if limit is None:
        raise ValueError(f"timer {row.id} has no limit")
    due = due_at(limit, row.started_at, calendar)
    return Course(limit, warn_at(limit, row.started_at, due, calendar), due, calendar)


def move(pen: Pen, row: Any, calendar: Calendar) -> tuple[datetime, datetime] | None:
    """A running timer that never stood (its row) goes by these hours from now on: when it was due, and when it is.
    None where that is the same."""
    now = course_of(row, calendar)
    if (row.warn_at, row.due_at) == (now.warn_at, now.due_at):
        return None
    fired, fires = _next(pen, Step(row.step), now, row.fired)
    moments = {"warn_at": now.warn_at, "due_at": now.due_at, "fires_at": fires}
    pen.change(timer, {"id": row.id}, state="open", fired=fired, **moments)
    pen.fires(fires)
    return (row.due_at, now.due_at) if row.due_at != now.due_at else None


def _course(clock: Reckoned) -> Course:
    return Course(clock.limit, clock.warn_at, clock.due_at, clock.ground.calendar)


def _next(pen: Pen, step: Step, clock: Course, fired: int) -> tuple[int, datetime]:
    """How often a timer has fired that stands so now, and when it fires next: now, where that passed while it stood.
    What was broken already is not said twice, and the ladder goes on above; what lies ahead again is said again."""
    if fired == 0 or clock.warn_at > pen.now:
        return 0, max(clock.warn_at, pen.now)
    if fired == WARNED or step is Step.SIGN_FOR or clock.due_at > pen.now:
        return WARNED, max(clock.due_at, pen.now)
    return fired, max(rung_at(clock.limit, clock.due_at, fired - WARNED, clock.calendar, fired), pen.now)


def wait(pen: Pen, promise: Promise, limit: Limit) -> None:
    """A promise whose clock starts with a later deed."""
    _put(pen, promise, limit, "waiting")


def kept(pen: Pen, promise: Promise, limit: Limit, times: tuple[datetime, datetime]) -> None:
    """A promise of the office that was kept in the transaction that made it: from its start to its end."""
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


def end(pen: Pen, row: Any, at: datetime, due: datetime | None) -> None:
    """A live timer (its row) ends: kept, made void by what happened, or it stands for now. `due` is when it was due."""
    pen.change(timer, {"id": row.id}, state="ended", ended_at=at, fires_at=None, due_at=due)


def hand_on(pen: Pen, row: Any, unit_id: UUID) -> None:
    """Another unit answers for what a live timer (its row) promises."""
    pen.change(timer, {"id": row.id}, unit_id=unit_id)


def next_due(pen: Pen, case_id: UUID) -> datetime | None:
    """When the first of a case's running promises is due. It stands on the case's row too (`next_due_at`): queues are
    sorted by it, so whoever starts or ends a timer stores it with the end of the history."""
    running = (timer.c.case_id == case_id, timer.c.state.in_(("open", "parked")))
    due: datetime | None = pen.conn.execute(sa.select(sa.func.min(timer.c.due_at)).where(*running)).scalar()
    return due
