"""Closures by decision: they take hours away, and never bring a deadline forward."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.phrasebook import Catalogues
from cases.clock.explain import Off, Sort, explain, joined
from cases.clock.sla import Limit, Measure, due_at
from cases.clock.telling import Ground, parts, sentence
from cases.clock.workdays import Calendar, Closure
from cases.phrases import EN
from tests.cases.test_workdays import calendars

THURSDAY, FRIDAY = date(2026, 9, 17), date(2026, 9, 18)
AFTERNOON, ALL_DAY = Closure(THURSDAY, (time(13), time(17, 30))), Closure(FRIDAY)
OFFICE = Calendar(published=frozenset({2026}), closures=(AFTERNOON, ALL_DAY))
limits = st.builds(Limit, st.integers(1, 20), st.sampled_from((Measure.WORKING_HOURS, Measure.WORKING_DAYS)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-09-{text}+08:00")


@st.composite
def closures(draw: st.DrawFn, first: date) -> tuple[Closure, ...]:
    days = st.integers(0, 9).map(lambda ahead: first + timedelta(days=ahead))
    edges = st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True).map(sorted)
    part = edges.map(lambda pair: tuple(time(minute // 60, minute % 60) for minute in pair))
    return tuple(draw(st.lists(st.builds(Closure, days, st.none() | part), max_size=4)))


@settings(max_examples=150, deadline=None)
@given(calendars(), st.data(), limits)
def test_a_closure_takes_away_and_never_brings_a_deadline_forward(
    around: tuple[Calendar, datetime], data: st.DataObject, limit: Limit
) -> None:
    usual, start = around
    shut = replace(usual, closures=data.draw(closures(usual.local_day(start))))
    due = due_at(limit, start, shut)
    assert due >= due_at(limit, start, usual)
    assert explain(limit, start, shut).end == due
    later = start + timedelta(days=6)
    days = [usual.local_day(start) + timedelta(days=ahead) for ahead in range(16)]
    lost = sum((end - begin for day in days for begin, end in shut.closed_on(day)), timedelta())
    worked, open_ = usual.working_time_between(start, later), shut.working_time_between(start, later)
    assert worked - lost <= open_ <= worked
    if limit.measure is Measure.WORKING_HOURS:
        assert shut.working_time_between(start, due) == timedelta(hours=limit.amount)


def test_the_hours_of_a_day_that_is_closed_in_part_or_as_a_whole() -> None:
    assert OFFICE.windows_on(THURSDAY) == ((at("17T09:00"), at("17T12:00")),)
    assert OFFICE.closed_on(THURSDAY) == ((at("17T13:00"), at("17T17:30")),)
    assert OFFICE.windows_on(FRIDAY) == ()
    assert OFFICE.closed_on(date(2026, 9, 16)) == ()
    assert OFFICE.is_working_day(FRIDAY)
    assert not OFFICE.is_working_moment(at("17T14:00"))
    assert OFFICE.next_working_moment(at("17T12:00")) == at("21T09:00")
    assert OFFICE.day_length == timedelta(hours=7, minutes=30)


@pytest.mark.parametrize(
    ("window", "left"),
    [
        ((time(8), time(9, 30)), [("16T09:30", "16T12:00"), ("16T13:00", "16T17:30")]),
        ((time(10), time(11)), [("16T09:00", "16T10:00"), ("16T11:00", "16T12:00"), ("16T13:00", "16T17:30")]),
        ((time(11), time(14)), [("16T09:00", "16T11:00"), ("16T14:00", "16T17:30")]),
        ((time(12), time(13)), [("16T09:00", "16T12:00"), ("16T13:00", "16T17:30")]),
        ((time(0), time(23, 59)), []),
    ],
)
def test_a_part_is_cut_out_of_the_windows(window: tuple[time, time], left: list[tuple[str, str]]) -> None:
    shut = Calendar(closures=(Closure(date(2026, 9, 16), window),))
    assert shut.windows_on(date(2026, 9, 16)) == tuple((at(a), at(b)) for a, b in left)


def test_a_closure_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="closure runs backwards"):
        Closure(FRIDAY, (time(12), time(9)))


def test_what_is_closed_is_told() -> None:
    hours = joined(explain(Limit(2, Measure.WORKING_HOURS), at("17T11:00"), OFFICE).lines)
    assert [line.sort for line in hours] == [
        Sort.START, Sort.CLOSED, Sort.COUNTED, Sort.SKIPPED, Sort.SKIPPED, Sort.COUNTED, Sort.END,
    ]  # fmt: skip
    assert [line.off for line in hours if line.off] == [Off.CLOSED, Off.WEEKEND]
    late = explain(Limit(1, Measure.WORKING_HOURS), at("17T14:00"), OFFICE).lines
    assert (late[1].sort, late[1].windows) == (Sort.CLOSED, ((at("17T14:00"), at("17T17:30")),))
    days = explain(Limit(1, Measure.WORKING_DAYS), at("16T10:00"), OFFICE).lines
    closed = next(line for line in days if line.sort is Sort.CLOSED)
    assert (closed.time, days[-1].end) == (timedelta(hours=4, minutes=30), at("21T14:30"))
    assert Catalogues().say(Off.CLOSED.label, EN) == "closed by decision"


@pytest.mark.parametrize(
    ("start", "limit", "told"),
    [
        (
            "16T10:00",
            Limit(1, Measure.WORKING_DAYS),
            "received Wed 16 Sep 10:00; 1 working day, the first day not counted; Thu 17 Sep; "
            "Thu 17 Sep 13:00–17:30 closed by decision, so 4 h 30 min more; Fri 18 Sep closed by decision; "
            "Sat 19 Sep, Sun 20 Sep weekend; Mon 21 Sep 09:00–12:00, 13:00–14:30 (4 h 30 min); "
            "therefore Mon 21 Sep 14:30.",
        ),
        (
            "17T11:00",
            Limit(2, Measure.WORKING_HOURS),
            "received Thu 17 Sep 11:00; 2 working hours, office hours only; Thu 17 Sep 13:00–17:30 closed by decision; "
            "Thu 17 Sep 11:00–12:00 (1 h); Fri 18 Sep closed by decision; Sat 19 Sep, Sun 20 Sep weekend; "
            "Mon 21 Sep 09:00–10:00 (1 h); therefore Mon 21 Sep 10:00.",
        ),
    ],
)
def test_a_closure_is_told_in_plain_words(start: str, limit: Limit, told: str) -> None:
    ground = Ground(limit, "received", at(start), OFFICE, (), (), due_at(limit, at(start), OFFICE))
    assert Catalogues().say(sentence(parts(ground)), EN) == told
