"""The bell: wakes `jobs`, `timers` and live pages after a commit. It carries no promise; without it they look by
themselves every 250 ms, so a bell that is away costs milliseconds and is not waited for.

A process that answers people rings beside its answers: `Ringer` gathers what was committed meanwhile into one ring."""

from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread
from time import monotonic, sleep

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from app import logs
from dispatch.tx.open import LIVE

QUEUE = "outbox"
WAKE = "app.processes.jobs.drain"
# Channels: whoever listens hears it, nobody keeps it.
TIMERS = "hotline:wake:timers"
CHANGED = "hotline:wake:live"
_AWAY_FOR = 1.0  # seconds for which a bell that did not answer is left alone
_PATIENCE = 0.2
_GAP = 0.01  # seconds between two rings of a busy process: what is committed meanwhile shares the next one


def connect(url: str, patience: float | None = _PATIENCE) -> "redis.Redis":
    """A client of Redis or Valkey. `patience` is how long a command may take, in seconds."""
    return redis.Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=_PATIENCE)


class Bell:
    """Rings; never raises, never waits long."""

    def __init__(self, url: str, clock: Callable[[], float] = monotonic) -> None:
        self.client = connect(url)
        self._queue = Queue(QUEUE, connection=self.client, serializer=JSONSerializer)
        self._clock = clock
        self._away_until = 0.0

    def ring(self, processes: set[str], next_firing: datetime | None) -> None:
        """Wake these processes; `timers` too where something fires soon. A wake carries no payload."""
        if self._clock() < self._away_until:
            return
        try:
            if LIVE in processes:
                self.client.publish(CHANGED, "")
            if processes - {LIVE}:
                self._queue.enqueue(WAKE, result_ttl=0, failure_ttl=0, job_timeout=120)
            if next_firing is not None:
                self._wake_timers(next_firing)
        except redis.RedisError as error:
            self._away_until = self._clock() + _AWAY_FOR
            logs.trouble("bell.away", error)

    def _wake_timers(self, next_firing: datetime) -> None:
        """Only where this firing comes before the one that `timers` sleeps for."""
        published = self.client.get(f"{TIMERS}:next")
        if isinstance(published, bytes) and published and published.decode() <= next_firing.isoformat():
            return
        self.client.publish(TIMERS, "")

    def publish(self, next_firing: datetime | None) -> None:
        """`timers` says for which firing it sleeps."""
        try:
            self.client.set(f"{TIMERS}:next", next_firing.isoformat() if next_firing else "", ex=5)
        except redis.RedisError as error:
            self._away_until = self._clock() + _AWAY_FOR
            logs.trouble("bell.away", error)


class Ringer:
    """Rings a bell from a thread of its own, which begins with the first ring: nobody's answer waits for it, and
    many commits are one ring."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._lock = Lock()
        self._rung = Event()
        self._processes: set[str] = set()
        self._next_firing: datetime | None = None
        self._thread: Thread | None = None

    def ring(self, processes: set[str], next_firing: datetime | None) -> None:
        """As `Bell.ring`, a moment later."""
        with self._lock:
            self._processes |= processes
            if next_firing is not None:
                self._next_firing = min(next_firing, self._next_firing or next_firing)
            if self._thread is None:
                self._thread = Thread(target=self._go_on, name="bell", daemon=True)
                self._thread.start()
        self._rung.set()

    def _go_on(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            with self._lock:
                processes, self._processes = self._processes, set()
                next_firing, self._next_firing = self._next_firing, None
            self._bell.ring(processes, next_firing)
            sleep(_GAP)
