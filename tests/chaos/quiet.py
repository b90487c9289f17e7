"""Peace: after the faults everything that was promised is done, and only then is it judged."""

import signal
import time
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from tests.chaos.world import World

# What still waits. Of dialogues each that is open: the wind lets it go.
_OPEN = """
SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'unknown'))
     + (SELECT count(*) FROM timer t WHERE t.state = 'open' AND t.fires_at <= now() + k.ahead)
     + (SELECT count(*) FROM errand e WHERE e.state = 'open' AND e.fires_at <= now() + k.ahead)
     + (SELECT count(*) FROM dialogue d WHERE d.state IN ('matter_asked', 'place_asked'))
FROM clock k
"""
_WIND = timedelta(minutes=31)  # a question that nobody answered is let go after 30
_DONE = """
SELECT (SELECT count(*) FROM inbox WHERE kind = 'text'), (SELECT count(*) FROM call WHERE ended_at IS NOT NULL)
"""
_PAUSES = (6.0, 12.0)  # seconds without any progress before `jobs` is ended once more: at first, and later
_STILL = 60.0  # seconds without any progress after which there will be none
_LONGEST = 900.0  # a full machine is slow; as long as it goes on, it is let go on
_FEW = 100  # of what waits that do not keep the clock from being wound
_LOOK = 0.3  # seconds between two looks: they cost what the others could use


@dataclass(frozen=True, slots=True)
class _Stand:
    """How far they are: what waits in our rows, and how many texts and ended calls stand there. Any change is
    progress. Negative where the database is away."""

    waits: int = -1
    texts: int = -1
    calls: int = -1


def settle(world: World) -> None:
    """Let all that is under way come to its end. What does not in time is for the judge to find.

    Whenever nothing moves any more, `jobs` is ended and the clock wound, so that leases and waits run out, and so
    that it reads the carrier's lists, as it does at each start. While much leaves time stands: what falls due on
    the way would only come on top of it, faster than a slow machine can send.
    """
    world.servers.ready()
    world.arm = lambda kind: {}
    for name in world.parts:  # all without armed points, and awake
        world.signal(name, signal.SIGCONT)
        world.signal(name, signal.SIGKILL)
        world.wait_for_end(name)
    end = time.monotonic() + _LONGEST
    while not world.town.idle() and time.monotonic() < end - _STILL:
        _tend(world)
    pause, before = _PAUSES[0], -1
    moved = time.monotonic()
    while time.monotonic() < min(end, moved + _STILL):
        world.signal("jobs", signal.SIGKILL)
        world.wait_for_end("jobs")
        waits = waiting(world)
        if waits <= _FEW or waits == before:
            world.wind(_WIND)
        before = waits
        moved = max(moved, _go_on(world, pause, end))
        if _nothing(world) and _rests(world):
            return
        pause = _PAUSES[1]


def waiting(world: World) -> int:
    """How much waits in our rows; -1 where nobody can tell just now."""
    return _stand(world).waits


def _go_on(world: World, pause: float, end: float) -> float:
    """Let it work until nothing is left, or nothing has moved for so long; the moment at which something last did."""
    began = time.monotonic()
    moved, last = 0.0, _stand(world)
    while not (last.waits == 0 and _nothing(world)) and time.monotonic() < min(end, max(began, moved) + pause):
        _tend(world)
        stand = _stand(world)
        if stand != last:
            last, moved = stand, time.monotonic()
    return moved


def _rests(world: World) -> bool:
    """Whether nothing waits still once nobody is left who fires: else the next promise falls due while it is judged."""
    for name, part in world.parts.items():
        if part.kind == "timers":
            world.signal(name, signal.SIGKILL)
            world.wait_for_end(name)
    return _nothing(world)


def _tend(world: World) -> None:
    world.servers.tend()
    world.tend()
    time.sleep(_LOOK)


def _stand(world: World) -> _Stand:
    if "postgres" in world.servers.stopped:  # whoever asks it is held up until it goes on
        return _Stand()
    try:
        with world.servers.postgres.connect(world.place.database) as connection:
            waits, done = connection.execute(_OPEN).fetchone(), connection.execute(_DONE).fetchone()
    except psycopg.OperationalError:
        return _Stand()
    return _Stand(waits[0], *done) if waits and done else _Stand()


def _nothing(world: World) -> bool:
    """Whether nothing waits in our rows, nobody means to say more, and we have all that the carrier took."""
    if not world.town.idle() or waiting(world):
        return False
    try:
        with world.servers.postgres.connect(world.place.database) as connection:
            kept = {key for (key,) in connection.execute("SELECT key FROM inbox WHERE kind = 'text'")}
            ended = {sid for (sid,) in connection.execute("SELECT sid FROM call WHERE ended_at IS NOT NULL")}
    except psycopg.OperationalError:
        return False
    return _came_in(world, "message") <= kept and _came_in(world, "call") <= ended


def _came_in(world: World, kind: str) -> set[str]:
    return {each["sid"] for each in world.town.ledger.list(kind) if each["direction"] == "inbound"}
