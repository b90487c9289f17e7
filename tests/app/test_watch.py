"""What counts as a jump of the database's clock, by the time that really passed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from app.processes.watch import Course, Watch, uptime

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
STEADY, AHEAD, BACK = Course.STEADY, Course.AHEAD, Course.BACK
DAYS = 2 * 86_400.0

# Each look: seconds on the machine before and after, seconds on the database's clock, and what is made of it.
COURSES = {
    "both run on": [(0, 0, 0, STEADY), (1, 1.01, 1, STEADY), (900, 900, 900, STEADY)],
    "small steps are followed": [(n, n, n * 1.2, STEADY) for n in range(0, 9000, 1000)],
    "forward": [(0, 0, 0, STEADY), (1, 1, DAYS, AHEAD), (2, 2, DAYS + 1, AHEAD)],
    "forward and back by itself": [(0, 0, 0, STEADY), (1, 1, DAYS, AHEAD), (9, 9, 9, STEADY), (10, 10, 10, STEADY)],
    "back": [(0, 0, DAYS, STEADY), (1, 1, 0, BACK), (2, 2, 1, STEADY)],
    "just within": [(0, 0, 0, STEADY), (0, 0, 300, STEADY)],
    "just beyond": [(0, 0, 0, STEADY), (0, 0, 300.1, AHEAD)],
    "a machine that slept, and its database with it": [(0, 0, 0, STEADY), (DAYS, DAYS, DAYS, STEADY)],
    "the database alone stood still": [(0, 0, 0, STEADY), (DAYS, DAYS, 5, BACK)],
    "stopped before the question": [(0, 0, 0, STEADY), (1, DAYS, DAYS, STEADY), (DAYS + 1, DAYS + 1, DAYS + 1, STEADY)],
    "stopped before the answer": [(0, 0, 0, STEADY), (1, DAYS, 1, STEADY), (DAYS + 1, DAYS + 1, DAYS + 1, STEADY)],
}


@pytest.mark.parametrize("looks", COURSES.values(), ids=COURSES)
def test_what_is_a_jump(looks: list[tuple[float, float, float, Course]]) -> None:
    now: Iterator[float] = iter([after for _, after, *_ in looks])
    watch = Watch(timedelta(minutes=5), lambda: next(now))
    seen = [watch.judge(NOON + timedelta(seconds=shown), before) for before, _, shown, _ in looks]
    assert seen == [course for *_, course in looks]


def test_it_says_what_was_expected_and_takes_what_is_right() -> None:
    watch = Watch(timedelta(minutes=5), lambda: 11.0)
    watch.judge(NOON, 11.0)
    watch.runs = lambda: 21.0
    assert watch.judge(NOON + timedelta(days=2), 21.0) is AHEAD
    assert (watch.since, watch.expected_at, watch.strayed) == (NOON, NOON + timedelta(seconds=10), True)
    watch.accept()
    assert watch.judge(NOON + timedelta(days=2), 21.0) is STEADY
    assert not watch.strayed


def test_uptime_runs_on_as_the_machine_does() -> None:
    assert Path("/proc/uptime").exists(), "Linux"
    started, at = monotonic(), uptime()
    while monotonic() - started < 0.05:
        pass
    assert 0.03 <= uptime() - at <= 0.05 + monotonic() - started
