"""The bell wakes, carries nothing, and is not waited for when it is away."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from app.processes.bell import QUEUE, TIMERS, Bell
from tests.conftest import Valkey

SOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def bell(valkey: Valkey) -> Bell:
    made = Bell(valkey.url)
    made.client.flushall()
    return made


def test_a_wake_is_a_job_without_a_payload(bell: Bell) -> None:
    bell.ring({"outbox"}, None)
    [job] = Queue(QUEUE, connection=bell.client, serializer=JSONSerializer).jobs
    assert (job.func_name, list(job.args), job.kwargs, job.result_ttl, job.failure_ttl) == (
        "app.processes.jobs.drain", [], {}, 0, 0,
    )  # fmt: skip
    assert bell.client.llen(TIMERS) == 0


def test_timers_are_woken_for_an_earlier_firing_only(bell: Bell) -> None:
    bell.publish(SOON)
    bell.ring(set(), SOON + timedelta(seconds=1))
    assert not bell.wait(0.01)
    for _ in range(5):
        bell.ring(set(), SOON - timedelta(seconds=1))
    assert bell.wait(0.1)
    assert not bell.wait(0.01)  # five rings are one wake


def test_a_bell_that_is_away_costs_next_to_nothing() -> None:
    ticks = [0.0]
    bell = Bell("unix:///nowhere/valkey.sock", lambda: ticks[0])
    started = monotonic()
    for _ in range(1000):
        bell.ring({"outbox"}, SOON)
    assert monotonic() - started < 2
    bell.publish(SOON)
    with pytest.raises(redis.RedisError):
        bell.wait(0.01)
