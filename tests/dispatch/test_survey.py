"""Maps of grids: read as mapping tools write them, their gaps and overlaps found, points found in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.district.datum import Datum, of_wgs84, to_wgs84
from dispatch.district.survey import survey
from tests.dispatch.sample import told

WEST, SOUTH, SIDE = 116.0, 39.0, 0.002  # a grid is about 170 by 220 metres


def square(x: float, y: float, width: float = 1.0) -> list[list[float]]:
    west, south = WEST + x * SIDE, SOUTH + y * SIDE
    east, north = west + width * SIDE, south + SIDE
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: object, *rings: list[list[float]], kind: str = "Polygon") -> dict[str, Any]:
    coordinates = [list(rings)] if kind == "MultiPolygon" else list(rings)
    return {"type": "Feature", "properties": {"grid": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def field(columns: int, rows: int, but: frozenset[tuple[int, int]] = frozenset()) -> list[dict[str, Any]]:
    """Grids without a seam, save those that are left out."""
    return [
        feature(f"g{x:03}-{y:03}", square(x, y))
        for x in range(columns)
        for y in range(rows)
        if (x, y) not in but
    ]  # fmt: skip


@pytest.mark.parametrize("datum", Datum)
def test_five_thousand_grids_with_one_gap_and_one_overlap(datum: Datum) -> None:
    features = field(100, 50, but=frozenset({(50, 25)}))
    features.append(feature("wide", square(10, 10, 0.5), kind="MultiPolygon"))
    seen, faults = survey(collection(*features), "grid", datum)
    assert (len(seen.shapes), faults) == (5000, ())
    [overlap], [gap] = list(seen.overlaps()), list(seen.gaps())
    assert overlap.grids == ("g010-010", "wide")
    assert overlap.square_metres == pytest.approx(19_250, rel=0.02)
    assert gap.square_metres == pytest.approx(38_500, rel=0.02)
    assert seen.grid_at(*gap.at) is None
    assert seen.grid_at(*overlap.at) == "g010-010", "on ground that two have, the first by code"
    middle = to_wgs84((WEST + 70.5 * SIDE, SOUTH + 30.5 * SIDE), datum)
    assert seen.grid_at(*middle) == "g070-030"
    assert seen.grid_at(0.0, 0.0) is None


def test_holes_belong_to_nobody_or_to_whoever_fills_them() -> None:
    ring = [[WEST, SOUTH], [WEST + 3 * SIDE, SOUTH], [WEST + 3 * SIDE, SOUTH + 3 * SIDE], [WEST, SOUTH + 3 * SIDE]]
    around = feature("around", [*ring, ring[0]], square(1, 1))
    hole = (WEST + 1.5 * SIDE, SOUTH + 1.5 * SIDE)
    alone, _ = survey(collection(around), "grid", Datum.WGS84)
    assert (alone.grid_at(*hole), len(list(alone.gaps()))) == (None, 1)
    both, _ = survey(collection(around, feature("inner", square(1, 1))), "grid", Datum.WGS84)
    assert (both.grid_at(*hole), list(both.gaps()), list(both.overlaps())) == ("inner", [], [])


def test_parts_with_one_name_are_one_grid() -> None:
    seen, _ = survey(collection(feature(7, square(0, 0)), feature(7, square(5, 0))), "grid", Datum.WGS84)
    assert list(seen.shapes) == ["7"]
    assert seen.grid_at(WEST + 5.5 * SIDE, SOUTH + 0.5 * SIDE) == "7"


def test_everything_that_is_wrong_is_told_and_the_rest_is_read() -> None:
    bow = [[WEST, SOUTH], [WEST + SIDE, SOUTH + SIDE], [WEST + SIDE, SOUTH], [WEST, SOUTH + SIDE], [WEST, SOUTH]]
    raw = collection(
        feature(None, square(0, 0)),
        feature("line", square(1, 0), kind="LineString"),
        feature("far", [[500.0, 1.0], [501.0, 1.0], [501.0, 2.0], [500.0, 1.0]]),
        feature("few", [[WEST, SOUTH]]),
        feature("bow", bow),
        feature("good", square(9, 9)),
    )
    seen, faults = survey(raw, "grid", Datum.WGS84)
    assert set(seen.shapes) == {"bow", "good"}
    lines = told(faults)
    assert [line.split(":")[0] for line in lines] == [
        "features[1].properties.grid", "features[2].geometry.type", "features[3].geometry.coordinates",
        "features[4].geometry.coordinates", "features[5].geometry.coordinates",
    ]  # fmt: skip
    assert "Say with --by which property is the code (there are: grid)" in lines[0]
    assert "500, 1 is no longitude and latitude in degrees" in lines[2]
    assert told(survey({"type": "Topology"}, "grid", Datum.WGS84)[1])


def test_a_property_that_no_grid_has_is_told_once() -> None:
    _, faults = survey(collection(*field(3, 1)), "code", Datum.WGS84)
    [line] = told(faults)
    assert line == (
        "features: None of 3 features has a property code. Say with --by which property is the code (there are: grid)."
    )


def test_the_samples_districts_are_read(samples: Path) -> None:
    raw = json.loads((samples / "districts.geojson").read_text("utf-8-sig"))
    seen, faults = survey(raw, "boro_cd", Datum.WGS84)
    assert (len(seen.shapes), faults, list(seen.overlaps())) == (59, (), [])
    assert seen.grid_at(-73.97, 40.75) == "106"
    parks = list(seen.gaps())
    assert parks[0].square_metres == pytest.approx(3.56e6, rel=0.01), "Central Park is in no community district"
    assert all(seen.grid_at(*park.at) is None for park in parks)


@given(st.floats(73, 135), st.floats(4, 53), st.sampled_from(Datum))
def test_there_and_back_is_less_than_a_centimetre(lon: float, lat: float, datum: Datum) -> None:
    again = to_wgs84(of_wgs84((lon, lat), datum), datum)
    assert again == pytest.approx((lon, lat), abs=1e-7)


def test_a_known_point_is_where_the_makers_have_it() -> None:
    """Tian'anmen as commonly listed in the three systems, to some metres."""
    gate = (116.39130, 39.90737)
    assert of_wgs84(gate, Datum.GCJ02) == pytest.approx((116.39754, 39.90877), abs=5e-5)
    assert of_wgs84(gate, Datum.BD09) == pytest.approx((116.40392, 39.91508), abs=1e-4)
    assert of_wgs84((-73.97, 40.75), Datum.GCJ02) == (-73.97, 40.75), "outside the mainland nothing is bent"
