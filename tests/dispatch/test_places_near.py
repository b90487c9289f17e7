"""Names that a text nearly says: misheard ones are taken and less sure, slips are offered and never taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.phrases import EN, ZH
from dispatch.district import District, Estate
from dispatch.places import PlaceFinding, find
from dispatch.reading.sound import heard, sounds_of, spellings
from tests.dispatch.sample import district, phrasebook


@pytest.mark.parametrize(
    ("text", "estate", "building"),
    [
        ("性福里3号楼2单元501", "幸福里小区", "3"),
        ("辛福里三号楼", "幸福里小区", "3"),
        ("幸富小区三号楼", "幸福里小区", "3"),
        ("春分苑2栋", "春风苑", "2"),
        ("滨和花园12号楼", "滨河花园", "12"),
        ("兵河花园12号楼", "滨河花园", "12"),
        ("银心里2号楼", "银杏里", "2"),
        ("我住锦秀公寓", "锦绣公寓", None),
        ("宁静的望江新春1栋", "望江新村", "1"),
    ],
)
def test_what_is_misheard_is_taken(text: str, estate: str, building: str | None) -> None:
    finding = find(text, district())
    assert finding.place is not None
    assert (finding.place.estate, finding.place.building) == (estate, building)
    assert finding.reasons[0].id == "dispatch.place.by_sound"
    right = find(f"{estate}{building or ''}号楼" if building else estate, district())
    assert 0 < finding.confidence <= right.confidence


def test_it_is_told_what_was_heard() -> None:
    reason = find("性福里3号楼", district()).reasons[0]
    assert phrasebook().say(reason, EN) == "“性福里” sounds like Xingfuli Estate"
    assert phrasebook().say(reason, ZH) == "听音近似：“性福里”当是幸福里小区"


def test_a_road_is_heard_too() -> None:
    place = find("幸服路88号门口", district()).place
    assert place is not None
    assert (place.road, place.number, place.committee) == ("幸福路", "88", "xingfuli")


def _offered(finding: PlaceFinding) -> list[tuple[str | None, str | None]]:
    assert finding.place is None
    assert not finding.clear
    return [(place.estate or place.road, place.building) for place in finding.candidates]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("和平村3号楼漏水", [("和平一村", "3"), ("和平二村", "3")]),  # one left out: which?
        ("和平三村3号楼", [("和平一村", "3"), ("和平二村", "3")]),  # there is none
        ("滨江花园5栋", [("滨河花园", "5")]),
        ("梅花公馆A座", [("梅花公寓", "A")]),
        ("滨河的花园5栋", [("滨河花园", "5")]),  # one too many
        ("河畔园的路灯", [("河畔家园", None)]),
        ("滨河大桥", []),
        ("和平村", [("和平一村", None), ("和平二村", None)]),
    ],
)
def test_a_slip_is_offered(text: str, offered: list[tuple[str, str | None]]) -> None:
    finding = find(text, district())
    assert _offered(finding) == offered
    if offered:
        assert (finding.missing, finding.reasons[0].id) == (("estate",), "dispatch.place.nearly_named")


def test_what_is_named_rightly_is_not_doubted() -> None:
    finding = find("和平一村3号楼，不是和平村", district())
    assert finding.place is not None
    assert (finding.place.estate, finding.candidates) == ("和平一村", ())


@pytest.mark.parametrize(
    "text", ["为什么没回小区住", "迎新现场人多", "垃圾没人管", "我家三楼漏水", "兴奋里", "福里3号楼"]
)
def test_ordinary_words_are_no_names(text: str) -> None:
    finding = find(text, district())
    assert (finding.place, finding.candidates, finding.confidence) == (None, (), 0.0)


def test_a_district_without_names_hears_none() -> None:
    sample = district()
    nothing = District(sample.units, (), (), (), (), (), sample.duty_desk)
    assert find("性福里3号楼", nothing).place is None
    short = District(sample.units, (Estate(sample.estates[0].name, ("福",), ()),), (), (), (), (), sample.duty_desk)
    assert find("富3号楼", short).place is None


def test_sounds() -> None:
    assert heard("幸福里") == heard("辛福理") == ("xin", "fu", "li")
    assert heard("州") == heard("邹")
    assert heard("a1") == ("a", "1")
    assert ("le", "yuan") in spellings("乐园")
    assert ("yue", "yuan") in spellings("乐园")
    assert sounds_of("𠮷")


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=100)
def test_each_sign_has_one_sound(text: str) -> None:
    assert len(heard(text)) == len(text)
