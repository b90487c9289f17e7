"""The rota as moments: the same as asking every row, minute by minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.district import DutyRow
from dispatch.duty import rota
from tests.dispatch.sample import SHANGHAI, SUNDAY_NIGHT, TUESDAY_TEN, district

quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
rows = st.lists(
    st.builds(
        DutyRow, unit=st.just("u"), weekday=st.integers(0, 6), starts=quarters, ends=quarters, worker=st.just("w")
    ),
    max_size=6,
).map(tuple)
moments = st.integers(0, 7 * 96).map(lambda n: datetime(2026, 11, 23, tzinfo=SHANGHAI) + timedelta(minutes=15 * n))


def holds(table: tuple[DutyRow, ...], moment: datetime) -> bool:
    return any(row.covers(moment.astimezone(SHANGHAI)) for row in table)


@given(rows, moments)
def test_a_duty_holds_until_its_rows_end(table: tuple[DutyRow, ...], moment: datetime) -> None:
    end = rota.until(table, moment, SHANGHAI)
    assert (end is not None) == holds(table, moment)
    if end is not None:
        assert end > moment
        assert holds(table, end - timedelta(minutes=1))
        week = timedelta(days=7)
        assert end - moment >= week or not holds(table, end)  # who is on all week has no end in sight


@given(rows, moments)
def test_the_next_duty_begins_at_the_first_moment_that_a_row_begins(
    table: tuple[DutyRow, ...], moment: datetime
) -> None:
    found = rota.next_start(table, moment, SHANGHAI)
    assert (found is None) == (not table)
    if found is not None:
        local = found.astimezone(SHANGHAI)
        assert moment < found <= moment + timedelta(days=7)
        assert any((row.weekday, row.starts) == (local.weekday(), local.time()) for row in table)
        if not holds(table, moment):
            step = moment + timedelta(minutes=15)
            while step < found:
                assert not holds(table, step)
                step += timedelta(minutes=15)


@given(rows, moments)
def test_the_next_end_is_the_end_of_a_row(table: tuple[DutyRow, ...], moment: datetime) -> None:
    found = rota.next_end(table, moment, SHANGHAI)
    assert (found is None) == (not table)
    if found is not None:
        local = found.astimezone(SHANGHAI)
        assert moment < found <= moment + timedelta(days=8)
        assert any(row.ends == local.time() for row in table)


def test_the_sample_district() -> None:
    south = tuple(row for row in district().duty if row.unit == "xingfuli-south")
    day = tuple(row for row in south if row.worker == "xingfuli-grid-01")
    assert rota.until(day, TUESDAY_TEN, SHANGHAI) == datetime(2026, 11, 24, 20, tzinfo=SHANGHAI)
    assert rota.until(day, SUNDAY_NIGHT, SHANGHAI) is None
    assert rota.next_start(day, SUNDAY_NIGHT, SHANGHAI) == datetime(2026, 11, 29, 8, tzinfo=SHANGHAI)
    assert rota.next_end(south, TUESDAY_TEN, SHANGHAI) == datetime(2026, 11, 24, 20, tzinfo=SHANGHAI)
    assert rota.next_end(south, datetime(2026, 11, 24, 20, tzinfo=SHANGHAI), SHANGHAI) == datetime(
        2026, 11, 25, 8, tzinfo=SHANGHAI
    )


@pytest.mark.parametrize(("month", "hours"), [(3, 7), (10, 9)], ids=["put forward", "put back"])
def test_a_night_in_which_the_clock_is_changed(month: int, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    sunday = {3: 29, 10: 25}[month]
    night = (DutyRow("u", 5, time(22), time(6), "w"),)  # from Saturday to Sunday
    before = datetime(2026, month, sunday - 1, 12, tzinfo=berlin)
    start, end = rota.next_start(night, before, berlin), rota.next_end(night, before, berlin)
    assert start is not None
    assert end == datetime(2026, month, sunday, 6, tzinfo=berlin).astimezone(UTC)
    assert end - start == timedelta(hours=hours)
