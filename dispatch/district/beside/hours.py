"""Opening hours as an office writes them: "12345 09:00-17:00", the days and from when to when."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from cases.phrases import Message, msg

_FORM = re.compile(r"([1-7]{1,7}) +([0-9]{1,2}:[0-9]{2}) *[-–~至] *([0-9]{1,2}:[0-9]{2})")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = len(DAYS)


@dataclass(frozen=True, slots=True)
class Opening:
    """Days of the week (0 is Monday) with a beginning and an end by the local clock; an end at or before the beginning
    is the next day's."""

    days: tuple[int, ...]
    starts: time
    ends: time

    def covers(self, local: datetime) -> bool:
        """Whether it is open at a local moment."""
        at, yesterday = local.time(), (local.weekday() - 1) % _WEEK
        if self.starts < self.ends:
            return local.weekday() in self.days and self.starts <= at < self.ends
        return (local.weekday() in self.days and at >= self.starts) or (yesterday in self.days and at < self.ends)

    @property
    def written(self) -> str:
        """As it is read."""
        days = "".join(str(day + 1) for day in self.days)
        return f"{days} {self.starts:%H:%M}-{self.ends:%H:%M}"


def read_opening(said: str) -> Opening | None:
    """What somebody wrote; None where it is no such thing. 24:00 is the end of the day."""
    found = _FORM.fullmatch(said.strip())
    if found is None:
        return None
    starts, ends = _time(found[2]), _time("00:00" if found[3] == "24:00" else found[3])
    if starts is None or ends is None:
        return None
    return Opening(tuple(sorted({int(day) - 1 for day in found[1]})), starts, ends)


def _time(said: str) -> time | None:
    try:
        return time.fromisoformat(said.zfill(5))
    except ValueError:
        return None


def is_open(hours: Iterable[Opening], local: datetime) -> bool:
    """Whether one of them holds at a local moment."""
    return any(each.covers(local) for each in hours)


def opens_next(hours: Iterable[Opening], local: datetime) -> datetime | None:
    """When it opens next by the same clock, after this moment; None where it never does."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = (
        (midnight + timedelta(days=day)).replace(hour=each.starts.hour, minute=each.starts.minute)
        for each in hours
        for day in range(_WEEK + 1)
        if (local.weekday() + day) % _WEEK in each.days
    )
    return min((moment for moment in moments if moment > local), default=None)


def told(hours: Iterable[Opening]) -> list[Message]:
    """The hours in words, a sentence for each row of days that follow each other."""
    times: dict[tuple[int, ...], list[str]] = {}
    for each in hours:
        times.setdefault(each.days, []).append(f"{each.starts:%H:%M}–{_end(each.ends)}")
    return [
        msg("beside.hours", days=days, times=" ".join(spans))
        for listed, spans in times.items()
        for days in _spans(listed)
    ]


def _end(ends: time) -> str:
    return "24:00" if ends == time() else f"{ends:%H:%M}"


def _spans(days: tuple[int, ...]) -> Iterator[Message]:
    if len(days) == _WEEK:
        yield msg("beside.days.all")
        return
    at = 0
    while at < len(days):
        to = at
        while to + 1 < len(days) and days[to + 1] == days[to] + 1:
            to += 1
        first, last = (msg(f"dispatch.weekday.{DAYS[days[each]]}") for each in (at, to))
        yield first if at == to else msg("beside.days.span", first=first, last=last)
        at = to + 1
