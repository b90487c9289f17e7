"""Why a promise is due when it is: the lines add up, and end where the stored deadline lies."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.explain import Explanation, Off, Sort, explain, joined
from cases.clock.sla import Limit, Measure, after_hold, due_at, parse_limit
from cases.clock.workdays import Calendar, DayKind
from tests.cases.test_workdays import calendars

limits = st.builds(Limit, st.integers(1, 40), st.sampled_from(Measure))
lengths_of_time = st.timedeltas(timedelta(0), timedelta(days=6))
spells = st.lists(st.tuples(lengths_of_time, lengths_of_time), max_size=3)
OFFICE = Calendar(
    days={date(2026, 11, 27): DayKind.OFF, date(2026, 11, 28): DayKind.WORK}, published=frozenset({2026})
)  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


def limit(text: str) -> Limit:
    found = parse_limit(text)
    assert found is not None
    return found


def pauses(start: datetime, lengths: list[tuple[timedelta, timedelta]]) -> list[tuple[datetime, datetime]]:
    found, now = [], start
    for before, held in lengths:
        found.append((now + before, now + before + held))
        now = found[-1][1]
    return found


def stored(made: Limit, start: datetime, calendar: Calendar, held: list[tuple[datetime, datetime]]) -> datetime:
    """What a timer that was stopped and went on has as its due moment."""
    due = due_at(made, start, calendar)
    for begin, until in held:
        due = after_hold(made, due, begin, until, calendar)
    return due


@settings(max_examples=300, deadline=None)
@given(limits, calendars(), spells)
def test_it_ends_where_the_stored_deadline_lies(
    made: Limit, around: tuple[Calendar, datetime], lengths: list[tuple[timedelta, timedelta]]
) -> None:
    calendar, start = around
    held = pauses(start, lengths)
    told = explain(made, start, calendar, held)
    assert told.end == stored(made, start, calendar, held)
    assert told.lines[0].sort is Sort.START
    assert told.lines[-1].sort is Sort.END
    assert told.lines[-1].end == told.end


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 60), calendars())
def test_working_hours_add_up_to_the_limit(hours: int, around: tuple[Calendar, datetime]) -> None:
    calendar, start = around
    told = explain(Limit(hours, Measure.WORKING_HOURS), start, calendar)
    counted = [line for line in told.lines if line.sort is Sort.COUNTED]
    assert sum((line.time for line in counted), timedelta()) == timedelta(hours=hours)
    spans = [span for line in counted for span in line.windows]
    assert all(start <= opens < closes for opens, closes in spans)
    assert sum((closes - opens for opens, closes in spans), timedelta()) == timedelta(hours=hours)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), calendars())
def test_every_day_from_the_first_to_the_last_is_told_once(days: int, around: tuple[Calendar, datetime]) -> None:
    calendar, start = around
    lines = joined(explain(Limit(days, Measure.WORKING_DAYS), start, calendar).lines)
    told = [
        line.first + timedelta(days=ahead)
        for line in lines if line.sort in (Sort.FIRST_DAY, Sort.DAYS, Sort.SKIPPED)
        for ahead in range((line.last - line.first).days + 1)
    ]  # fmt: skip
    first = calendar.local_day(start)
    assert told == [first + timedelta(days=ahead) for ahead in range(len(told))]
    assert max(line.nth for line in lines) == days


def sorts(told: Explanation) -> list[str]:
    return [line.sort.value for line in joined(told.lines)]


def test_a_holiday_and_its_make_up_day_are_named() -> None:
    told = explain(limit("4 wd"), at("25T10:00"), OFFICE)
    assert sorts(told) == ["start", "first_day", "days", "skipped", "days", "skipped", "days", "end"]
    thursday, holiday, saturday, sunday, rest = joined(told.lines)[2:-1]
    assert (thursday.first, thursday.nth, thursday.made_up) == (date(2026, 11, 26), 1, False)
    assert (holiday.first, holiday.off) == (date(2026, 11, 27), Off.HOLIDAY)
    assert (saturday.first, saturday.nth, saturday.made_up) == (date(2026, 11, 28), 2, True)
    assert (sunday.first, sunday.off) == (date(2026, 11, 29), Off.WEEKEND)
    assert (rest.first, rest.last, rest.nth) == (date(2026, 11, 30), date(2026, 12, 1), 4)
    assert told.end == datetime.fromisoformat("2026-12-01T17:30+08:00")
    assert not told.provisional


def test_hours_over_night_and_noon() -> None:
    told = explain(limit("4 wh"), at("24T16:30"), OFFICE)
    assert sorts(told) == ["start", "counted", "counted", "end"]
    today, tomorrow = told.lines[1:3]
    assert today.time == timedelta(hours=1)
    assert [(one.astimezone(OFFICE.zone).time()) for one in (tomorrow.start, tomorrow.end)] == [time(9), time(12)]
    assert told.end == at("25T12:00")


def test_a_clock_that_stood_says_when_and_how_long() -> None:
    told = explain(limit("1 wd"), at("24T10:00"), OFFICE, [(at("24T16:00"), at("25T10:00"))])
    held = next(line for line in told.lines if line.sort is Sort.HELD)
    assert (held.start, held.end, held.time) == (at("24T16:00"), at("25T10:00"), timedelta(hours=2, minutes=30))
    assert told.end == at("26T11:30")


def test_the_law_s_holidays_of_a_year_to_come_are_provisional() -> None:
    told = explain(limit("1 wd"), datetime.fromisoformat("2027-04-30T10:00+08:00"), OFFICE)
    assert told.provisional
    assert {line.off for line in told.lines if line.off} == {Off.WEEKEND}
    told = explain(limit("1 wd"), datetime.fromisoformat("2028-04-29T10:00+08:00"), OFFICE)
    assert Off.LEGAL in {line.off for line in told.lines}


def test_the_wall_clock_never_rests() -> None:
    told = explain(limit("24 h"), at("28T23:00"), OFFICE)
    assert sorts(told) == ["start", "wall", "end"]
    assert not told.provisional


@pytest.mark.parametrize("text", ["5 min", "2 h", "30 d", "2 wh", "3 wd"])
def test_a_moment_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="start has no zone"):
        explain(limit(text), at("24T10:00").replace(tzinfo=None), OFFICE)
