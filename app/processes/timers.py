"""`timers`: fires what is due, opens cases whose dialogue went unanswered, signs checkpoints. It sleeps to
the next firing, 250 ms at most, and is woken where an earlier one was written."""

from datetime import datetime, timedelta
from time import monotonic, sleep

import redis

from app import logs
from app.proof.checkpoints import Checkpoints
from app.sections import Settings
from app.wiring import House
from dispatch import escalation
from dispatch.transaction import DatabaseAway

LOOK = 0.25  # seconds between looks
CHECKPOINT_EVERY = 30.0


def main(settings: Settings) -> None:
    """Run until told to end."""
    logs.start_logs("timers", settings.logs.level)
    house = House(settings, "timers", pool=2)
    checkpoints = Checkpoints(house)
    signed_at = -CHECKPOINT_EVERY
    while True:
        started = monotonic()
        pause = LOOK
        try:
            pause = fire_due(house)
            if started - signed_at >= CHECKPOINT_EVERY:
                signed_at = started
                checkpoints.write()
        except (DatabaseAway, OSError) as error:
            logs.trouble("timers.held_up", error)
        _sleep(house, max(0.001, pause))


def fire_due(house: House) -> float:
    """Fire all that is due now; the seconds until the next firing, LOOK at most."""
    soonest: datetime | None = None
    pause = LOOK
    for office in house.offices:
        while fire_one(house, office):
            pass
        with house.door.transaction(office) as tx:
            next_at = escalation.next_firing(tx)
            if next_at is not None:
                soonest = min(soonest or next_at, next_at)
                pause = min(pause, max(0.0, (next_at - tx.now) / timedelta(seconds=1)))
    house.bell.publish(soonest)
    return pause


def fire_one(house: House, office: str) -> bool:
    """One firing, one transaction; whether there was one."""
    from hotline import dialogue

    with house.door.transaction(office) as tx:
        if escalation.fire_next(tx):
            return True
    with house.door.transaction(office) as tx:
        return dialogue.expire_next(tx)


def _sleep(house: House, seconds: float) -> None:
    try:
        house.bell.wait(seconds)
    except redis.RedisError:
        sleep(seconds)
