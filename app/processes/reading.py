"""Reading back: what the carriers took for us and no request brought is taken in (INV-ACK), and what lies in
quarantine is confirmed with them. Read at the start, and so often that what failed a moment ago is found within
thirty seconds, whatever answered 5xx and whichever breaker was open."""

from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from threading import Event

from app import logs
from app.wiring import House
from hotline.catchup import CaughtUp, catch_up, look_from
from hotline.confirming import confirm_next

EVERY = 20.0  # seconds between the beginnings of two reads, a read among them
AT_START = timedelta(days=2)  # how far back the first read goes: we may have been away


def read_back(house: House, since: datetime, tries: MutableMapping[str, int] | None = None) -> CaughtUp:
    """Take in what the carriers took for us since then; `tries` says how often each has failed."""
    taken = failed = 0
    troubles: list[str] = []
    unfinished: list[datetime] = []
    for carrier in set(house.carriers.values()):
        lines = [line for line in house.lines.values() if house.carriers[line.id] is carrier]
        done = catch_up(house.door, carrier, lines, since, tries)
        taken, failed = taken + done.taken, failed + done.failed
        troubles += done.troubles
        unfinished += [done.unfinished] if done.unfinished else []
    return CaughtUp(taken, failed, tuple(troubles), min(unfinished, default=None))


def keep_reading(house: House, done: Event) -> None:
    """Read until told to end. A read that fails is begun again from the same moment."""
    since = datetime.now(UTC) - AT_START
    tries: dict[str, int] = {}
    while not done.is_set():
        begun = datetime.now(UTC)
        try:
            found = _read(house, since, tries)
            since = look_from(found, since, begun)
            if not found.troubles:
                house.meters.was_read_back()
            confirm_next(house.door, house.carrier_of, house.lines)
        except Exception as error:  # whatever it is, the next look comes: what is missing must be found
            logs.trouble("jobs.read_back_failed", error)
        done.wait(max(1.0, EVERY - (datetime.now(UTC) - begun).total_seconds()))


def _read(house: House, since: datetime, tries: MutableMapping[str, int]) -> CaughtUp:
    found = read_back(house, since, tries)
    if found.taken or found.troubles:
        logs.note("jobs.caught_up", {"taken": found.taken, "troubles": found.troubles})
    return found
