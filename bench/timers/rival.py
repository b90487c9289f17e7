"""RQ's own scheduler with a worker that has everything loaded, on a Valkey with as many waiting jobs as it bears.

`python -m bench.timers.rival` is the worker, its scheduler beside it. A job tells how late it began; ours are measured
to their commit, which comes after the work.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import redis
from rq import Queue, SimpleWorker, get_current_job
from rq.serializers import JSONSerializer

from bench.ground import Ground, Site

WAITING = 100_000  # a million would take a gigabyte of memory, and minutes to write
_QUEUE, _TOLD = "rival", "rival:told"
_AT_ONCE = 1_000
_FIRST = 8  # seconds until the first falls due


def tell(due: float) -> None:
    """The job: how late it began."""
    job = get_current_job()
    if job is not None:
        job.connection.rpush(_TOLD, time.time() - due)


def measure(ground: Ground, due: int, seconds: int) -> dict[str, Any]:
    """So many fall due one after another, evenly, within so many seconds, while WAITING others wait for days."""
    connection = redis.Redis.from_url(ground.valkey.url)
    queue = Queue(_QUEUE, connection=connection, serializer=JSONSerializer)
    began = time.monotonic()
    later = datetime.now(UTC) + timedelta(days=10)
    _schedule(queue, [(later + timedelta(seconds=n)).timestamp() for n in range(WAITING)])
    load = round(time.monotonic() - began, 1)
    site = Site(ground, "rival", 0)
    with site.started([sys.executable, "-m", "bench.timers.rival"], 0, {}):
        first = time.time() + _FIRST
        _schedule(queue, [first + n * seconds / due for n in range(due)])
        time.sleep(_FIRST + seconds + 4)
    late = [float(each) * 1000 for each in connection.lrange(_TOLD, 0, -1)]
    connection.flushdb()
    percent = quantiles(late, n=100, method="inclusive")
    return {
        "waiting": WAITING, "seconds to load": load, "due": due, "fired": len(late),
        "early": sum(ms < 0 for ms in late), "most ms early": round(max(0.0, -min(late)), 1),
        "p50 ms late": round(percent[49], 1), "p99 ms late": round(percent[98], 1), "most ms late": round(max(late), 1),
    }  # fmt: skip


def _schedule(queue: Queue, moments: list[float]) -> None:
    """Jobs at these moments: what `enqueue_at` writes, many to a round trip."""
    for start in range(0, len(moments), _AT_ONCE):
        with queue.connection.pipeline() as pipeline:
            for at in moments[start : start + _AT_ONCE]:
                queue.enqueue_at(datetime.fromtimestamp(at, UTC), tell, at, result_ttl=0, pipeline=pipeline)
            pipeline.execute()


if __name__ == "__main__":
    own = redis.Redis.from_url(os.environ["REDIS_URL"])
    queues = [Queue(_QUEUE, connection=own, serializer=JSONSerializer)]
    worker = SimpleWorker(queues, connection=own, serializer=JSONSerializer)
    worker.work(with_scheduler=True, logging_level="WARNING")
