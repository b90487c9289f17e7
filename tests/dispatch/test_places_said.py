"""What a text says of a place, without any gazetteer: every spelling of a number, and what is none."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from bench.addresses import figures, read
from dispatch.places.said import Words, words_of
from dispatch.reading.script import simplified

TRADITIONAL = OpenCC("s2t")
FIELDS = ("building", "unit", "floor", "room")


def said(text: str) -> tuple[str, ...]:
    """Building, unit, floor and room as they are written, `-` where there is none."""
    words = words_of(text)
    return tuple("/".join(getattr(words, field)) or "-" for field in FIELDS)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3号楼2单元501", "3号楼 2单元 - 501"),
        ("三号楼二单元五零一", "三号楼 二单元 - 五零一"),
        ("３號樓２單元５０１室", "3号楼 2单元 - 501室"),
        ("3-2-501", "3 2 - 501"),
        ("3号楼2-501", "3号楼 2 - 501"),
        ("2-3-4-501", "2 3 4 501"),
        ("第十二号楼", "第十二号楼 - - -"),
        ("12幢二〇三", "12幢 - - 二〇三"),
        ("10栋两单元", "10栋 两单元 - -"),
        ("3#2单元", "3# 2单元 - -"),
        ("3#楼2门", "3#楼 2门 - -"),
        ("A座12楼1202", "A座 - 12楼 1202"),
        ("b座", "b座 - - -"),
        ("6座13层", "6座 - 13层 -"),
        ("5栋A座1203", "5栋 A座 - 1203"),
        ("B区5栋203", "5栋 - - 203"),
        ("B5幢", "B5幢 - - -"),
        ("7栋东单元302", "7栋 东单元 - 302"),
        ("8号楼负一层", "8号楼 - 负一层 -"),
        ("8号楼B1层", "8号楼 - B1层 -"),
        ("中山大厦21F", "- - 21F -"),
        ("紫竹园12栋楼下", "12栋 - - -"),
        ("A幢楼1203室", "A幢楼 - - 1203室"),
        ("廿二幢卅号", "廿二幢 卅号 - -"),
        ("3栋3A层", "3栋 - 3A层 -"),  # where others have a fourth
        ("柳树大厦15B楼", "- - 15B楼 -"),
        ("柳树大厦5/F", "- - 5/F -"),
        ("柳树大厦6楼F", "- - 6楼 F"),
        ("3号楼2单元5楼东户", "3号楼 2单元 5楼 东户"),
        ("3号楼2单元5楼西边户", "3号楼 2单元 5楼 西边户"),
        ("3栋5楼B户", "3栋 - 5楼 B户"),
        ("3号2单元501", "3号 2单元 - 501"),
        ("3-2单元501", "3 2单元 - 501"),
        ("3栋1单元18-2", "3栋 1单元 18 2"),
        ("3号楼2单元301家里漏水", "3号楼 2单元 - 301"),
        ("3栋501东边的墙", "3栋 - - 501"),
        ("Building 3, Unit 2, Room 501", "Building 3 Unit 2 - Room 501"),
        ("room 501, unit 2, no. 3 building", "no. 3 building unit 2 - room 501"),
        ("block B, 5th floor", "block B - 5th floor -"),
        ("building three, unit two, third floor", "building three unit two third floor -"),
        ("No. 3, unit 2, Rm 501", "No. 3 unit 2 - Rm 501"),
        ("bldg. 3 unit 2 apt 5B", "bldg. 3 unit 2 - apt 5B"),
    ],
)
def test_measure_words(text: str, parts: str) -> None:
    assert said(text) == tuple(_english(parts))


def _english(parts: str) -> list[str]:
    """English words have spaces of their own."""
    several = (
        "Building 3", "Unit 2", "Room 501", "room 501", "unit 2", "no. 3 building", "block B", "5th floor",
        "building three", "unit two", "third floor", "No. 3", "Rm 501", "bldg. 3", "apt 5B",
    )  # fmt: skip
    for english in several:
        parts = parts.replace(english, english.replace(" ", "_"))
    return [part.replace("_", " ") for part in parts.split(" ")]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("柳树路88号", "- - - -"),  # a house number behind a road
        ("柳树路88号3栋501", "3栋 - - 501"),
        ("柳树路88号501室", "- - - 501室"),
        ("柳树路88号2-501", "2 - - 501"),
        ("柳树路88-2号", "- - - -"),  # a door of one house
        ("柳树路29-37号", "- - - -"),  # one front
        ("柳树路29号-7号", "7号 - - -"),
        ("柳树路29-7号", "7号 - - -"),
        ("大柳村88号", "- - - -"),  # a village has no buildings
        ("大柳村88-6号", "6号 - - -"),
        ("柳树新村88号", "88号 - - -"),
        ("柳树新村88号501", "88号 - - 501"),
        ("柳树苑12", "12 - - -"),
        ("柳树苑3-501", "3 - - 501"),
        ("柳树苑3-2", "3 2 - -"),
        ("柳树苑3--2--501", "3 2 - 501"),
        ("柳树苑3-2单元501", "3 2单元 - 501"),
        ("万柳苑3-2单元501", "3 2单元 - 501"),  # 万 at the beginning is no quantity of what comes later
        ("柳树苑3号楼2单元501户", "3号楼 2单元 - 501户"),
        ("楼里1-8楼都漏", "- - 1/8楼 -"),
        ("每户收50-100元，3栋501", "3栋 - - 501"),
        ("柳树苑3-680室", "3 - - 680室"),
        ("柳树大厦1203", "- - - 1203"),
        ("柳树大厦8楼13号", "- - 8楼 13号"),
        ("柳树大厦3号10楼", "3号 - 10楼 -"),
        ("柳树水产市场140号", "- - - 140号"),
        ("柳树水产市场3楼12街88号", "- 12街 3楼 88号"),
        ("柳树水产市场B区88号", "88号 - - -"),
        ("柳树水产市场C997", "- - - C997"),
        ("柳树大厦A1435", "- - - A1435"),
        ("柳树苑3栋8号", "3栋 8号 - -"),
        ("柳树苑3栋8号501", "3栋 8号 - 501"),
        ("柳树苑3栋1227号", "3栋 - - 1227号"),
        ("柳树苑3栋605-606室", "3栋 - - 605-606室"),
        ("柳树苑3栋501、502室", "3栋 - - 501/502室"),
        ("柳树苑3栋5楼C-11", "3栋 - 5楼 C-11"),
        ("柳树苑49楼11单元1264室", "49楼 11单元 - 1264室"),
        ("柳树路12弄7号", "- - - -"),
        ("柳树路12弄7栋", "7栋 - - -"),
        ("老柳头1203", "- - - 1203"),
        ("柳树广场八楼L85MAX", "- - 八楼 L85"),
        ("柳树广场L1244MAX", "- - - L1244"),
        ("柳树路8号老柳头501", "- - - 501"),
    ],
)
def test_what_a_number_is_depends_on_what_stands_before(text: str, parts: str) -> None:
    assert said(text) == tuple(parts.split(" "))


@pytest.mark.parametrize(
    "text",
    [
        "三栋楼都停水了",
        "我们两栋都没水",
        "楼里住着三户人家",
        "打了12345，说3天内来，等了2个星期",
        "2026-10-12下午3点30分停水",
        "电话0571-8888-1234",
        "10月3号到5号没人",
        "3号线地铁口",
        "从19:30吵到23:00",
        "两室一厅",
        "一座桥坏了",
        "一层灰，一层冰",
        "罚了200元，300块",
        "500米外，第3中学，8小区",
        "2018-04-18 14:17:38 星期4下午",
        "2015年购买，共计2千平方米，100亿",
        "每户收50-100元",
        "罚款50-100元，3个人交了2-3次",
        "本小区有297户业主",
        "民初字第277、278、279号判决",
        "说了三点：1、2、3",
        "A7县和K8县",
        "一栋危房，8座的车",
        "小区中户数最多，左右户型一样",
        "in my flat 5 minutes ago, room 5 people",
        "还有一层意思",
        "",
        "-",
        "号楼单元室",
    ],
)
def test_what_is_no_place(text: str) -> None:
    assert said(text) == ("-", "-", "-", "-")


def test_names_and_where_about() -> None:
    words = words_of("江北省柳州市南湖区柳树西路969号银杏科技园3幢1893室，大门口对面")
    assert words == Words(
        ("柳树西路",), ("969号",), ("银杏科技园",), ("3幢",), (), (), ("1893室",), ("大门口", "对面")
    )  # fmt: skip
    assert words_of("我家住柳树里的3号楼").estate == ("柳树里",)
    assert words_of("马路上都是水").road == ()
    assert words_of("柳树小区的银杏花园").estate == ("柳树小区", "银杏花园")


DIGITS = "〇一二三四五六七八九"


def _spoken(number: int) -> str:
    """As people say it: up to 99 with 十, a room digit by digit."""
    if number > 99:
        return "".join(DIGITS[int(d)] for d in str(number))
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones or not tens else "")


NAMES = ["", "幸福里", "柳树花园", "银杏新村", "江北省柳州市柳树路969号银杏公寓", "我家住在柳树苑的", "老柳头"]
numbers = st.tuples(st.integers(1, 99), st.integers(1, 12), st.integers(101, 3309))
writing = st.tuples(st.sampled_from(["号楼", "栋", "幢", "#楼"]), st.sampled_from(["室", "", "户", "号", "房间"]))
shapes = st.tuples(st.sampled_from(["", " ", "，", ", ", "的"]), st.booleans(), st.integers(0, 40))


@given(st.sampled_from(NAMES), numbers, writing, shapes)
@settings(deadline=None, max_examples=300)
def test_what_is_written_is_read(
    name: str, number: tuple[int, int, int], written: tuple[str, str], shape: tuple[str, bool, int]
) -> None:
    (building, unit, room), (house, door), (joint, spoken, floor) = number, written, shape
    write = _spoken if spoken else str
    parts = [write(building) + house, write(unit) + "单元", f"{write(floor)}层" if floor else "", write(room) + door]
    words = words_of(name + joint.join(part for part in parts if part))
    assert [words.building, words.unit, words.floor, words.room] == [(part,) if part else () for part in parts]


@given(st.sampled_from(NAMES), numbers)
@settings(deadline=None, max_examples=100)
def test_a_chain_is_read(name: str, number: tuple[int, int, int]) -> None:
    assert said(f"{name}{number[0]}-{number[1]}-{number[2]}") == (str(number[0]), str(number[1]), "-", str(number[2]))


PIECES = [
    "柳树路", "88", "号", "号楼", "三", "十二", "栋", "座", "单元", "门", "楼", "层", "室", "户", "弄", "街", "区",
    "-", "一", "A", "B1", "501", "2", "新村", "大厦", "市场", "村", "、", "，", " ", "之", "附", "负", "#", "F",
    "unit 2", "building",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)


@given(texts)
@settings(deadline=None, max_examples=400)
def test_nothing_is_invented(text: str) -> None:
    words = words_of(text)
    even = simplified(text)
    for field in Words.__slots__:
        for word in getattr(words, field):
            assert word
            assert word in even


@given(texts)
@settings(deadline=None, max_examples=200)
def test_width_and_script_make_no_difference(text: str) -> None:
    text = simplified(text)
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert words_of(wide) == words_of(text)
    traditional = TRADITIONAL.convert(text)
    if simplified(traditional) == text:  # a few characters have no way back
        assert words_of(traditional) == words_of(text)


@given(st.text(max_size=40))
@settings(deadline=None)
def test_evened_text_is_stable(text: str) -> None:
    assert simplified(simplified(text)) == simplified(text)


@pytest.mark.parametrize(("joint", "house"), list(product("-–—−~", ["3", "3号楼"])))
def test_every_dash_joins(joint: str, house: str) -> None:
    assert said(f"柳树苑{house}{joint}2{joint}501") == (house, "2", "-", "501")


def test_a_long_text_is_read_in_one_pass() -> None:
    text = "柳树苑3号楼" + "水" * 20_000 + "2单元501室" + "12-" * 20_000
    assert said(text)[0].startswith("3号楼")


def test_real_addresses(samples: Path) -> None:
    """Most parts of real addresses are found; the aim and the figures by halves are in `make bench`."""
    addresses = read((samples / "addresses.txt").read_text("utf-8"))
    assert len(addresses) == 2985
    found = {part: scores["f1"] for part, scores in figures(addresses).items()}
    assert found["building"] > 0.9
    assert found["unit"] > 0.91
    assert found["floor"] > 0.97
    assert found["room"] > 0.92
