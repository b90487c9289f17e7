"""What must hold between the parts of a district: codes known, names and codes once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from cases.phrases import Message, msg
from dispatch.district.ground import Ground, overlaps
from dispatch.district.model import District, Estate, Road, UnitKind
from dispatch.reading.cells import Fault, shown, twice
from dispatch.reading.script import plain


def faults_of(district: District, ground: Mapping[str, Ground], numbers: Mapping[str, str]) -> list[Fault]:
    """Every reference that leads nowhere and everything that is there twice. `numbers`: see `phones`."""
    return [
        *_twice(district),
        *_numbers(numbers),
        *_estates(district),
        *_roads(district),
        *_people(district),
        *_ground(district, ground),
    ]


def _twice(district: District) -> Iterator[Fault]:
    code, name, building = msg("dispatch.part.code"), msg("dispatch.part.name"), msg("dispatch.part.building")
    yield from _doubles("units", code, (unit.code for unit in district.units))
    yield from _doubles("workers", code, (worker.code for worker in district.workers))
    yield from _doubles("grids", code, (grid.code for grid in district.grids))
    named: list[Estate | Road] = [*district.estates, *district.roads]
    # An estate may give the same text as name and alias; two estates may not share one.
    words = [{plain(word) for word in (each.name.zh, each.name.en, *each.aliases) if word} for each in named]
    yield from _doubles("estates, roads", name, (word for group in words for word in sorted(group)))
    for estate in district.estates:
        numbers = (each.number.casefold() for each in estate.buildings)
        yield from _doubles(f"estates {estate.name.zh}", building, numbers)


def _doubles(path: str, what: Message, values: Iterable[str]) -> Iterator[Fault]:
    for value, times in Counter(values).items():
        if times > 1 and value:
            yield Fault(path, *twice(what, value, times))


def _numbers(numbers: Mapping[str, str]) -> Iterator[Fault]:
    """Whoever writes or calls is known by their number. It is a secret: only whose it is is said."""
    owners: dict[str, str] = {}
    for code, number in numbers.items():
        first = owners.setdefault(number, code)
        if first != code:
            trouble = msg("dispatch.fault.one_phone", one=first, other=code)
            yield Fault(f"workers {code} phone", trouble, msg("dispatch.fault.own_phone"))


def _estates(district: District) -> Iterator[Fault]:
    for estate in district.estates:
        for building in estate.buildings:
            path = f"estates {estate.name.zh} {building.number}"
            yield from _unit_known(district, path, building.courtyard, UnitKind.COURTYARD)
            yield from _grid_known(district, path, building.grid)


def _roads(district: District) -> Iterator[Fault]:
    for road in district.roads:
        for stretch in road.stretches:
            path = f"roads {road.name.zh} {stretch.first}"
            yield from _unit_known(district, path, stretch.committee, UnitKind.COMMITTEE)
            if stretch.courtyard:
                yield from _unit_known(district, path, stretch.courtyard, UnitKind.COURTYARD)
            yield from _grid_known(district, path, stretch.grid)


def _people(district: District) -> Iterator[Fault]:
    for grid in district.grids:
        yield from _unit_known(district, f"grids {grid.code}", grid.committee, UnitKind.COMMITTEE)
        if grid.worker:
            yield from _worker_known(district, f"grids {grid.code}", grid.worker)
    for worker in district.workers:
        yield from _unit_known(district, f"workers {worker.code}", worker.unit, None)
    for row in {(row.unit, row.worker): row for row in district.duty}.values():
        team = None if district.unit(row.unit) else district.beside.team(row.unit)
        if team is None:
            yield from _unit_known(district, f"duty {row.unit}", row.unit, None)
        elif row.worker not in team.members:
            trouble = msg("beside.fault.no_member", worker=row.worker, team=team.name)
            yield Fault(f"duty {row.unit}", trouble, msg("beside.fault.make_member"))
        yield from _worker_known(district, f"duty {row.unit}", row.worker)


def _ground(district: District, ground: Mapping[str, Ground]) -> Iterator[Fault]:
    for code in ground:
        yield from _grid_known(district, "map", code)
    for one, other in overlaps(ground):
        yield Fault("map", msg("dispatch.fault.grids_overlap", one=one, other=other), msg("dispatch.fault.draw_apart"))


def _unit_known(district: District, path: str, code: str, kind: UnitKind | None) -> Iterator[Fault]:
    unit = district.unit(code)
    if code and (unit is None or kind not in (None, unit.kind)):
        yield _no_such(path, code, kind.label if kind else msg("dispatch.part.unit"))


def _grid_known(district: District, path: str, code: str | None) -> Iterator[Fault]:
    if code and district.grid(code) is None:
        yield _no_such(path, code, msg("dispatch.part.grid"))


def _worker_known(district: District, path: str, code: str) -> Iterator[Fault]:
    if code and district.worker(code) is None:
        yield _no_such(path, code, msg("dispatch.part.worker"))


def _no_such(path: str, code: str, what: Message) -> Fault:
    trouble = msg("dispatch.fault.no_such", given=shown(code), what=what)
    return Fault(path, trouble, msg("dispatch.fault.name_one", what=what))
