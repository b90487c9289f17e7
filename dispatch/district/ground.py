"""The grids' ground: polygons from GeoJSON, checked with shapely.

Shapely is imported where it is used: it is half of what a quick command would have to import.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import cos, hypot, radians

from cases.phrases import msg
from dispatch.reading.cells import Table, twice

Ring = tuple[tuple[float, float], ...]
# Polygons, the largest first; of each its outer ring, then its holes.
Ground = tuple[tuple[Ring, ...], ...]

# Neighbours share an edge; a smaller overlap than this (in degrees squared, about 10 m²) is rounding.
_SLIVER = 1e-9
_METRES = 111_320.0  # of a degree of latitude


def read_map(top: Table) -> dict[str, Ground]:
    """The ground of each grid named in the map; empty where there is no map."""
    if not top.has("map"):
        return {}
    table = top.table("map")
    if table.text("type") != "FeatureCollection":
        table.fault("type", msg("dispatch.fault.no_collection"), msg("dispatch.fault.export_map"))
    found: dict[str, Ground] = {}
    for feature in table.tables("features"):
        grid = feature.table("properties").text("grid")
        if grid in found:
            trouble, _ = twice(msg("dispatch.part.grid"), grid, 2)
            feature.fault("properties.grid", trouble, msg("dispatch.fault.one_ground"))
        found[grid] = _ground(feature.table("geometry"))
    return found


def _ground(geometry: Table) -> Ground:
    kind, coordinates = geometry.text("type"), geometry.value("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        geometry.fault("type", msg("dispatch.fault.no_polygon"), msg("dispatch.fault.draw_polygon"))
        return ()
    polygons = [coordinates] if kind == "Polygon" else coordinates
    found = [_rings(geometry, rings) for rings in (polygons if isinstance(polygons, list | tuple) else [None])]
    if not all(found):
        return ()
    return tuple(sorted(found, key=lambda rings: -_extent(rings[0])))


def _rings(geometry: Table, rings: object) -> tuple[Ring, ...]:
    """A polygon: its outer ring, then its holes; none where it cannot be one, which is noted."""
    from shapely.geometry import Polygon

    if not isinstance(rings, list | tuple) or not rings:
        geometry.fault("coordinates", msg("dispatch.fault.not_one_ring"), msg("dispatch.fault.draw_ring"))
        return ()
    read = tuple(tuple(_points(ring)) for ring in rings)
    if any(len(points) < 4 or points[0] != points[-1] for points in read):
        geometry.fault("coordinates", msg("dispatch.fault.not_closed"), msg("dispatch.fault.close_ring"))
        return ()
    if not Polygon(read[0], read[1:]).is_valid:
        geometry.fault("coordinates", msg("dispatch.fault.crosses"), msg("dispatch.fault.draw_in_order"))
        return ()
    return read


def _extent(ring: Ring) -> float:
    from shapely.geometry import Polygon

    area: float = Polygon(ring).area
    return area


def _points(ring: object) -> Iterator[tuple[float, float]]:
    for point in ring if isinstance(ring, list | tuple) else ():
        if isinstance(point, Sequence) and len(point) >= 2 and all(type(n) in (int, float) for n in point[:2]):
            lon, lat = float(point[0]), float(point[1])
            if -180 <= lon <= 180 and -90 <= lat <= 90:
                yield lon, lat


def overlaps(grounds: Mapping[str, Ground]) -> Iterator[tuple[str, str]]:
    """Pairs of grids whose ground overlaps."""
    from shapely import STRtree
    from shapely.geometry import MultiPolygon

    codes = [code for code, ground in grounds.items() if ground]
    shapes = [MultiPolygon([(rings[0], rings[1:]) for rings in grounds[code]]) for code in codes]
    pairs = STRtree(shapes).query(shapes, predicate="intersects").T.tolist() if shapes else []
    for one, other in sorted(pairs):
        if one < other and shapes[one].intersection(shapes[other]).area > _SLIVER:
            yield codes[one], codes[other]


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As flat ground has it: within an office the earth's curve is less than a step."""
    shrunk = cos(radians(one[1]))
    return hypot((one[0] - other[0]) * shrunk, one[1] - other[1]) * _METRES
