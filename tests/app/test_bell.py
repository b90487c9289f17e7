"""The bell wakes, carries nothing, and is not waited for when it is away."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from redis.client import PubSub
from rq import Queue
from rq.serializers import JSONSerializer

from app.processes.bell import CHANGED, QUEUE, TIMERS, Bell, Ringer
from dispatch.tx.open import LIVE
from tests.conftest import Valkey

SOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def bell(valkey: Valkey) -> Bell:
    made = Bell(valkey.url)
    made.client.flushall()
    return made


@pytest.fixture
def listening(bell: Bell) -> Iterator[Callable[[str], PubSub]]:
    """A listener on a channel, which has begun to listen."""
    with ExitStack() as lines:

        def on(channel: str) -> PubSub:
            line: PubSub = lines.enter_context(closing(PubSub(bell.client.connection_pool)))
            line.subscribe(channel)
            assert line.get_message(timeout=5)  # the subscription itself
            return line

        yield on


def test_a_wake_is_a_job_without_a_payload(bell: Bell) -> None:
    bell.ring({"outbox"}, None)
    [job] = Queue(QUEUE, connection=bell.client, serializer=JSONSerializer).jobs
    assert (job.func_name, list(job.args), job.kwargs, job.result_ttl, job.failure_ttl) == (
        "app.processes.jobs.drain", [], {}, 0, 0,
    )  # fmt: skip


def test_timers_are_woken_for_an_earlier_firing_only(bell: Bell, listening: Callable[[str], PubSub]) -> None:
    heard = listening(TIMERS)
    bell.publish(SOON)
    bell.ring(set(), SOON + timedelta(seconds=1))
    bell.ring({"outbox"}, None)
    assert heard.get_message(timeout=0.1) is None
    bell.ring(set(), SOON - timedelta(seconds=1))
    assert heard.get_message(timeout=5)


@pytest.mark.timed
def test_a_bell_that_is_away_costs_next_to_nothing() -> None:
    ticks = [0.0]
    bell = Bell("unix:///nowhere/valkey.sock", lambda: ticks[0])
    started = monotonic()
    for _ in range(1000):
        bell.ring({"outbox"}, SOON)
    assert monotonic() - started < 2
    bell.publish(SOON)


def test_a_server_rings_beside_its_answers_and_once_for_many_commits(
    bell: Bell, listening: Callable[[str], PubSub]
) -> None:
    timers, live = listening(TIMERS), listening(CHANGED)
    bell.publish(SOON)
    ringer = Ringer(bell)
    for seconds in range(200):
        ringer.ring({"outbox", LIVE}, SOON - timedelta(seconds=seconds))
    assert timers.get_message(timeout=5)
    assert live.get_message(timeout=5)
    jobs = Queue(QUEUE, connection=bell.client, serializer=JSONSerializer).count
    assert 1 <= jobs < 200


def test_a_ring_that_comes_while_another_rings_is_not_lost(bell: Bell, listening: Callable[[str], PubSub]) -> None:
    heard, ringer = listening(TIMERS), Ringer(bell)
    for _ in range(20):
        ringer.ring(set(), SOON)
        assert heard.get_message(timeout=5)
