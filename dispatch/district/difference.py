"""What one district has that another has not: new, changed, gone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import partial
from typing import Any

from cases.phrases import Name
from dispatch.district.beside.sheets import COLUMNS as BESIDE
from dispatch.district.model import District


class How(StrEnum):
    """What becomes of a part of the district."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the district that is other than before: of which table, its code or name, and which columns differ."""

    how: How
    table: str
    code: str
    name: Name
    columns: tuple[str, ...] = ()


_Parts = Mapping[str, tuple[Name, dict[str, Any]]]


def changes(before: District, after: District) -> tuple[Change, ...]:
    """Everything that is new, changed or gone. Telephone numbers are no part of a picture."""
    return tuple(change for table, parts in _TABLES.items() for change in _between(table, parts(before), parts(after)))


def _between(table: str, before: _Parts, after: _Parts) -> Iterator[Change]:
    for code, (name, cells) in after.items():
        if code not in before:
            yield Change(How.NEW, table, code, name)
        else:
            was = before[code][1]
            differing = tuple(column for column in cells if cells[column] != was[column])
            if differing:
                yield Change(How.CHANGED, table, code, name, differing)
    for code, (name, _) in before.items():
        if code not in after:
            yield Change(How.GONE, table, code, name)


def _units(district: District) -> _Parts:
    return {
        unit.code: (unit.name, {"kind": unit.kind, "parent": unit.parent, "name": unit.name}) for unit in district.units
    }


def _staff(district: District) -> _Parts:
    rows: dict[str, tuple[Name, dict[str, Any]]] = {
        one.code: (
            one.name,
            {
                "unit": one.unit, "role": one.role, "name": one.name, "skills": one.skills,
                "languages": one.languages, "capacity": one.capacity,
            },
        )
        for one in district.workers
    }  # fmt: skip
    return rows | {"duty_desk": (district.duty_desk.name, {"name": district.duty_desk.name})}


def _grids(district: District) -> _Parts:
    return {
        grid.code: (Name(grid.code), {"committee": grid.committee, "worker": grid.worker, "ground": grid.ground})
        for grid in district.grids
    }


def _duty(district: District) -> _Parts:
    """By unit: its rows in their order, which says who comes first."""
    rows: dict[str, list[Any]] = {}
    for row in district.duty:
        rows.setdefault(row.unit, []).append((row.weekday, row.starts, row.ends, row.worker))
    return {code: (_name(district, code), {"rows": listed}) for code, listed in rows.items()}


def _name(district: District, code: str) -> Name:
    named = district.unit(code) or district.beside.team(code)
    return named.name if named else Name(code)


def _estates(district: District) -> _Parts:
    return {
        one.name.zh: (one.name, {"name": one.name, "aliases": one.aliases, "buildings": one.buildings})
        for one in district.estates
    }


def _roads(district: District) -> _Parts:
    return {
        one.name.zh: (one.name, {"name": one.name, "aliases": one.aliases, "stretches": one.stretches})
        for one in district.roads
    }


def _beside(district: District, table: str) -> _Parts:
    """One of the tables of what stands beside the units; the first cell is its code."""
    rows = {}
    for one in getattr(district.beside, table):
        key, *columns = (each.name for each in fields(one))
        rows[getattr(one, key)] = (one.name, {column: getattr(one, column) for column in columns})
    return rows


_TABLES: Mapping[str, Callable[[District], _Parts]] = {
    "units": _units, "staff": _staff, "grids": _grids, "duty": _duty, "estates": _estates, "roads": _roads,
    **{table: partial(_beside, table=table) for table in BESIDE},
}  # fmt: skip
