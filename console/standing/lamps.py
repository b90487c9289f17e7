"""The five lamps of a case and its table of steps, from what is owed and the timers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.phrases import Message
from cases.steps import Grade, Lamp, LampStatus, Step, StepFact, lamps

LIVE = ("open", "waiting", "parked")


@dataclass(frozen=True, slots=True)
class Shown:
    """A lamp; `holder` is the unit that has it now (None: nobody yet, or it is done); the first that is
    still to come `is_next`. `detail` is how well it was kept: the grade of a visit. `never`: the case is over
    without it."""

    lamp: Lamp
    holder: UUID | None
    is_next: bool
    detail: Message | None
    never: bool

    @property
    def look(self) -> str:
        """How it burns; what never came is no promise any more."""
        return "grey" if self.never else self.lamp.status.value


@dataclass(frozen=True, slots=True)
class StepLine:
    """A line of the table of steps: what is owed (None: it is only timed), and the timer that counts."""

    step: Step
    owed: Any | None
    timer: Any | None

    @property
    def is_late(self) -> bool:
        """Whether it was kept after its time."""
        if self.owed is None or self.owed.done_at is None or self.timer is None or self.timer.due_at is None:
            return False
        late: bool = self.owed.done_at > self.timer.due_at
        return late

    @property
    def standing(self) -> str:
        """not_owed, left_out, done, a live timer's state, or not_timed."""
        if self.owed is not None and not self.owed.is_owed:
            return "not_owed"
        if self.owed is not None and self.owed.done_at is not None:
            return "left_out" if self.owed.left_out else "done"
        return self.timer.state if self.timer is not None else "not_timed"


def shown(owed: Sequence[Any], timers: Sequence[Any], now: datetime, *, over: bool = False) -> list[Shown]:
    """The lamps of an attempt, from its owed steps and its timers; `over`: the case is closed."""
    live = {timer.step: timer for timer in timers if timer.state in LIVE}
    lit = lamps({Step(row.step): _fact(row, live.get(row.step)) for row in owed if row.is_owed}, now)
    grades = {row.step: Grade(row.kept_grade).label for row in owed if row.kept_grade}
    to_come = [lamp for lamp in lit if lamp.status in (LampStatus.WAITING, LampStatus.LATE)]
    return [
        Shown(
            lamp, _holder(lamp, live), not over and lamp in to_come[:1], grades.get(lamp.step.value),
            over and lamp in to_come,
        )
        for lamp in lit
    ]  # fmt: skip


def _fact(row: Any, timer: Any) -> StepFact:
    return StepFact(due_at=timer.due_at if timer is not None else None, done_at=row.done_at, left_out=row.left_out)


def _holder(lamp: Lamp, live: dict[str, Any]) -> UUID | None:
    timer = live.get(lamp.step.value)
    if timer is None or timer.state == "waiting" or lamp.status in (LampStatus.LIT, LampStatus.LEFT_OUT):
        return None
    holder: UUID = timer.unit_id
    return holder


def others(timers: Iterable[Any], lines: Iterable[StepLine]) -> list[Any]:
    """The timers that no line of the table shows: of earlier units and attempts."""
    shown_ids = {line.timer.id for line in lines if line.timer is not None}
    return [timer for timer in timers if timer.id not in shown_ids]


def pressing(timers: Iterable[Any]) -> Any | None:
    """The live timer that is due first: what is owed next, and by whom. None where no clock runs."""
    running = [timer for timer in timers if timer.state in ("open", "parked") and timer.due_at is not None]
    return min(running, key=lambda timer: timer.due_at, default=None)


def steps(owed: Iterable[Any], timers: Iterable[Any], order: Iterable[Step]) -> list[StepLine]:
    """A line for each step that is owed, not owed by rule, or timed, in the order in which they are taken.

    Where a step was timed for several units the live timer counts, else the last.
    """
    rows = {row.step: row for row in owed}
    newest: dict[str, Any] = {}
    for timer in timers:
        kept = newest.get(timer.step)
        if kept is None or kept.state not in LIVE:
            newest[timer.step] = timer
    return [
        StepLine(step, rows.get(step.value), newest.get(step.value))
        for step in order
        if step.value in rows or step.value in newest
    ]
