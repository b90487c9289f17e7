"""A day table as a value: what one version of an office's calendar says, and the calendars that follow from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from cases.clock.workdays import FIXED_HOLIDAYS, Calendar, Closure, DayKind, Window
from dispatch.policy import Policy

# The zones of the country whose law fixes the holidays that `cases.clock.workdays` knows.
CHINA = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "Asia/Kashgar", "PRC"})


class Origin(StrEnum):
    """Where a day of the table comes from."""

    SEED = "seed"  # the published years that came with the program, or the policy
    NOTICE = "notice"  # the yearly notice, as it was entered
    HAND = "hand"  # a day of the office's own; a notice leaves it as it is


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not as its weekday says."""

    day: date
    kind: DayKind
    name: str = ""
    origin: Origin = Origin.SEED


@dataclass(frozen=True, slots=True)
class Closing:
    """An emergency closure with its reason; `unit` is the code of the unit that it holds for (and all below it), empty
    for the whole office."""

    closure: Closure
    unit: str = ""
    why: str = ""


# No slots: what follows from it is made once. Compared by what it says.
@dataclass(frozen=True)
class DayTable:
    """One version of an office's calendar.

    `days` win over weekends; `published` are the years whose table is complete, every other one is provisional.
    `unit_windows` are the hours of units that have their own, by code.
    """

    zone_name: str
    windows: tuple[Window, ...]
    days: Mapping[date, Day] = field(hash=False)
    published: frozenset[int] = frozenset()
    closings: tuple[Closing, ...] = ()
    unit_windows: Mapping[str, tuple[Window, ...]] = field(default_factory=dict, hash=False)

    @cached_property
    def calendar(self) -> Calendar:
        """When the office works."""
        days = {each.day: each.kind for each in self.days.values()}
        return Calendar(self.windows, self.zone_name, days, self.published, self._closures(("",)))

    def calendar_of(self, path: Sequence[str]) -> Calendar:
        """When a unit works. `path` has the codes from the office down to it: the nearest hours hold, and what is
        closed above it is closed for it too."""
        windows = next((self.unit_windows[code] for code in reversed(path) if code in self.unit_windows), self.windows)
        closures = self._closures(("", *path))
        if windows == self.windows and closures == self.calendar.closures:
            return self.calendar
        return replace(self.calendar, windows=windows, closures=closures)

    def _closures(self, units: Iterable[str]) -> tuple[Closure, ...]:
        named = set(units)
        return tuple(each.closure for each in self.closings if each.unit in named)


def legal(year: int) -> tuple[date, ...]:
    """The holidays of a year that the law itself fixes."""
    return tuple(date(year, month, day) for month, day in sorted(FIXED_HOLIDAYS))


def of_policy(policy: Policy) -> DayTable:
    """The first table of an office: the calendar that stands in the policy."""
    calendar = policy.calendar
    own = {code: hours.windows for code, hours in policy.unit_hours.items() if hours.windows}
    units = tuple(Closing(each, code) for code, hours in policy.unit_hours.items() for each in hours.closures)
    closings = (*(Closing(each) for each in calendar.closures), *units)
    days = {day: Day(day, kind) for day, kind in sorted(calendar.days.items())}
    return DayTable(
        calendar.zone_name,
        calendar.windows,
        MappingProxyType(days),
        calendar.published,
        closings,
        MappingProxyType(own),
    )


def named(table: DayTable, names: Mapping[date, str]) -> DayTable:
    """The table with names for those of its days that have none."""
    days = {day: replace(each, name=each.name or names.get(day, "")) for day, each in table.days.items()}
    return replace(table, days=MappingProxyType(days))


def packed(table: DayTable) -> dict[str, Any]:
    """The table in the form in which it is stored."""
    return {
        "zone": table.zone_name,
        "windows": _hours(table.windows),
        "published": sorted(table.published),
        "days": [[str(each.day), each.kind, each.name, each.origin] for _, each in sorted(table.days.items())],
        "closed": [
            [str(each.closure.day), *(_hours([each.closure.window])[0] if each.closure.window else ["", ""]),
             each.unit, each.why]
            for each in table.closings
        ],
        "units": {code: _hours(windows) for code, windows in sorted(table.unit_windows.items())},
    }  # fmt: skip


def unpacked(raw: Mapping[str, Any]) -> DayTable:
    """The table of its stored form."""
    days = [
        Day(date.fromisoformat(day), DayKind(kind), name, Origin(origin)) for day, kind, name, origin in raw["days"]
    ]
    return DayTable(
        raw["zone"],
        _windows(raw["windows"]),
        MappingProxyType({each.day: each for each in days}),
        frozenset(raw["published"]),
        tuple(_closing(*row) for row in raw["closed"]),
        MappingProxyType({code: _windows(windows) for code, windows in raw["units"].items()}),
    )


def _closing(day: str, opens: str, closes: str, unit: str, why: str) -> Closing:
    window = (time.fromisoformat(opens), time.fromisoformat(closes)) if opens else None
    return Closing(Closure(date.fromisoformat(day), window), unit, why)


def _hours(windows: Iterable[Window]) -> list[list[str]]:
    return [[edge.isoformat() for edge in window] for window in windows]


def _windows(hours: Iterable[Sequence[str]]) -> tuple[Window, ...]:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in hours)
