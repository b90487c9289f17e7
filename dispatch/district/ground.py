"""The grids' ground: polygons from GeoJSON, checked with shapely.

Shapely is imported where it is used: it is half of what a quick command would have to import.
"""

from collections.abc import Iterator, Mapping, Sequence

from cases.phrases import msg
from dispatch.reading.cells import Table, twice

Ring = tuple[tuple[float, float], ...]

# Neighbours share an edge; a smaller overlap than this (in degrees squared, about 10 m²) is rounding.
_SLIVER = 1e-9


def read_map(top: Table) -> dict[str, Ring]:
    """The ring of each grid named in the map; empty where there is no map."""
    if not top.has("map"):
        return {}
    table = top.table("map")
    if table.text("type") != "FeatureCollection":
        table.fault("type", msg("dispatch.fault.no_collection"), msg("dispatch.fault.export_map"))
    rings: dict[str, Ring] = {}
    for feature in table.tables("features"):
        grid = feature.table("properties").text("grid")
        if grid in rings:
            trouble, _ = twice(msg("dispatch.part.grid"), grid, 2)
            feature.fault("properties.grid", trouble, msg("dispatch.fault.one_ground"))
        rings[grid] = _ring(feature)
    return rings


def _ring(feature: Table) -> Ring:
    from shapely.geometry import Polygon

    geometry = feature.table("geometry")
    if geometry.text("type") != "Polygon":
        geometry.fault("type", msg("dispatch.fault.no_polygon"), msg("dispatch.fault.draw_polygon"))
        return ()
    rings = geometry.value("coordinates")
    if not isinstance(rings, list | tuple) or len(rings) != 1:
        geometry.fault("coordinates", msg("dispatch.fault.not_one_ring"), msg("dispatch.fault.draw_ring"))
        return ()
    points = tuple(_points(rings[0]))
    if len(points) < 4 or points[0] != points[-1]:
        geometry.fault("coordinates", msg("dispatch.fault.not_closed"), msg("dispatch.fault.close_ring"))
        return ()
    if not Polygon(points).is_valid:
        geometry.fault("coordinates", msg("dispatch.fault.crosses"), msg("dispatch.fault.draw_in_order"))
        return ()
    return points


def _points(ring: object) -> Iterator[tuple[float, float]]:
    for point in ring if isinstance(ring, list | tuple) else ():
        if isinstance(point, Sequence) and len(point) >= 2 and all(type(n) in (int, float) for n in point[:2]):
            lon, lat = float(point[0]), float(point[1])
            if -180 <= lon <= 180 and -90 <= lat <= 90:
                yield lon, lat


def overlaps(rings: Mapping[str, Ring]) -> Iterator[tuple[str, str]]:
    """Pairs of grids whose ground overlaps."""
    from shapely import STRtree
    from shapely.geometry import Polygon

    codes = [code for code, ring in rings.items() if ring]
    shapes = [Polygon(rings[code]) for code in codes]
    pairs = STRtree(shapes).query(shapes, predicate="intersects").T.tolist() if shapes else []
    for one, other in sorted(pairs):
        if one < other and shapes[one].intersection(shapes[other]).area > _SLIVER:
            yield codes[one], codes[other]
