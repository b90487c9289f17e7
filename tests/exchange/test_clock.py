"""The two clocks."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from exchange.clock import HandClock, RealClock

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_jobs_run_at_their_moment_and_in_order() -> None:
    clock, seen = HandClock(START), []

    def note(name: str) -> None:
        seen.append((name, (clock.now() - START).total_seconds()))

    clock.after(5, lambda: note("late"))
    clock.after(1, lambda: (note("first"), clock.after(1, lambda: note("added")))[0])
    clock.after(1, lambda: note("second"))
    assert clock.waiting() == 3
    clock.move(3)
    assert seen == [("first", 1.0), ("second", 1.0), ("added", 2.0)]
    assert clock.now() == START + timedelta(seconds=3)
    clock.sleep(10)
    assert seen[3:] == []
    clock.move()
    assert seen[3:] == [("late", 13.0)]
    assert clock.waiting() == 0


def test_the_real_clock_works_in_other_threads(capsys: pytest.CaptureFixture[str]) -> None:
    clock, done, early = RealClock(workers=1), Event(), Event()
    begun = time.monotonic()

    def fails() -> None:
        early.set()
        raise ValueError("a job that fails")

    clock.after(0.15, done.set)
    clock.after(0.0, fails)
    assert early.wait(5)
    assert done.wait(5)
    assert 0.14 <= time.monotonic() - begun < 5
    assert clock.now().tzinfo is UTC
    clock.sleep(1000)
    clock.after(1000, done.set)
    assert clock.waiting() == 1
    assert "a job that fails" in capsys.readouterr().err
