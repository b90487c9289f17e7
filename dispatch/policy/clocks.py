"""Targets, ladder and calendar of a raw policy."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from types import MappingProxyType

from cases.clock.sla import DEFAULT_TARGETS, Limit, Targets, TargetSet
from cases.clock.workdays import DEFAULT_WINDOWS, DEFAULT_ZONE, Calendar, DayKind, Window
from cases.steps import Step
from dispatch.policy.categories import read_limit
from dispatch.policy.model import Rung
from dispatch.reading.cells import Table

_TOP = "district"
_WHO = ("worker", "courtyard", "committee", "office", _TOP)


def read_targets(policy: Table) -> Mapping[TargetSet, Targets]:
    """The limits by column and step. What the policy does not say is as in the built-in table."""
    tables = dict(policy.table("targets").entries())
    for name, table in tables.items():
        if name not in set(TargetSet):
            policy.fault(f"targets.{name}", "is no column", f"choose from {', '.join(TargetSet)}")
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
        policy.fault("ladder", "is empty", 'add at least one rung, as [[policy.ladder]] with who = "office"')
    order = [_WHO.index(rung.who) for rung in rungs]
    if order != sorted(set(order)):
        policy.fault("ladder", "does not lead upwards", f"keep the order {', '.join(_WHO)}, each once")
    return rungs


def _rung(table: Table) -> Rung:
    who = table.text("who")
    if who and who not in _WHO:
        table.fault("who", f"{who!r} is no rung", f"choose from {', '.join(_WHO)}")
    contact = table.name("contact") if who == _TOP or table.has("contact") else None
    table.close()
    return Rung(who if who in _WHO else _WHO[0], contact)


def read_calendar(policy: Table) -> Calendar:
    """The office's windows and zone, and the days that the policy itself names."""
    table = policy.table("calendar")
    zone, windows = table.text("zone", DEFAULT_ZONE), tuple(_windows(table)) or DEFAULT_WINDOWS
    days = dict.fromkeys(_dates(table, "off"), DayKind.OFF)
    for day in _dates(table, "work"):
        if day in days:
            table.fault("work", f"{day} is in off too", "keep it in one of the two")
        days[day] = DayKind.WORK
    table.close()
    try:
        return Calendar(windows, zone, days)
    except ValueError as trouble:
        what, _, remedy = str(trouble).partition(": ")
        policy.fault("calendar", what, remedy)
        return Calendar()


def _windows(table: Table) -> Iterator[Window]:
    listed = table.value("windows")
    if listed is None:
        return
    if not isinstance(listed, list | tuple) or not listed:
        table.fault("windows", "is no list of windows", 'write pairs, as [["09:00", "12:00"], ["13:00", "17:30"]]')
        return
    for pair in listed:
        window = _window(pair)
        if window is None:
            table.fault("windows", f"{pair!r} is no window", 'write two times of day, as ["09:00", "12:00"]')
        else:
            yield window


def _window(pair: object) -> Window | None:
    if isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(edge, str) for edge in pair):
        try:
            return time.fromisoformat(pair[0]), time.fromisoformat(pair[1])
        except ValueError:
            return None
    return None


def _dates(table: Table, key: str) -> Iterator[date]:
    for said in table.texts(key):
        try:
            yield date.fromisoformat(said)
        except ValueError:
            table.fault(key, f"{said!r} is no date", 'write year, month and day, as "2026-10-10"')
