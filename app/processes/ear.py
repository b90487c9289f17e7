"""The ear: hears after a commit that something changed, or falls due. Where Valkey is away it only sleeps: whoever
waits looks by itself as often as before.

It listens on a socket of its own: Valkey itself would end a wait only at its next tick, 100 ms apart."""

from collections.abc import Callable
from time import monotonic, sleep

import redis
from redis.client import PubSub

from app import logs
from app.processes.bell import connect

_AWAY_FOR = 1.0  # seconds for which a Valkey that did not answer is left alone
_PATIENCE = 2.0


class Ear:
    """Waits; never raises, never longer than asked."""

    def __init__(self, url: str, channel: str, clock: Callable[[], float] = monotonic) -> None:
        self._channel = channel
        self._client = connect(url, _PATIENCE)
        self._clock = clock
        self._line: PubSub | None = None
        self._away_until = 0.0

    def wait(self, seconds: float) -> None:
        """Until something changed, `seconds` at most."""
        end = self._clock() + seconds
        if self._clock() >= self._away_until:
            try:
                return self._listen(seconds)
            except (redis.RedisError, OSError) as error:
                self._hang_up()
                logs.trouble("ear.away", error)
        sleep(max(0.0, end - self._clock()))

    def _listen(self, seconds: float) -> None:
        if self._line is None:
            self._line = PubSub(self._client.connection_pool, ignore_subscribe_messages=True)
            self._line.subscribe(self._channel)
        self._line.get_message(timeout=seconds)
        while self._line.get_message(timeout=0) is not None:
            pass  # what was called meanwhile is answered by the same look

    def _hang_up(self) -> None:
        self._away_until = self._clock() + _AWAY_FOR
        if self._line is not None:
            self._line.close()
            self._line = None
