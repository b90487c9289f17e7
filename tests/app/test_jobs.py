"""What `jobs` may be asked through the queue: to wake up, and nothing else."""

import pytest
from rq import Callback, Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from app.processes.bell import QUEUE, Bell
from app.processes.jobs import _Wake, drain
from tests.conftest import Valkey


def waiting(bell: Bell) -> Job:
    queue = Queue(QUEUE, connection=bell.client, serializer=JSONSerializer, job_class=_Wake)
    [job] = queue.jobs
    return job


def test_a_wake_calls_the_drain(valkey: Valkey) -> None:
    bell = Bell(valkey.url)
    bell.client.flushall()
    bell.ring({"outbox"}, None)
    assert waiting(bell).func is drain


def test_whatever_else_is_in_the_queue_is_not_called(valkey: Valkey) -> None:
    bell = Bell(valkey.url)
    bell.client.flushall()
    Queue(QUEUE, connection=bell.client, serializer=JSONSerializer).enqueue("os.getcwd")
    with pytest.raises(PermissionError, match=r"os\.getcwd"):
        _ = waiting(bell).func


def test_a_callback_in_the_queue_is_not_called_either(valkey: Valkey) -> None:
    bell = Bell(valkey.url)
    bell.client.flushall()
    queue = Queue(QUEUE, connection=bell.client, serializer=JSONSerializer)
    queue.enqueue("os.getcwd", on_failure=Callback("builtins.print"), on_success=Callback("builtins.print"))
    job = waiting(bell)
    assert job.failure_callback is None
    assert job.success_callback is None
    assert job.stopped_callback is None
