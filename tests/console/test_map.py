"""The map: what lies in which grid, within a scope, drawn without script, each number a link to what it counts."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from cases.models import cases
from console.ground.drawing import ABOVE, MARGIN, WIDTH, closed, mark, middle, outline, path, sheet
from console.ground.picture import picture
from dispatch.models import district_version
from dispatch.reads.ground import Count, by_grid
from tests.console.house import House
from tests.console.test_desk import numbers
from tests.console.whole import sample

__all__ = ["sample"]
SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0))
NEXT = ((2.0, 0.0), (4.0, 0.0), (4.0, 2.0), (2.0, 2.0), (2.0, 0.0))


def filled(house: House) -> None:
    """Cases in several grids, of two committees, some late, one nowhere, one closed."""
    for text in (
        "幸福里3号楼2单元下水道堵了",
        "幸福里3号楼1单元下水道堵了",
        "幸福里5号楼电梯停了",
        "和平新村2号楼下水道堵了",
    ):
        house.case(text)
    house.case("有人唱歌太吵")
    over = house.case("幸福里7号楼下水道堵了")
    house.execute(sa.update(cases).where(cases.c.id == over.case_id).values(state="closed"))
    house.move_clock(hours=25)


def broken_up(house: House) -> str:
    """A grid with open cases gets a hole in its middle and an island in the west; its code."""
    raw = json.loads(house.execute(sa.select(district_version.c.body)).scalar())
    [feature] = [each for each in raw["map"]["features"] if each["properties"]["grid"] == "xingfuli-02"]
    [ring] = feature["geometry"]["coordinates"]
    width = max(x for x, _ in ring) - min(x for x, _ in ring)
    parts = [[moved(ring, 0.4, -2.5 * width)], [ring, moved(ring, 0.5, 0)]]
    feature["geometry"] = {"type": "MultiPolygon", "coordinates": parts}
    office = sa.select(district_version.c.office_id).scalar_subquery()
    body = json.dumps(raw, ensure_ascii=False)
    house.execute(sa.insert(district_version).values(number=2, office_id=office, body=body, imported_at=house.now()))
    return "xingfuli-02"


def moved(ring: Any, size: float, east: float) -> Any:
    """A ring so much smaller, about its middle, and so much farther east."""
    middle_x, middle_y = (sum(point[axis] for point in ring[1:]) / (len(ring) - 1) for axis in (0, 1))
    return [[middle_x + (x - middle_x) * size + east, middle_y + (y - middle_y) * size] for x, y in ring]


def test_every_number_counts_the_list_that_it_links_to(sample: House) -> None:
    filled(sample)
    with sample.signed_in() as browser:
        page = browser.get("/map").text
        links = re.findall(r'<a[^>]*href="(/desk[^"]*)"[^>]*>(?:▲ )?(\d+)</a>', page)
        assert len(links) >= 6
        for address, count in links:
            assert len(numbers(browser.get(address.replace("&amp;", "&")).text)) == int(count), address
        assert any("grid=-" in address for address, _ in links)
        assert any("time=over" in address and "grid=" in address for address, _ in links)
        drawn = re.findall(r'href="/desk\?grid=([^"]+)" data-said="[^"]*: (\d+) open(?:, (\d+) late)?"', page)
        assert drawn
        for grid, count, _ in drawn:
            assert len(numbers(browser.get(f"/desk?grid={grid}").text)) == int(count), grid


def test_the_map_is_drawn_without_script_and_late_is_not_told_by_colour_alone(sample: House) -> None:
    filled(sample)
    with sample.signed_in() as browser:
        page = browser.get("/map").text
    assert page.count('class="spot"') == 40
    late = [spot for spot in re.findall(r'<a class="spot".*?</a>', page, re.S) if 'data-late="1"' in spot]
    assert len(late) == page.count('class="ground-late"') > 0
    for spot in late:
        assert "▲1" in spot
        assert re.search(r'data-said="[^"]*1 late"', spot)
        assert re.search(r"<title>[^<]*1 late</title>", spot)
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)


def test_a_committee_sees_its_own_grids_and_counts_only(sample: House) -> None:
    filled(sample)
    with sample.signed_in("head") as browser:
        page = browser.get("/map").text
        assert set(re.findall(r'data-grid="([a-z]+)-', page)) == {"xingfuli"}
        assert "ground-around" in page
        total = re.search(r"<tfoot>.*?>(\d+)</a>", page, re.S)
        assert total is not None
        assert int(total[1]) == 3 == len(numbers(browser.get("/desk").text))
        ground = browser.get("/map/grids.json").json
        assert ground is not None
        assert {
            one["properties"]["grid"].startswith("xingfuli-")
            for one in ground["features"]
            if one["properties"].get("own")
        } == {True}
    with sample.signed_in() as browser:
        assert len(numbers(browser.get("/desk").text)) == 5


def test_a_courtyard_sees_the_grids_of_its_committee_with_its_own_cases(sample: House) -> None:
    filled(sample)
    sample.account("courtyard", "xingfuli-south")
    with sample.door.transaction("xingfu") as tx:
        scope = "xingfu/xingfuli/xingfuli-south"
        counts = by_grid(tx, scope)
        found = picture(tx.district, scope, counts)
    assert {spot.code.rpartition("-")[0] for spot in found.spots} == {"xingfuli"}
    assert found.total.open == sum(count.open for count in counts.values())
    assert 0 < found.total.open <= 3


def test_the_ground_is_geojson(sample: House) -> None:
    with sample.signed_in() as browser:
        answer = browser.get("/map/grids.json")
    assert answer.json is not None
    assert answer.json["type"] == "FeatureCollection"
    grids = [one for one in answer.json["features"] if "grid" in one["properties"]]
    borders = [one for one in answer.json["features"] if "border" in one["properties"]]
    assert (len(grids), len(borders)) == (40, 4)
    for border in borders:
        assert border["geometry"]["type"] == "MultiLineString"
        assert all(len(line) == 2 for line in border["geometry"]["coordinates"])
    for one in grids:
        ring = one["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert all(100 < lon < 140 and 20 < lat < 50 for lon, lat in ring)


def test_all_parts_of_a_grid_are_drawn_with_their_holes(sample: House) -> None:
    filled(sample)
    grid = broken_up(sample)
    with sample.signed_in() as browser:
        page, answer = browser.get("/map").text, browser.get("/map/grids.json").json
    [drawn] = re.findall(rf'id="spot-{grid}".*?<path[^>]* d="([^"]*)"', page, re.S)
    assert (drawn.count("M"), drawn.count("Z")) == (3, 3), "two outer lines and a hole"
    assert answer is not None
    [feature] = [each for each in answer["features"] if each["properties"].get("grid") == grid]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert [len(part) for part in feature["geometry"]["coordinates"]] == [2, 1]
    outer, hole = feature["geometry"]["coordinates"][0]
    assert is_within(feature["properties"]["at"], outer)
    assert not is_within(feature["properties"]["at"], hole)
    [border] = [each for each in answer["features"] if each["properties"].get("border") == "xingfuli"]
    edges = {tuple(sorted(map(tuple, line))) for line in border["geometry"]["coordinates"]}
    assert {tuple(sorted(map(tuple, pair))) for pair in pairwise(hole)} <= edges


def is_within(point: Any, ring: Any) -> bool:
    """Whether a point lies in a convex ring: on the same side of all its edges."""
    sides = [(bx - ax) * (point[1] - ay) > (by - ay) * (point[0] - ax) for (ax, ay), (bx, by) in pairwise(ring)]
    return len(set(sides)) == 1


def test_a_district_without_borders_has_its_table(house: House) -> None:
    house.case("幸福里3号楼2单元下水道堵了")
    with house.signed_in() as browser:
        page = browser.get("/map").text
    assert "<svg" not in page
    assert "no borders yet" in page
    assert re.search(r'href="/desk\?grid=xingfuli-\d+">1</a>', page)


def test_figures_alone_are_what_the_page_has(sample: House) -> None:
    filled(sample)
    with sample.signed_in() as browser:
        page, alone = browser.get("/map").text, browser.get("/map/figures").text
    assert "<html" not in alone
    spots = re.compile(r'data-open="(\d+)" data-late="(\d+)"')
    assert spots.findall(alone) == spots.findall(page)


@pytest.mark.parametrize("path", ["/map", "/map/figures", "/map/grids.json"])
def test_the_map_is_for_whoever_is_signed_in(house: House, path: str) -> None:
    assert house.client().get(path).location.startswith("/login")


@pytest.mark.parametrize("grid", ["no-such", "%00", "'--", "x" * 500])
def test_an_odd_grid_is_no_error(house: House, grid: str) -> None:
    with house.signed_in() as browser:
        assert browser.get(f"/desk?grid={grid}").status_code == 200


def test_a_sheet_keeps_proportions_and_has_north_above() -> None:
    laid = sheet([(121.0, 31.0), (121.02, 31.02)])
    west, north = laid.at((121.0, 31.02))
    east, south = laid.at((121.02, 31.0))
    assert (west, north) == (MARGIN, ABOVE)
    assert east == WIDTH - MARGIN
    assert south - north == pytest.approx((east - west) / 0.857, rel=0.01)  # the cosine of 31 degrees
    assert laid.height == pytest.approx(south + MARGIN)


def test_the_middle_of_a_ring() -> None:
    assert middle(SQUARE) == (1.0, 1.0)
    assert middle(((3.0, 3.0), (3.0, 3.0), (3.0, 3.0))) == (3.0, 3.0)


def test_a_sign_stands_on_the_ground_that_it_is_of() -> None:
    hole = ((0.5, 0.5), (1.2, 0.5), (1.2, 1.5), (0.5, 1.5), (0.5, 0.5))
    assert mark([SQUARE]) == (1.0, 1.0)
    assert mark([SQUARE, hole]) == (1.6, 1.0), "the wider stretch, east of the hole"
    horns = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (3.0, 4.0), (3.0, 1.0), (1.0, 1.0), (1.0, 4.0), (0.0, 4.0), (0.0, 0.0))
    x, y = mark([horns])
    assert (x, y) == (0.5, pytest.approx(1.7))
    assert mark([((3.0, 3.0), (3.0, 3.0), (3.0, 3.0))]) == (3.0, 3.0)


def test_rings_become_one_path() -> None:
    assert closed([SQUARE, NEXT]) == "M0 0L2 0L2 2L0 2ZM2 0L4 0L4 2L2 2Z"
    assert closed([]) == ""


def test_the_outline_has_no_inner_edge() -> None:
    edges = outline([SQUARE, NEXT])
    assert len(edges) == 6
    assert ((2.0, 0.0), (2.0, 2.0)) not in edges
    assert ((2.0, 2.0), (2.0, 0.0)) not in edges
    assert path(edges[:1]) == "M0 0L2 0"
    assert outline([]) == []


def test_shades_grow_with_the_count(sample: House) -> None:
    with sample.door.transaction("xingfu") as tx:
        code = tx.district.grids[0].code
        shades = [picture(tx.district, "xingfu", {code: Count(n)}).spots[0].shade for n in range(20)]
    assert (shades[0], shades[1], shades[-1]) == (0, 1, 4)
    assert all(b >= a for a, b in pairwise(shades))
