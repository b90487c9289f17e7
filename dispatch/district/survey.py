"""A map of grids looked through: what is drawn wrongly, what nobody has, what two have, and which grid a point is in.

Takes what mapping tools write: Polygon and MultiPolygon with holes, in WGS 84, GCJ-02 or BD-09. Shapely is imported
where it is used: it is half of what a quick command would have to import.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, floor, radians
from typing import Any

from cases.phrases import msg
from dispatch.district.datum import Datum, to_wgs84
from dispatch.district.ground import Ground
from dispatch.reading.cells import Fault, Table, shown

_METRES = 111_320.0  # of a degree of latitude
_SLIVER = 10.0  # square metres: what is less is rounding of shared edges
_DIGITS = 7  # of a degree, about a centimetre: what neighbours share is the same point
_SQUARES = 4  # of the net beside each other within a usual grid
_Cells = Mapping[tuple[int, int], Sequence[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of ground: of which grids (none: nobody's), its area in square metres, and a point in it."""

    grids: tuple[str, ...]
    square_metres: float
    at: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Survey:
    """The grids of a map by their codes, as shapes in WGS 84."""

    shapes: Mapping[str, Any]

    def grid_at(self, lon: float, lat: float) -> str | None:
        """The grid that has a point; on a border the first by code. None where nobody has it."""
        from shapely import intersects_xy

        step, cells = self._net
        for code, shape in cells.get((floor(lon / step), floor(lat / step)), ()):
            if shape is None or intersects_xy(shape, lon, lat):
                return code
        return None

    @cached_property
    def _net(self) -> tuple[float, _Cells]:
        """A net of squares over the ground: its width in degrees, and which grids may be in each. A grid that has a
        whole square stands there without its shape: it needs no look."""
        from shapely import box, contains, prepare

        widths = sorted(shape.bounds[2] - shape.bounds[0] for shape in self.shapes.values())
        step = max((widths[len(widths) // 2] if widths else 1.0) / _SQUARES, 1e-6)
        cells: dict[tuple[int, int], list[tuple[str, Any]]] = {}
        for code, shape in sorted(self.shapes.items()):
            prepare(shape)
            west, south, east, north = (floor(edge / step) for edge in shape.bounds)
            squares = [(x, y) for x in range(west, east + 1) for y in range(south, north + 1)]
            whole = contains(shape, [box(x * step, y * step, (x + 1) * step, (y + 1) * step) for x, y in squares])
            for square, is_whole in zip(squares, whole, strict=True):
                cells.setdefault(square, []).append((code, None if is_whole else shape))
        return step, cells

    def overlaps(self) -> Iterator[Patch]:
        """Ground that two grids have, the largest first."""
        from shapely import STRtree

        codes = sorted(self.shapes)
        shapes = [self.shapes[code] for code in codes]
        pairs = STRtree(shapes).query(shapes, predicate="intersects").T.tolist() if shapes else []
        both = (((codes[a], codes[b]), shapes[a].intersection(shapes[b])) for a, b in pairs if a < b)
        yield from _largest_first(_patch(grids, shape) for grids, shape in both if not shape.is_empty)

    def gaps(self) -> Iterator[Patch]:
        """Ground inside the whole that no grid has, the largest first."""
        from shapely import Polygon, unary_union

        whole = unary_union(list(self.shapes.values()))
        holes = (Polygon(ring) for part in _parts(whole) for ring in part.interiors)
        yield from _largest_first(_patch((), hole) for hole in holes)


def survey(raw: Mapping[str, object], name: str, datum: Datum) -> tuple[Survey, tuple[Fault, ...]]:
    """The grids of a GeoJSON, named by the property `name`, and all that is wrong with it. Parts with one name are one
    grid."""
    from shapely import unary_union

    faults: list[Fault] = []
    top = Table(raw, "", faults)
    if top.text("type") != "FeatureCollection":
        top.fault("type", msg("dispatch.fault.no_collection"), msg("dispatch.fault.export_map"))
    parts: dict[str, list[Any]] = {}
    for feature in top.tables("features"):
        properties = feature.table("properties")
        code = properties.value(name)
        if not isinstance(code, str | int) or isinstance(code, bool) or not str(code).strip():
            known = ", ".join(properties.keys())
            properties.fault(
                name, msg("district.fault.no_name", given=shown(code)), msg("district.fault.name_by", known=known)
            )
            continue
        shape = _shape(feature.table("geometry"), datum)
        if shape is not None:
            parts.setdefault(str(code).strip(), []).append(shape)
    found = faults if parts else [*_once(faults, name)]
    return Survey({code: unary_union(shapes) for code, shapes in parts.items()}), tuple(found)


def _once(faults: Sequence[Fault], name: str) -> Iterator[Fault]:
    """Where no grid at all has a name it is the property that is wrong: that is told once."""
    nameless = [fault for fault in faults if fault.trouble.id == "district.fault.no_name"]
    if len(nameless) > 1:
        trouble = msg("district.fault.no_names", count=len(nameless), name=name)
        yield Fault("features", trouble, nameless[0].remedy)
    yield from (fault for fault in faults if len(nameless) <= 1 or fault not in nameless)


def surveyed(grounds: Mapping[str, Ground]) -> Survey:
    """The grids of a district, each with its ground."""
    from shapely.geometry import MultiPolygon

    drawn = {code: ground for code, ground in grounds.items() if ground}
    return Survey({code: MultiPolygon([(rings[0], rings[1:]) for rings in ground]) for code, ground in drawn.items()})


def collected(seen: Survey) -> dict[str, Any]:
    """The map of a district (`dispatch.district`) of what was surveyed."""
    from shapely.geometry import mapping

    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"grid": code}, "geometry": _listed(mapping(shape))}
            for code, shape in sorted(seen.shapes.items())
        ],
    }


def _listed(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Mapping):
        return {key: _listed(each) for key, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, tuple | list) else value


def _shape(geometry: Table, datum: Datum) -> Any:
    """A shape in WGS 84; None where it cannot be one, which is noted."""
    from shapely.geometry import MultiPolygon, Polygon
    from shapely.validation import explain_validity

    kind, coordinates = geometry.text("type"), geometry.value("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        geometry.fault("type", msg("dispatch.fault.no_polygon"), msg("dispatch.fault.draw_polygon"))
        return None
    try:
        polygons: list[Any] = [coordinates] if kind == "Polygon" else list(coordinates)  # type: ignore[call-overload]
        rings = [[[_moved(point, datum) for point in ring] for ring in polygon] for polygon in polygons]
        shape = MultiPolygon([Polygon(outer, holes) for outer, *holes in rings])
    except (TypeError, ValueError) as error:
        geometry.fault("coordinates", msg("district.fault.no_ground", why=str(error)), msg("dispatch.fault.draw_ring"))
        return None
    if not shape.is_valid:
        why = explain_validity(shape)
        geometry.fault("coordinates", msg("district.fault.crossed", why=why), msg("dispatch.fault.draw_in_order"))
        return shape.buffer(0)
    return shape


def _moved(point: Any, datum: Datum) -> tuple[float, float]:
    lon, lat = float(point[0]), float(point[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"{lon:g}, {lat:g} is no longitude and latitude in degrees")
    east, north = to_wgs84((lon, lat), datum)
    return round(east, _DIGITS), round(north, _DIGITS)


def _parts(shape: Any) -> list[Any]:
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]


def _patch(grids: tuple[str, ...], shape: Any) -> Patch:
    at = shape.representative_point()
    metres = shape.area * _METRES**2 * cos(radians(at.y))
    return Patch(grids, metres, (round(at.x, 6), round(at.y, 6)))


def _largest_first(patches: Iterator[Patch]) -> list[Patch]:
    return sorted((each for each in patches if each.square_metres > _SLIVER), key=lambda each: -each.square_metres)
