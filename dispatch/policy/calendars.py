"""The calendar of a raw policy: the office's hours and days, what is closed, and the hours of units of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType

from cases.clock.workdays import DEFAULT_WINDOWS, DEFAULT_ZONE, Calendar, Closure, DayKind, Window
from cases.phrases import msg
from dispatch.reading.cells import Table, shown

_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class UnitHours:
    """What a unit has of its own; `windows` empty: the hours of the unit above."""

    windows: tuple[Window, ...] = ()
    closures: tuple[Closure, ...] = ()


def read_calendar(policy: Table) -> tuple[Calendar, Mapping[str, UnitHours]]:
    """The office's windows and zone, the days that the policy itself names, the years it names whole, and what
    units have of their own, by code."""
    table = policy.table("calendar")
    zone, windows, published = _zone(table), _windows(table), frozenset(_years(table))
    days = dict.fromkeys(_dates(table, "off"), DayKind.OFF)
    for day in _dates(table, "work"):
        if day in days:
            table.fault("work", msg("dispatch.fault.off_too", day=str(day)), msg("dispatch.fault.keep_in_one"))
        days[day] = DayKind.WORK
    closures = tuple(_closures(table))
    units = {code: _unit(unit) for code, unit in table.table("units").entries()}
    table.close()
    return Calendar(windows, zone, days, published, closures), MappingProxyType(units)


def _unit(table: Table) -> UnitHours:
    windows, closures = _windows(table), tuple(_closures(table))
    table.close()
    return UnitHours(windows if table.has("windows") else (), closures)


def _closures(table: Table) -> Iterator[Closure]:
    """Days, or parts of them, on which nobody works by decision."""
    for closed in table.tables("closed"):
        day, edges = _day(closed, "day"), [_time(closed, key) for key in ("from", "until")]
        asked = [closed.has(key) for key in ("from", "until")]
        closed.close()
        if any(asked) and not all(asked):
            closed.fault("from", msg("dispatch.fault.half_closure"), msg("dispatch.fault.write_closure"))
        elif all(edges) and edges[0] >= edges[1]:  # type: ignore[operator]
            closed.fault("until", msg("dispatch.fault.closure_backwards"), msg("dispatch.fault.write_closure"))
        elif day is not None and all(edges) == any(asked):
            opens, closes = edges
            yield Closure(day, (opens, closes) if opens and closes else None)


def _day(table: Table, key: str) -> date | None:
    said = table.text(key)
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        table.fault(key, msg("dispatch.fault.no_date", given=shown(said)), msg("dispatch.fault.write_date"))
        return None


def _time(table: Table, key: str) -> time | None:
    """A local time of day; None where none is said, and for a faulty one, which is noted."""
    said = table.text(key, "")
    try:
        found = time.fromisoformat(said) if said else None
    except ValueError:
        found = None
    if said and (found is None or found.tzinfo is not None):
        table.fault(key, msg("dispatch.fault.no_time", given=shown(said)), msg("dispatch.fault.write_time"))
        return None
    return found


def _zone(table: Table) -> str:
    zone = table.text("zone", DEFAULT_ZONE) or DEFAULT_ZONE
    try:
        return Calendar(zone_name=zone).zone_name
    except ValueError:
        table.fault("zone", msg("dispatch.fault.no_zone", given=shown(zone)), msg("dispatch.fault.write_zone"))
        return DEFAULT_ZONE


def _windows(table: Table) -> tuple[Window, ...]:
    windows = tuple(_listed_windows(table)) or DEFAULT_WINDOWS
    try:
        return Calendar(windows).windows
    except ValueError:
        table.fault("windows", msg("dispatch.fault.windows_overlap"), msg("dispatch.fault.order_windows"))
        return DEFAULT_WINDOWS


def _listed_windows(table: Table) -> Iterator[Window]:
    listed = table.value("windows")
    if listed is None:
        return
    if not isinstance(listed, list | tuple) or not listed:
        table.fault("windows", msg("dispatch.fault.no_windows"), msg("dispatch.fault.write_windows"))
        return
    for pair in listed:
        window = _window(pair)
        if window is None:
            trouble = msg("dispatch.fault.no_window", given=shown(pair))
            table.fault("windows", trouble, msg("dispatch.fault.write_window"))
        else:
            yield window


def _window(pair: object) -> Window | None:
    """Two local times of day; the zone is the calendar's."""
    if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(edge, str) for edge in pair)):
        return None
    try:
        opens, closes = time.fromisoformat(pair[0]), time.fromisoformat(pair[1])
    except ValueError:
        return None
    return (opens, closes) if opens.tzinfo is closes.tzinfo is None else None


def _years(table: Table) -> Iterator[int]:
    """The years whose table of days off and make-up days is complete."""
    listed = table.value("published")
    remedy = msg("dispatch.fault.write_years", least=_YEARS[0], most=_YEARS[-1])
    if listed is not None and not isinstance(listed, list | tuple):
        table.fault("published", msg("dispatch.fault.no_years"), remedy)
        return
    for year in listed or ():
        if type(year) is int and year in _YEARS:
            yield year
        else:
            table.fault("published", msg("dispatch.fault.no_year", given=shown(year)), remedy)


def _dates(table: Table, key: str) -> Iterator[date]:
    for said in table.texts(key):
        try:
            yield date.fromisoformat(said)
        except ValueError:
            table.fault(key, msg("dispatch.fault.no_date", given=shown(said)), msg("dispatch.fault.write_date"))
