"""`timers`: fires what is due, does errands, opens cases whose dialogue went unanswered, signs checkpoints. It
sleeps to the next firing, 250 ms at most, and is woken where an earlier one was written."""

from datetime import datetime, timedelta
from time import monotonic, sleep

import redis

from app import logs
from app.proof.checkpoints import Checkpoints
from app.sections import Settings
from app.wiring import House
from dispatch.due import handlers, moments
from dispatch.duty import moves

LOOK = 0.25  # seconds between looks
CHECKPOINT_EVERY = 30.0


def main(settings: Settings) -> None:
    """Run until told to end."""
    logs.start_logs("timers", settings.logs.level)
    house = House(settings, "timers", pool=2)
    rounds = Rounds(house)
    house.meters.keep_beating()
    while True:
        _sleep(house, max(0.001, rounds.go()))


class Rounds:
    """Looks at what is due, one after another. None ends the process: whatever goes wrong, the next one comes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._checkpoints = Checkpoints(house)
        self._signed_at = -CHECKPOINT_EVERY
        self._watched = False
        self._trouble: type[Exception] | None = None

    def go(self) -> float:
        """One round; the seconds until the next."""
        try:
            pause = self._fire()
        except Exception as error:  # the database is away, or something nobody foresaw
            if type(error) is not self._trouble:
                logs.trouble("timers.held_up", error)
            self._trouble = type(error)
            return LOOK
        self._trouble = None
        return pause

    def _fire(self) -> float:
        if is_lived(self._house):
            return LOOK
        started = monotonic()
        if not self._watched:
            watch_shifts(self._house)
            self._watched = True
        pause = fire_due(self._house)
        if started - self._signed_at >= CHECKPOINT_EVERY:
            self._signed_at = started
            self._checkpoints.write()
        return pause


def is_lived(house: House) -> bool:
    """Whether somebody lives a sample here: until its clock shows now, all that falls due is done there."""
    office = house.offices[0]
    if not house.settings.in_rehearsal:
        return False
    with house.door.transaction(office) as tx:
        return moments.is_behind(tx)


def watch_shifts(house: House) -> None:
    """See to it that the end of the next shift is looked at."""
    for office in house.offices:
        with house.door.transaction(office) as tx:
            moves.ensure_shift_errand(tx)


def fire_due(house: House) -> float:
    """Fire all that is due now; the seconds until the next firing, LOOK at most."""
    soonest: datetime | None = None
    pause = LOOK
    for office in house.offices:
        while fire_one(house, office):
            pass
        with house.door.transaction(office) as tx:
            next_at = handlers.next_at(tx)
            if next_at is not None:
                soonest = min(soonest or next_at, next_at)
                pause = min(pause, max(0.0, (next_at - tx.now) / timedelta(seconds=1)))
    house.bell.publish(soonest)
    return pause


def fire_one(house: House, office: str) -> bool:
    """One firing, one transaction; whether there was one."""
    from hotline.texting import expiry

    with house.door.transaction(office) as tx:
        if handlers.fire_next(tx):
            return True
    with house.door.transaction(office) as tx:
        return expiry.expire_next(tx)


def _sleep(house: House, seconds: float) -> None:
    try:
        house.bell.wait(seconds)
    except redis.RedisError:
        sleep(seconds)
