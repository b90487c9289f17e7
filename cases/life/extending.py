"""A unit's target and the promise to the resident are moved on: one line of history says from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.clock.lines import Line
from cases.clock.sla import Limit
from cases.clock.workdays import Calendar, Span
from cases.life.models import permission
from cases.life.moments import Course
from cases.life.reasons import Decision, Request
from cases.loop import clocks
from cases.models import cases
from cases.pen import Pen
from cases.steps import Step


@dataclass(frozen=True, slots=True)
class Target:
    """What a unit must keep, in its hours: `moved` are the moments from and to which it was extended."""

    limit: Limit
    due_at: datetime
    course: Course
    calendar: Calendar
    moved: tuple[Span, ...]

    def due_when(self, by: Limit) -> datetime:
        """When it is due once it is extended by so much."""
        return self.course.extended(by).due(self.calendar)


def target(pen: Pen, case: Any) -> Target | None:
    """The finish of a case (its row) whose clock runs; None where none does."""
    known = clocks.know(pen, case)
    clock = clocks.due_now(pen, known).running.get(Step.TOLD)
    if clock is None:
        return None
    moved = tuple((each.was_at, each.wanted_at) for each in _granted(pen, case))
    ground = clock.ground
    held = tuple((each.start, each.end) for each in ground.stood)
    course = Course(clock.limit, clock.started_at, tuple(each.by for each in ground.more), held)
    return Target(clock.limit, clock.due_at, course, ground.calendar, moved)


def extend(pen: Pen, case: Any, by: Limit, said: tuple[str, Mapping[str, Any]]) -> tuple[datetime, datetime | None]:
    """Move the finish of a case (its row, locked) on: its new moment, and that of the promise to the resident (None:
    there is none that moves). `said` is who decides and further facts for the line of history. Raises LookupError
    where no finish is owed now."""
    found, known = target(pen, case), clocks.know(pen, case)
    if found is None:
        raise LookupError(f"case {case.number} owes no finish now")
    due = found.due_when(by)
    actor, facts = said
    thread = history.lock(pen, case.id, actor)
    moved = {**facts, "step": str(Step.TOLD), "amount": str(by), "was_at": found.due_at, "due_at": due}
    line = Line("extended", thread.moment(pen.now), actor, moved)
    columns, _ = clocks.follow(pen, known, [line], case.unit_id)
    history.append(pen, thread, line.kind, moved)
    history.close_thread(pen, thread, **columns)
    promise = columns.get("due_at")
    return due, promise if promise != case.due_at else None


def _granted(pen: Pen, case: Any) -> list[Any]:
    """The extensions of this attempt to the unit that has the case, in the order in which they were decided."""
    mine = (
        permission.c.case_id == case.id, permission.c.attempt == case.attempt, permission.c.unit_id == case.unit_id,
        permission.c.decision == str(Decision.GRANTED), permission.c.kind == str(Request.EXTENSION),
    )  # fmt: skip
    wanted = sa.select(permission).where(*mine).order_by(permission.c.decided_at, permission.c.id)
    return list(pen.conn.execute(wanted).all())


def is_held(pen: Pen, case_id: UUID) -> Any | None:
    """The hold under which a case is, as it was asked for; None where it is under none."""
    held = (permission.c.case_id == case_id, permission.c.held_at.is_not(None), permission.c.ended_at.is_(None))
    return pen.conn.execute(
        sa.select(permission, cases.c.number).join(cases, cases.c.id == permission.c.case_id).where(*held)
    ).one_or_none()
