"""Winding: step by step to the next moment at which anything falls due, never past it.

At each step all that is due is fired, in this process or by the `timers` and `jobs` of the running instance, and
the clock stands until nothing is due and nothing of ours is under way at the carrier.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, sleep
from uuid import UUID

from app.embedded.folder import DataFolder
from app.processes import jobs, timers
from app.trouble import trouble
from app.wiring import House
from dispatch.due import moments
from dispatch.due.jumps import Halted
from dispatch.due.moments import SOURCES, Outlook
from dispatch.transaction import DatabaseAway

_LOOK = 0.003  # seconds between looks while others are at work
_PATIENCE = 10.0  # seconds after which what does not end is left to its own deadline
_STUCK = 60.0  # seconds after which what is due and is not done is told as trouble
_TELL_EVERY = 5.0
_FIRED = frozenset({"timers", "errands", "likenesses", "dialogues"})

Tell = Callable[[datetime], None]

# All that falls due: dispatch's, and unanswered dialogues and recordings to fetch.
_SOURCES = (
    *SOURCES.items(),
    ("dialogues", ("expires_at", "dialogue WHERE state IN ('matter_asked', 'place_asked', 'same_asked')")),
    ("recordings", ("next_at", "recording WHERE state = 'to_fetch'")),
)


@contextmanager
def alone(folder: DataFolder, refusal: str = "app.wind.twice") -> Iterator[None]:
    """One moves the clock at a time; a second one is refused."""
    handle = os.open(folder.root / "winding", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise trouble(refusal) from None
    finally:
        os.close(handle)


@dataclass(slots=True)
class Winder:
    """Winds the clock of one house. `tell` hears now and then where the clock stands; `steps` counts its stops."""

    house: House
    tell: Tell
    steps: int = 0
    left_alone: set[UUID] = field(default_factory=set)
    told_at: float = field(default_factory=monotonic)

    def wind(self, to: datetime) -> None:
        """Move the clock to this moment; all that fell due on the way has happened."""
        while (at := self._settle(to)) < to:
            self.steps += 1
            if monotonic() - self.told_at >= _TELL_EVERY:
                self.tell(at)
                self.told_at = monotonic()
        self._settle(to)

    def _settle(self, to: datetime) -> datetime:
        """Do what is due until nothing is and nothing is under way; then move the clock to what comes next, `to`
        at most, and give that moment."""
        begun = monotonic()
        while True:
            looks = [(office, self._look(office)) for office in self.house.offices]
            due = {name for _, look in looks for name in look.due}
            waiting = frozenset[UUID]().union(*(look.under_way for _, look in looks)) - self.left_alone
            if not due and not waiting:
                return self._advance(min([to, *(look.next_at for _, look in looks if look.next_at is not None)]))
            waited = monotonic() - begun
            if due and waited > _STUCK:
                raise trouble("app.wind.stuck", what=", ".join(sorted(due)))
            if waited > _PATIENCE:
                self.left_alone |= waiting
            worked = [self._work(office, look) for office, look in looks]
            if not any(worked):
                sleep(_LOOK)

    def _look(self, office: str) -> Outlook:
        with self.house.door.transaction(office) as tx:
            return moments.outlook(tx, _SOURCES)

    def _advance(self, to: datetime) -> datetime:
        with self.house.door.transaction(self.house.offices[0]) as tx:
            moments.advance(tx, to)
        return to

    def _work(self, office: str, look: Outlook) -> bool:
        """Do something of what is due in an office; whether there was anything that nobody else had in hand."""
        try:
            if "messages" in look.due:
                jobs.drain_office(self.house, office)
            elif look.due & _FIRED:
                return timers.fire_one(self.house, office)
            elif "recordings" in look.due:
                jobs.fetch_recordings(self.house)
        except Halted:
            raise trouble("app.wind.halted") from None
        except DatabaseAway:  # perhaps only broken off in favour of another process: the next look tells
            return False
        return bool(look.due)
