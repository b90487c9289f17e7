"""Rounds in thought: periods by calendar rules, checklists and their scores, shares and means."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.workdays import Calendar, Closure, DayKind
from cases.phrases import Name
from dispatch.figures.rounds import RoundFacts, coverage, coverage_by, scores
from dispatch.policy import PolicyErrors, parse
from dispatch.rounds.checklist import BadAnswers, Checklist, Item, Section, by_section, score
from dispatch.rounds.ground import Ground, ground_of, grounds_of, places_of
from dispatch.rounds.periods import BadRule, Period, asked, check_rule, period_of, periods, rung_at, window
from dispatch.rounds.templates import Per, Visited
from tests.dispatch.sample import district, policy, raw_policy, told

WEEKLY, MONTHLY = "FREQ=WEEKLY;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=1"
RULES = (WEEKLY, MONTHLY, "FREQ=DAILY;INTERVAL=10", "FREQ=MONTHLY;BYDAY=2TU")
START = date(2026, 1, 1)
# National Day 2026 as the notice has it: 1 to 7 October off, 20 September and 10 October worked.
CALENDAR = Calendar(
    days={date(2026, 10, n): DayKind.OFF for n in range(1, 8)} | {date(2026, 10, 10): DayKind.WORK},
    published=frozenset({2026}),
)


def at(*moment: int) -> datetime:
    """A moment on the office's clock."""
    return datetime(*moment, tzinfo=CALENDAR.zone).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("every week", "no_rule"),
        ("FREQ=WEEKLY;BYDAY=XX", "no_rule"),
        ("FREQ=WEEKLY;COUNT=3", "ends"),
        ("FREQ=WEEKLY;UNTIL=20270101T000000Z", "ends"),
        ("DTSTART:20260101T000000\nRRULE:FREQ=DAILY", "ends"),
        ("FREQ=HOURLY", "too_often"),
        ("FREQ=DAILY;BYHOUR=9,17", "too_often"),
        ("FREQ=YEARLY;INTERVAL=2", "too_seldom"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "no_rule"),
    ],
)
def test_a_rule_that_cannot_be_used_says_why(rule: str, why: str) -> None:
    with pytest.raises(BadRule) as caught:
        check_rule(rule, START)
    assert caught.value.why == why


@pytest.mark.parametrize(
    ("rule", "begin", "firsts"),
    [
        (WEEKLY, START, [date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)]),
        (MONTHLY, date(2026, 1, 2), [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", START, [date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 29)]),
        ("FREQ=MONTHLY;BYDAY=-1FR", START, [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)]),
    ],
)
def test_periods_begin_by_the_rule(rule: str, begin: date, firsts: Sequence[date]) -> None:
    assert [period.start for period in islice(periods(rule, START, begin), 3)] == firsts


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([WEEKLY, MONTHLY, "FREQ=DAILY;INTERVAL=10", "FREQ=MONTHLY;BYDAY=2TU"]),
    st.dates(START, date(2028, 1, 1)),
)
def test_periods_follow_each_other_without_a_gap_and_every_day_lies_in_one(rule: str, day: date) -> None:
    for before, after in pairwise(islice(periods(rule, START, day), 4)):
        assert before.end == after.start > before.start
    mine = period_of(rule, START, day)
    first = next(periods(rule, START, START)).start
    assert (mine is None) == (day < first)
    assert mine is None or mine.start <= day <= mine.last


@pytest.mark.parametrize(
    ("start", "end", "opens", "due"),
    [
        (date(2026, 9, 14), date(2026, 9, 21), (2026, 9, 14, 9), (2026, 9, 18, 17, 30)),  # an ordinary week
        (date(2026, 9, 28), date(2026, 10, 5), (2026, 9, 28, 9), (2026, 9, 30, 17, 30)),  # three days before the feast
        (date(2026, 10, 5), date(2026, 10, 12), (2026, 10, 8, 9), (2026, 10, 10, 17, 30)),  # with a Saturday worked
        (date(2026, 10, 1), date(2026, 11, 1), (2026, 10, 8, 9), (2026, 10, 30, 17, 30)),  # a month
    ],
)
def test_the_window_of_a_period(start: date, end: date, opens: tuple[int, ...], due: tuple[int, ...]) -> None:
    found = window(Period(start, end), CALENDAR)
    assert found is not None
    assert (found.opens_at, found.due_at) == (at(*opens), at(*due))
    assert found.opens_at < found.warn_at < found.due_at


def test_a_quarter_of_the_working_time_is_left_when_it_warns() -> None:
    found = window(Period(date(2026, 9, 14), date(2026, 9, 21)), CALENDAR)  # 37.5 hours
    assert found is not None
    assert CALENDAR.working_time_between(found.warn_at, found.due_at) == timedelta(hours=9.375)
    assert rung_at(found.opens_at, found.due_at, 2, CALENDAR) == at(2026, 9, 25, 17, 30)


def test_a_period_without_a_working_day_owes_nothing() -> None:
    closed = Calendar(closures=tuple(Closure(date(2026, 9, 14) + timedelta(days=n)) for n in range(7)))
    assert window(Period(date(2026, 9, 14), date(2026, 9, 21)), closed) is None


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("2026-11", (date(2026, 11, 1), date(2026, 12, 1))),
        ("2026-12", (date(2026, 12, 1), date(2027, 1, 1))),
        ("2026-11-23", (date(2026, 11, 23), date(2026, 11, 24))),
        ("", (date(2026, 10, 26), date(2026, 11, 26))),
    ],
)
def test_the_time_that_is_asked_for(said: str, span: tuple[date, date]) -> None:
    assert asked(said, date(2026, 11, 25)) == Period(*span)


@pytest.mark.parametrize("said", ["2026-13", "november", "2026-02-30", "2026"])
def test_what_is_no_time(said: str) -> None:
    assert asked(said, date(2026, 11, 25)) is None


LIST = Checklist(
    "c",
    Name("表", "list"),
    (
        Item("a", Section.ROAD, Name("路"), 10),
        Item("b", Section.ROAD, Name("灯"), 5, 2),
        Item("c", Section.STAIRWELL, Name("楼道"), 20),
    ),
)


@pytest.mark.parametrize(
    ("answers", "whole", "road"),
    [
        ((10, 5, 20), "100.0", "100.0"),
        ((0, 0, 0), "0.0", "0.0"),
        ((5, 5, 10), "62.5", "75.0"),
        ((1, 0, 0), "2.5", "5.0"),
    ],
)
def test_a_score_is_of_a_hundred_and_weighs_its_items(answers: tuple[int, ...], whole: str, road: str) -> None:
    assert score(LIST, answers) == Decimal(whole)
    assert by_section(LIST, answers)[Section.ROAD] == Decimal(road)


@pytest.mark.parametrize(("answers", "why"), [((1, 2), "count"), ((11, 0, 0), "points"), ((0, 0, -1), "points")])
def test_answers_that_do_not_fit_are_refused(answers: tuple[int, ...], why: str) -> None:
    with pytest.raises(BadAnswers) as caught:
        score(LIST, answers)
    assert caught.value.why.id == f"rounds.answers.{why}"


def count(committee: str, period: date, tasks: int, done: int, points: str = "0", scored: int = 0) -> RoundFacts:
    due = datetime.combine(period + timedelta(days=4), time(9, 30), UTC)
    return RoundFacts(
        f"{committee}{period:%d}", "round", period, due, committee, "u", "g", tasks, done, 0, Decimal(points), scored
    )


def test_coverage_counts_what_fell_due_and_scores_are_means_of_a_month() -> None:
    counted = [
        count("a", date(2026, 10, 5), 4, 3, "180", 2),
        count("a", date(2026, 10, 12), 4, 4, "100", 1),
        count("b", date(2026, 11, 2), 2, 0),
        count("b", date(2026, 11, 9), 3, 1, "70", 1),
    ]
    now = counted[3].due_at
    assert (len(coverage(counted, now).yes), len(coverage(counted, now).of)) == (8, 13)
    assert Counter(coverage(counted, now).yes) == {"a05": 3, "a12": 4, "b09": 1}
    assert {key: each.share for key, each in coverage_by(counted, "committee", now).items()} == {"a": 0.875, "b": 0.2}
    just_before = coverage(counted, now - timedelta(seconds=1))  # one was visited before that round's limit
    assert (len(just_before.yes), len(just_before.of)) == (7, 10)
    assert {key: each.score for key, each in scores(counted).items()} == {
        ("a", date(2026, 10, 1)): Decimal("93.3"), ("b", date(2026, 11, 1)): Decimal("70.0"),
    }  # fmt: skip
    assert coverage([], now).share is None


def test_the_sample_s_plans_have_somewhere_to_go_in_every_grid() -> None:
    sample = policy()
    assert set(sample.rounds) == {"weekly-round", "monthly-inspection"}
    for template in sample.rounds.values():
        grounds = list(grounds_of(district(), template.per))
        assert len(grounds) == 40
        assert all(places_of(district(), each, template.visited) for each in grounds)
    assert {item.section for item in sample.checklists["ground"].items} == set(Section)


def test_a_ground_has_its_entrances_buildings_and_courtyard() -> None:
    grid = ground_of(district(), Per.GRID, "xingfuli-01")
    assert grid is not None
    assert [(place.building, place.unit) for place in places_of(district(), grid, Visited.ENTRANCES)][:4] == [
        ("1", "1"), ("1", "2"), ("1", "3"), ("2", "1"),
    ]  # fmt: skip
    yard = ground_of(district(), Per.COURTYARD, "xingfuli-south")
    assert yard == Ground("xingfuli-south")
    assert [place.building for place in places_of(district(), Ground("xingfuli-south"), Visited.BUILDINGS)][:3] == [
        "1", "2", "3",
    ]  # fmt: skip
    assert places_of(district(), grid, Visited.NOTHING) == ()
    assert ground_of(district(), Per.GRID, "nowhere") is None


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        ({"kind": "inspection"}, "policy.rounds.weekly-round.checklist"),
        ({"checklist": "ground"}, "policy.rounds.weekly-round.checklist"),
        ({"checklist": "none"}, "policy.rounds.weekly-round.checklist"),
        ({"rule": "FREQ=HOURLY"}, "policy.rounds.weekly-round.rule"),
        ({"grade": "claimed"}, "policy.rounds.weekly-round.grade"),
        ({"target": "all"}, "policy.rounds.weekly-round.target"),
    ],
)
def test_a_spoilt_plan_is_named(spoil: dict[str, str], path: str) -> None:
    raw = raw_policy()
    raw["rounds"]["weekly-round"] |= spoil
    assert path in _faults(raw)


def test_a_checklist_needs_items_of_their_own() -> None:
    raw = raw_policy()
    raw["checklists"]["ground"]["items"].append(raw["checklists"]["ground"]["items"][0])
    assert _faults(raw) == ["policy.checklists.ground.items"]


def _faults(raw: dict[str, Any]) -> list[str]:
    """Where a policy is wrong; each fault can be said in both languages."""
    with pytest.raises(PolicyErrors) as caught:
        parse(raw)
    assert told(caught.value.faults)
    return [fault.path for fault in caught.value.faults]
