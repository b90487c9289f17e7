"""Where it is: what residents say, in all its spellings, and what must be asked instead of believed."""

# ruff: noqa: E501 - tables are read by the line

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.phrases import EN, ZH
from dispatch.district import Building, District, Estate
from dispatch.places import Place, PlaceFinding, PlaceKind, find, shown
from dispatch.reading.numerals import to_digits
from dispatch.reading.script import plain, stands_alone
from tests.dispatch.sample import district, phrasebook

XINGFULI = "幸福里小区"


def _at(text: str) -> Place:
    place = find(text, district()).place
    assert place is not None, text
    return place


def _way(text: str) -> tuple[str | None, ...]:
    place = _at(text)
    return place.estate, place.building, place.unit, place.room


@pytest.mark.parametrize(
    "text",
    [
        "幸福里小区3号楼2单元501室",
        "幸福里小区三号楼二单元五零一室",
        "幸福里３号楼２单元５０１",
        "幸福里3-2-501",
        "幸福里小区3－2－501",
        "幸福小区3栋2单元501",
        "幸福里3幢2门501室",
        "幸福里第三号楼第二单元501户",
        "幸福里小區三號樓二單元五零一室",
        "幸福里3#2单元501",
        "幸福里3号楼2-501",
        "3号楼2单元501室，幸福里小区",
        "我家住幸福里的3号楼，2单元，501",
        "幸\u200b福里3号楼2单元501室",
        "Xingfuli Estate, Building 3, Unit 2, Room 501",
        "room 501, unit 2, no. 3 building, XINGFULI",
        "block 3 unit 2 flat 501 xingfuli estate",
        "Xingfuli Estate, building three, unit two, Rm. 501",
        "No. 3, unit 2, apt 501, Xingfuli",
        "xingfuli estate bldg.3 2nd unit rm501",
        "Xingfuli Estate, 3rd building, unit 2, flat 501",
        "幸福里3号2单元501家里停电",
        "幸福里南院3号楼2单元501室",
    ],
)
def test_one_door_in_many_spellings(text: str) -> None:
    assert _way(text) == (XINGFULI, "3", "2", "501")


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("春风苑十二号楼", ("春风苑", None, None, None)),
        ("滨河花园十二号楼三单元", ("滨河花园", "12", "3", None)),
        ("滨河花园12栋楼下", ("滨河花园", "12", None, None)),
        ("梅花公寓A座1202室", ("梅花公寓", "A", "1", "1202")),
        ("梅花公寓b座", ("梅花公寓", "B", "1", None)),
        ("幸福里3号501", (XINGFULI, "3", None, "501")),
        ("幸福里3号停水了", (XINGFULI, "3", None, None)),
        ("幸福里3-2", (XINGFULI, "3", "2", None)),
        ("幸福里3-2-501号楼", (XINGFULI, "3", "2", "501")),
        ("幸福里3-501", (XINGFULI, "3", None, "501")),
        ("幸福里3号楼幺零二室", (XINGFULI, "3", None, "102")),
        ("幸福里B5幢", (XINGFULI, None, None, None)),
        ("幸福里5B栋", (XINGFULI, None, None, None)),
        ("幸福里13号停水通知", (XINGFULI, None, None, None)),
        ("幸福里三栋楼都停水了", (XINGFULI, None, None, None)),
        ("幸福里2024-10-12停水", (XINGFULI, None, None, None)),
        ("幸福里小区，电话021-5555-1234", (XINGFULI, None, None, None)),
    ],
)
def test_ways_to_a_door(text: str, way: tuple[str | None, ...]) -> None:
    assert _way(text) == way


def test_floor_is_no_building() -> None:
    place = _at("幸福里3号楼2单元三楼漏水")
    assert (place.building, place.floor, place.kind) == ("3", "3", PlaceKind.INDOORS)
    assert _at("幸福里3号楼2单元5层501").floor == "5"
    assert _at("Xingfuli building 3 unit 2, 5th floor").floor == "5"
    assert _at("幸福里三楼").building is None


def test_place_says_who_stands_there() -> None:
    place = _at("幸福里小区3号楼2单元501室")
    assert (place.courtyard, place.grid, place.committee) == ("xingfuli-south", "xingfuli-02", "xingfuli")
    assert place.public() == Place(
        XINGFULI, "3", "2", kind=PlaceKind.INDOORS, courtyard="xingfuli-south", grid="xingfuli-02", committee="xingfuli"
    )  # fmt: skip


@pytest.mark.parametrize(("building", "unit"), list(itertools.product("123456789", "123")))
def test_every_entrance_of_xingfuli(building: str, unit: str) -> None:
    finding = find(f"幸福里{building}号楼{unit}单元", district())
    assert finding.place is not None
    yard = {"1": "south", "2": "south", "3": "south", "4": "middle", "5": "middle", "6": "middle"}
    assert finding.place.courtyard == f"xingfuli-{yard.get(building, 'north')}"
    assert (finding.missing, finding.confidence, finding.clear) == ((), 1.0, True)


def test_a_building_that_does_not_exist_is_asked_for() -> None:
    finding = find("幸福里小区12号楼2单元", district())
    assert finding.place is not None
    assert (finding.place.building, finding.place.courtyard, finding.place.committee) == (
        None,
        None,
        "xingfuli",
    )
    assert (finding.missing, finding.clear) == (("building",), False)
    assert [reason.id for reason in finding.reasons] == [
        "dispatch.place.by_estate",
        "dispatch.place.no_such_building",
    ]
    assert finding.confidence < find("幸福里小区", district()).confidence


def test_an_entrance_that_does_not_exist_is_asked_for() -> None:
    finding = find("幸福里3号楼7单元", district())
    assert finding.place is not None
    assert (finding.place.building, finding.place.unit, finding.missing) == ("3", None, ("unit",))
    assert finding.reasons[-1].id == "dispatch.place.no_such_unit"
    assert finding.clear


def test_estate_of_one_courtyard_needs_no_building() -> None:
    finding = find("银杏里楼下路灯", district())
    assert finding.place is not None
    assert (finding.place.courtyard, finding.missing, finding.clear) == ("yinxing", ("building",), True)


def test_on_the_road_before_an_estate() -> None:
    finding = find("幸福里小区门口的幸福路上全是垃圾", district())
    assert finding.place is not None
    assert (finding.kind, finding.place.committee, finding.clear) == (PlaceKind.ROAD, "xingfuli", True)


def test_a_short_form_is_less_sure() -> None:
    short, full = find("幸福里3号停水了", district()), find("幸福里3号楼停水了", district())
    assert short.place == full.place
    assert short.confidence < full.confidence


def test_a_number_of_another_sentence_is_no_room() -> None:
    place = _at("幸福里3号楼5楼的灯坏了，打了110没人接")
    assert (place.building, place.floor, place.room) == ("3", "5", None)


def test_two_buildings() -> None:
    finding = find("幸福里3号楼和5号楼之间，还有3号楼后面", district())
    assert finding.place is not None
    assert finding.place.building == "3"
    assert [(c.building, c.courtyard) for c in finding.candidates] == [("5", "xingfuli-middle")]
    assert finding.confidence < find("幸福里3号楼", district()).confidence


def test_two_estates() -> None:
    both = find("和平一村和和平二村之间", district())
    assert (both.place, both.missing, both.clear) == (None, ("estate",), False)
    assert [place.estate for place in both.candidates] == ["和平一村", "和平二村"]
    assert _way("我家在和平一村3号楼1单元，对面是和平二村") == ("和平一村", "3", "1", None)
    assert _way("和平二村对面，和平一村的3号楼") == ("和平一村", "3", None, None)


@pytest.mark.parametrize(
    ("text", "number", "committee", "missing"),
    [
        ("幸福路88号门口", "88", "xingfuli", ()),
        ("幸福路一百五十号", "150", "heping", ()),
        ("No. 150 Xingfu Road", "150", "heping", ()),
        ("No. 150, Xingfu Rd.", "150", "heping", ()),
        ("Xingfu Road 150", "150", "heping", ()),
        ("Xingfu Road, 3 days without water", None, None, ("number",)),
        ("幸福路9999号", "9999", None, ("number",)),
        ("幸福大街", None, None, ("number",)),
        ("滨河大道", None, "binhe", ()),
        ("春风街3弄", "3", "xingfuli", ()),
        ("和平路十十十号", "30", "heping", ()),
    ],
)
def test_roads(text: str, number: str | None, committee: str | None, missing: tuple[str, ...]) -> None:
    finding = find(text, district())
    assert finding.place is not None
    assert (finding.place.number, finding.place.committee, finding.missing) == (number, committee, missing)
    assert finding.kind is PlaceKind.ROAD
    assert finding.clear is not bool(missing)


def test_a_road_known_to_the_grid() -> None:
    place = _at("银杏巷15号楼道里")
    assert (place.courtyard, place.grid, place.kind) == ("yinxing", "xinyuan-07", PlaceKind.STAIRWELL)


def test_units_by_name() -> None:
    yard = find("滨河花园东院有人打牌", district())
    assert yard.place is not None
    assert (yard.place.courtyard, yard.place.committee, yard.clear) == ("binhe-east", "binhe", True)
    committee = find("幸福里居委会门口", district())
    assert committee.place is not None
    assert (committee.place.courtyard, committee.place.committee, committee.clear) == (
        None,
        "xingfuli",
        False,
    )
    assert find("幸福街道办事处电话多少", district()).place is None


def test_nothing_named() -> None:
    finding = find("垃圾没人管", district())
    assert finding == PlaceFinding(None, (), ("estate",), 0.0, PlaceKind.UNKNOWN, finding.reasons)
    assert not finding.clear
    assert find("楼道灯坏了", district()).kind is PlaceKind.STAIRWELL


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("幸福里3号楼2单元楼道", PlaceKind.STAIRWELL),
        ("幸福里3号楼2单元，the lift is stuck", PlaceKind.STAIRWELL),
        ("幸福里3号楼，a roadside tree", PlaceKind.COURTYARD),  # a word within a longer one is none
        ("幸福里3号楼楼下", PlaceKind.COURTYARD),
        ("我家楼下的花坛，幸福里3号楼", PlaceKind.COURTYARD),
        ("幸福里3号楼家里漏水", PlaceKind.INDOORS),
        ("幸福里3号楼厨房水漏到楼下", PlaceKind.INDOORS),
        ("幸福里门口马路上", PlaceKind.ROAD),
        ("幸福里小区", PlaceKind.COURTYARD),
        ("我们小区里，幸福里", PlaceKind.COURTYARD),
        ("Xingfuli, building 3, in the stairwell", PlaceKind.STAIRWELL),
        ("on the road before Xingfuli Estate", PlaceKind.ROAD),
        ("a broadband cable, building 3, Xingfuli", PlaceKind.COURTYARD),
    ],
)
def test_kind_of_ground(text: str, kind: PlaceKind) -> None:
    assert find(text, district()).kind is kind


def test_latin_names_stand_alone() -> None:
    assert find("the xingfulish way", district()).place is None
    assert stands_alone("a lift", 2, 6)
    assert not stands_alone("uplift", 2, 6)
    assert not stands_alone("lifted", 0, 4)


def test_a_name_of_nothing_visible_is_found_nowhere() -> None:
    sample = district()
    odd = Estate(sample.estates[0].name, ("\u200b",), ())
    only = District(sample.units, (odd,), (), (), (), (), sample.duty_desk)
    assert find("\u200b和平", only).place is None


def test_ground_in_words() -> None:
    assert phrasebook().say(PlaceKind.STAIRWELL.label, EN) == "stairwell"


def test_an_estate_split_between_committees_and_without_buildings() -> None:
    sample = district()
    name = sample.estates[0].name
    houses = (Building("1", ("1",), "meihua", None), Building("2", ("1",), "hepan", None))
    split = District(sample.units, (Estate(name, (), houses),), (), (), (), (), sample.duty_desk)
    place = find(name.zh, split).place
    assert place is not None
    assert (place.courtyard, place.grid, place.committee) == (None, None, None)
    assert not find(f"{name.zh}门口马路上", split).clear
    bare = District(sample.units, (Estate(name, (), ()),), (), (), (), (), sample.duty_desk)
    assert find(f"{name.zh}3号楼", bare).missing == ("building",)
    nothing = District((), (), (), (), (), (), sample.duty_desk)
    assert find("幸福里3号楼", nothing).place is None


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("幸福里3号楼2单元501", "幸福里小区3号楼2单元", "Xingfuli Estate, building 3, unit 2"),
        ("幸福里3号楼", "幸福里小区3号楼", "Xingfuli Estate, building 3"),
        ("梅花公寓A座", "梅花公寓A座1单元", "Meihua Apartments, block A, unit 1"),
        ("幸福里", "幸福里小区", "Xingfuli Estate"),
        ("幸福路88号", "幸福路88号", "Xingfu Road 88"),
        ("滨河大道", "滨河大道", "Binhe Avenue"),
        ("滨河花园东院", "滨河花园东院", "Binhe Garden East Courtyard"),
        ("哪里", "位置待查", "place still to be found"),
    ],
)
def test_places_are_shown_without_the_door(text: str, zh: str, en: str) -> None:
    message = shown(find(text, district()).place, district())
    assert (phrasebook().say(message, ZH), phrasebook().say(message, EN)) == (zh, en)


def test_places_of_another_time_are_shown_too() -> None:
    assert phrasebook().say(shown(Place(estate="旧小区"), district()), EN) == "旧小区"
    assert shown(Place(courtyard="gone"), district()).id == "dispatch.place.unknown"


def test_reasons_never_name_the_door() -> None:
    for reason in find("幸福里3号楼2单元501室", district()).reasons:
        assert "501" not in phrasebook().say(reason, ZH)


@pytest.mark.parametrize(
    ("said", "digits"),
    [("12", "12"), ("007", "7"), ("000", "0"), ("十二", "12"), ("二十", "20"), ("二十三", "23"), ("一百零二", "102"),
     ("五零一", "501"), ("幺〇二", "102"), ("零", "0"), ("两", "2"), ("", ""), ("甲", "甲"), ("a", "a"), ("²", "²"),
     ("廿二", "22"), ("卅", "30"), ("Three", "3"), ("twelfth", "12")],
)  # fmt: skip
def test_numerals(said: str, digits: str) -> None:
    assert to_digits(said) == digits


WORDS = ["幸福里", "和平一村", "幸福路", "3号楼", "12栋", "A座", "2单元", "三楼", "501室", "3-2-501", "，", "楼下", "马路上",
         "building 3", "unit 2", "Xingfuli", " ", "十", "-", "号", "1"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=12).map("".join))
@settings(deadline=None, max_examples=300)
def test_find_never_raises_and_never_invents(text: str) -> None:
    finding = find(text, district())
    assert 0 <= finding.confidence <= 1
    assert not finding.clear or finding.place is not None
    place = finding.place
    if place and place.building:
        (estate,) = [e for e in district().estates if e.name.zh == place.estate]
        (building,) = [b for b in estate.buildings if b.number == place.building]
        assert place.unit is None or place.unit in building.units
        assert (place.courtyard, place.grid) == (building.courtyard, building.grid)


@given(st.text(max_size=30))
@settings(deadline=None)
def test_plain_is_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_real_addresses(samples: Path) -> None:
    lines = (samples / "addresses.txt").read_text("utf-8").split("\n\n")
    texts = ["".join(line.split(" ")[0] for line in block.splitlines()) for block in lines[:600]]
    found = [find(text, district()) for text in texts]
    assert len(found) == 600
    # They are of another province: hardly any name is one of ours.
    assert sum(finding.place is not None for finding in found) < 12
