"""Telephones that people hold: each rings until it is taken, and its calls wait for what its holder does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from exchange.clock import Clock

if TYPE_CHECKING:
    from exchange.legs.call import Call

HELD: Final = timedelta(seconds=12)
"""How long a telephone counts as held after its holder last looked at it."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A call that rings in somebody's hands: what taking it does, and what its end without that does."""

    call: "Call"
    take: Callable[[], None]
    end: Callable[[str], None]


class Hands:
    """Which telephones are held, what rings there, and the latest call of each."""

    def __init__(self, clock: Clock, under_way: Callable[[str], "Call | None"]) -> None:
        self._clock = clock
        self._under_way = under_way
        self._until: dict[str, datetime] = {}
        self._rings: dict[str, Ring] = {}
        self._latest: dict[str, str] = {}
        self._lock = Lock()

    def hold(self, number: str) -> None:
        """Somebody has this telephone before them now."""
        with self._lock:
            self._until[number] = self._clock.now() + HELD

    def let_go(self, number: str) -> None:
        """They put it down: it behaves by itself again. What rings there goes on ringing."""
        with self._lock:
            self._until.pop(number, None)

    def holds(self, number: str) -> bool:
        """Whether somebody has this telephone before them."""
        until = self._until.get(number)
        return until is not None and self._clock.now() < until

    def ring(self, ring: Ring, seconds: float) -> None:
        """Let a telephone ring for so long; then the call ends as not answered. A second call finds it busy."""
        number = ring.call.sides[1]
        with self._lock:
            busy = self._under_way(self._latest.get(number, "")) is not None
            if not busy:
                self._rings[ring.call.sid] = ring
                self._latest[number] = ring.call.sid
        if busy:
            ring.end("busy")
        else:
            self._clock.after(seconds, lambda: self._unheard(ring.call.sid))

    def rings(self, sid: str) -> bool:
        """Whether this call rings in somebody's hands."""
        return sid in self._rings

    def take(self, sid: str) -> bool:
        """Pick up; False where it does not ring any more."""
        ring = self._pull(sid)
        if ring is None or ring.call.over:
            return False
        ring.take()
        return True

    def end(self, sid: str, status: str) -> bool:
        """It is not picked up: refused ("busy") or not heard ("no-answer"); False where it does not ring any more."""
        ring = self._pull(sid)
        if ring is None:
            return False
        ring.end(status)
        return True

    def withdraw(self, sid: str) -> None:
        """The other side has hung up: it rings no more."""
        self._pull(sid)

    def began(self, number: str, sid: str) -> None:
        """This telephone's latest call is this one."""
        with self._lock:
            self._latest[number] = sid

    def latest(self, number: str) -> str | None:
        """The latest call that went through these hands."""
        return self._latest.get(number)

    def _unheard(self, sid: str) -> None:
        self.end(sid, "no-answer")

    def _pull(self, sid: str) -> Ring | None:
        with self._lock:
            return self._rings.pop(sid, None)
