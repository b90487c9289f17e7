"""A case is reckoned anew when hours or days off have changed: its timers move, and one line of history says how."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, timers
from cases.loop import clocks
from cases.models import cases
from cases.pen import Pen
from cases.states import CLOSED, State
from cases.steps import BESIDE, Step

KIND = "recounted"
Moved = tuple[datetime, datetime]  # from when to when
Beside = tuple[Step, UUID, datetime, datetime]  # whose answer it is


@dataclass(frozen=True, slots=True)
class Recount:
    """What moved of a case, for whoever tells those whom it concerns. `promise` is that to the resident."""

    case_id: UUID
    number: str
    level: str
    unit_id: UUID
    worker_id: UUID | None
    party_id: UUID | None
    promise: Moved | None
    steps: tuple[tuple[Step, datetime, datetime], ...]
    beside: tuple[Beside, ...] = ()  # the answers that are owed beside the loop


def recount(pen: Pen, case_id: UUID, facts: Mapping[str, Any]) -> Recount | None:
    """Reckon an open case anew by the hours that count for it now. `facts` are for its line of history. What moved;
    None where nothing did, or the case is closed. What stands is reckoned when it goes on.

    Raises LookupError where there is no such case.
    """
    thread = history.lock(pen, case_id)
    row = pen.conn.execute(sa.select(cases).where(cases.c.id == case_id)).one()
    if State(row.state) in CLOSED:
        return None
    known, at = clocks.know(pen, row), thread.moment(pen.now)
    beside = _beside(pen, known)
    if beside:  # what is due next is reckoned from them, too
        pen.flush()
        known = clocks.know(pen, row)
    life = clocks.played(pen, row, known.lines)
    life.reach(at)
    columns, due = clocks.set_to(pen, known, life, row.unit_id, at)
    steps = tuple(_moved(known, due))
    promise = _both(row.due_at, columns.get("due_at", row.due_at))
    if not steps and not beside and promise is None:
        return None
    moved = (*steps, *((step, was, now) for step, _, was, now in beside))
    said = {"moved": [[str(step), was, now] for step, was, now in moved], "promise": list(promise or ())}
    history.append(pen, thread, KIND, {**facts, **said})
    history.close_thread(pen, thread, **columns)
    return Recount(case_id, row.number, row.level, row.unit_id, row.worker_id, row.party_id, promise, steps, beside)


def _beside(pen: Pen, known: clocks.Known) -> tuple[Beside, ...]:
    """Supervision and co-handling go by the office's hours from the moment at which they were asked for."""
    running = [row for row in known.timers if row.state in ("open", "parked") and Step(row.step) in BESIDE]
    both = [(row, timers.move(pen, row, pen.calendar)) for row in running]
    return tuple((Step(row.step), row.unit_id, *moved) for row, moved in both if moved is not None)


def _moved(known: clocks.Known, due: clocks.Due) -> list[tuple[Step, datetime, datetime]]:
    stood = {Step(row.step): row.due_at for row in known.timers if row.state in ("open", "parked")}
    both = ((step, _both(stood.get(step), each.due_at)) for step, each in due.running.items())
    return [(step, *moved) for step, moved in both if moved is not None]


def _both(was: datetime | None, now: datetime | None) -> Moved | None:
    return (was, now) if was is not None and now is not None and was != now else None
