"""A raw district becomes a picture, or all its faults at once."""

import re
from collections.abc import Mapping
from datetime import time
from uuid import UUID, uuid5

from cases.phrases import LANGUAGES, msg
from dispatch.district import cross
from dispatch.district.beside.crossing import faults_beside
from dispatch.district.beside.reading import read_beside
from dispatch.district.ground import Ground, read_map
from dispatch.district.model import (
    SPOKEN,
    Building,
    District,
    DutyDesk,
    DutyRow,
    Estate,
    Grid,
    Road,
    Role,
    Stretch,
    Unit,
    UnitKind,
    Worker,
)
from dispatch.district.phones import phones
from dispatch.reading.cells import Fault, Table, one_of, shown

_IDS = UUID("6f0d7c5e-3b4a-5d51-9a5e-2c8e4f1b7a90")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# What residents can say and the search for places can read.
_NUMBER = re.compile(r"[1-9][0-9]{0,3}|[A-Za-z]([0-9]{1,3})?|[0-9]{1,3}[A-Za-z]|[甲乙丙丁]")
_ENTRANCE = re.compile(r"[1-9][0-9]?")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_CAPACITY_MOST = 999
_ALL_DAYS = tuple(range(7))


class DistrictErrors(ValueError):
    """A raw district that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def parse_district(raw: Mapping[str, object]) -> District:
    """The picture of a raw district. Raises DistrictErrors with all faults at once."""
    faults: list[Fault] = []
    top = Table(raw, "", faults)
    units = _units(top)
    ground = read_map(top)
    workers, grids = _people(top, units[0].code, ground)
    district = District(
        units=units,
        estates=tuple(_estate(table) for table in top.tables("estates")),
        roads=tuple(_road(table) for table in top.tables("roads")),
        grids=grids,
        workers=workers,
        duty=tuple(row for table in top.tables("duty") for row in _duty(table)),
        duty_desk=_desk(top, units[0]),
        beside=read_beside(top),
    )
    top.close()
    faults += cross.faults_of(district, ground, phones(raw) if isinstance(raw, Mapping) else {})
    faults += faults_beside(district)
    if faults:
        raise DistrictErrors(tuple(faults))
    return district


def _units(top: Table) -> tuple[Unit, ...]:
    table = top.table("office")
    office = _unit(table, UnitKind.OFFICE, None, "")
    units = [office]
    for table in top.tables("committees"):
        units.append(_unit(table, UnitKind.COMMITTEE, office, office.code))
    parents = {unit.code: unit for unit in units[1:]}
    for table in top.tables("courtyards"):
        parent = table.text("committee")
        if parent and parent not in parents:
            committee = UnitKind.COMMITTEE.label
            trouble = msg("dispatch.fault.no_such", given=shown(parent), what=committee)
            table.fault("committee", trouble, msg("dispatch.fault.name_one", what=committee))
        units.append(_unit(table, UnitKind.COURTYARD, parents.get(parent), office.code))
    return tuple(units)


def _unit(table: Table, kind: UnitKind, parent: Unit | None, office: str) -> Unit:
    code, name = _code(table), table.name("name")
    table.close()
    path = (*(parent.path if parent else ()), code)
    return Unit(_id(office or code, "unit", code), code, parent.code if parent else None, kind, name, path)


def _desk(top: Table, office: Unit) -> DutyDesk:
    table = top.table("duty_desk")
    name = table.name("name")
    _phone(table)
    table.close()
    return DutyDesk(office, name)


def _people(top: Table, office: str, ground: Mapping[str, Ground]) -> tuple[tuple[Worker, ...], tuple[Grid, ...]]:
    grids = tuple(_grid(table, ground) for table in top.tables("grids"))
    served: dict[str, list[str]] = {}
    for grid in grids:
        served.setdefault(grid.worker or "", []).append(grid.code)
    workers = tuple(_worker(table, office, served) for table in top.tables("workers"))
    return workers, grids


def _grid(table: Table, ground: Mapping[str, Ground]) -> Grid:
    code, committee, worker = _code(table), table.text("committee"), table.text("worker", "")
    table.close()
    return Grid(code, committee, ground.get(code, ()), worker or None)


def _worker(table: Table, office: str, served: Mapping[str, list[str]]) -> Worker:
    code, unit, name = _code(table), table.text("unit"), table.name("name")
    role = table.choice("role", Role)
    _phone(table)
    skills, languages = _skills(table), _languages(table)
    capacity = table.whole("capacity", 1, least=1, most=_CAPACITY_MOST) if table.has("capacity") else None
    table.close()
    grids = tuple(served.get(code, ()))
    return Worker(_id(office, "worker", code), code, unit, name, role, grids, skills, languages, capacity)


def _skills(table: Table) -> tuple[str, ...]:
    skills = table.texts("skills")
    for skill in skills:
        if not _CODE.fullmatch(skill):
            table.fault("skills", msg("dispatch.fault.no_code", given=shown(skill)), msg("dispatch.fault.write_code"))
    return skills


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages") or SPOKEN
    for language in languages:
        if language not in LANGUAGES:
            table.fault("languages", msg("choice.fault.no_language", given=shown(language)), one_of(LANGUAGES))
    return languages


def _estate(table: Table) -> Estate:
    name, aliases = table.name("name"), table.texts("aliases")
    buildings = tuple(_building(row) for row in table.tables("buildings"))
    table.close()
    return Estate(name, aliases, buildings)


def _building(table: Table) -> Building:
    number, courtyard, grid = table.text("number"), table.text("courtyard"), table.text("grid", "")
    if number and not _NUMBER.fullmatch(number):
        trouble = msg("dispatch.fault.no_building", given=shown(number))
        table.fault("number", trouble, msg("dispatch.fault.write_building"))
    if isinstance(table.value("units"), list | tuple):
        units = table.texts("units")
        if not all(map(_ENTRANCE.fullmatch, units)):
            table.fault("units", msg("dispatch.fault.no_entrance"), msg("dispatch.fault.write_entrances"))
    else:
        units = tuple(str(n) for n in range(1, table.whole("units", 1, least=1, most=99) + 1))
    table.close()
    return Building(number, units, courtyard, grid or None)


def _road(table: Table) -> Road:
    name, aliases = table.name("name"), table.texts("aliases")
    stretches = tuple(_stretch(row) for row in table.tables("stretches"))
    table.close()
    return Road(name, aliases, stretches)


def _stretch(table: Table) -> Stretch:
    first, last = table.whole("from", least=1, most=99_999), table.whole("to", least=1, most=99_999)
    if last < first:
        table.fault("to", msg("dispatch.fault.backwards", first=first, last=last), msg("dispatch.fault.lower_first"))
    committee, courtyard, grid = table.text("committee"), table.text("courtyard", ""), table.text("grid", "")
    table.close()
    return Stretch(first, last, committee, courtyard or None, grid or None)


def _duty(table: Table) -> tuple[DutyRow, ...]:
    unit, worker = table.text("unit"), table.text("worker")
    starts, ends = _time(table, "from"), _time(table, "to")
    days = _days(table)
    table.close()
    return tuple(DutyRow(unit, day, starts, ends, worker) for day in days)


def _days(table: Table) -> tuple[int, ...]:
    listed = table.value("days")
    if listed is None:
        return _ALL_DAYS
    if isinstance(listed, list | tuple) and listed and all(type(day) is int and 0 <= day <= 6 for day in listed):
        return tuple(listed)
    table.fault("days", msg("dispatch.fault.no_days"), msg("dispatch.fault.write_days"))
    return ()


def _time(table: Table, key: str) -> time:
    said = table.text(key)
    try:
        at = time.fromisoformat(said) if said else time()
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None:  # hours are the office's own, a zone would be another
        table.fault(key, msg("dispatch.fault.no_time", given=shown(said)), msg("dispatch.fault.write_time"))
        return time()
    return at


def _code(table: Table) -> str:
    code = table.text("code")
    if code and not _CODE.fullmatch(code):
        table.fault("code", msg("dispatch.fault.no_code", given=shown(code)), msg("dispatch.fault.write_code"))
    return code


def _phone(table: Table) -> None:
    phone = table.text("phone", "")
    if phone and not _PHONE.fullmatch(phone):
        table.fault("phone", msg("dispatch.fault.no_phone"), msg("dispatch.fault.write_phone"))


def _id(office: str, kind: str, code: str) -> UUID:
    return uuid5(_IDS, f"{office}/{kind}/{code}")
