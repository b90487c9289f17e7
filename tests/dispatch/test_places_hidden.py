"""What the reader of places takes for a room is in nobody's sight: `redact` hides it, building and unit stay."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cases.privacy import MARK, redact
from dispatch.places.said import Part, Role, read_parts
from dispatch.reading.script import simplified

HOUSES = (
    *(
        "幸福里{b}号楼{u}单元",
        "{b}栋{u}单元",
        "{b}幢{u}单元的",
        "幸福里{b}座",
        "{b}号楼{u}门",
        "{b}号楼{u}单元，",
        "三号楼二单元",
    ),
    *(
        "幸福里{b}-{u}-",
        "{b}-{u}单元",
        "{b}#{u}单元",
        "{b}号楼",
        "{b}栋",
        "A座",
        "{b}號樓{u}單元",
        "{u}单元",
        "二单元 ",
    ),
)
ENGLISH_HOUSES = (
    "Building {b}, unit {u}, ",
    "bldg. {b} unit {u} ",
    "Block B, ",
    "building {b}, ",
    "No. {b} building, ",
)
FLOORS = ("", "", "{f}楼", "{f}层", "五楼", "十二层", "顶层", "{f}F", "{f}/F", "{f}A层", "{f}楼的")
ENGLISH_FLOORS = ("", "", "{f}th floor ", "floor {f}, ", "{f}/F ")
ROOMS = (
    *(
        "{r}",
        "{r}室",
        "{r}A",
        "{r}A室",
        "{s}室",
        "{s}A室",
        "A{r}",
        "B{s}",
        "{s}A",
        "{r}号",
        "{s}号",
        "{s}号房",
        "{r}号房间",
    ),
    *(
        "{r}房",
        "{r}办公室",
        "{r}号办公室",
        "{r}户",
        "{r}号铺",
        "{s}号商铺",
        "{s}号网点",
        "C-{s}",
        "4H{r}",
        "{r}-2",
        "12-1",
        "18-1号",
    ),
    *(
        "五零一",
        "五百零一",
        "十二零一",
        "五零一室",
        "五〇一",
        "十二室",
        "五零一户",
        "{r}、{t}",
        "{r}和{t}室",
        "{r}-{t}室",
    ),
    *(
        "东户",
        "西户",
        "中户",
        "西边户",
        "东侧户",
        "左手户",
        "右首户",
        "东南户",
        "東戶",
        "甲户",
        "乙户",
        "丁户",
        "B户",
        "b 户",
        "B",
    ),
)
ENGLISH_ROOMS = (
    *(
        "Room {r}",
        "room {s}",
        "Rm {r}",
        "rm.{r}",
        "RM {r}A",
        "flat 5B",
        "Apt {s}",
        "apt. B{s}",
        "apartment #{s}",
        "Suite {r}",
    ),
    *("room no. {s}", "Flat {s}A", "suite no {s}", "{r}", "{r}A", "B{s}", "{s}"),
)
ENDS = ("漏水", "家里漏水", "，没电", "的水管爆了", "", "。")
ENGLISH_ENDS = (" leaks", ", no water", "", ". Please come")

small, doors = st.integers(1, 9), st.integers(1, 4)
numbers = st.fixed_dictionaries(
    {
        "b": st.integers(1, 12) | st.integers(20, 39),  # 14-4-3301-1004 has the look of a mobile number
        "u": small,
        "f": st.integers(4, 9),
        "s": st.integers(1, 28),
        "r": st.builds(lambda floor, door: f"{floor}{door:02}", st.integers(1, 39), doors),
        "t": st.builds(lambda floor, door: f"{floor}{door:02}", st.integers(1, 39), doors),
    }
)


def texts(
    houses: tuple[str, ...], floors: tuple[str, ...], rooms: tuple[str, ...], ends: tuple[str, ...]
) -> st.SearchStrategy[tuple[str, str, str, str]]:
    """Somebody's words in four: house, floor, room, and what is the matter there."""
    forms = st.tuples(*map(st.sampled_from, (houses, floors, rooms)))
    return st.builds(
        lambda form, given, end: (*(each.format(**given) for each in form), end), forms, numbers, st.sampled_from(ends)
    )


def rooms_in(text: str) -> list[Part]:
    return [part for part in read_parts(simplified(text)) if part.role is Role.ROOM]


def look(house: str, floor: str, room: str, end: str) -> None:
    """Hidden is every part that was read as a room, and the house is still there."""
    text = f"{house}{floor}{room}{end}"
    shown = redact(text)
    assert shown.startswith(house), (text, shown)
    assert shown.endswith(end), (text, shown)
    left = simplified(shown.removeprefix(house).removeprefix(floor))
    at = len(house + floor)
    for part in read_parts(simplified(text)):
        if part.role is not Role.ROOM and part.piece.start >= at:  # 3栋12-1: unit 12, room 1
            left = left.replace(part.piece.number, "", 1)
    for part in rooms_in(text):
        assert part.piece.number not in left, (text, shown)
    assert MARK in shown, (text, shown)


@given(texts(HOUSES, FLOORS, ROOMS, ENDS))
def test_no_room_that_is_read_is_shown(words: tuple[str, str, str, str]) -> None:
    assume(rooms_in("".join(words)))
    look(*words)


@given(texts(ENGLISH_HOUSES, ENGLISH_FLOORS, ENGLISH_ROOMS, ENGLISH_ENDS))
def test_no_room_that_is_read_in_english_is_shown(words: tuple[str, str, str, str]) -> None:
    assume(rooms_in("".join(words)))
    look(*words)


GIVEN = {"b": 3, "u": 2, "f": 5, "s": 16, "r": "501", "t": "1203"}


@pytest.mark.parametrize("form", [*ROOMS, *ENGLISH_ROOMS])
def test_each_form_of_a_door_is_read_and_hidden(form: str) -> None:
    room = form.format(**GIVEN)
    houses = (("3号楼2单元", ""), ("3号楼2单元", "5楼"), ("building 3, unit 2, ", ""))
    read = [(house, floor) for house, floor in houses if rooms_in(f"{house}{floor}{room}")]
    assert read
    for house, floor in read:
        look(house, floor, room, "")
