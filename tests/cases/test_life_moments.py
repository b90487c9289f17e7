"""Where promises move that are extended and held: nobody gains or loses time by any sequence (INV-CLOCK)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.clock.sla import Limit, Measure, after_hold, due_at, parse_limit
from cases.clock.workdays import Calendar, DayKind
from cases.life.moments import Course, amount_until, has_room

CALENDAR = Calendar(days={date(2026, 12, 4): DayKind.OFF, date(2026, 12, 5): DayKind.WORK}, published=frozenset({2026}))
START = datetime(2026, 11, 24, 2, tzinfo=UTC)  # a Tuesday at ten in the office
LIMITS = st.builds(
    Limit,
    st.integers(1, 12),
    st.sampled_from([Measure.WORKING_DAYS, Measure.WORKING_HOURS, Measure.HOURS, Measure.DAYS]),
)
MINUTES = st.integers(0, 6 * 24 * 60).map(lambda n: timedelta(minutes=n))
# What happens in turn: a hold that begins and ends so long after what came before, or an extension.
_Step = tuple[timedelta, timedelta] | int
STEPS = st.lists(st.one_of(st.tuples(MINUTES, MINUTES), st.integers(1, 5)), max_size=6)


def limit(text: str) -> Limit:
    found = parse_limit(text)
    assert found is not None
    return found


def at(day: int, hour: int = 17, minute: int = 30, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CALENDAR.zone)


@given(LIMITS, STEPS)
def test_step_by_step_comes_to_the_same_as_all_at_once(bound: Limit, steps: list[_Step]) -> None:
    """The stored moment is moved at each hold and each extension; reckoned anew from all of them it is the same."""
    course, due, now = Course(bound, START), due_at(bound, START, CALENDAR), START
    for step in steps:
        if isinstance(step, int):
            course = course.extended(Limit(step, bound.measure))
            due = course.due(CALENDAR)
        else:
            held = (now + step[0], now + step[0] + step[1])
            now = held[1]
            due = after_hold(bound, due, *held, CALENDAR)
            course = Course(bound, START, course.more, (*course.held, held))
        assert due == course.due(CALENDAR)


@given(LIMITS, MINUTES, MINUTES)
def test_a_hold_leaves_just_what_was_left(bound: Limit, before: timedelta, length: timedelta) -> None:
    due = due_at(bound, START, CALENDAR)
    begin = min(START + before, due)
    until = begin + length
    moved = after_hold(bound, due, begin, until, CALENDAR)
    if bound.is_working:
        left = CALENDAR.working_time_between(begin, due)
        assert CALENDAR.working_time_between(until, moved) == left
    else:
        assert moved - until == due - begin


@given(LIMITS, st.integers(1, 5), MINUTES)
def test_an_extension_is_never_shorter_than_asked(bound: Limit, amount: int, more: timedelta) -> None:
    due = due_at(bound, START, CALENDAR)
    wanted = due + timedelta(days=amount) + more
    by = amount_until(bound, due, wanted, CALENDAR)
    if by is not None:
        new = due_at(by, due, CALENDAR)
        assert new > due
        assert CALENDAR.working_time_between(new, wanted) <= timedelta(), "no working time is lacking"
        assert bound.is_working or new >= wanted


@pytest.mark.parametrize(
    ("text", "due", "wanted", "amount"),
    [
        ("5 wd", at(1), at(3), "2 wd"),
        ("5 wd", at(1), at(7), "4 wd"),  # Friday is off, Saturday is worked
        ("5 wd", at(1), at(6), "4 wd"),  # a Sunday counts as the Monday after it
        ("5 wd", at(1), at(1), None),
        ("5 wd", at(1), at(30, month=11), None),
        ("4 wh", at(1, 11, 0), at(1), "6 wh"),
        ("4 wh", at(1, 11, 0), at(1, 10, 0), None),
        ("24 h", at(1, 11, 0), at(2, 10, 30), "24 h"),
        ("30 d", at(1, 11, 0), at(4, 10, 0), "3 d"),
    ],
)
def test_a_wanted_moment_becomes_an_amount(text: str, due: datetime, wanted: datetime, amount: str | None) -> None:
    found = amount_until(limit(text), due, wanted, CALENDAR)
    assert (str(found) if found else None) == amount


@pytest.mark.parametrize(
    ("granted", "wanted", "fits"),
    [
        ((), (at(1), at(8)), True),  # five working days more: 2, 3, 5, 7, 8
        ((), (at(1), at(9)), False),
        (((at(1), at(3)),), (at(3), at(8)), True),
        (((at(1), at(3)),), (at(3), at(9)), False),
    ],
)
def test_all_extensions_together_fit_under_the_cap(
    granted: tuple[tuple[datetime, datetime], ...], wanted: tuple[datetime, datetime], fits: bool
) -> None:
    assert has_room(limit("5 wd"), limit("5 wd"), granted, wanted, CALENDAR) is fits


def test_the_day_itself_is_no_working_day_after_it() -> None:
    assert CALENDAR.working_days_between(date(2026, 11, 24), date(2026, 11, 24)) == 0
    assert CALENDAR.working_days_between(date(2026, 11, 27), date(2026, 11, 28)) == 1
