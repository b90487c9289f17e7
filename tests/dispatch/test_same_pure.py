"""How alike two texts are, where a matter is, and what comes of a report beside others: values in, values out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.matters import classify
from dispatch.places import Place
from dispatch.policy import PolicyErrors, parse
from dispatch.same.judging import Judged, Told, alike, judge, topical
from dispatch.same.likeness import likeness, pairs
from dispatch.same.measures import Same
from dispatch.same.spots import NOWHERE, Spot, spot_of, spot_of_case, without
from dispatch.same.storm import Incident, about, incidents, topic_of
from tests.dispatch.sample import policy, raw_policy

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
HERE = Spot("estate:幸福里小区", "3")
SAME = Same()
words = st.text(alphabet="停水了烧烤摊油烟大棋牌室吵的我在小区3号楼abc ，。", max_size=40)


@given(words, words)
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


@given(words)
def test_a_text_is_wholly_like_itself_once_it_says_enough(text: str) -> None:
    said = sum(pairs(text).values())
    found = likeness(text, text)
    assert found == (0 if not said else 1)


@given(words, words)
def test_what_is_added_about_nothing_makes_no_difference(one: str, other: str) -> None:
    assert likeness(f"您好，{one}", f"{other}，谢谢") == likeness(one, other)


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("楼下烧烤店油烟太大", "烧烤摊油烟熏得睡不着", True),
        ("楼下燒烤店油煙太大", "烧烤摊油烟熏得睡不着", True),
        ("電梯又壞了，困在裡面", "电梯坏了", True),
        ("路灯不亮", "楼下烧烤店油烟太大", False),
        ("请问你们我们小区居民希望尽快处理问题", "请你们尽快解决我们小区居民反映的问题，希望处理", False),
        ("3号楼", "3号楼", False),
        ("", "停水", False),
        ("no water since noon", "there is no water here", True),
    ],
)
def test_what_is_alike(one: str, other: str, is_alike: bool) -> None:
    assert (likeness(one, other) >= SAME.alike / 100) is is_alike


@pytest.mark.parametrize(
    ("place", "text", "spot"),
    [
        (Place(estate="幸福里小区", building="3"), "3号楼停水", ("estate:幸福里小区", "3")),
        (Place(road="幸福路", number="12"), "幸福路12号", ("road:幸福路", "12")),
        (None, "我们虹桥花苑七号楼漏水", ("said:虹桥花苑", "7")),
        (None, "虹橋花苑 7棟 漏水", ("said:虹桥花苑", "7")),
        (None, "长虹路18号门口积水", ("said:长虹路", "18")),
        (None, "长虹路积水", ("said:长虹路", None)),
        (Place(committee="xingfuli"), "社区里停水", (None, None)),
        (None, "停水了", (None, None)),
    ],
)
def test_where_a_matter_is(place: Place | None, text: str, spot: tuple[str | None, str | None]) -> None:
    found = spot_of(place, text)
    assert (found.place, found.point) == spot


def test_a_stored_case_is_where_its_report_was() -> None:
    assert spot_of_case(None, None, "幸福路12号", "积水") == spot_of(Place(road="幸福路", number="12"), "积水")
    assert spot_of_case("幸福里小区", "3", None, "x").meets(spot_of(Place(estate="幸福里小区"), "y"))
    assert not NOWHERE.meets(NOWHERE)
    assert not HERE.meets(replace(HERE, point="4"))
    assert without("幸福里小区停水", ("幸福里", "幸福里小区")) == "，停水"


def told(nth: int, words: str = "烧烤摊油烟大", ago: timedelta = timedelta(0), **more: object) -> Told:
    party = UUID(int=nth) if nth else None
    made = Told(uuid4(), party, HERE, "fumes", words, 0, NOON - ago)
    return replace(made, **more)  # type: ignore[arg-type]


def test_within_a_category_less_is_asked_and_a_bare_name_is_enough() -> None:
    bare, other = told(1, "停水了", category="water"), told(2, "没有水用了", category="water")
    assert alike(bare, other, 15) == 15
    assert alike(bare, replace(other, category="power"), 15) == 0
    assert alike(bare, replace(other, sure=False), 15) == 0


def test_the_oldest_leads_until_somebody_leads() -> None:
    first, second = told(1, ago=timedelta(hours=3)), told(2, ago=timedelta(hours=2))
    assert judge(told(3), [second, first], SAME).lead == first.case
    leads = replace(second, lead=second.case)
    assert judge(told(3), [leads, first], SAME).lead == second.case
    merged = replace(second, is_open=False, is_merged=True, lead=UUID(int=9))
    assert judge(told(3), [merged], SAME).lead == UUID(int=9)
    assert judge(told(3), [replace(merged, lead=None)], SAME) == Judged(callers=2)
    old = told(1, ago=SAME.merge + timedelta(hours=1))
    assert judge(told(3), [old], SAME).lead is None


def test_callers_count_and_not_reports() -> None:
    ten_times = [told(1) for _ in range(30)]
    found = judge(told(1), ten_times, SAME)
    assert not found.group
    assert not found.storm
    assert not found.collective
    master = told(0)
    led = [replace(master, lead=master.case), *(told(nth) for nth in range(1, SAME.group_callers - 1))]
    assert not judge(told(99), led, SAME).group, "a master case was told by nobody"
    withheld = [told(0) for _ in range(30)]
    assert not judge(told(0), withheld, SAME).group
    assert judge(told(99), [told(nth) for nth in range(1, SAME.group_callers)], SAME).group
    assert not judge(told(99), [told(nth) for nth in range(1, SAME.group_callers - 1)], SAME).group


def test_a_storm_is_many_within_minutes_and_never_of_danger() -> None:
    many = [told(nth) for nth in range(1, SAME.storm_callers)]
    assert judge(told(99), many, SAME).storm
    found = judge(told(99), many, SAME, risky=True)
    assert (found.group, found.storm) == (True, False)
    late = [replace(each, at=NOON - SAME.storm * 2) for each in many]
    assert not judge(told(99), late, SAME).storm


def test_people_count_where_more_than_one_caller_names_them() -> None:
    assert judge(told(1, people=30), [told(2, people=20)], SAME).people == 50
    assert judge(told(1, people=30), [told(2, people=20)], SAME).group
    assert not judge(told(1, people=300), [told(1, people=300)], SAME).group
    assert not judge(told(1, people=300), [], SAME).group


def test_the_slow_kind_needs_the_spot_and_the_window() -> None:
    slow = [told(nth, ago=timedelta(days=10 * nth)) for nth in range(1, 5)]
    assert judge(told(99), slow, SAME).collective
    assert not judge(told(99), [*slow[:3], replace(slow[3], at=NOON - SAME.collective * 2)], SAME).collective
    elsewhere = [replace(each, spot=replace(HERE, point="9")) for each in slow]
    assert not judge(told(99), elsewhere, SAME).collective


def test_what_comes_back_knows_the_newest_that_is_over() -> None:
    over = [told(nth, ago=timedelta(days=200 * nth), is_open=False) for nth in (1, 2)]
    assert judge(told(99), over, SAME).earlier == over[0].case
    assert judge(told(99), [*over, told(5)], SAME).earlier is None


def test_a_topic_may_be_a_group_wherever_it_is() -> None:
    everywhere = [told(nth, spot=NOWHERE) for nth in range(1, SAME.topic_callers)]
    found = topical(told(99), everywhere, SAME)
    assert (found.group, found.callers, found.lead) == (True, SAME.topic_callers, everywhere[0].case)
    assert topical(told(99), everywhere[1:], SAME) == Judged()


def test_what_a_storm_is_about() -> None:
    water = Incident(
        uuid4(), uuid4(), "20261124-000001", HERE.place, topic_of(policy().branch("water-supply")), "抢修中"
    )
    rows = [[str(water.id), str(water.case_id), water.number, water.place, water.topic, water.known]]
    assert incidents(rows) == (water,)

    def meant(text: str, spot: Spot = HERE) -> Incident | None:
        finding = classify(text, policy())
        return about((water,), spot, finding, policy().branch(finding.category))

    assert meant("停水了") == water
    assert meant("停水了", NOWHERE) is None
    assert meant("停电了") is water, "of the same branch: the caller says whether it is that"
    assert meant("有人打架") is None
    assert meant("停水了，老人昏倒了快救命") is None, "danger is a matter of its own"
    everywhere = replace(water, place=None)
    assert about((everywhere,), NOWHERE, classify("停水了", policy()), policy().branch("water-supply")) == everywhere


def test_the_policy_says_otherwise_and_what_cannot_be_is_named() -> None:
    assert policy().same == Same()
    raw = raw_policy()
    raw["same"] = {"group_callers": 3, "group_risks": ["wages"]}
    assert parse(raw).same == Same(group_callers=3, group_risks=("wages",))
    for cell, value in (("alike", 0), ("storm_callers", 1), ("group_risks", ["noise"]), ("merge_weeks", 2)):
        raw["same"] = {cell: value}
        with pytest.raises(PolicyErrors) as caught:
            parse(raw)
        assert [fault.path for fault in caught.value.faults] == [f"policy.same.{cell}"]
