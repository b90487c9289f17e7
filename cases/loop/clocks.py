"""The clocks of a case as its own history says them, and its timers, which stand as these clocks do.

What the history comes to (`cases.clock`) is the one reckoning. After a deed the life is played once more and the timers
are set to what it says: so the stored deadlines are those that anybody gets who reads the history alone (INV-CLOCK).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import timers
from cases.clock.happened import About, Calendars, Subject, Terms
from cases.clock.lines import KINDS, Line, abouts, happened, versions
from cases.clock.reckoning import Reckoned, Reckoning, reckoned, told_of
from cases.clock.replay import Replay
from cases.clock.sla import Limit
from cases.models import event, timer
from cases.pen import Pen
from cases.phrases import Message
from cases.report import Channel
from cases.states import CLOSED, State
from cases.steps import BESIDE, WORK, Level, Step
from cases.timers import Promise

_LINES = (
    sa.select(event.c.kind, event.c.at, event.c.actor, event.c.canonical)
    .where(event.c.case_id == sa.bindparam("case_id"), event.c.kind.in_(sorted(KINDS)))
    .order_by(event.c.seq)
)
_TIMERS = sa.select(timer).where(timer.c.case_id == sa.bindparam("case_id")).order_by(timer.c.id)


@dataclass(frozen=True, slots=True)
class Known:
    """What the record holds of a case's clocks: its row, what happened to it, and its timers."""

    case: Any
    lines: Sequence[Line]
    timers: Sequence[Any]


def know(pen: Pen, case: Any) -> Known:
    """What the record holds of the clocks of a case (its row, locked where it is to be changed)."""
    return Known(case, lines_of(pen, case.id), pen.conn.execute(_TIMERS, {"case_id": case.id}).all())


def lines_of(pen: Pen, case_id: UUID) -> list[Line]:
    """What happened to a case, of all that moves a clock."""
    return [line_of(row) for row in pen.conn.execute(_LINES, {"case_id": case_id})]


def line_of(row: Any) -> Line:
    """A stored line of history."""
    return Line(row.kind, row.at, row.actor, json.loads(row.canonical).get("facts", {}))


def played(pen: Pen, case: Any, lines: Sequence[Line]) -> Replay:
    """The life of a case (its row), by the policy of each attempt."""
    of = About(case.category, case.kind, Level(case.level), case.sla)
    promised = versions(lines, case.policy_version)
    each_of = enumerate(zip(promised, abouts(lines, of), strict=True))
    life = Replay([_terms(pen, case, version, (about, nth)) for nth, (version, about) in each_of], strict=False)
    for each in happened(lines, pen.hours(case.policy_version).office):
        if each.about is not None:
            nth = life.attempt - 1
            each = replace(each, terms=_terms(pen, case, promised[min(nth, len(promised) - 1)], (each.about, nth)))
        life.take(each)
    return life


def _terms(pen: Pen, case: Any, version: int, of: tuple[About, int]) -> Terms:
    """What is owed and promised of a case about this, in its attempt of that number (from 0)."""
    about, nth = of
    known, channel = case.party_id is not None, Channel(case.channel)
    subject = Subject(about.category, about.kind, about.level, channel, known, about.sla)
    return pen.terms(version, subject, rework=nth > 0)


def reckoning(pen: Pen, case: Any, named: Callable[[str], Message | str] = str) -> Reckoning:
    """What the history of a case (its row) comes to now; `named` says who somebody is for people."""
    lines = [Line(each.kind, each.at, named(str(each.actor)), each.facts) for each in lines_of(pen, case.id)]
    life = played(pen, case, lines)
    now = max(pen.now, case.last_at)
    if life.state not in CLOSED:
        life.reach(now)
    return told_of(life, pen.hours(case.policy_version), now)


@dataclass(frozen=True, slots=True)
class Due:
    """What a case promises now, by step: what runs, what waits for its deed; and to the resident (None: nothing, or it
    is over)."""

    running: Mapping[Step, Reckoned]
    waiting: Mapping[Step, Limit]
    promised_at: datetime | None


def due_now(pen: Pen, known: Known) -> Due:
    """What a case promises now."""
    life, now = played(pen, known.case, known.lines), max(pen.now, known.case.last_at)
    if life.state not in CLOSED:
        life.reach(now)
    return due_of(life, pen.hours(known.case.policy_version), now)


def due_of(life: Replay, calendars: Calendars, now: datetime) -> Due:
    """What a life comes to that was played up to `now`."""
    found = [reckoned(clock, life, calendars, now) for clock in life.live]
    running = {each.step: each for each in found if not each.stands}
    waiting = _ahead(life, {each.step for each in found})
    promised = life.promises[-1] if life.promises and life.promises[-1].ended_at is None else None
    return Due(running, waiting, reckoned(promised, life, calendars, now).due_at if promised else None)


def _ahead(life: Replay, live: set[Step]) -> dict[Step, Limit]:
    """Promises whose clock begins with a later deed; those of the unit where one has the case."""
    if life.state in CLOSED:
        return {}
    taken = WORK if life.state in (State.TO_DISPATCH, State.ANSWERED) else frozenset[Step]()
    terms = life.terms_of(life.attempt)
    limits = {step: terms.limit(step) for step in life.owed - life.done - live - taken - _AT_INTAKE}
    return {step: limit for step, limit in limits.items() if limit is not None}


_AT_INTAKE = {Step.ACCEPT, Step.DISPATCH}


def follow(pen: Pen, known: Known, lines: Sequence[Line], unit_id: UUID) -> tuple[dict[str, Any], Due]:
    """Set the timers of a case to what its history says with further lines, after which this unit has it. What changes
    on the case's row, and what is promised now."""
    return set_to(pen, known, played(pen, known.case, [*known.lines, *lines]), unit_id, lines[-1].at)


def set_to(pen: Pen, known: Known, life: Replay, unit_id: UUID, at: datetime) -> tuple[dict[str, Any], Due]:
    """Set the timers to what a life comes to that was played up to a moment."""
    hours = pen.hours(known.case.policy_version)
    due = due_of(life, hours, at)
    beside = [row for row in known.timers if row.state in timers.LIVE and Step(row.step) in BESIDE]
    loop = [row for row in known.timers if Step(row.step) not in BESIDE]
    _stand_as(pen, replace(known, timers=loop), (life, due, hours), unit_id, at)
    over = life.state in CLOSED or life.attempt != known.case.attempt
    dues = [each.due_at for each in due.running.values()]
    for row in beside:
        if over:
            timers.end(pen, row, at, row.due_at)
            continue
        dues.append(row.due_at)
        if row.step == Step.SUPERVISE and row.unit_id != unit_id:  # whoever has the case answers for it
            timers.hand_on(pen, row, unit_id)
    return {"next_due_at": min(dues, default=None), **_promised(known.case, due, life)}, due


def _promised(case: Any, due: Due, life: Replay) -> dict[str, Any]:
    """What changes of the promise on a case's row. While it is held nobody knows when the resident is told. Where
    nobody is promised anything the unit's targets stand for it: they move when a hold is over."""
    if due.promised_at is not None and life.state is not State.SUSPENDED:
        return {"due_at": due.promised_at}
    if life.promises or case.state != State.SUSPENDED or case.due_at is None:
        return {}
    work = [each.due_at for step, each in due.running.items() if step in WORK]
    return {"due_at": max(work)} if work else {}


def _stand_as(pen: Pen, known: Known, now: tuple[Replay, Due, Calendars], unit_id: UUID, at: datetime) -> None:
    """Rows that stand are set, others end, then new ones are put: what was put must not be changed before it is
    written."""
    life, due, hours = now
    kept: set[Step] = set()
    anew = False
    for row in (row for row in known.timers if row.state in timers.LIVE):
        step, mine = Step(row.step), (row.unit_id, row.attempt) == (unit_id, life.attempt)
        if not mine or not _goes_on(row, step, due):
            timers.end(pen, row, at, _last_due(life, hours, row))
            anew = anew or (mine and (step in due.running or step in due.waiting))
            continue
        kept.add(step)
        if step in due.running:
            timers.set_to(pen, row, due.running[step])
        else:
            timers.limit(pen, row, due.waiting[step])
    if anew:  # one promise has one live row at any moment
        pen.flush()
    for step in (step for step in Step if step not in kept):
        promise = Promise(known.case.id, step, life.attempt, unit_id)
        if step in due.running:
            timers.go_on(pen, promise, due.running[step], _before(known.timers, due.running[step]))
        elif step in due.waiting:
            timers.wait(pen, promise, due.waiting[step])


def _goes_on(row: Any, step: Step, due: Due) -> bool:
    """Whether a live row stands for what is promised now: one that waits for its deed may begin."""
    if row.state == "waiting":
        return step in due.running or step in due.waiting
    return step in due.running and row.started_at == due.running[step].started_at


def _last_due(life: Replay, hours: Calendars, row: Any) -> datetime | None:
    """When a row was due that ends now: the very deed may say that its clock had stood."""
    same = (each for each in reversed(life.clocks) if (str(each.step), each.attempt) == (row.step, row.attempt))
    clock = next((each for each in same if each.started_at == row.started_at), None)
    stands = clock is None or clock.ended_at is None  # for now, or it goes on with another unit
    return row.due_at if clock is None or stands else reckoned(clock, life, hours, life.at or row.due_at).due_at


def _before(rows: Sequence[Any], each: Reckoned) -> Any | None:
    """The last row of a clock that stood, or that another unit had: what it said is not said again."""
    same = (row for row in reversed(rows) if (row.step, row.attempt) == (each.step, each.attempt))
    return next((row for row in same if row.started_at == each.started_at), None)
