"""The district: the sample is whole, faults come all at once, the duty table holds at every hour."""

# ruff: noqa: E501 - tables are read by the line

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.district import (
    DistrictErrors,
    DutyRow,
    Role,
    UnitKind,
    parse_district,
    phones,
    warnings,
    without_phones,
)
from tests import people
from tests.dispatch.sample import SHANGHAI, SUNDAY_NIGHT, TUESDAY_TEN, district, raw_district, told


def test_sample_has_what_the_issue_asks_for() -> None:
    found = district()
    kinds = [unit.kind for unit in found.units]
    assert (
        kinds.count(UnitKind.OFFICE),
        kinds.count(UnitKind.COMMITTEE),
        kinds.count(UnitKind.COURTYARD),
    ) == (1, 4, 16)
    assert (len(found.grids), len(found.workers), len(found.estates)) == (40, 60, 12)
    assert all(len(grid.polygon) >= 4 and grid.worker for grid in found.grids)
    assert warnings(found) == ()


def test_xingfuli_has_nine_buildings_of_three_units() -> None:
    (estate,) = [e for e in district().estates if e.name.zh == "幸福里小区"]
    assert [b.number for b in estate.buildings] == list("123456789")
    assert all(b.units == ("1", "2", "3") for b in estate.buildings)
    assert {"幸福里", "幸福小区"} <= set(estate.aliases)


def test_every_building_lies_in_a_grid_of_its_own_committee() -> None:
    found = district()
    for estate in found.estates:
        for building in estate.buildings:
            grid = found.grid(building.grid)
            assert grid is not None
            assert grid.committee == found.committee_of(building.courtyard)
            worker = found.worker(grid.worker)
            assert worker is not None
            assert worker.unit == building.courtyard
            assert grid.code in worker.grids


def test_numbers_are_unique_and_not_in_the_picture() -> None:
    raw = raw_district()
    numbers = phones(raw)
    assert len(numbers) == len(set(numbers.values())) == 61
    assert all(number.startswith("+86139") for number in numbers.values())
    bare = without_phones(raw)
    assert phones(bare) == {}
    assert "+86139" not in str(bare)
    assert [w.code for w in parse_district(bare).workers] == [w.code for w in district().workers]


def test_numbers_of_a_malformed_district_are_none() -> None:
    assert phones({"workers": "nobody"}) == {}
    assert without_phones({"workers": [3, {"code": "a", "phone": "1"}]}) == {"workers": [{"code": "a"}]}


def test_ids_are_the_same_at_each_reading() -> None:
    again = parse_district(raw_district())
    assert [unit.id for unit in again.units] == [unit.id for unit in district().units]
    assert len({*(u.id for u in again.units), *(w.id for w in again.workers)}) == 21 + 60


def test_the_people_of_the_tests_are_in_the_sample() -> None:
    numbers = phones(raw_district())
    for member in people.MEMBERS:
        worker = district().worker(member.worker)
        assert worker is not None
        assert (worker.name, worker.unit, worker.role.value) == (member.name, member.unit, member.role)
        assert numbers[member.worker] == member.number
    assert {people.STRANGER_NUMBER, *(r.number for r in people.RESIDENTS)}.isdisjoint(numbers.values())


@given(st.integers(0, 7 * 24 * 60 - 1))
@settings(deadline=None)
def test_somebody_is_on_duty_at_any_minute(minute: int) -> None:
    at = datetime(2026, 11, 23, tzinfo=SHANGHAI) + timedelta(minutes=minute)
    found = district()
    for code in {found.duty_desk.unit.code, *(row.unit for row in found.duty)}:
        assert found.on_duty(code, at)


def test_duty_past_midnight() -> None:
    row = DutyRow("u", 5, time(20), time(8), "w")  # Saturday night
    assert row.covers(SUNDAY_NIGHT)
    assert row.covers(datetime(2026, 11, 28, 23, tzinfo=SHANGHAI))
    assert not row.covers(datetime(2026, 11, 28, 3, tzinfo=SHANGHAI))
    assert not row.covers(datetime(2026, 11, 29, 8, tzinfo=SHANGHAI))
    day = DutyRow("u", 1, time(8), time(20), "w")
    assert day.covers(TUESDAY_TEN)
    assert not day.covers(TUESDAY_TEN + timedelta(hours=10))
    assert not day.covers(TUESDAY_TEN + timedelta(days=1))


def test_codes_that_do_not_exist_give_none() -> None:
    found = district()
    assert found.unit(None) is found.worker("x") is found.grid("") is found.committee_of("xingfu") is None
    assert found.committee_of("xingfuli-south") == found.committee_of("xingfuli") == "xingfuli"
    assert UnitKind.OFFICE.label.id == "dispatch.unit_kind.office"
    assert Role.DUTY.label.id == "dispatch.role.duty"


def test_a_nameless_worker_of_the_duty_table_is_passed_over() -> None:
    raw = raw_district()
    found = parse_district(raw)
    holes = type(found)(found.units, found.estates, found.roads, found.grids, (), found.duty, found.duty_desk)
    assert holes.on_duty("xingfu", TUESDAY_TEN) == ()


def test_holes_are_warned_of() -> None:
    raw = raw_district()
    raw["duty"] = [
        {"unit": "heping", "days": [0], "from": "08:00", "to": "20:00", "worker": "heping-duty-1"},
        {"unit": "heping", "days": [6], "from": "20:00", "to": "08:00", "worker": "heping-duty-2"},
    ]
    del raw["grids"][0]["worker"]
    raw["map"]["features"] = raw["map"]["features"][1:]
    shown = told(warnings(parse_district(raw)))
    assert shown[0].startswith("duty xingfu: Nobody is on duty from Monday 00:00 to the end of Sunday.")
    assert shown[1].startswith("duty heping: Nobody is on duty from Monday 20:00 to Sunday 20:00.")
    assert "xingfuli-01: The grid has no worker." in shown[2]
    assert "xingfuli-01: The grid is not on the map." in shown[3]


def test_a_short_row_within_a_long_one_leaves_no_hole() -> None:
    raw = raw_district()
    raw["duty"].append({"unit": "heping", "from": "09:00", "to": "10:00", "worker": "heping-head"})
    assert warnings(parse_district(raw)) == ()


def test_a_district_without_a_map_is_fine() -> None:
    raw = raw_district()
    del raw["map"]
    found = parse_district(raw)
    assert found.grids[0].polygon == ()
    assert warnings(found) == ()


def _first(key: str, **cells: object) -> Callable[[dict[str, Any]], None]:
    def spoil(raw: dict[str, Any]) -> None:
        raw[key][0].update(cells)

    return spoil


def _geometry(**cells: object) -> Callable[[dict[str, Any]], None]:
    def spoil(raw: dict[str, Any]) -> None:
        raw["map"]["features"][0]["geometry"].update(cells)

    return spoil


def test_entrances_may_be_listed() -> None:
    raw = raw_district()
    raw["estates"][0]["buildings"][0] |= {"number": "B5", "units": ["1", "4"]}
    building = parse_district(raw).estates[0].buildings[0]
    assert (building.number, building.units) == ("B5", ("1", "4"))


def test_workers_of_a_unit() -> None:
    assert [w.code for w in district().workers_of("xingfuli-south")] == [
        "xingfuli-grid-01",
        "xingfuli-grid-02",
    ]


_SQUARE = [[121.4, 31.2], [121.41, 31.2], [121.41, 31.21], [121.4, 31.21], [121.4, 31.2]]
_BOW = [[121.4, 31.2], [121.41, 31.21], [121.41, 31.2], [121.4, 31.21], [121.4, 31.2]]
FAULTS: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("office.code: It is missing.", lambda raw: raw["office"].pop("code")),
    ("office: 'x' is of the wrong form.", lambda raw: raw.update(office="x")),
    ("committees: A table does not fit here.", lambda raw: raw.update(committees={})),
    ("committees[1].name: It is missing.", lambda raw: raw["committees"][0].pop("name")),
    ("courtyards[1].committee: 'nowhere' is no committee", _first("courtyards", committee="nowhere")),
    ("courtyards[1].code: 'Big House' is no code. Use small letters", _first("courtyards", code="Big House")),
    ("units: The code 'xingfu' is there 2 times", _first("courtyards", code="xingfu")),
    ("workers[1].phone: This is no full telephone number.", _first("workers", phone="13900000001")),
    ("workers duty-1 phone: leader and duty-1 have the same telephone number. Give each", lambda raw: next(worker for worker in raw["workers"] if worker["code"] == "duty-1").update(phone="+8613900000001")),
    ("workers duty_desk phone: leader and duty_desk have the same telephone number. Give each", lambda raw: raw["duty_desk"].update(phone=next(worker["phone"] for worker in raw["workers"] if worker["code"] == "leader"))),
    ("workers[1].role: 'boss' is not one of its words. Choose from grid_worker", _first("workers", role="boss")),
    ("workers[1].rolle: It is not known here.", _first("workers", rolle="duty")),
    ("workers leader: 'moon' is no unit", _first("workers", unit="moon")),
    ("workers: The code 'supervisor' is there 2 times", _first("workers", code="supervisor")),
    ("grids xingfuli-01: 'xingfuli-south' is no committee", _first("grids", committee="xingfuli-south")),
    ("grids xingfuli-01: 'ghost' is no worker", _first("grids", worker="ghost")),
    ("estates, roads: The name '和平一村' is there 2 times", _first("estates", aliases=["和平一村"])),
    ("estates[1].buildings[1].number: '3-4' is no number", _first("estates", buildings=[{"number": "3-4", "courtyard": "heping-one"}])),
    ("estates[1].buildings[1].units: It has an entrance", _first("estates", buildings=[{"number": "3", "units": ["x"], "courtyard": "heping-one"}])),
    ("estates[1].buildings[1].units: 0 is of the wrong form.", _first("estates", buildings=[{"number": "3", "units": 0, "courtyard": "heping-one"}])),
    ("estates 幸福里小区 3: 'heping' is no courtyard", _first("estates", buildings=[{"number": "3", "courtyard": "heping"}])),
    ("estates 幸福里小区 3: 'g' is no grid", _first("estates", buildings=[{"number": "3", "grid": "g", "courtyard": "heping-one"}])),
    ("estates 幸福里小区: The building 'a' is there 2 times", _first("estates", buildings=[{"number": "A", "courtyard": "heping-one"}, {"number": "a", "courtyard": "heping-one"}])),
    ("roads[1].stretches[1].to: 3 is before 9", _first("roads", stretches=[{"from": 9, "to": 3, "committee": "heping"}])),
    ("roads 幸福路 1: 'heping' is no courtyard", _first("roads", stretches=[{"from": 1, "to": 3, "committee": "heping", "courtyard": "heping"}])),
    ("duty[1].from: '25:00' is no time of day", _first("duty", **{"from": "25:00"})),
    ("duty[1].to: '20:00+08:00' is no time of day", _first("duty", to="20:00+08:00")),
    ("duty[1].days: This is no list of days.", _first("duty", days=[7])),
    ("duty xingfu: 'ghost' is no worker", _first("duty", worker="ghost")),
    ("map.type: The map is no FeatureCollection.", lambda raw: raw["map"].update(type="Feature")),
    ("map.features[1].geometry.type: The ground is no Polygon.", _geometry(type="Point")),
    ("map.features[1].geometry.coordinates: This is not one ring.", _geometry(coordinates=[])),
    ("map.features[1].geometry.coordinates: The ring crosses itself.", _geometry(coordinates=[_SQUARE, _SQUARE])),
    ("map.features[1].geometry.coordinates: This is no closed ring.", _geometry(coordinates=[_SQUARE[:3]])),
    ("map.features[1].geometry.coordinates: This is no closed ring.", _geometry(coordinates=[[["a", 1], [999.0, 1.0], 3]])),
    ("map.features[1].geometry.coordinates: This is no closed ring.", _geometry(coordinates=["abc"])),
    ("map.features[1].geometry.coordinates: The ring crosses itself.", _geometry(coordinates=[_BOW])),
    ("map: The grids xingfuli-01 and", _geometry(coordinates=[_SQUARE])),
    ("map: 'unknown' is no grid", lambda raw: raw["map"]["features"][0]["properties"].update(grid="unknown")),
    ("map.features[2].properties.grid: The grid 'xingfuli-01' is there 2 times. Keep one ground", lambda raw: raw["map"]["features"][1]["properties"].update(grid="xingfuli-01")),
    ("extra: It is not known here.", lambda raw: raw.update(extra=1)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "spoil"), FAULTS, ids=[said for said, _ in FAULTS])
def test_a_fault_is_named(said: str, spoil: Callable[[dict[str, Any]], None]) -> None:
    raw = raw_district()
    spoil(raw)
    with pytest.raises(DistrictErrors) as caught:
        parse_district(raw)
    assert any(line.startswith(said) for line in told(caught.value.faults)), told(caught.value.faults)
    assert len(str(caught.value).splitlines()) == len(caught.value.faults)


def test_all_faults_come_at_once() -> None:
    raw = raw_district()
    _first("workers", phone="x", unit="moon")(raw)
    _first("duty", days="daily")(raw)
    _first("estates", aliases=[""])(raw)
    with pytest.raises(DistrictErrors) as caught:
        parse_district(raw)
    paths = {fault.path for fault in caught.value.faults}
    assert paths == {"workers[1].phone", "workers leader", "duty[1].days", "estates[1].aliases"}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["office", "code", "name", "units", "map", "features", "duty", "estates", "buildings", "roads", "stretches", "workers"]), inner, max_size=6), max_leaves=20))  # fmt: skip
@settings(deadline=None)
def test_anything_else_gives_faults_and_nothing_else(raw: Any) -> None:
    with pytest.raises(DistrictErrors):
        parse_district(raw)


def test_ground_has_parts_and_holes_the_largest_first() -> None:
    raw = raw_district()
    ring = raw["map"]["features"][0]["geometry"]["coordinates"][0]
    west, south = min(x for x, _ in ring), min(y for _, y in ring)
    small = [[x + (west - x) * 0.5 - 1, y + (south - y) * 0.5] for x, y in ring]  # apart from all, and half as wide
    hole = [
        [x + (sum(p[0] for p in ring) / len(ring) - x) * 0.8, y + (sum(p[1] for p in ring) / len(ring) - y) * 0.8]
        for x, y in ring
    ]
    raw["map"]["features"][0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[small], [ring, hole]]}
    found = parse_district(raw).grids[0]
    assert [len(part) for part in found.ground] == [2, 1]
    assert found.polygon == tuple(map(tuple, ring))
