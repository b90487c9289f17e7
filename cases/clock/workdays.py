"""Working time: which days and hours an office works, and how time passes for it.

Moments are aware; answers are in UTC. A working day is one that is not a weekend or holiday, or is a
make-up day. Working time runs only inside the windows of working days, and not while a closure lasts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

Window = tuple[time, time]
Span = tuple[datetime, datetime]

DEFAULT_ZONE = "Asia/Shanghai"
DEFAULT_WINDOWS: tuple[Window, ...] = ((time(9), time(12)), (time(13), time(17, 30)))
# The days that the law itself fixes by the solar calendar; the lunar ones must be given as data.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
# The longest stretch without a single working day that is taken for a calendar and not for a mistake.
LONGEST_PAUSE = 400


class DayKind(StrEnum):
    """What a day table says of a day: off (holiday) or work (make-up day)."""

    OFF = "off"
    WORK = "work"


def aware(moment: datetime, name: str) -> datetime:
    """The moment in UTC. Raises ValueError where it has no zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{name} has no zone: pass an aware moment, in UTC")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Closure:
    """A day, or the part of one between two local times, on which nobody works by decision (a typhoon, no power).

    `window` None is the whole day. Raises ValueError for a part that runs backwards.
    """

    day: date
    window: Window | None = None

    def __post_init__(self) -> None:
        if self.window is not None and self.window[0] >= self.window[1]:
            raise ValueError("closure runs backwards: give the earlier time first, or none for the whole day")


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an office (or unit) works.

    `days` is the day table, it wins over weekends and fixed holidays; `published` names the years
    whose table is complete. Every other year is provisional. `closures` take away from what is left.
    Raises ValueError for windows that are none, overlap or run backwards, and for a zone that is not known.
    """

    windows: tuple[Window, ...] = DEFAULT_WINDOWS
    zone_name: str = DEFAULT_ZONE
    days: Mapping[date, DayKind] = field(default_factory=dict, hash=False)
    published: frozenset[int] = frozenset()
    closures: tuple[Closure, ...] = ()

    def __post_init__(self) -> None:
        edges = [edge for window in self.windows for edge in window]
        if not edges:
            raise ValueError("windows is empty: give at least one, such as 09:00 to 17:30")
        if any(edge.tzinfo is not None for edge in edges):
            raise ValueError("windows has a time with a zone: give local times, the zone is zone_name")
        if any(earlier > later for earlier, later in pairwise(edges)) or any(
            opening == closing for opening, closing in self.windows
        ):
            raise ValueError("windows overlap or run backwards: list them in order, earlier time first")
        try:
            ZoneInfo(self.zone_name)
        except (LookupError, ValueError, OSError) as trouble:
            remedy = "use a name such as Asia/Shanghai"
            raise ValueError(f"zone_name {self.zone_name!r} is not known: {remedy}") from trouble
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))

    @property
    def zone(self) -> ZoneInfo:
        """The office's zone."""
        return ZoneInfo(self.zone_name)

    @property
    def day_length(self) -> timedelta:
        """The working time of an ordinary working day."""
        return sum((_into_day(end) - _into_day(start) for start, end in self.windows), timedelta())

    def is_provisional(self, day: date) -> bool:
        """Whether the year's day table is still to come, so that answers about it may change."""
        return day.year not in self.published

    def rests_on_provisional(self, start: datetime, end: datetime) -> bool:
        """Whether a reckoning from `start` to `end` touches a year that is still provisional."""
        first, last = self.local_day(start), self.local_day(end)
        return any(year not in self.published for year in range(first.year, last.year + 1))

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on that day, closures aside."""
        kind = self.days.get(day)
        if kind is not None:
            return kind is DayKind.WORK
        fixed = self.is_provisional(day) and (day.month, day.day) in FIXED_HOLIDAYS
        return day.weekday() < 5 and not fixed

    def usual_windows_on(self, day: date) -> tuple[Span, ...]:
        """The office's hours on that day as moments in UTC, as if nothing had been closed by decision."""
        return _open(self.zone_name, self.windows, day) if self.is_working_day(day) else ()

    def windows_on(self, day: date) -> tuple[Span, ...]:
        """The office's hours on that day as moments in UTC, in order; none on a day off."""
        usual = self.usual_windows_on(day)
        return _without(usual, self._closed(day)) if self.closures else usual

    def closed_on(self, day: date) -> tuple[Span, ...]:
        """What closures take away of that day's hours, as moments in UTC, in order."""
        if not any(closure.day == day for closure in self.closures):
            return ()
        return _without(self.usual_windows_on(day), self.windows_on(day))

    def _closed(self, day: date) -> Iterator[Span]:
        """The closures of a day as moments in UTC."""
        for closure in self.closures:
            if closure.day == day and closure.window is None:
                yield from self.usual_windows_on(day)
            elif closure.day == day and closure.window is not None:
                yield from _open(self.zone_name, (closure.window,), day)

    def local_day(self, moment: datetime) -> date:
        """The office's date at that moment."""
        return aware(moment, "moment").astimezone(self.zone).date()

    def is_working_moment(self, moment: datetime) -> bool:
        """Whether the office is at work; at the closing time it no longer is."""
        return any(start <= moment < end for start, end in self.windows_on(self.local_day(moment)))

    def next_working_moment(self, moment: datetime) -> datetime:
        """That moment where the office is at work, else when it next opens."""
        at = aware(moment, "moment")
        return next(max(start, at) for start, end in self._spans_from(self.local_day(at)) if at < end)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`, exact; negative where `end` is the earlier one."""
        start, end = aware(start, "start"), aware(end, "end")
        if end < start:
            return -self.working_time_between(end, start)
        return sum((closing - opening for opening, closing in self.spans_between(start, end)), timedelta())

    def spans_between(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The hours from `start` to `end` as moments in UTC, in order."""
        start, end = aware(start, "start"), aware(end, "end")
        day, last = self.local_day(start), self.local_day(end)
        while day <= last:
            for opening, closing in self.windows_on(day):
                if max(opening, start) < min(closing, end):
                    yield max(opening, start), min(closing, end)
            day += timedelta(days=1)

    def working_minutes_between(self, start: datetime, end: datetime) -> float:
        """`working_time_between` in minutes, for people; reckon with the exact one."""
        return self.working_time_between(start, end) / timedelta(minutes=1)

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment by which `amount` of working time has passed since `start`.

        Nothing added is `start` itself. Raises ValueError for a negative amount.
        """
        at = aware(start, "start")
        if amount < timedelta():
            raise ValueError("amount is negative: working time is only added, pass 0 or more")
        if not amount:
            return at
        left = amount
        spans = self._spans_from(self.local_day(at))
        while True:
            opening, closing = next(spans)
            room = closing - max(opening, at)
            if room >= left:
                return max(opening, at) + left
            left -= max(room, timedelta())

    def add_working_minutes(self, start: datetime, minutes: float) -> datetime:
        """`add_working_time` for an amount in minutes."""
        return self.add_working_time(start, timedelta(minutes=minutes))

    def end_of_working_day(self, start: datetime, k: int) -> datetime:
        """The closing time of the k-th working day after the day of `start` (which never counts).

        A day that is closed as a whole is no working day. What a closure takes from the end of the last one is
        worked off after it, so that closing an office never brings a deadline forward. Raises ValueError for a
        k below 1.
        """
        if k < 1:
            raise ValueError(f"k is {k}: working days are counted from 1")
        left = k
        day = self.local_day(start)
        while left:
            day = self.next_working_day(day)
            left -= 1
        return self.add_working_time(self.windows_on(day)[-1][1], self.lost_at_end(day))

    def lost_at_end(self, day: date) -> timedelta:
        """The working time that closures take from the end of a day which has hours left."""
        closes = self.windows_on(day)[-1][1]
        return sum((end - start for start, end in self.closed_on(day) if start >= closes), timedelta())

    def next_working_day(self, day: date) -> date:
        """The first day after `day` on which the office has working time.

        Raises ValueError where the day table leaves none for more than a year.
        """
        for ahead in range(1, LONGEST_PAUSE):
            later = day + timedelta(days=ahead)
            if self.windows_on(later):
                return later
        raise ValueError(f"no working day follows {day}: the day table marks every day as off")

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days after the day `start` reach the day `end`; one that is off counts as the next."""
        count, day = 0, start
        while day < end:
            day = self.next_working_day(day)
            count += 1
        return count

    def _spans_from(self, day: date) -> Iterator[Span]:
        yield from self.windows_on(day)
        while True:
            day = self.next_working_day(day)
            yield from self.windows_on(day)


def _without(spans: Iterable[Span], away: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of spans when others are taken away."""
    left = list(spans)
    for start, end in away:
        pieces = [piece for a, b in left for piece in ((a, min(b, start)), (max(a, end), b))]
        left = [(a, b) for a, b in pieces if a < b]
    return tuple(left)


@lru_cache(maxsize=4096)  # the same few weeks are asked for again and again
def _open(zone_name: str, windows: tuple[Window, ...], day: date) -> tuple[Span, ...]:
    """The windows of one day as moments in UTC."""
    zone = ZoneInfo(zone_name)
    spans: list[Span] = []
    for opening, closing in windows:
        start = _moment(datetime.combine(day, opening, tzinfo=zone), first=True)
        end = _moment(datetime.combine(day, closing, tzinfo=zone), first=False)
        if spans and start < spans[-1][1]:  # a clock put back made two windows run into each other
            start = spans.pop()[0]
        if start < end:  # a clock put forward can swallow a window
            spans.append((start, end))
    return tuple(spans)


def _moment(local: datetime, *, first: bool) -> datetime:
    """When the wall clock shows `local`: the first or last time, or the moment that jumps over it."""
    one, two = local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if one <= two:
        return one if first else two
    return _jump(two, one, local.tzinfo)


def _jump(before: datetime, after: datetime, zone: tzinfo | None) -> datetime:
    """The moment between the two at which the clock is put forward."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        same = middle.astimezone(zone).utcoffset() == old
        before, after = (middle, after) if same else (before, middle)
    return after.replace(microsecond=0)


def _into_day(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
