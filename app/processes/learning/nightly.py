"""Learning anew every night, in a thread of `jobs`: what is learnt from is read in one short transaction, the seconds
of reckoning are in none, and a last one stores what came of it."""

from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

from app import logs
from app.processes.timers import is_lived
from app.wiring import House
from dispatch.learning import versions
from dispatch.learning.training import Ground, attempt, ground
from dispatch.transaction import Tx

LOOK = 60.0  # seconds between looks
NIGHT = (2, 5)  # hours of the office's clock: from, until
MISSED = timedelta(days=2)  # what is shut down at night learns by day when it is so long ago
SETTLED = 600.0  # seconds for which a process that has begun leaves that alone
FEW = 24  # cases that there must be to learn from at all: fewer leave too few to compare by


class Nightly:
    """When each office was looked at last, as this process knows it: a night is looked at once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._began = monotonic()
        self._looked: dict[str, datetime] = {}

    def go(self) -> list[str]:
        """Learn for every office whose time it is; which these were."""
        due = [office for office in self._house.offices if self._is_due(office)]
        on = ground() if due else None
        for office in due:
            if on is not None:
                learn(self._house, office, on)
        return due

    def _is_due(self, office: str) -> bool:
        with self._house.door.transaction(office) as tx:
            newest = next(iter(versions.listed(tx)), None)
            last = max(filter(None, (self._looked.get(office), newest and newest.made_at)), default=None)
            if not is_time(tx, last, settled=monotonic() - self._began > SETTLED):
                return False
            self._looked[office] = tx.now
            there = versions.course(tx)
        before = versions.cases_of(newest) if newest else 0
        return not there.held and len(there.lessons) >= FEW and len(there.lessons) > before


def is_time(tx: Tx, last: datetime | None, *, settled: bool) -> bool:
    """Whether an office may learn now: once a night; by day where no night was used for long."""
    local = tx.now.astimezone(tx.zone)
    is_night = NIGHT[0] <= local.hour < NIGHT[1]
    if last is None or last <= tx.now - MISSED:
        return is_night or settled
    return is_night and last.astimezone(tx.zone).date() != local.date()


def learn(house: House, office: str, on: Ground, by: str = versions.SYSTEM) -> Any:
    """Learn for an office now; the row of what came of it."""
    with house.door.transaction(office) as tx:
        there = versions.course(tx)
    tried = attempt(there.lessons, there.in_force, there.policy, on)
    with house.door.transaction(office) as tx:
        row = versions.keep(tx, tried, there, by)
    logs.note("learning.done", {"number": row.number, "state": row.state, "lessons": tried.lessons})
    return row


def keep_learning(house: House, done: Event) -> None:
    """Look every minute until told to end."""
    nightly = Nightly(house)
    while not done.wait(LOOK):
        try:
            if not is_lived(house):
                nightly.go()
        except Exception as error:  # the database is away, or something nobody foresaw: the next look comes
            logs.trouble("jobs.learning_held_up", error)
