"""A breaker for the voice door: a caller never waits for a database that has just failed twice.

Closed: work is tried. Two misses in a row open it: all are turned away at once. After a rest one probe is
let through: it closes the breaker, or opens it again. Only a clock that never jumps is asked.
"""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

LIMIT = 2  # misses in a row
REST = 5.0  # seconds between probes

T = TypeVar("T")


class Open(Exception):
    """The breaker is open: do without, at once."""


class Breaker:
    """Counts misses: errors of the given kinds, save those of the kind `but`. Other errors say nothing about the
    database. `turned` is told when it has opened (True) or closed."""

    def __init__(
        self,
        clock: Callable[[], float],
        misses: tuple[type[Exception], ...],
        turned: Callable[[bool], None] = lambda _is_open: None,
        *,
        but: tuple[type[Exception], ...] = (),
    ) -> None:
        self._clock = clock
        self._kinds = misses
        self._turned = turned
        self._but = but
        self._lock = Lock()
        self._missed = 0
        self._next_probe = 0.0

    def run(self, work: Callable[[], T]) -> T:
        """The work's result or error; raises Open instead of trying while the database is thought away."""
        self._enter()
        try:
            result = work()
        except self._kinds as trouble:
            if isinstance(trouble, self._but):
                self._reset()
            else:
                self._miss()
            raise
        except Exception:
            self._reset()
            raise
        self._reset()
        return result

    def _enter(self) -> None:
        with self._lock:
            if self._missed < LIMIT:
                return
            if self._clock() < self._next_probe:
                raise Open
            self._next_probe = self._clock() + REST  # this one probes; the others wait another rest

    def _miss(self) -> None:
        with self._lock:
            self._missed += 1
            self._next_probe = self._clock() + REST
            opened = self._missed == LIMIT
        if opened:
            self._turned(True)

    def _reset(self) -> None:
        with self._lock:
            closed, self._missed = self._missed >= LIMIT, 0
        if closed:
            self._turned(False)
