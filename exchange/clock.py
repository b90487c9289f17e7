"""Time: a real clock with its own workers, and one that a test moves by hand."""

import heapq
import itertools
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Condition, RLock, Thread
from typing import Protocol

Job = Callable[[], None]
_Entry = tuple[datetime, int, Job]


class Clock(Protocol):
    """What the exchange asks of a clock."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let the time of a call pass."""
        ...

    def after(self, seconds: float, job: Job) -> None:
        """Run the job that much later, not in the caller's thread where the clock is real."""
        ...

    def waiting(self) -> int:
        """Jobs that have not begun."""
        ...


class HandClock:
    """Stands still until it is moved; jobs run in the thread that moves it. A call's pauses move it."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._jobs: list[_Entry] = []
        self._count = itertools.count()
        self._lock = RLock()

    def now(self) -> datetime:
        """The moment shown."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Put the hand forward; jobs that fall due wait for the next `move`."""
        with self._lock:
            self._now += timedelta(seconds=seconds)

    def after(self, seconds: float, job: Job) -> None:
        """Keep the job until the hand has passed its moment."""
        with self._lock:
            heapq.heappush(self._jobs, (self._now + timedelta(seconds=seconds), next(self._count), job))

    def waiting(self) -> int:
        """Jobs that have not begun."""
        return len(self._jobs)

    def move(self, seconds: float = 0.0) -> None:
        """Put the hand forward and run, each at its moment, all jobs that fall due on the way."""
        end = self._now + timedelta(seconds=seconds)
        while (job := self._due(max(end, self._now))) is not None:
            job()
        self._now = max(end, self._now)

    def _due(self, end: datetime) -> Job | None:
        with self._lock:
            if not self._jobs or self._jobs[0][0] > end:
                return None
            moment, _, job = heapq.heappop(self._jobs)
            self._now = max(moment, self._now)
            return job


class RealClock:
    """The machine's clock; jobs run in workers. Pauses within a call take no time: it is typed."""

    def __init__(self, workers: int = 4) -> None:
        self._jobs: list[_Entry] = []
        self._count = itertools.count()
        self._changed = Condition()
        for number in range(workers):
            Thread(target=self._work, name=f"exchange-{number}", daemon=True).start()

    def now(self) -> datetime:
        """The moment now."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Nothing: the time of a typed call is counted, not waited for."""

    def after(self, seconds: float, job: Job) -> None:
        """Give the job to a worker when its moment has come."""
        entry = (self.now() + timedelta(seconds=seconds), next(self._count), job)
        with self._changed:
            heapq.heappush(self._jobs, entry)
            self._changed.notify()

    def waiting(self) -> int:
        """Jobs that have not begun."""
        return len(self._jobs)

    def _work(self) -> None:
        while True:
            job = self._next()
            try:
                job()
            except Exception:
                traceback.print_exc(file=sys.stderr)

    def _next(self) -> Job:
        with self._changed:
            while True:
                wait = (self._jobs[0][0] - self.now()).total_seconds() if self._jobs else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._jobs)[2]
                self._changed.wait(wait)
