"""The parts of a raw district that stand beside its units, read cell by cell."""

import re
from collections.abc import Callable
from typing import TypeVar

from cases.phrases import Name, msg
from cases.steps import Level
from dispatch.district.beside.hours import Opening, read_opening
from dispatch.district.beside.model import Beside, Expert, NeighbourLine, ServicePoint, Team
from dispatch.reading.cells import Table, shown

P = TypeVar("P")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")  # of the catalogue: service lines have underlines
# A short number, a service number, a landline with or without its area; never somebody's own mobile.
_LINE = re.compile(r"1[0-9]{2}|[1-9][0-9]{4,5}|[48]00-?[0-9]{3}-?[0-9]{4}|(0[0-9]{2,3}-?)?[2-9][0-9]{6,7}")
_MOBILE = re.compile(r"(\+?86)?-?1[3-9][0-9]{9}")
_EAST, _NORTH = 180.0, 90.0


def read_beside(top: Table) -> Beside:
    """All that stands beside the units; what is wrong is noted."""
    return Beside(
        _all(top, "points", _point), _all(top, "teams", _team), _all(top, "experts", _expert),
        _all(top, "other_lines", _other_line),
    )  # fmt: skip


def _all(top: Table, key: str, read: Callable[[Table], P]) -> tuple[P, ...]:
    found = []
    for table in top.tables(key):
        found.append(read(table))
        table.close()
    return tuple(found)


def _point(table: Table) -> ServicePoint:
    return ServicePoint(
        _code(table), table.name("name"), table.text("unit"), _optional(table, "address"), _at(table),
        table.text("grid", "") or None, _words(table, "serves"), _hours(table), _number(table, "phone"),
    )  # fmt: skip


def _team(table: Table) -> Team:
    return Team(
        _code(table), table.name("name"), table.text("unit"), _once(table, "members"), _once(table, "grids")
    )  # fmt: skip


def _expert(table: Table) -> Expert:
    found = Expert(
        _code(table), table.name("name"), _words(table, "skills", _CODE), _words(table, "serves"),
        table.text("worker", "") or None, _optional(table, "body"), _number(table, "phone"), _hours(table),
    )  # fmt: skip
    if found.worker and (found.body or found.phone):
        table.fault("worker", msg("beside.fault.two_ways"), msg("beside.fault.one_way"))
    return found


def _other_line(table: Table) -> NeighbourLine:
    number = table.text("number")
    if number and not _LINE.fullmatch(number):
        table.fault("number", msg("beside.fault.no_number", given=shown(number)), msg("beside.fault.write_number"))
    return NeighbourLine(
        number, table.name("name"), _optional(table, "what"), _words(table, "serves"), table.choices("levels", Level)
    )


def _code(table: Table) -> str:
    code = table.text("code")
    if code and not _CODE.fullmatch(code):
        table.fault("code", msg("dispatch.fault.no_code", given=shown(code)), msg("dispatch.fault.write_code"))
    return code


def _optional(table: Table, key: str) -> Name | None:
    return table.name(key) if table.has(key) else None


def _words(table: Table, key: str, form: re.Pattern[str] = _WORD) -> tuple[str, ...]:
    words = _once(table, key)
    for word in words:
        if not form.fullmatch(word):
            table.fault(key, msg("dispatch.fault.no_code", given=shown(word)), msg("dispatch.fault.write_code"))
    return words


def _once(table: Table, key: str) -> tuple[str, ...]:
    """Texts of a cell, each once."""
    return tuple(dict.fromkeys(table.texts(key)))


def _at(table: Table) -> tuple[float, float] | None:
    """A point on the earth, as GeoJSON has it."""
    said = table.value("at")
    if said is None:
        return None
    if isinstance(said, list | tuple) and len(said) == 2 and all(type(each) in (int, float) for each in said):
        lon, lat = float(said[0]), float(said[1])
        if abs(lon) <= _EAST and abs(lat) <= _NORTH:
            return lon, lat
    table.fault("at", msg("beside.fault.no_point", given=shown(said)), msg("beside.fault.write_point"))
    return None


def _hours(table: Table) -> tuple[Opening, ...]:
    found = []
    for said in table.texts("hours"):
        opening = read_opening(said)
        if opening is None:
            table.fault("hours", msg("beside.fault.no_hours", given=shown(said)), msg("beside.fault.write_hours"))
        else:
            found.append(opening)
    return tuple(found)


def _number(table: Table, key: str) -> str | None:
    """A number that may be told to anybody. A person's own number belongs into the vault, so it is not shown."""
    said = table.text(key, "")
    if not said:
        return None
    if _MOBILE.fullmatch(said.replace(" ", "")):
        table.fault(key, msg("beside.fault.own_number"), msg("beside.fault.public_number"))
    elif not _LINE.fullmatch(said):
        table.fault(key, msg("beside.fault.no_number", given=shown(said)), msg("beside.fault.write_number"))
    return said
