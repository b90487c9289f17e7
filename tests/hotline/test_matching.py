from datetime import UTC, datetime
from uuid import UUID

import pytest

from cases.clock.sla import Level
from dispatch.matters import MatterFinding
from dispatch.places import Place, PlaceFinding, PlaceKind
from dispatch.policy import Kind
from dispatch.reports import OpenCase
from dispatch.understanding import Understood
from hotline.texting.matching import Follow, follow, is_unsolved, is_urging

AT = datetime(2026, 11, 24, tzinfo=UTC)


def case(number: str, category: str = "lift", **place: str | None) -> OpenCase:
    where = {"estate": "幸福里小区", "building": "3", "road": None, **place}
    return OpenCase(
        id=UUID(int=int(number)), number=number, category=category, received_at=AT,
        estate=where["estate"], building=where["building"], road=where["road"],
    )  # fmt: skip


def said(category: str = "", risk: tuple[str, ...] = (), place: Place | None = None) -> Understood:
    sure = 1.0 if category else 0.0
    matter = MatterFinding(category or "other", Level.L3, Kind.REQUEST, (), risk, sure, ())
    return Understood(matter, PlaceFinding(place, (), (), 1.0, PlaceKind.UNKNOWN, ()))


HERE = Place(estate="幸福里小区", building="3")
ELSEWHERE = Place(estate="幸福里小区", building="5")
OTHER_ESTATE = Place(estate="和平里")
ROAD = Place(road="幸福路", number="12")
OPEN = case("1")


@pytest.mark.parametrize(
    ("understood", "open_", "found"),
    [
        (said(), [OPEN], "1"),
        (said(), [], None),
        (said("lift"), [OPEN], "1"),
        (said("lift", place=HERE), [OPEN], "1"),
        (said(place=HERE), [OPEN], "1"),
        (said("lift", place=Place(estate="幸福里小区")), [OPEN], "1"),
        (said("lift", place=HERE), [case("1", building=None)], "1"),
        (said("lift", place=HERE), [case("1", estate=None, building=None)], "1"),
        (said("rubbish"), [OPEN], None),
        (said("rubbish", place=HERE), [OPEN], None),
        (said("lift", place=ELSEWHERE), [OPEN], None),
        (said(place=ELSEWHERE), [OPEN], None),
        (said("lift", place=OTHER_ESTATE), [OPEN], None),
        (said("lift", place=ROAD), [OPEN], None),
        (said("lift", place=ROAD), [case("1", estate=None, building=None, road="幸福路12号")], "1"),
        (
            said("lift", place=Place(road="幸福路")),
            [case("1", estate=None, building=None, road="幸福路")],
            "1",
        ),
        (said("lift", risk=("life",), place=HERE), [OPEN], None),
        (said(), [case("2"), OPEN], "2"),
        (said("rubbish"), [case("2"), case("1", "rubbish")], "1"),
        (said(place=HERE), [case("2", building="5"), OPEN], "1"),
    ],
)
def test_which_case_a_text_goes_on_about(understood: Understood, open_: list[OpenCase], found: str | None) -> None:
    got, how = follow("师傅说要换零件", understood, open_)
    assert (got.number if got else None) == found
    assert how is Follow.SUPPLEMENT


def test_a_short_question_where_they_are_urges() -> None:
    assert follow("还没来人", said(), [OPEN]) == (OPEN, Follow.URGE)


@pytest.mark.parametrize(
    "words", ["还没来人", "怎么还没修", "什么时候来？", "快点啊", "等了三天了", "Any news?", "how long"]
)
def test_urging(words: str) -> None:
    assert is_urging(words)


@pytest.mark.parametrize(
    "words",
    [
        "水漏到楼下了",
        "是2单元",
        "师傅上午来过了",
        "还没来人，而且现在水已经漏到三楼了，地板都泡坏了，家里还有老人",
    ],
)
def test_telling_more_is_not_urging(words: str) -> None:
    assert not is_urging(words)


@pytest.mark.parametrize(
    "words", ["没解决", "又坏了", "还是没修", "灯还是不亮", "又漏水了", "没人修", "Still not fixed", "out again"]
)
def test_what_says_plainly_that_it_is_not_solved(words: str) -> None:
    assert is_unsolved(words)


@pytest.mark.parametrize(
    "words",
    [
        "谢谢，修好了",
        "请问什么时候缴费",
        "楼道灯坏了",
        "the lift is out",
        "没解决" + "，我已经打了很多次电话给你们了" * 2,
    ],
)
def test_what_does_not_say_so(words: str) -> None:
    assert not is_unsolved(words)
