"""Peace: after the faults everything that was promised is done, and only then is it judged."""

import signal
import time
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
_PAUSES = (6.0, 12.0)  # seconds between one end of `jobs` and the next: at first, and later
_NOTHING = (0, 0, 0, False)
_STILL = 45.0  # seconds without any progress after which there will be none
_LONGEST = 420.0
_FEW = 100  # of what waits that do not keep the clock from being wound


def settle(world: World) -> None:
    """Let all that is under way come to its end. What does not in time is for the judge to find.

    `jobs` is ended again and again and the clock wound meanwhile, so that leases and waits run out, and so that
    it reads the carrier's lists, as it does at each start. While much waits to leave time stands: what falls due
    on the way would only come on top of it, faster than a slow machine can send.
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
    last: object = None
    moved = time.monotonic()
    pause = _PAUSES[0]
    before = -1
    while time.monotonic() < min(end, moved + _STILL):
        world.signal("jobs", signal.SIGKILL)
        world.wait_for_end("jobs")
        waits = _left(world)[0]
        if waits <= _FEW or waits == before:
            world.wind(_WIND)
        before = waits
        until = time.monotonic() + pause
        pause = _PAUSES[1]
        while time.monotonic() < until:
            _tend(world)
            left = _left(world)
            if left == _NOTHING and _rests(world):
                return
            if left != last:
                last, moved = left, time.monotonic()


def _rests(world: World) -> bool:
    """Whether nothing waits still once nobody is left who fires: else the next promise falls due while it is judged."""
    for name, part in world.parts.items():
        if part.kind == "timers":
            world.signal(name, signal.SIGKILL)
            world.wait_for_end(name)
    return _left(world) == _NOTHING


def _tend(world: World) -> None:
    world.servers.tend()
    world.tend()
    time.sleep(0.1)


def _left(world: World) -> tuple[int, int, int, bool]:
    """What waits in our rows; texts and calls that the carrier took and we have not; whether anybody means to
    say more."""
    try:
        with world.servers.postgres.connect(world.place.database) as connection:
            row = connection.execute(_OPEN).fetchone()
            kept = {key for (key,) in connection.execute("SELECT key FROM inbox WHERE kind = 'text'")}
            ended = {sid for (sid,) in connection.execute("SELECT sid FROM call WHERE ended_at IS NOT NULL")}
    except psycopg.OperationalError:
        return (-1, -1, -1, True)
    texts, calls = _came_in(world, "message"), _came_in(world, "call")
    return (row[0] if row else 0, len(texts - kept), len(calls - ended), not world.town.idle())


def _came_in(world: World, kind: str) -> set[str]:
    return {each["sid"] for each in world.town.ledger.list(kind) if each["direction"] == "inbound"}
