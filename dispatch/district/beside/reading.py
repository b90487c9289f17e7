"""The parts of a raw district that stand beside its units, read cell by cell."""

import re
from collections.abc import Callable
from typing import TypeVar

from cases.phrases import Name, msg
from cases.report import fold
from cases.steps import Level
from dispatch.district.beside.hours import Opening, read_opening
from dispatch.district.beside.model import Beside, Expert, NeighbourLine, ServicePoint, Team
from dispatch.district.datum import EAST, NORTH
from dispatch.reading.cells import Table, shown

P = TypeVar("P")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")  # of the catalogue: service lines have underlines
# A short number, a service number, a landline with or without its area; never somebody's own mobile.
_LINE = re.compile(r"1[0-9]{2}|[1-9][0-9]{4,5}|[48]00-?[0-9]{3}-?[0-9]{4}|(0(?!1[3-9])[0-9]{2,3}-?)?[2-9][0-9]{6,7}")
# Found wherever it stands in a cell, and however its digits are grouped.
_GAP = r"[\s.()\u2010-\u2015\u2212-]{0,2}"
_MOBILE = re.compile(rf"(?<![0-9])(?:(?:\+|00)?{_GAP}86|0)?{_GAP}1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")


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
        table.text("grid", "") or None, _words(table, "serves"), _hours(table), _public(table, "phone") or None,
    )  # fmt: skip


def _team(table: Table) -> Team:
    return Team(
        _code(table), table.name("name"), table.text("unit"), _once(table, "members"), _once(table, "grids")
    )  # fmt: skip


def _expert(table: Table) -> Expert:
    found = Expert(
        _code(table), table.name("name"), _words(table, "skills", _CODE), _words(table, "serves"),
        table.text("worker", "") or None, _optional(table, "body"), _public(table, "phone") or None, _hours(table),
    )  # fmt: skip
    if found.worker and (found.body or found.phone):
        table.fault("worker", msg("beside.fault.two_ways"), msg("beside.fault.one_way"))
    return found


def _other_line(table: Table) -> NeighbourLine:
    return NeighbourLine(
        _public(table, "number", needed=True), table.name("name"), _optional(table, "what"), _words(table, "serves"),
        table.choices("levels", Level),
    )  # fmt: skip


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
        lon, lat = said
        if abs(lon) <= EAST and abs(lat) <= NORTH:
            return float(lon), float(lat)
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


def _public(table: Table, key: str, *, needed: bool = False) -> str:
    """A number that may be told to anybody, else nothing. A person's own belongs into the vault: it is not shown."""
    if _MOBILE.search(fold(str(table.value(key)))):
        table.fault(key, msg("beside.fault.own_number"), msg("beside.fault.public_number"))
        return ""
    said = table.text(key, None if needed else "")
    if not said or _LINE.fullmatch(said):
        return said
    table.fault(key, msg("beside.fault.no_number", given=shown(said)), msg("beside.fault.write_number"))
    return ""
