"""The district as tables that an office keeps: units, staff, grids, duty, estates, roads.

    units    code, kind, parent, name_zh, name_en            kind: office, committee, courtyard
    staff    code, unit, name_zh, name_en, role, phone, skills, languages, capacity
                                                             duty_desk is the desk; an empty phone stays as it is;
                                                             so do the last three where a file has no such column
    grids    code, committee, worker
    duty     unit, days, from, to, worker                    days: 12345, 1 is Monday; empty is every day
    estates  name_zh, name_en, aliases, building, entrances, courtyard, grid     a line for each building
    roads    name_zh, name_en, aliases, from, to, committee, courtyard, grid     a line for each stretch

What stands beside the units has tables of its own (`beside.sheets`). Aliases and entrances that are listed stand in one
cell, parted by 、 or ; and a single entrance that is not the first has one behind it. `tables_of` writes them,
`dispatch.district.entered` reads them: nothing is lost on the way.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dispatch.district.beside.sheets import COLUMNS as BESIDE
from dispatch.district.beside.sheets import rows_of
from dispatch.district.listing import joined
from dispatch.district.phones import DESK

Row = Mapping[str, str]
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "units": ("code", "kind", "parent", "name_zh", "name_en"),
    "staff": ("code", "unit", "name_zh", "name_en", "role", "phone", "skills", "languages", "capacity"),
    "grids": ("code", "committee", "worker"),
    "duty": ("unit", "days", "from", "to", "worker"),
    "estates": ("name_zh", "name_en", "aliases", "building", "entrances", "courtyard", "grid"),
    "roads": ("name_zh", "name_en", "aliases", "from", "to", "committee", "courtyard", "grid"),
    **BESIDE,
}


def tables_of(raw: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Every table of a raw district that parse_district takes."""
    return {
        "units": list(_units(raw)),
        "staff": list(_staff(raw)),
        "grids": [_cells(grid, "code", "committee", "worker") for grid in raw.get("grids", ())],
        "duty": [_duty(row) for row in raw.get("duty", ())],
        "estates": [row for estate in raw.get("estates", ()) for row in _estate(estate)],
        "roads": [row for road in raw.get("roads", ()) for row in _road(road)],
        **{name: list(rows_of(name, raw.get(name, ()))) for name in BESIDE},
    }


def _cells(row: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: str(row.get(name) or "") for name in names}


def _named(row: Mapping[str, Any]) -> dict[str, str]:
    return {"name_zh": row["name"]["zh"], "name_en": row["name"]["en"]}


def _units(raw: Mapping[str, Any]) -> Iterator[Row]:
    office = raw["office"]
    yield {"code": office["code"], "kind": "office", "parent": "", **_named(office)}
    for one in raw.get("committees", ()):
        yield {"code": one["code"], "kind": "committee", "parent": office["code"], **_named(one)}
    for one in raw.get("courtyards", ()):
        yield {"code": one["code"], "kind": "courtyard", "parent": one["committee"], **_named(one)}


def _staff(raw: Mapping[str, Any]) -> Iterator[Row]:
    nothing = {"phone": "", "skills": "", "languages": "", "capacity": ""}
    yield {"code": DESK, "unit": raw["office"]["code"], **_named(raw[DESK]), "role": DESK, **nothing}
    for one in raw.get("workers", ()):
        able = {column: joined(_texts(one.get(column))) for column in ("skills", "languages")}
        yield {**nothing, **_cells(one, "code", "unit", "role", "capacity"), **_named(one), **able}


def _duty(row: Mapping[str, Any]) -> Row:
    days = row.get("days")
    written = "" if days is None else "".join(str(day + 1) for day in days)
    return {"unit": row["unit"], "days": written, "from": row["from"], "to": row["to"], "worker": row["worker"]}


def _estate(estate: Mapping[str, Any]) -> Iterator[Row]:
    head = {**_named(estate), "aliases": joined(_texts(estate.get("aliases")))}
    buildings: Sequence[Mapping[str, Any]] = estate.get("buildings") or ({},)
    for one in buildings:
        entrances = _entrances(one.get("units", 1)) if one else ""
        yield {
            **head,
            "building": str(one.get("number") or ""),
            "entrances": entrances,
            **_cells(one, "courtyard", "grid"),
        }


def _entrances(units: Any) -> str:
    if not isinstance(units, list | tuple):
        return str(units)
    listed = [str(each) for each in units]
    return (
        str(len(listed))
        if listed == [str(n) for n in range(1, len(listed) + 1)] and listed
        else joined(listed, one=True)
    )


def _road(road: Mapping[str, Any]) -> Iterator[Row]:
    head = {**_named(road), "aliases": joined(_texts(road.get("aliases")))}
    stretches: Sequence[Mapping[str, Any]] = road.get("stretches") or ({},)
    for one in stretches:
        yield {**head, **_cells(one, "from", "to", "committee", "courtyard", "grid")}


def _texts(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def kind_of(columns: Iterable[str]) -> str | None:
    """Which table has these columns; None where none has them."""
    given = set(columns)
    fitting = [name for name, known in COLUMNS.items() if given and given <= set(known)]
    return max(fitting, key=lambda name: len(given & set(COLUMNS[name])) / len(COLUMNS[name]), default=None)
