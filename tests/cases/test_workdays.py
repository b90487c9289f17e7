"""Working time, against an oracle that looks at every minute and asks the wall clock."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.workdays import DEFAULT_WINDOWS, Calendar, DayKind

ZONES = ("Asia/Shanghai", "Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
# The days on which those zones change their clocks in 2026, and an ordinary one.
AROUND = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5))
MINUTE = timedelta(minutes=1)
OFFICE = Calendar()


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    edges = draw(st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True).filter(lambda e: len(e) % 2 == 0))
    times = [time(minute // 60, minute % 60) for minute in sorted(edges)]
    return tuple(zip(times[::2], times[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar with some odd days, and a moment near its odd days."""
    first = draw(st.sampled_from(AROUND)) - timedelta(days=3)
    days = {first + timedelta(days=ahead): draw(st.sampled_from(DayKind)) for ahead in draw(st.sets(st.integers(0, 6)))}
    calendar = Calendar(draw(windows()), draw(st.sampled_from(ZONES)), days, frozenset({2026}))
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) + draw(st.integers(0, 4 * 1440)) * MINUTE
    return calendar, start


@cache
def minutes_of(zone_name: str, day: date) -> list[tuple[datetime, time]]:
    """Every minute at which the zone's wall clock shows that day, and the time it shows."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    zone = ZoneInfo(zone_name)
    pairs = [(first + n * MINUTE, (first + n * MINUTE).astimezone(zone)) for n in range(56 * 60)]
    return [(at, wall.time()) for at, wall in pairs if wall.date() == day]


def slow_spans(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """From the first to the last minute of the day at which the wall clock stands in a window."""
    spans = []
    for opening, closing in calendar.windows:
        inside = [at for at, wall in minutes_of(calendar.zone_name, day) if opening <= wall < closing]
        if inside and calendar.is_working_day(day):
            spans.append((inside[0], inside[-1] + MINUTE))
    return spans


def slow_minutes(calendar: Calendar, start: datetime, ahead: int) -> list[datetime]:
    """All working minutes of the days from that of `start`, over `ahead` days."""
    first = start.astimezone(ZoneInfo(calendar.zone_name)).date()
    minutes: set[datetime] = set()
    for later in range(ahead):
        for opening, closing in slow_spans(calendar, first + timedelta(days=later)):
            while opening < closing:
                minutes.add(opening)
                opening += MINUTE
    return sorted(minutes)


@settings(max_examples=60, deadline=None)
@given(calendars(), st.integers(0, 3 * 1440))
def test_working_time_is_what_the_oracle_counts(made: tuple[Calendar, datetime], length: int) -> None:
    calendar, start = made
    end = start + length * MINUTE
    counted = sum(start <= minute < end for minute in slow_minutes(calendar, start, 6))
    assert calendar.working_time_between(start, end) == counted * MINUTE
    assert calendar.working_minutes_between(end, start) == -counted


@settings(max_examples=60, deadline=None)
@given(calendars(), st.integers(1, 900))
def test_added_time_ends_where_the_oracle_says(made: tuple[Calendar, datetime], amount: int) -> None:
    calendar, start = made
    due = calendar.add_working_minutes(start, amount)
    assert calendar.working_time_between(start, due) == amount * MINUTE
    assert calendar.working_time_between(start, due - MINUTE) == (amount - 1) * MINUTE
    minutes = [minute for minute in slow_minutes(calendar, start, 6) if minute >= start]
    if len(minutes) >= amount:
        assert due == minutes[amount - 1] + MINUTE


@settings(max_examples=60, deadline=None)
@given(calendars(), st.integers(1, 3))
def test_the_kth_working_day_is_the_oracles(made: tuple[Calendar, datetime], k: int) -> None:
    calendar, start = made
    first = start.astimezone(ZoneInfo(calendar.zone_name)).date()
    left = [slow_spans(calendar, first + timedelta(days=later)) for later in range(1, 12)]
    ends = [spans[-1][1] for spans in left if spans]
    assert calendar.end_of_working_day(start, k) == ends[k - 1]


YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=334)).map(lambda since: YEAR + since)
spells = st.timedeltas(timedelta(0), timedelta(days=20))


@given(moments, spells, spells)
def test_working_time_adds_up(start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    parts = OFFICE.working_time_between(start, middle) + OFFICE.working_time_between(middle, end)
    assert OFFICE.working_time_between(start, end) == parts


@given(
    moments,
    st.timedeltas(timedelta(0), timedelta(hours=40)),
    st.timedeltas(timedelta(0), timedelta(hours=40)),
)
def test_adding_twice_is_adding_once(start: datetime, first: timedelta, second: timedelta) -> None:
    twice = OFFICE.add_working_time(OFFICE.add_working_time(start, first), second)
    assert OFFICE.working_time_between(twice, OFFICE.add_working_time(start, first + second)) == timedelta(0)
    assert start <= twice <= OFFICE.add_working_time(start, first + second)


@given(moments, spells, st.integers(1, 30))
def test_a_later_start_is_never_due_earlier(start: datetime, later: timedelta, k: int) -> None:
    assert OFFICE.end_of_working_day(start, k) <= OFFICE.end_of_working_day(start + later, k)
    assert OFFICE.end_of_working_day(start, k) < OFFICE.end_of_working_day(start, k + 1)
    assert OFFICE.end_of_working_day(start, k) > start


@given(moments)
def test_the_next_working_moment_is_at_work(start: datetime) -> None:
    at = OFFICE.next_working_moment(start)
    assert at >= start
    assert OFFICE.is_working_moment(at)
    assert OFFICE.working_time_between(start, at) == timedelta(0)
    assert (at == start) == OFFICE.is_working_moment(start)


@pytest.mark.parametrize(
    ("start", "due"),
    [("23T10:00", "24T17:30"), ("23T20:00", "24T17:30"), ("23T00:00", "24T17:30"), ("28T10:00", "30T17:30")],
)
def test_the_first_day_does_not_count(start: str, due: str) -> None:
    assert OFFICE.end_of_working_day(shanghai(start), 1) == shanghai(due)


def test_lunch_does_not_count() -> None:
    assert OFFICE.add_working_minutes(shanghai("23T11:30"), 60) == shanghai("23T13:30")
    assert OFFICE.add_working_minutes(shanghai("23T11:00"), 60) == shanghai("23T12:00")
    assert OFFICE.add_working_minutes(shanghai("27T17:00"), 60) == shanghai("30T09:30")
    assert not OFFICE.is_working_moment(shanghai("23T12:00"))
    assert OFFICE.day_length == timedelta(hours=7, minutes=30)


def test_the_day_table_wins() -> None:
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    calendar = Calendar(days={saturday: DayKind.WORK, monday: DayKind.OFF}, published=frozenset({2026}))
    assert calendar.is_working_day(saturday)
    assert calendar.windows_on(monday) == ()
    assert calendar.end_of_working_day(shanghai("27T10:00"), 2) == shanghai("30T17:30") + timedelta(days=1)


def test_a_year_without_a_notice_has_the_fixed_holidays_and_says_so() -> None:
    calendar = Calendar(published=frozenset({2026}))
    new_year = date(2027, 1, 1)
    assert new_year.weekday() == 4
    assert not calendar.is_working_day(new_year)
    assert calendar.is_provisional(new_year)
    assert not calendar.is_provisional(date(2026, 12, 31))
    start = datetime(2026, 12, 31, 2, tzinfo=UTC)
    due = calendar.end_of_working_day(start, 1)
    assert due == datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
    assert calendar.rests_on_provisional(start, due)
    assert not calendar.rests_on_provisional(start, start)


def test_in_a_published_year_the_table_alone_says_what_is_off() -> None:
    assert Calendar(published=frozenset({2027})).is_working_day(date(2027, 1, 1))


def test_a_window_that_the_clock_jumps_over_is_no_working_time() -> None:
    zone = "America/New_York"
    night = Calendar(((time(2, 15), time(2, 45)),), zone, {date(2026, 3, 8): DayKind.WORK}, frozenset({2026}))
    assert night.windows_on(date(2026, 3, 8)) == ()
    assert night.end_of_working_day(datetime(2026, 3, 7, 12, tzinfo=UTC), 1).date() == date(2026, 3, 9)


def test_windows_that_run_into_each_other_count_once() -> None:
    windows = ((time(0, 30), time(1, 30)), (time(1, 30), time(2)))
    night = Calendar(windows, "America/New_York", {date(2026, 11, 1): DayKind.WORK}, frozenset({2026}))
    assert night.windows_on(date(2026, 11, 1)) == (
        (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    ("windows", "zone", "trouble"),
    [
        ((), "Asia/Shanghai", "windows is empty"),
        (((time(9), time(9)),), "Asia/Shanghai", "windows overlap or run backwards"),
        (((time(13), time(12)),), "Asia/Shanghai", "windows overlap or run backwards"),
        (((time(9), time(12)), (time(11), time(13))), "Asia/Shanghai", "windows overlap"),
        (((time(9, tzinfo=UTC), time(12)),), "Asia/Shanghai", "a time with a zone"),
        (DEFAULT_WINDOWS, "Asia/Xingfu", "zone_name 'Asia/Xingfu' is not known: use"),
        (DEFAULT_WINDOWS, "../etc/passwd", "is not known"),
    ],
)
def test_a_calendar_that_is_none_says_why(windows: tuple[tuple[time, time], ...], zone: str, trouble: str) -> None:
    with pytest.raises(ValueError, match=trouble):
        Calendar(windows, zone)


def test_naive_moments_and_amounts_that_are_none_are_refused() -> None:
    naive = datetime(2026, 11, 23, 10)  # noqa: DTZ001
    with pytest.raises(ValueError, match="start has no zone: pass an aware moment"):
        OFFICE.working_time_between(naive, shanghai("23T10:00"))
    with pytest.raises(ValueError, match="end has no zone"):
        OFFICE.working_time_between(shanghai("23T10:00"), naive)
    with pytest.raises(ValueError, match="moment has no zone"):
        OFFICE.end_of_working_day(naive, 1)
    with pytest.raises(ValueError, match="moment has no zone"):
        OFFICE.next_working_moment(naive)
    with pytest.raises(ValueError, match="amount is negative"):
        OFFICE.add_working_minutes(shanghai("23T10:00"), -1)
    with pytest.raises(ValueError, match="k is 0: working days are counted from 1"):
        OFFICE.end_of_working_day(shanghai("23T10:00"), 0)


def test_a_table_without_working_days_is_a_mistake_and_no_endless_search() -> None:
    days = {date(2026, 1, 1) + timedelta(days=n): DayKind.OFF for n in range(800)}
    calendar = Calendar(days=days, published=frozenset({2026, 2027, 2028}))
    with pytest.raises(ValueError, match="marks every day as off"):
        calendar.end_of_working_day(shanghai("23T10:00") - timedelta(days=200), 1)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_published_tables_agree_with_another_calendar(samples: Path, year: int) -> None:
    other = pytest.importorskip("chinese_calendar")
    table = json.loads((samples / f"holidays-{year}.json").read_text("utf-8"))["days"]
    days = {date.fromisoformat(row["date"]): DayKind.OFF if row["isOffDay"] else DayKind.WORK for row in table}
    calendar = Calendar(days=days, published=frozenset({year}))
    day = date(year, 1, 1)
    while day.year == year:
        assert calendar.is_working_day(day) == other.is_workday(day), day
        day += timedelta(days=1)
