"""The one question about a place: which of several, which building; and what its answer means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.phrases import Name
from dispatch.places import Question, answered, find, question
from tests.dispatch.sample import district

VILLAGES = (Name("和平一村", "Heping First Village"), Name("和平二村", "Heping Second Village"))
WHICH = Question(VILLAGES)
BUILDING = Question(estate=Name("幸福里小区", "Xingfuli Estate"))


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("和平新村3号楼下水道堵了", WHICH),
        ("幸福里跟和平一村之间的路灯坏了", Question((Name("幸福里小区", "Xingfuli Estate"), VILLAGES[0]))),
        ("幸福里的垃圾没人收", BUILDING),
        ("楼道灯坏了", Question()),
        ("幸福里3号楼2单元灯坏了", Question()),
    ],
)
def test_what_is_asked(said: str, asks: Question) -> None:
    assert question(find(said, district()), district()) == asks


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("1", "和平一村"),
        ("２。", "和平二村"),
        ("选2", "和平二村"),
        ("第一个", "和平一村"),
        ("2，3号楼2单元", "和平二村，3号楼2单元"),
        ("1 3-2", "和平一村，3-2"),
        ("1号楼", "1号楼"),
        ("1 号楼", "1 号楼"),
        ("1   号楼", "1   号楼"),
        ("3", "3"),
        ("12", "12"),
        ("是的", "是的"),
        ("二村", "二村"),
        ("", ""),
    ],
)
def test_a_number_chooses_one_of_the_places(words: str, means: str) -> None:
    assert answered(words, WHICH) == means


def test_a_yes_is_enough_where_one_place_is_offered() -> None:
    assert answered("对的", Question(VILLAGES[:1])) == "和平一村"


@pytest.mark.parametrize(
    ("words", "means"), [("3", "3号楼"), ("十二。", "十二号楼"), ("3号楼", "3号楼"), ("不知道", "不知道")]
)
def test_a_bare_number_is_the_building_that_was_asked_for(words: str, means: str) -> None:
    assert answered(words, BUILDING) == means


@given(st.text(), st.sampled_from((WHICH, BUILDING, Question(), Question(VILLAGES[:1]))))
def test_no_answer_is_lost(words: str, asked: Question) -> None:
    said = answered(words, asked)
    assert said == words or any(name.zh in said for name in asked.names) or said.endswith("号楼")


@given(st.text(alphabet="和平一二新村幸福里小区3号楼路的 "))
def test_whatever_was_said_something_can_be_asked(words: str) -> None:
    asked = question(find(words, district()), district())
    assert not (asked.names and asked.estate)
