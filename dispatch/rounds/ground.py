"""What a plan visits of its own accord: the entrances, buildings, or estates and roads of a grid or courtyard."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dispatch.district import District, Estate
from dispatch.district.model import Building
from dispatch.places import Place
from dispatch.rounds.templates import Per, Visited


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of a plan: a grid, or a courtyard as a whole. `unit` is a code."""

    unit: str
    grid: str | None = None

    def has(self, building: Building) -> bool:
        return building.grid == self.grid if self.grid else building.courtyard == self.unit


def grounds_of(district: District, per: Per) -> Iterator[Ground]:
    """All grids, each with the unit of its worker, or all courtyards."""
    if per is Per.COURTYARD:
        yield from (Ground(unit.code) for unit in district.units if unit.kind == Per.COURTYARD.value)
        return
    for grid in district.grids:
        worker = district.worker(grid.worker)
        yield Ground(worker.unit if worker else grid.committee, grid.code)


def ground_of(district: District, per: Per, code: str) -> Ground | None:
    """The grid or courtyard of a code."""
    return next((each for each in grounds_of(district, per) if code in (each.grid or each.unit,)), None)


def places_of(district: District, ground: Ground, visited: Visited) -> tuple[Place, ...]:
    """The places of a ground, in the order of the district."""
    return tuple(_PLACES[visited](district, ground))


def _buildings(district: District, ground: Ground) -> Iterator[tuple[Estate, Building]]:
    for estate in district.estates:
        yield from ((estate, each) for each in estate.buildings if ground.has(each))


def _each_building(district: District, ground: Ground) -> Iterator[Place]:
    for estate, building in _buildings(district, ground):
        yield Place(estate=estate.name.zh, building=building.number, grid=ground.grid)
    yield from _roads(district, ground)


def _entrances(district: District, ground: Ground) -> Iterator[Place]:
    for estate, building in _buildings(district, ground):
        for entrance in building.units or (None,):
            yield Place(estate=estate.name.zh, building=building.number, unit=entrance, grid=ground.grid)
    yield from _roads(district, ground)


def _grounds(district: District, ground: Ground) -> Iterator[Place]:
    for name in dict.fromkeys(estate.name.zh for estate, _ in _buildings(district, ground)):
        yield Place(estate=name, grid=ground.grid)
    yield from _roads(district, ground)


def _roads(district: District, ground: Ground) -> Iterator[Place]:
    for road in district.roads:
        mine = (s.grid == ground.grid if ground.grid else s.courtyard == ground.unit for s in road.stretches)
        if any(mine):
            yield Place(road=road.name.zh, grid=ground.grid)


def _nothing(_district: District, _ground: Ground) -> Iterator[Place]:
    yield from ()


_PLACES: Mapping[Visited, Callable[[District, Ground], Iterator[Place]]] = MappingProxyType(
    {
        Visited.ENTRANCES: _entrances,
        Visited.BUILDINGS: _each_building,
        Visited.GROUNDS: _grounds,
        Visited.NOTHING: _nothing,
    }
)
