"""What the map shows: each grid with its counts, its people and its place on the sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.phrases import Name
from console.ground.drawing import Point, Rings, Sheet, closed, mark, outline, path, sheet
from dispatch.district import District, Grid
from dispatch.reads.ground import Count

STEPS = (1, 3, 6, 11)  # open cases from which on a grid is drawn in the next shade


@dataclass(frozen=True, slots=True)
class Spot:
    """A grid. `short` is its number within the committee; `ground` (an SVG path of all its parts and
    holes) and `middle` (of its largest part) are empty where it is not drawn."""

    code: str
    short: str
    worker: Name | None
    count: Count
    ground: str = ""
    middle: Point | None = None

    @property
    def shade(self) -> int:
        """How dark it is drawn: 0 without a case, up to 4."""
        return sum(self.count.open >= step for step in STEPS)


@dataclass(frozen=True, slots=True)
class Area:
    """A committee with its grids of the scope. `border` is its outer line as an SVG path, `top` the middle of its
    upper edge; both empty where its ground is not drawn."""

    code: str
    name: Name
    spots: Sequence[Spot]
    border: str = ""
    top: Point | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole map: `areas` are those of the scope, `nowhere` counts what lies in no grid, `around` is the ground of
    all others. `height` 0: nothing is drawn, there is the table only."""

    areas: Sequence[Area]
    nowhere: Count
    around: Sequence[str]
    height: float
    total: Count

    @property
    def spots(self) -> list[Spot]:
        """All grids of the scope."""
        return [spot for area in self.areas for spot in area.spots]


def picture(district: District, scope: str, counts: Mapping[str, Count]) -> Picture:
    """The map of a scope. Cases of the scope that lie in a grid of others are counted there, and that grid is shown."""
    own = [grid for grid in district.grids if _is_own(district, grid, scope) or grid.code in counts]
    known = {grid.code for grid in own}
    drawn = [grid for grid in district.grids if grid.ground]
    laid = sheet([corner for grid in drawn for ring in _rings(grid) for corner in ring]) if drawn else None
    committees = dict.fromkeys(grid.committee for grid in own)
    return Picture(
        [
            _area(district, code, [grid for grid in own if grid.committee == code], (counts, laid))
            for code in committees
        ],
        _sum(count for code, count in counts.items() if code not in known),
        [closed(map(laid.ring, _rings(grid))) for grid in drawn if grid.code not in known] if laid else [],
        laid.height if laid else 0,
        _sum(counts.values()),
    )


def _rings(grid: Grid) -> Rings:
    """Every ring of a grid's ground, of outer lines and of holes."""
    return [ring for part in grid.ground for ring in part]


def _is_own(district: District, grid: Grid, scope: str) -> bool:
    """Whether a grid's committee lies in the scope, or has it below itself (the scope is one of its courtyards)."""
    unit = district.unit(grid.committee)
    path = "/".join(unit.path) if unit is not None else ""
    return f"{path}/".startswith(f"{scope}/") or f"{scope}/".startswith(f"{path}/")


def _area(district: District, code: str, grids: Sequence[Grid], of: tuple[Mapping[str, Count], Sheet | None]) -> Area:
    counts, laid = of
    committee = district.unit(code)
    rings = [laid.ring(ring) for grid in grids for ring in _rings(grid)] if laid is not None else []
    # An island far off does not draw the name away from where the committee mostly is.
    points = [point for grid in grids if grid.ground for point in laid.ring(grid.polygon)] if laid is not None else []
    return Area(
        code,
        committee.name if committee is not None else Name(code),
        [_spot(district, grid, counts.get(grid.code, Count()), laid) for grid in grids],
        path(outline(rings)),
        _top(points) if points else None,
    )


def _top(points: Sequence[Point]) -> Point:
    across = [x for x, _ in points]
    return round((min(across) + max(across)) / 2, 1), min(y for _, y in points)


def _spot(district: District, grid: Grid, count: Count, laid: Sheet | None) -> Spot:
    worker = district.worker(grid.worker)
    rings = [laid.ring(ring) for ring in _rings(grid)] if laid is not None else []
    largest = rings[: len(grid.ground[0])] if rings else []
    return Spot(
        grid.code,
        grid.code.removeprefix(grid.committee).lstrip("-_") or grid.code,
        worker.name if worker is not None else None,
        count,
        closed(rings),
        _rounded(mark(largest)) if largest else None,
    )


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def _sum(counts: Iterable[Count]) -> Count:
    found = list(counts)
    return Count(sum(count.open for count in found), sum(count.late for count in found))


def collection(district: District, scope: str) -> dict[str, Any]:
    """The ground as GeoJSON (RFC 7946): all parts and holes of each grid with its code, its committee's, whether it is
    of the scope, and where its sign stands; lines for the outer border of each committee of the scope."""
    drawn = [grid for grid in district.grids if grid.ground]
    committees = dict.fromkeys(grid.committee for grid in drawn if _is_own(district, grid, scope))
    polygons = [
        _feature(
            {
                "grid": grid.code,
                "committee": grid.committee,
                "own": _is_own(district, grid, scope),
                "at": mark(grid.ground[0]),
            },
            _geometry(grid),
        )
        for grid in drawn
    ]
    borders = [
        _feature(
            {"border": code},
            {
                "type": "MultiLineString",
                "coordinates": outline(ring for grid in drawn if grid.committee == code for ring in _rings(grid)),
            },
        )
        for code in committees
    ]
    return {"type": "FeatureCollection", "features": [*polygons, *borders]}


def _geometry(grid: Grid) -> dict[str, Any]:
    if len(grid.ground) == 1:
        return {"type": "Polygon", "coordinates": grid.ground[0]}
    return {"type": "MultiPolygon", "coordinates": grid.ground}


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}
