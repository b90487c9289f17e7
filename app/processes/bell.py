"""The bell: wakes `jobs`, `timers` and live pages after a commit. It carries no promise; without it they look by
themselves every 250 ms, so a bell that is away costs milliseconds and is not waited for."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from app import logs
from dispatch.tx.open import LIVE

QUEUE = "outbox"
WAKE = "app.processes.jobs.drain"
TIMERS = "hotline:wake:timers"
CHANGED = "hotline:wake:live"  # a channel: whoever listens hears it, nobody else keeps it
_AWAY_FOR = 1.0  # seconds for which a bell that did not answer is left alone
_PATIENCE = 0.2


def connect(url: str, patience: float | None = _PATIENCE) -> "redis.Redis":
    """A client of Redis or Valkey. `patience` is how long a command may take, in seconds."""
    return redis.Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=_PATIENCE)


class Bell:
    """Rings; never raises, never waits long."""

    def __init__(self, url: str, clock: Callable[[], float] = monotonic) -> None:
        self.client = connect(url)
        self._ear = connect(url, patience=2.0)  # a wait may take longer than a ring
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
        self.client.lpush(TIMERS, "1")
        self.client.ltrim(TIMERS, 0, 0)

    def publish(self, next_firing: datetime | None) -> None:
        """`timers` says for which firing it sleeps."""
        try:
            self.client.set(f"{TIMERS}:next", next_firing.isoformat() if next_firing else "", ex=5)
        except redis.RedisError as error:
            self._away_until = self._clock() + _AWAY_FOR
            logs.trouble("bell.away", error)

    def wait(self, seconds: float) -> bool:
        """Sleep until rung, `seconds` at most; whether it rang. Raises redis.RedisError where it is away."""
        return self._ear.blpop([TIMERS], timeout=max(seconds, 0.01)) is not None
