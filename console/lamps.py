"""The five lamps of a case and its table of steps, from what is owed and the timers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.steps import Lamp, LampStatus, Step, StepFact, lamps

LIVE = ("open", "waiting", "parked")


@dataclass(frozen=True, slots=True)
class Shown:
    """A lamp; `holder` is the unit that has it now (None: nobody yet, or it is done); the first that is
    still to come `is_next`."""

    lamp: Lamp
    holder: UUID | None
    is_next: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """A line of the table of steps: what is owed (None: it is only timed), and the timer that counts."""

    step: Step
    owed: Any | None
    timer: Any | None

    @property
    def standing(self) -> str:
        """not_owed, done, a live timer's state, or not_timed."""
        if self.owed is not None and not self.owed.is_owed:
            return "not_owed"
        if self.owed is not None and self.owed.done_at is not None:
            return "done"
        return self.timer.state if self.timer is not None else "not_timed"


def shown(owed: Sequence[Any], timers: Sequence[Any], now: datetime) -> list[Shown]:
    """The lamps of an attempt, from its owed steps and its timers."""
    live = {timer.step: timer for timer in timers if timer.state in LIVE}
    lit = lamps({Step(row.step): _fact(row, live.get(row.step)) for row in owed if row.is_owed}, now)
    first = next((lamp for lamp in lit if lamp.status in (LampStatus.WAITING, LampStatus.LATE)), None)
    return [Shown(lamp, _holder(lamp, live), lamp is first) for lamp in lit]


def _fact(row: Any, timer: Any) -> StepFact:
    return StepFact(due_at=timer.due_at if timer is not None else None, done_at=row.done_at)


def _holder(lamp: Lamp, live: dict[str, Any]) -> UUID | None:
    timer = live.get(lamp.step.value)
    if timer is None or timer.state == "waiting" or lamp.status is LampStatus.LIT:
        return None
    holder: UUID = timer.unit_id
    return holder


def others(timers: Iterable[Any], lines: Iterable[StepLine]) -> list[Any]:
    """The timers that no line of the table shows: of earlier units and attempts."""
    shown_ids = {line.timer.id for line in lines if line.timer is not None}
    return [timer for timer in timers if timer.id not in shown_ids]


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
