"""What is promised: limits per level and step, and the moments that follow from them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from cases.clock.workdays import Calendar, aware
from cases.phrases import Message, msg
from cases.states import Coded
from cases.steps import Level, Step

__all__ = [
    "DEFAULT_TARGETS", "NO_SLA_REVIEW", "Level", "Limit", "Measure", "TargetSet", "Targets",
    "after_hold", "due_at", "moved_on", "parse_limit", "rung_at", "target_set", "targets_for", "warn_at",
]  # fmt: skip


class Measure(StrEnum):
    """The measure of a limit. The first three run on the wall clock, the others in working time."""

    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    WORKING_MINUTES = "wm"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"

    @property
    def is_working(self) -> bool:
        """Whether the measure rests outside the office's hours."""
        return self not in _WALL


_WALL = {
    Measure.MINUTES: timedelta(minutes=1),
    Measure.HOURS: timedelta(hours=1),
    Measure.DAYS: timedelta(days=1),
}
_WORKED = {Measure.WORKING_MINUTES: timedelta(minutes=1), Measure.WORKING_HOURS: timedelta(hours=1)}
_ROUGH = {**_WALL, **_WORKED, Measure.WORKING_DAYS: timedelta(days=1)}
_LIMIT = re.compile(r"([0-9]{1,5}) ?(min|h|d|wm|wh|wd)")


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time in its own measure, such as 2 working days. Raises ValueError below 1."""

    amount: int
    measure: Measure

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"limit has the amount {self.amount}: give 1 or more, or none for no limit")

    def __str__(self) -> str:
        return f"{self.amount} {self.measure.value}"

    @property
    def is_working(self) -> bool:
        """Whether the limit rests outside the office's hours."""
        return self.measure.is_working

    def tighter_than(self, other: "Limit") -> bool:
        """Whether it is the shorter of two, a working day taken as a day and a working hour as an hour."""
        return self.amount * _ROUGH[self.measure] < other.amount * _ROUGH[other.measure]

    @property
    def label(self) -> Message:
        """The limit in words."""
        return msg(f"cases.limit.{self.measure.value}", n=self.amount)


def parse_limit(text: str) -> Limit | None:
    """The limit a text names: `5 min`, `2 h`, `30 d`, `2 wh`, `1 wd`; `none` is no limit.

    Raises ValueError that names the trouble and the remedy.
    """
    if text.strip() == "none":
        return None
    found = _LIMIT.fullmatch(text.strip())
    if found is None:
        remedy = "write a whole number and min, h, d, wm, wh or wd, or none"
        raise ValueError(f"limit {text!r} is not understood: {remedy}")
    return Limit(int(found[1]), Measure(found[2]))


class TargetSet(Coded):
    """Which column of the table of limits a case follows."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    REWORK = "rework"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"


Targets = Mapping[Step, Limit | None]

_TABLE: Mapping[Step, str] = {
    #                      L1      L2       L3     L4      rework enquiry suggestion
    Step.ACCEPT:         "5 min  | 15 min | 2 wh | 4 wh  | none | 2 wh | 2 wh",
    Step.DISPATCH:       "5 min  | 15 min | 2 wh | 4 wh  | none | 2 wh | 2 wh",
    Step.SIGN_FOR:       "15 min | 30 min | 1 wd | 1 wd  | 4 wh | none | none",
    Step.FIRST_CONTACT:  "15 min | 1 h    | 1 wd | 1 wd  | 1 wd | none | none",
    Step.VISIT:          "30 min | 4 h    | 3 wd | 3 wd  | 2 wd | none | none",
    Step.FINDING:        "1 h    | 2 h    | 1 wd | 2 wd  | 1 wd | none | none",
    Step.TOLD:           "24 h   | 24 h   | 5 wd | 15 wd | 3 wd | 1 wd | 13 wd",
    Step.INTERIM:        "2 h    | none   | none | 5 wd  | none | none | none",
    Step.RETURN_REQUEST: "15 min | 30 min | 1 wd | 1 wd  | none | none | none",
    Step.RETURN_REVIEW:  "15 min | 15 min | 2 wh | 2 wh  | none | none | none",
    Step.ADJUDICATION:   "1 h    | 4 h    | 1 wd | 2 wd  | none | none | none",
    Step.VERIFY:         "1 h    | 4 h    | 1 wd | 1 wd  | 1 wd | none | none",
    Step.CALL_BACK:      "2 h    | 24 h   | 1 wd | 1 wd  | 1 wd | 1 wd | 1 wd",
    Step.HOLD_REVIEW:    "none   | none   | 20 wd | 20 wd | none | none | none",
    Step.SUPERVISE:      "1 h    | 4 h    | 1 wd | 2 wd  | 1 wd | 1 wd | 2 wd",
    Step.COHANDLE:       "4 h    | 12 h   | 3 wd | 5 wd  | 2 wd | 1 wd | 5 wd",
}  # fmt: skip


def _columns() -> Mapping[TargetSet, Targets]:
    rows = {step: [parse_limit(cell) for cell in row.split("|")] for step, row in _TABLE.items()}
    return MappingProxyType(
        {
            column: MappingProxyType({step: cells[at] for step, cells in rows.items()})
            for at, column in enumerate(TargetSet)
        }
    )


DEFAULT_TARGETS: Mapping[TargetSet, Targets] = _columns()
# A category without promises is still looked at again after this.
NO_SLA_REVIEW = Limit(30, Measure.DAYS)


def target_set(level: Level, kind: str, *, rework: bool = False) -> TargetSet:
    """The column for a case of that level and kind; what is urgent follows its level, whatever its kind."""
    if rework:
        return TargetSet.REWORK
    if level in (Level.L3, Level.L4):
        if kind == "enquiry":
            return TargetSet.ENQUIRY
        if kind in ("suggestion", "praise"):
            return TargetSet.SUGGESTION
    return TargetSet(level.value)


def targets_for(level: Level, kind: str, *, rework: bool = False) -> Targets:
    """The default limits for a case of that level and kind; None where a step has no limit."""
    return DEFAULT_TARGETS[target_set(level, kind, rework=rework)]


def due_at(limit: Limit, start: datetime, calendar: Calendar) -> datetime:
    """When a promise that starts at `start` must be kept, in UTC."""
    return _after(aware(start, "start"), limit, 2, calendar)


def warn_at(limit: Limit, start: datetime, due: datetime, calendar: Calendar) -> datetime:
    """When three quarters of the time from `start` to `due` have passed, in the limit's own measure.

    Raises ValueError where `due` is before `start`.
    """
    start, due = aware(start, "start"), aware(due, "due")
    if due < start:
        raise ValueError("due is before start: pass the promise's beginning first")
    if limit.is_working:
        return calendar.add_working_time(start, calendar.working_time_between(start, due) * 3 / 4)
    return start + (due - start) * 3 / 4


def rung_at(limit: Limit, due: datetime, n: int, calendar: Calendar, top: int) -> datetime:
    """When the n-th rung above a breach at `due` is told: half the original limit apart.

    `top` is the number of the highest rung; what would come above it comes once a day.
    Raises ValueError where n or top is below 1.
    """
    if n < 1 or top < 1:
        raise ValueError(f"n is {n} and top is {top}: rungs are counted from 1")
    at = _after(aware(due, "due"), limit, min(n, top), calendar)
    days = max(n - top, 0)
    if limit.is_working:
        return calendar.add_working_time(at, calendar.day_length * days)
    return at + timedelta(days=days)


def after_hold(limit: Limit, due: datetime, held_from: datetime, held_to: datetime, calendar: Calendar) -> datetime:
    """Where `due` moves when the matter was held from `held_from` to `held_to`: on by the time held.

    Raises ValueError where the hold ends before it begins.
    """
    due, held_from, held_to = aware(due, "due"), aware(held_from, "held_from"), aware(held_to, "held_to")
    if held_to < held_from:
        raise ValueError("held_to is before held_from: pass the hold's beginning first")
    if limit.is_working:
        return calendar.add_working_time(due, calendar.working_time_between(held_from, held_to))
    return due + (held_to - held_from)


def moved_on(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    more: Sequence[Limit] = (),
    held: Sequence[tuple[datetime, datetime]] = (),
) -> datetime:
    """When a promise must be kept that was extended by `more` and stood still while `held`.

    Extensions count from the end that was promised and holds come last, in whichever order they were decided.
    """
    due = due_at(limit, start, calendar)
    for extension in more:
        due = due_at(extension, due, calendar)
    for begin, until in held:
        due = after_hold(limit, due, begin, until, calendar)
    return due


def _after(start: datetime, limit: Limit, halves: int, calendar: Calendar) -> datetime:
    """`halves` halves of the limit after `start`, in the limit's own measure."""
    amount = limit.amount * halves
    if limit.measure in _WORKED:
        return calendar.add_working_time(start, _WORKED[limit.measure] * amount / 2)
    if limit.measure is not Measure.WORKING_DAYS:
        return start + _WALL[limit.measure] * amount / 2
    at = calendar.end_of_working_day(start, amount // 2) if amount >= 2 else start
    return calendar.add_working_time(at, calendar.day_length / 2) if amount % 2 else at
