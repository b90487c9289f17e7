"""Targets, ladder and calendar of a raw policy."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from types import MappingProxyType

from cases.clock.sla import DEFAULT_TARGETS, Limit, Targets, TargetSet
from cases.clock.workdays import DEFAULT_WINDOWS, DEFAULT_ZONE, Calendar, DayKind, Window
from cases.phrases import msg
from cases.steps import Step
from dispatch.policy.categories import read_limit
from dispatch.policy.model import Rung
from dispatch.reading.cells import Table, one_of, shown

_YEARS = range(2000, 2101)
_TOP = "district"
_WHO = ("worker", "courtyard", "committee", "office", _TOP)


def read_targets(policy: Table) -> Mapping[TargetSet, Targets]:
    """The limits by column and step. What the policy does not say is as in the built-in table."""
    tables = dict(policy.table("targets").entries())
    for name, table in tables.items():
        if name not in set(TargetSet):
            policy.fault(f"targets.{name}", msg("dispatch.fault.no_column"), one_of(TargetSet))
            for step in Step:
                table.value(step)
    columns = {column: _column(tables.get(column.value), DEFAULT_TARGETS[column]) for column in TargetSet}
    return MappingProxyType(columns)


def _column(table: Table | None, usual: Targets) -> Targets:
    if table is None:
        return usual
    limits = {step: _limit(table, step, usual[step]) for step in Step}
    table.close()
    return MappingProxyType(limits)


def _limit(table: Table, step: Step, usual: Limit | None) -> Limit | None:
    said = table.text(step.value, "")
    return read_limit(table, step.value, said) if said else usual


def read_ladder(policy: Table) -> tuple[Rung, ...]:
    """The rungs in order; the one above the office needs a named contact."""
    rungs = tuple(_rung(table) for table in policy.tables("ladder"))
    if not rungs:
        policy.fault("ladder", msg("dispatch.fault.empty"), msg("dispatch.fault.add_rung"))
    order = [_WHO.index(rung.who) for rung in rungs]
    if order != sorted(set(order)):
        remedy = msg("dispatch.fault.keep_order", words=", ".join(_WHO))
        policy.fault("ladder", msg("dispatch.fault.not_upwards"), remedy)
    return rungs


def _rung(table: Table) -> Rung:
    who = table.text("who")
    if who and who not in _WHO:
        table.fault("who", msg("dispatch.fault.not_a_word", given=shown(who)), one_of(_WHO))
    contact = table.name("contact") if who == _TOP or table.has("contact") else None
    table.close()
    return Rung(who if who in _WHO else _WHO[0], contact)


def read_calendar(policy: Table) -> Calendar:
    """The office's windows and zone, the days that the policy itself names, and the years it names whole."""
    table = policy.table("calendar")
    zone, windows, published = _zone(table), _windows(table), frozenset(_years(table))
    days = dict.fromkeys(_dates(table, "off"), DayKind.OFF)
    for day in _dates(table, "work"):
        if day in days:
            table.fault("work", msg("dispatch.fault.off_too", day=str(day)), msg("dispatch.fault.keep_in_one"))
        days[day] = DayKind.WORK
    table.close()
    return Calendar(windows, zone, days, published)


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
