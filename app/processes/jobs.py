"""`jobs`: sends what waits in the outbox and fetches recordings. Woken by RQ, and looking by itself every
250 ms whether Valkey lives or not: a wake carries nothing, so losing it loses milliseconds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

import redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from app import logs
from app import settings as reader
from app.processes import indexing, reading
from app.processes.bell import QUEUE, WAKE, connect
from app.processes.learning import nightly, second
from app.processes.timers import is_lived
from app.sections import Settings
from app.wiring import House
from dispatch import outbox
from dispatch.lines import Line
from dispatch.outbox import CALL, Outgoing
from dispatch.ringing import outcomes
from dispatch.transaction import DatabaseAway, RowHeld
from hotline import outcalls, recordings
from hotline.carriers.port import Carrier, Hindrance, Later, Outcome, Refused, Sent, Unknown

SWEEP = 0.25  # seconds between looks
_SLACK = timedelta(seconds=30)  # by which the carrier's clock may be off
SENDERS = 4  # texts under way at once
_MINE = 20.0  # seconds in which what was taken is surely still leased to us
_busy = Lock()


@lru_cache(maxsize=1)
def _house() -> House:
    return House(reader.load(), "jobs", pool=SENDERS + 4)


def drain() -> None:
    """Send all that is due now. Called by RQ and by the sweep; one at a time is enough."""
    if not _busy.acquire(blocking=False):
        return
    try:
        house = _house()
        for office in () if is_lived(house) else house.offices:
            drain_office(house, office)
    finally:
        _busy.release()


def drain_office(house: House, office: str) -> None:
    """Send all that is due now in an office, and call off what waits for people who stopped texts."""
    with house.door.transaction(office) as tx:
        away = outbox.hold(tx)
        due, stopped = outbox.anything_due(tx), outbox.anything_stopped(tx)
    if away:
        with house.door.transaction(office) as tx:
            outbox.look_for_other_ways(tx)
    if due:
        with ThreadPoolExecutor(SENDERS) as senders:
            list(senders.map(lambda _: _send_all(house, office), range(SENDERS)))
    if stopped:
        with house.door.transaction(office) as tx:
            outcomes.call_off(tx)


def _send_all(house: House, office: str) -> None:
    while True:
        begun = monotonic()
        try:
            with house.door.transaction(office) as tx:
                item = outbox.take(tx)
        except RowHeld:  # by somebody who will be done: the next look takes it
            return
        if item is None:
            return
        try:
            house.crossing("text.taken")
            if monotonic() - begun > _MINE:  # we stood still meanwhile: another may have it by now
                continue
            send(house, item)
        except RowHeld:  # somebody has its rows: it stays leased, and is looked up at the carrier once that is over
            continue
        except DatabaseAway:
            raise
        except Exception as error:  # whatever it is, the neighbours go on and this one stays visible
            logs.trouble("jobs.text_held_up", error)
            with house.door.transaction(office) as tx:
                outbox.unknown(tx, item, type(error).__name__)


def send(house: House, item: Outgoing) -> None:
    """A text or a call to its carrier, and its outcome into the outbox. A doubtful one is looked up, never resent."""
    line, carrier = house.line(item.line), house.carrier_of(item.line)
    outcome = _look_up(carrier, line, item) if item.doubtful else _ask(carrier, line, item)
    house.crossing("text.left")
    with house.door.transaction(item.office) as tx:
        match outcome:
            case Sent(sid):
                outcomes.sent(tx, item, sid)
            case Refused(code, reason):
                outcomes.refused(tx, item, f"{code} {reason}")
            case Later(trouble):
                outcomes.later(tx, item, trouble)
            case Unknown(trouble):
                outcomes.unknown(tx, item, trouble)
    _tell_breaker(house, item, outcome)


def _tell_breaker(house: House, item: Outgoing, outcome: Outcome) -> None:
    """Whether the carrier is there, as this answer shows: in a transaction of its own, after what became of the row."""
    way = house.way(item.line, item.channel)
    with house.door.transaction(item.office) as tx:
        match outcome:
            case Later(trouble, why=Hindrance() as why):
                outbox.missed(tx, way, why, trouble)
            case Unknown(trouble):
                outbox.missed(tx, way, Hindrance.away, trouble)
            case _:
                outbox.answered(tx, way)


def _ask(carrier: Carrier, line: Line, item: Outgoing) -> Outcome:
    if item.channel == CALL:
        return carrier.place_call(outcalls.to_place(line, item))
    return carrier.send_text(outcalls.to_send(line, item))


def _look_up(carrier: Carrier, line: Line, item: Outgoing) -> Outcome:
    """What the carrier's own list says of what may have left. Not there: it surely did not leave."""
    try:
        since = datetime.now(UTC) - item.age - _SLACK
        if item.channel == CALL:
            found = carrier.look_up_call(outcalls.to_place(line, item), since, item.known)
        else:
            found = carrier.look_up(outcalls.to_send(line, item), since, item.known)
    except Exception as error:
        return Unknown(f"look-up failed: {type(error).__name__}")
    return found or Later("the carrier never took it", why=None)


class _Wake(Job):
    """The only job there is: whatever else somebody put into the queue is not called."""

    @property
    def func(self) -> Any:
        if self.func_name != WAKE:
            raise PermissionError(f"not a wake: {self.func_name}")
        return drain

    @property
    def success_callback(self) -> None:
        """None, whatever the queue says: a callback would be called too."""

    failure_callback = stopped_callback = success_callback


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


def fetch_recordings(house: House) -> None:
    """Fetch the recordings that are due; in a thread of its own, so that no order waits for one."""
    for office in house.offices:
        while recordings.fetch_next(partial(house.door.transaction, office), house.carrier_of):
            pass


def _keep_fetching(house: House, done: Event) -> None:
    while not done.is_set():
        try:
            if not is_lived(house):
                fetch_recordings(house)
        except Exception as error:  # the next look comes
            logs.trouble("jobs.recording_held_up", error)
        done.wait(SWEEP)


def main(settings: Settings) -> None:
    """Run until told to end."""
    logs.start_logs("jobs", settings.logs.level)
    done = Event()
    if settings.redis.url:
        Thread(target=_listen, args=(settings.redis.url, done), daemon=True, name="wakes").start()
    Thread(target=_keep_fetching, args=(_house(), done), daemon=True, name="recordings").start()
    Thread(target=reading.keep_reading, args=(_house(), done), daemon=True, name="read back").start()
    Thread(target=nightly.keep_learning, args=(_house(), done), daemon=True, name="learning").start()
    Thread(target=second.keep_asking, args=(_house(), done), daemon=True, name="second reader").start()
    Thread(target=indexing.keep_indexing, args=(_house(), done), daemon=True, name="search").start()
    last: Any = None
    _house().meters.keep_beating()
    while True:
        try:
            drain()
            last = None
        except Exception as error:  # the database is away, or something nobody foresaw: the next look comes
            if type(error) is not last:
                logs.trouble("jobs.held_up", error)
            last = type(error)
        done.wait(SWEEP)
