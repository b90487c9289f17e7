"""Limits: what the texts mean, when a promise is due, when it is warned of and who hears of a breach."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.clock.sla import (
    DEFAULT_TARGETS,
    Level,
    Limit,
    Measure,
    TargetSet,
    after_hold,
    due_at,
    parse_limit,
    rung_at,
    target_set,
    targets_for,
    warn_at,
)
from cases.clock.workdays import Calendar
from cases.phrases import msg
from cases.steps import Step

OFFICE = Calendar(published=frozenset({2026}))
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=334)).map(lambda since: YEAR + since)
limits = st.builds(Limit, st.integers(1, 40), st.sampled_from(Measure))
spells = st.timedeltas(timedelta(0), timedelta(days=9))
NAIVE = datetime(2026, 11, 23, 10)  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+08:00")


def limit(text: str) -> Limit:
    parsed = parse_limit(text)
    assert parsed is not None
    return parsed


@given(st.builds(Limit, st.integers(1, 99999), st.sampled_from(Measure)))
def test_a_limit_is_read_as_it_is_written(made: Limit) -> None:
    assert parse_limit(str(made)) == made
    assert parse_limit(f" {made.amount}{made.measure.value} ") == made


@pytest.mark.parametrize(
    "text", ["", "1", "wd", "1.5 h", "-1 h", "1 week", "1 wd 2 wh", "１ h", "None", "1  wd", "1 H"]
)
def test_a_limit_that_is_none_is_told_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not understood: write a whole number and min.* wm, wh or wd, or none"):
        parse_limit(text)


def test_no_limit_is_said_and_no_amount_is_refused() -> None:
    assert parse_limit("none") is None
    with pytest.raises(ValueError, match="limit has the amount 0: give 1 or more, or none"):
        parse_limit("0 wd")


def test_a_limit_has_words() -> None:
    assert limit("2 wh").label == msg("cases.limit.wh", n=2)
    assert limit("2 wh").label.params == {"n": 2}


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("1 wd", "11-23T10:00", "11-24T17:30"),
        ("1 wd", "11-23T20:00", "11-24T17:30"),
        ("1 wd", "11-28T10:00", "11-30T17:30"),
        ("5 wd", "11-27T16:00", "12-04T17:30"),
        ("2 wh", "11-23T11:00", "11-23T14:00"),
        ("15 wm", "11-23T11:50", "11-23T13:05"),
        ("4 wh", "11-27T16:00", "11-30T11:30"),
        ("5 min", "11-28T23:58", "11-29T00:03"),
        ("24 h", "11-28T23:58", "11-29T23:58"),
        ("30 d", "11-01T10:00", "12-01T10:00"),
    ],
)
def test_due_moments(text: str, start: str, due: str) -> None:
    assert due_at(limit(text), at(start), OFFICE) == at(due)


@given(limits, moments, spells)
def test_due_comes_after_the_start_and_keeps_the_order(made: Limit, start: datetime, later: timedelta) -> None:
    due = due_at(made, start, OFFICE)
    assert start < due <= due_at(made, start + later, OFFICE)
    assert due < due_at(Limit(made.amount + 1, made.measure), start, OFFICE)
    assert due.tzinfo is UTC


@given(limits, moments)
def test_nothing_is_due_early(made: Limit, start: datetime) -> None:
    due = due_at(made, start, OFFICE)
    worked = OFFICE.working_time_between(start, due)
    least = {
        Measure.MINUTES: due - start >= timedelta(minutes=made.amount),
        Measure.HOURS: due - start >= timedelta(hours=made.amount),
        Measure.DAYS: due - start >= timedelta(days=made.amount),
        Measure.WORKING_MINUTES: worked == timedelta(minutes=made.amount),
        Measure.WORKING_HOURS: worked == timedelta(hours=made.amount),
        Measure.WORKING_DAYS: worked >= made.amount * OFFICE.day_length,
    }
    assert least[made.measure]


@given(limits, moments)
def test_the_warning_leaves_a_quarter_of_the_measure(made: Limit, start: datetime) -> None:
    due = due_at(made, start, OFFICE)
    warn = warn_at(made, start, due, OFFICE)
    assert start < warn < due
    if made.is_working:
        all_, left = OFFICE.working_time_between(start, due), OFFICE.working_time_between(warn, due)
    else:
        all_, left = due - start, due - warn
    assert abs(left * 4 - all_) <= timedelta(microseconds=4)


def test_warnings_by_hand() -> None:
    assert warn_at(limit("1 wd"), at("11-23T10:00"), at("11-24T17:30"), OFFICE) == at("11-24T14:00")
    assert warn_at(limit("4 h"), at("11-28T22:00"), at("11-29T02:00"), OFFICE) == at("11-29T01:00")
    assert warn_at(limit("4 wh"), at("11-23T10:00"), at("11-23T15:00"), OFFICE) == at("11-23T14:00")


def test_rungs_by_hand() -> None:
    due = at("11-24T17:30")
    told = [rung_at(limit("1 wd"), due, n, OFFICE, 3) for n in range(1, 7)]
    days = ["11-25T13:45", "11-25T17:30", "11-26T13:45", "11-27T13:45", "11-30T13:45", "12-01T13:45"]
    assert told == [at(day) for day in days]
    told = [rung_at(limit("30 min"), due, n, OFFICE, 2) for n in range(1, 5)]
    assert told == [at(f"11-{day}") for day in ("24T17:45", "24T18:00", "25T18:00", "26T18:00")]
    assert rung_at(limit("4 wh"), due, 1, OFFICE, 2) == at("11-25T11:00")
    assert rung_at(limit("2 wd"), due, 1, OFFICE, 2) == at("11-25T17:30")
    assert rung_at(limit("15 min"), due, 1, OFFICE, 2) == due + timedelta(minutes=7, seconds=30)


@given(limits, moments, st.integers(1, 12), st.integers(1, 6))
def test_rungs_come_one_after_the_other(made: Limit, due: datetime, n: int, top: int) -> None:
    assert due < rung_at(made, due, n, OFFICE, top) < rung_at(made, due, n + 1, OFFICE, top)


@given(limits, moments)
def test_two_rungs_are_one_limit(made: Limit, due: datetime) -> None:
    assert rung_at(made, due, 2, OFFICE, 9) == due_at(made, due, OFFICE)


@given(limits, moments, spells, spells)
def test_a_hold_moves_the_due_moment_by_what_was_held(
    made: Limit, start: datetime, before: timedelta, held: timedelta
) -> None:
    due = due_at(made, start, OFFICE)
    moved = after_hold(made, due, start + before, start + before + held, OFFICE)
    if made.is_working:
        worked = OFFICE.working_time_between(start + before, start + before + held)
        assert OFFICE.working_time_between(due, moved) == worked
    else:
        assert moved - due == held


def test_what_runs_backwards_or_has_no_zone_is_refused() -> None:
    one, moment = limit("1 wd"), at("11-23T10:00")
    with pytest.raises(ValueError, match="start has no zone: pass an aware moment"):
        due_at(one, NAIVE, OFFICE)
    with pytest.raises(ValueError, match="due has no zone"):
        warn_at(one, moment, NAIVE, OFFICE)
    with pytest.raises(ValueError, match="due has no zone"):
        rung_at(one, NAIVE, 1, OFFICE, 1)
    with pytest.raises(ValueError, match="held_to has no zone"):
        after_hold(one, moment, moment, NAIVE, OFFICE)
    with pytest.raises(ValueError, match="due is before start"):
        warn_at(one, moment, moment - timedelta(hours=1), OFFICE)
    with pytest.raises(ValueError, match="held_to is before held_from"):
        after_hold(one, moment, moment, moment - timedelta(hours=1), OFFICE)
    for n, top in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="rungs are counted from 1"):
            rung_at(one, moment, n, OFFICE, top)


# The table of the design, row by row, as it is printed there.
TABLE = """
accept|5 min|15 min|2 wh|4 wh|none|2 wh|2 wh
dispatch|5 min|15 min|2 wh|4 wh|none|2 wh|2 wh
sign_for|15 min|30 min|1 wd|1 wd|4 wh|none|none
first_contact|15 min|1 h|1 wd|1 wd|1 wd|none|none
visit|30 min|4 h|3 wd|3 wd|2 wd|none|none
finding|1 h|2 h|1 wd|2 wd|1 wd|none|none
told|24 h|24 h|5 wd|15 wd|3 wd|1 wd|13 wd
return_request|15 min|30 min|1 wd|1 wd|none|none|none
return_review|15 min|15 min|2 wh|2 wh|none|none|none
adjudication|1 h|4 h|1 wd|2 wd|none|none|none
verify|1 h|4 h|1 wd|1 wd|1 wd|none|none
call_back|2 h|24 h|1 wd|1 wd|1 wd|1 wd|1 wd
hold_review|none|none|20 wd|20 wd|none|none|none
interim|2 h|none|none|5 wd|none|none|none
supervise|1 h|4 h|1 wd|2 wd|1 wd|1 wd|2 wd
cohandle|4 h|12 h|3 wd|5 wd|2 wd|1 wd|5 wd
"""


def test_the_default_targets_are_the_designs() -> None:
    rows: dict[str, list[str]] = {}
    for line in TABLE.strip().splitlines():
        step, *cells = line.split("|")
        rows[step] = cells
    assert set(rows) == set(Step)
    for column, targets in zip(TargetSet, zip(*rows.values(), strict=True), strict=True):
        stored = [str(DEFAULT_TARGETS[column][Step(step)] or "none") for step in rows]
        assert stored == list(targets), column


@pytest.mark.parametrize(
    ("level", "kind", "rework", "column"),
    [
        (Level.L3, "complaint", False, TargetSet.L3),
        (Level.L4, "request", False, TargetSet.L4),
        (Level.L3, "enquiry", False, TargetSet.ENQUIRY),
        (Level.L4, "suggestion", False, TargetSet.SUGGESTION),
        (Level.L3, "praise", False, TargetSet.SUGGESTION),
        (Level.L1, "enquiry", False, TargetSet.L1),
        (Level.L2, "praise", False, TargetSet.L2),
        (Level.L1, "complaint", True, TargetSet.REWORK),
    ],
)
def test_the_column_follows_level_and_kind(level: Level, kind: str, rework: bool, column: TargetSet) -> None:
    assert target_set(level, kind, rework=rework) is column
    assert targets_for(level, kind, rework=rework) is DEFAULT_TARGETS[column]
