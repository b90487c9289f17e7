"""`jobs`: sends what waits in the outbox and fetches recordings. Woken by RQ, and looking by itself every
250 ms whether Valkey lives or not: a wake carries nothing, so losing it loses milliseconds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Event, Lock, Thread
from typing import Any

import redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from app import logs
from app import settings as reader
from app.processes.bell import QUEUE, WAKE, connect
from app.sections import Settings
from app.wiring import House
from dispatch import outbox
from dispatch.lines import Line
from dispatch.outbox import Outgoing
from dispatch.transaction import DatabaseAway
from hotline import recordings
from hotline.carriers.port import Carrier, Later, Refused, Sent, TextOut, Unknown
from hotline.catchup import catch_up

SWEEP = 0.25  # seconds between looks
_SLACK = timedelta(seconds=30)  # by which the carrier's clock may be off
CATCH_UP_EVERY = 30.0  # seconds between reads of the carrier's lists
_CATCH_UP_OVER = timedelta(minutes=15)
SENDERS = 4  # texts under way at once
_busy = Lock()


@lru_cache(maxsize=1)
def _house() -> House:
    return House(reader.load(), "jobs", pool=SENDERS + 3)


def drain() -> None:
    """Send all that is due now. Called by RQ and by the sweep; one at a time is enough."""
    if not _busy.acquire(blocking=False):
        return
    try:
        house = _house()
        for office in house.offices:
            _drain_office(house, office)
    finally:
        _busy.release()


def _drain_office(house: House, office: str) -> None:
    while recordings.fetch_next(lambda: house.door.transaction(office), house.carrier_of):
        pass
    with house.door.transaction(office) as tx:
        outbox.call_off(tx)
        if not outbox.anything_due(tx):
            return
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(lambda _: _send_all(house, office), range(SENDERS)))


def _send_all(house: House, office: str) -> None:
    while True:
        with house.door.transaction(office) as tx:
            item = outbox.take(tx)
        if item is None:
            return
        send(house, item)


def send(house: House, item: Outgoing) -> None:
    """One text to its carrier, and its outcome into the outbox. A doubtful one is looked up, never resent."""
    line, carrier = house.line(item.line), house.carrier_of(item.line)
    outcome = _look_up(carrier, line, item) if item.doubtful else _ask(carrier, line, item)
    with house.door.transaction(item.office) as tx:
        match outcome:
            case Sent(sid):
                outbox.sent(tx, item.id, sid)
            case Refused(code, reason):
                outbox.refused(tx, item.id, f"{code} {reason}")
            case Later(trouble):
                outbox.later(tx, item, trouble)
            case Unknown(trouble):
                outbox.unknown(tx, item, trouble)


def _ask(carrier: Carrier, line: Line, item: Outgoing) -> Sent | Refused | Unknown | Later:
    return carrier.send_text(TextOut(line, item.number, item.body))


def _look_up(carrier: Carrier, line: Line, item: Outgoing) -> Sent | Refused | Unknown | Later:
    """What the carrier's own list says of a text that may have left. Not there: it surely did not leave."""
    try:
        since = datetime.now(UTC) - item.age - _SLACK
        found = carrier.look_up(TextOut(line, item.number, item.body), since, item.known)
    except Exception as error:
        return Unknown(f"look-up failed: {type(error).__name__}")
    return found or Later("the carrier never took it")


class _Wake(Job):
    """The only job there is: whatever else somebody put into the queue is not called."""

    @property
    def func(self) -> Any:
        if self.func_name != WAKE:
            raise PermissionError(f"not a wake: {self.func_name}")
        return drain


class _Worker(SimpleWorker):
    """RQ's worker in a thread of ours: signals and time-outs are the process's."""

    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        return


def _listen(url: str, done: Event) -> None:
    """Follow RQ's wakes as long as Valkey lives; come back when it does."""
    while not done.is_set():
        try:
            client = connect(url, patience=None)
            client.ping()
            queue = Queue(QUEUE, connection=client, serializer=JSONSerializer, job_class=_Wake)
            worker = _Worker([queue], connection=client, serializer=JSONSerializer, job_class=_Wake)
            worker.work(logging_level="WARNING")
        except (redis.RedisError, OSError) as error:
            logs.trouble("jobs.valkey_away", error)
        done.wait(1.0)


def read_back(house: House, since: datetime) -> int:
    """Take in what the carriers took for us since then and no request brought (INV-ACK); how much it was."""
    taken = 0
    for carrier in set(house.carriers.values()):
        lines = [line for line in house.lines.values() if house.carriers[line.id] is carrier]
        taken += catch_up(house.door, carrier, lines, since)
    return taken


def _keep_reading_back(house: House, done: Event) -> None:
    """Read the lists at the start, over all that may have been missed while we were away, then regularly."""
    since = datetime.now(UTC) - timedelta(days=2)
    while not done.is_set():
        begun = datetime.now(UTC)
        try:
            taken = read_back(house, since)
            if taken:
                logs.note("jobs.caught_up", {"taken": taken})
            since = begun - _CATCH_UP_OVER
        except Exception as error:  # whatever it is, the next look comes: what is missing must be found
            logs.trouble("jobs.read_back_failed", error)
        done.wait(CATCH_UP_EVERY)


def main(settings: Settings) -> None:
    """Run until told to end."""
    logs.start_logs("jobs", settings.logs.level)
    done = Event()
    if settings.redis.url:
        Thread(target=_listen, args=(settings.redis.url, done), daemon=True, name="wakes").start()
    Thread(target=_keep_reading_back, args=(_house(), done), daemon=True, name="read back").start()
    last: Any = None
    while True:
        try:
            drain()
            last = None
        except DatabaseAway as error:
            if last is None:
                logs.trouble("jobs.database_away", error)
            last = error
        done.wait(SWEEP)
