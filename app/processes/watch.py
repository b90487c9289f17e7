"""The database's clock beside one that only ever runs on: whether the former jumped.

What is due is due by the database's clock. If that leaps ahead by two days, by a wrong hand or a broken time server,
two days of deadlines fall due at once; so each `timers` compares, at every look, how far it has come with how long this
machine has run. Time in which the machine slept has passed for both, so a laptop's sleep is no jump.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from time import monotonic


@cache
def _running() -> int | None:
    try:
        return os.open("/proc/uptime", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def uptime() -> float:
    """Seconds since this machine started, its sleep included, to 10 ms. The kernel says so itself: what bends the
    clocks of a process (libfaketime) does not bend this one. Where there is none: the monotonic clock, which may stand
    still in sleep."""
    handle = _running()
    return float(os.pread(handle, 32, 0).split()[0]) if handle is not None else monotonic()


class Course(Enum):
    """How the database's clock ran since the last look."""

    STEADY = "steady"
    AHEAD = "ahead"  # it jumped forward, and shows so still
    BACK = "back"  # it jumped back: nothing fires early by that


@dataclass(frozen=True, slots=True)
class _Look:
    """The clock as shown at a moment between two of the machine's."""

    shown_at: datetime
    before: float
    after: float


class Watch:
    """Judges each look by the last steady one. `patience`: how far the clock may be off."""

    def __init__(self, patience: timedelta, runs: Callable[[], float] = uptime) -> None:
        self.runs = runs
        self.strayed = False  # it has been ahead since the last steady look
        self._patience = patience
        self._steady: _Look | None = None
        self._newest: _Look | None = None

    def judge(self, shown_at: datetime, before: float) -> Course:
        """How the clock ran; `before`: what `runs` said before it was asked."""
        look = self._newest = _Look(shown_at, before, self.runs())
        if self._steady is None:
            return self._accept(Course.STEADY)
        # A process may have been stopped between question and answer: what may be so is no jump.
        least, most = self._off(look)
        if least > self._patience:
            self.strayed = True
            return Course.AHEAD
        return self._accept(Course.BACK if most < -self._patience else Course.STEADY)

    def accept(self) -> None:
        """What the clock showed last is right."""
        self._accept(Course.STEADY)
        self.strayed = False

    @property
    def since(self) -> datetime:
        """What it showed at the last steady look."""
        if self._steady is None:
            raise RuntimeError("nothing was looked at yet")
        return self._steady.shown_at

    @property
    def expected_at(self) -> datetime:
        """What it should have shown at the newest look."""
        if self._newest is None:
            raise RuntimeError("nothing was looked at yet")
        return self._newest.shown_at - self._off(self._newest)[0]

    def _accept(self, course: Course) -> Course:
        self._steady = self._newest
        return course

    def _off(self, look: _Look) -> tuple[timedelta, timedelta]:
        """How far the clock is ahead of what was expected: at least, at most."""
        if self._steady is None:
            return timedelta(), timedelta()
        passed = look.shown_at - self._steady.shown_at
        longest, shortest = look.after - self._steady.before, look.before - self._steady.after
        return passed - timedelta(seconds=longest), passed - timedelta(seconds=shortest)
