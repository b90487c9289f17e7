"""Tables that an office keeps become a raw district: those that were given replace theirs, the others stay.

Whatever is wrong with a line keeps its place, so that it can be told beside that line. What the lines mean together is
looked at by `parse_district`, which knows nothing of files: `Entered.line_of` leads its findings back to them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cases.phrases import Message, msg
from dispatch.district.beside import entering
from dispatch.district.beside.sheets import COLUMNS as BESIDE
from dispatch.district.listing import is_list, parted
from dispatch.district.model import UnitKind
from dispatch.district.phones import DESK
from dispatch.district.sheets import COLUMNS
from dispatch.reading.cells import Fault, shown, twice

_MOBILE = re.compile(r"1[0-9]{10}")
_DAYS = re.compile(r"[1-7]{1,7}")
_NO_PHONE = "-"
Place = tuple[str, int]  # a table and a line of it


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its number in the file, and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """What stands in a column; empty where nothing does."""
        return self.cells.get(column, "").strip()


@dataclass(slots=True)
class Entered:
    """What came of the tables: the raw district, what is wrong with lines, whose number goes, and which line each part
    of the district comes from."""

    raw: dict[str, Any]
    faults: list[tuple[Place, Fault]] = field(default_factory=list)
    unphoned: set[str] = field(default_factory=set)
    origin: dict[str, Place] = field(default_factory=dict)

    def line_of(self, path: str) -> Place | None:
        """The line that a finding of parse_district is about; None where it is about no line of a table."""
        there = [
            known for known in self.origin if path == known or path.startswith((f"{known}.", f"{known}[", f"{known} "))
        ]
        return self.origin[max(there, key=len)] if there else None

    def mark(self, place: Place, column: str, trouble: Message, remedy: Message) -> None:
        """Note what is wrong with a cell."""
        self.faults.append((place, Fault(f"{place[0]} {place[1]} {column}", trouble, remedy)))


def enter(standing: Mapping[str, Any], tables: Mapping[str, Sequence[Line]]) -> Entered:
    """The raw district of the standing one with these tables in place of its own."""
    made = Entered(dict(standing))
    for name, lines in tables.items():
        _needed(made, name, lines)
        _READERS[name](made, lines)
    return made


def _needed(made: Entered, name: str, lines: Sequence[Line]) -> None:
    """A code that must be there once is there once."""
    if "code" not in COLUMNS[name]:
        return
    seen: set[str] = set()
    for line in lines:
        code = line.text("code")
        if code in seen:
            made.mark((name, line.number), "code", *twice(msg("dispatch.part.code"), code, 2))
        seen.add(code)


def _name(line: Line) -> dict[str, str]:
    return {"zh": line.text("name_zh"), "en": line.text("name_en") or line.text("name_zh")}


def _units(made: Entered, lines: Sequence[Line]) -> None:
    found: dict[str, list[dict[str, Any]]] = {kind.value: [] for kind in UnitKind}
    for line in lines:
        kind, code = line.text("kind"), line.text("code")
        if kind not in found:
            remedy = msg("dispatch.fault.choose", words=", ".join(found))
            made.mark(("units", line.number), "kind", msg("dispatch.fault.not_a_word", given=shown(kind)), remedy)
            continue
        row: dict[str, Any] = {"code": code, "name": _name(line)}
        if kind == UnitKind.COURTYARD:
            row["committee"] = line.text("parent")
        found[kind].append(row)
        many = {"committee": "committees", "courtyard": "courtyards"}.get(kind)
        _comes_from(made, ("units", line.number), f"{many}[{len(found[kind])}]" if many else "office", f"units {code}")
    if len(found["office"]) != 1 or found["office"][0]["code"] != made.raw["office"]["code"]:
        place = ("units", lines[0].number if lines else 1)
        made.mark(
            place,
            "kind",
            msg("district.fault.one_office"),
            msg("district.fault.keep_office", code=made.raw["office"]["code"]),
        )
        return
    made.raw |= {"office": found["office"][0], "committees": found["committee"], "courtyards": found["courtyard"]}


def _comes_from(made: Entered, place: Place, *paths: str) -> None:
    for path in paths:
        made.origin.setdefault(path, place)


def _staff(made: Entered, lines: Sequence[Line]) -> None:
    workers = []
    known = {row["code"]: row for row in made.raw.get("workers", ())}
    for line in lines:
        code = line.text("code")
        phone = _phone(made, line, code)
        if code == DESK:
            made.raw[DESK] = {"name": _name(line), **phone}
            _comes_from(made, ("staff", line.number), DESK)
            continue
        able = _able(made, line, known.get(code, {}))
        workers.append(
            {"code": code, "unit": line.text("unit"), "name": _name(line), "role": line.text("role"), **phone, **able}
        )
        _comes_from(made, ("staff", line.number), f"workers[{len(workers)}]", f"workers {code}")
    made.raw["workers"] = workers


def _able(made: Entered, line: Line, before: Mapping[str, Any]) -> dict[str, Any]:
    """Skills, languages, capacity; of a file that has not such a column, as they were."""
    found: dict[str, Any] = {}
    for column in ("skills", "languages", "capacity"):
        said = line.text(column)
        if column not in line.cells:
            found |= {column: before[column]} if column in before else {}
        elif said:
            capacity = column == "capacity"
            found[column] = _whole(made, ("staff", line.number), column, said) if capacity else parted(said)
    return found


def _phone(made: Entered, line: Line, code: str) -> dict[str, str]:
    said = re.sub(r"[\s-]", "", line.text("phone")) if line.text("phone") != _NO_PHONE else _NO_PHONE
    if said == _NO_PHONE:
        made.unphoned.add(code)
        return {}
    return {"phone": f"+86{said}" if _MOBILE.fullmatch(said) else said} if said else {}


def _grids(made: Entered, lines: Sequence[Line]) -> None:
    made.raw["grids"] = []
    for line in lines:
        worker = line.text("worker")
        row = {"code": line.text("code"), "committee": line.text("committee"), **({"worker": worker} if worker else {})}
        made.raw["grids"].append(row)
        _comes_from(made, ("grids", line.number), f"grids[{len(made.raw['grids'])}]", f"grids {row['code']}")
    kept = {row["code"] for row in made.raw["grids"]}
    if "map" in made.raw:  # a grid that goes takes its ground with it
        features = [each for each in made.raw["map"]["features"] if each["properties"]["grid"] in kept]
        made.raw["map"] = {**made.raw["map"], "features": features}


def _duty(made: Entered, lines: Sequence[Line]) -> None:
    made.raw["duty"] = []
    for line in lines:
        row: dict[str, Any] = {name: line.text(name) for name in ("unit", "from", "to", "worker")}
        days = line.text("days")
        if days and not _DAYS.fullmatch(days):
            made.mark(
                ("duty", line.number),
                "days",
                msg("district.fault.no_days", given=shown(days)),
                msg("district.fault.write_days"),
            )
        elif days:
            row["days"] = sorted({int(day) - 1 for day in days})
        made.raw["duty"].append(row)
        _comes_from(made, ("duty", line.number), f"duty[{len(made.raw['duty'])}]", f"duty {row['unit']}")


def _grouped(made: Entered, table: str, lines: Sequence[Line]) -> Iterator[tuple[Line, dict[str, Any], bool]]:
    """Each line with the estate or road that it is a part of, and whether it is the first of it."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        name = line.text("name_zh")
        is_first = name not in found
        head = found.setdefault(name, {"name": _name(line)})
        if is_first:
            head |= {"aliases": parted(line.cells["aliases"])} if line.text("aliases") else {}
            made.raw[table].append(head)
            _comes_from(made, (table, line.number), f"{table}[{len(made.raw[table])}]", f"{table} {name}")
        yield line, head, is_first


def _estates(made: Entered, lines: Sequence[Line]) -> None:
    made.raw["estates"] = []
    for line, estate, _ in _grouped(made, "estates", lines):
        number = line.text("building")
        if not number and not line.text("courtyard"):
            continue  # an estate without buildings
        units = _entrances(made, line)
        row = {"number": number, "units": units, "courtyard": line.text("courtyard"), **_optional(line, "grid")}
        estate.setdefault("buildings", []).append(row)
        at = f"estates[{made.raw['estates'].index(estate) + 1}].buildings[{len(estate['buildings'])}]"
        _comes_from(made, ("estates", line.number), at, f"estates {estate['name']['zh']} {number}")


def _entrances(made: Entered, line: Line) -> int | list[str]:
    said = line.text("entrances")
    if is_list(said):
        return parted(said)
    return _whole(made, ("estates", line.number), "entrances", said) if said else 1


def _whole(made: Entered, place: Place, column: str, said: str) -> int:
    if re.fullmatch(r"[0-9]{1,6}", said):
        return int(said)
    made.mark(
        place,
        column,
        msg("dispatch.fault.is_value", given=shown(said)),
        msg("dispatch.fault.write", form=msg("dispatch.form.number")),
    )
    return 1


def _optional(line: Line, *columns: str) -> dict[str, str]:
    return {column: line.text(column) for column in columns if line.text(column)}


def _roads(made: Entered, lines: Sequence[Line]) -> None:
    made.raw["roads"] = []
    for line, road, _ in _grouped(made, "roads", lines):
        if not line.text("from") and not line.text("to") and not line.text("committee"):
            continue  # a road without house numbers
        place = ("roads", line.number)
        ends = {column: _whole(made, place, column, line.text(column)) for column in ("from", "to")}
        row = {**ends, "committee": line.text("committee"), **_optional(line, "courtyard", "grid")}
        road.setdefault("stretches", []).append(row)
        at = f"roads[{made.raw['roads'].index(road) + 1}].stretches[{len(road['stretches'])}]"
        _comes_from(made, place, at, f"roads {road['name']['zh']} {ends['from']}")


def _beside(made: Entered, lines: Sequence[Line], table: str) -> None:
    made.raw[table] = []
    for line in lines:
        row, troubles = entering.row(table, line.text)
        made.raw[table].append(row)
        key = line.text(COLUMNS[table][0])
        _comes_from(made, (table, line.number), f"{table}[{len(made.raw[table])}]", f"{table} {key}")
        for column, trouble, remedy in troubles:
            made.mark((table, line.number), column, trouble, remedy)


_READERS: Mapping[str, Callable[[Entered, Sequence[Line]], None]] = {
    "units": _units, "staff": _staff, "grids": _grids, "duty": _duty, "estates": _estates, "roads": _roads,
    **{table: partial(_beside, table=table) for table in BESIDE},
}  # fmt: skip
