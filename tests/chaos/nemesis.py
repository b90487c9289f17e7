"""The nemesis: kills, stops and empties what it can reach, by a seeded plan; and arms the fault points."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tests.chaos.world import POINTS, World

# How often each kind of process is killed outright (kill -9 of it and all its children).
KILLS: Mapping[str, int] = {"web": 11, "hooks": 13, "jobs": 12, "timers": 12, "valkey": 12, "postgres": 12}
STOPS = 10
FLUSHES = 8
PER_POINT = 20
_PARTS: Mapping[str, tuple[str, ...]] = {
    "web": ("web",), "hooks": ("hooks",), "jobs": ("jobs",), "timers": ("timers1", "timers2"),
}  # fmt: skip
# Which crossing is the last, at least and at most; so that a process lives long enough to do something.
_CROSSINGS: Mapping[str, tuple[int, int]] = {
    "hooks commit.before": (8, 25), "hooks commit.after": (8, 25), "hooks answer.ready": (8, 25),
    "jobs commit.before": (3, 14), "jobs commit.after": (3, 14), "jobs text.taken": (1, 5), "jobs text.left": (1, 5),
    "timers commit.before": (2, 9), "timers commit.after": (2, 9),
}  # fmt: skip
_STEP = timedelta(seconds=75)  # by which the clock is wound at each end of `jobs`


@dataclass
class Nemesis:
    """One plan over one world. Its deeds happen in `work`, which the main thread calls all the time."""

    world: World
    chance: random.Random
    seconds: float
    kills: Counter[str] = field(default_factory=Counter)
    stops: int = 0
    flushes: int = 0

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._due: list[tuple[float, Callable[[], bool]]] = sorted(self._plan(), key=lambda each: each[0])
        self._hooks = ""  # the fault point that `hooks` is armed with
        self.world.arm = self._arm

    def _plan(self) -> list[tuple[float, Callable[[], bool]]]:
        begin, end = 1.5, self.seconds - 2
        deeds: list[tuple[float, Callable[[], bool]]] = []
        for kind, count in KILLS.items():
            for number in range(count):
                # Evenly spaced with some play: PostgreSQL needs its 3 s to come up and do something.
                slot = (end - begin) / count
                at = begin + slot * number + self.chance.uniform(0, max(0.0, slot - 3.2))
                deeds.append((at, self._killing(kind)))
        deeds += [(self.chance.uniform(begin, end), self._stopping()) for _ in range(STOPS)]
        deeds += [(self.chance.uniform(begin, end), self._flush) for _ in range(FLUSHES)]
        return deeds

    def work(self) -> None:
        """Do what is due; what cannot be done now (it is down just now) is tried again soon."""
        self.world.servers.tend()
        self.world.tend()
        if self._stale():
            self._kill("hooks")
        now = time.monotonic() - self._began
        while self._due and self._due[0][0] <= now:
            _, deed = self._due.pop(0)
            if not deed():
                self._again(0.2, deed)

    def _stale(self) -> bool:
        """Whether `hooks` has died often enough at the point that it was armed with: its workers come back with
        the same one until their master is started anew."""
        crossed = self.crossed()
        missing = [n for name, n in crossed.items() if name.startswith("hooks ") and n < PER_POINT]
        return bool(missing and self._hooks) and crossed[self._hooks] >= min(PER_POINT, min(missing) + 7)

    def _again(self, seconds: float, deed: Callable[[], bool]) -> None:
        self._due.append((time.monotonic() - self._began + seconds, deed))
        self._due.sort(key=lambda each: each[0])

    @property
    def done(self) -> bool:
        """Whether the plan is through, and every fault point crossed often enough."""
        return not self._due and min(self.crossed().values()) >= PER_POINT

    def crossed(self) -> dict[str, int]:
        """How many processes died at each fault point."""
        counts = self.world.crashes()
        return {f"{kind} {point}": counts[f"{kind} {point}"] for kind, points in POINTS.items() for point in points}

    def _arm(self, kind: str) -> dict[str, int]:
        """Called while a process of the kind is down: the least crossed of its points is armed."""
        if kind == "jobs":
            self.world.wind(_STEP)
        missing = {name: n for name, n in self.crossed().items() if name.startswith(f"{kind} ") and n < PER_POINT}
        if not missing:
            return {}
        name = min(missing, key=lambda each: (missing[each], self.chance.random()))
        if kind == "hooks":
            self._hooks = name
        return {name.split()[1]: self.chance.randint(*_CROSSINGS[name])}

    def _killing(self, kind: str) -> Callable[[], bool]:
        return lambda: self._kill(kind)

    def _kill(self, kind: str) -> bool:
        servers = self.world.servers
        if kind == "postgres" and self.chance.random() < 0.4:
            done = servers.kill_one_backend(self.chance.randrange(100))
        elif kind in ("postgres", "valkey"):
            done = servers.signal(kind, signal.SIGKILL)
        else:
            done = self.world.signal(self.chance.choice(_PARTS[kind]), signal.SIGKILL)
        self.kills[kind] += done
        return done

    def _stopping(self) -> Callable[[], bool]:
        kind = self.chance.choice(sorted(KILLS))
        return lambda: self._stop(kind, self.chance.uniform(0.3, 1.5))

    def _stop(self, kind: str, seconds: float) -> bool:
        """Stop it, and let it go on later: not even a refused connection meanwhile."""
        signals = self.world.servers.signal if kind in ("postgres", "valkey") else self.world.signal
        name = kind if kind in ("postgres", "valkey") else self.chance.choice(_PARTS[kind])
        if not signals(name, signal.SIGSTOP):
            return False

        def go_on() -> bool:
            signals(name, signal.SIGCONT)
            return True

        self.stops += 1
        self._again(seconds, go_on)
        return True

    def _flush(self) -> bool:
        done = self.world.servers.flush()
        self.flushes += done
        return done
