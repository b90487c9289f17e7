"""`/metrics` on `web`: the counts of all processes and the figures of the database, as Prometheus reads them.

Closed without the token that stands in the data folder, on loopback too: a proxy on the same machine makes
everybody who asks it a neighbour.
"""

import hmac
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import redis
import sqlalchemy as sa
from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from app import logs
from app.metrics.figures import KEPT, KEPT_PARKED, Kept, Row, families
from app.metrics.meters import Meters, all_counts
from dispatch.transaction import DatabaseAway

TOKEN = "metrics.token"  # noqa: S105 - the name of a file
ALIVE_WITHIN = 15.0  # seconds since its last beat in which a process counts as alive
PROCESSES = ("web", "hooks", "jobs", "timers")
DATABASE_UP = "Whether the database gave its figures for this scrape within the deadline."
VALKEY_UP = "Whether Valkey answered; without it all promises are kept still."
_BEATS = "hotline_process_last_beat_timestamp_seconds"


@dataclass(frozen=True, slots=True)
class Sources:
    """What the page asks. `rows` and `parked` raise DatabaseAway, TimeoutError or what the driver raises; `queued`
    redis.RedisError."""

    meters: Meters
    rows: Callable[[], list[Row]]
    parked: Callable[[], list[Row]]
    queued: Callable[[], int]
    clock: Callable[[], float] = time.monotonic


def metrics_door(sources: Sources, token: str) -> Blueprint:
    """The page's door."""
    door = Blueprint("metrics", __name__)
    registry = CollectorRegistry()
    registry.register(_Everything(sources))

    @door.get("/metrics")
    def page() -> Response:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
            says = f"401: send `Authorization: Bearer …` with the token in secrets/{TOKEN} of the data folder.\n"
            answer = Response(says, HTTPStatus.UNAUTHORIZED, mimetype="text/plain")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return door


class _Everything(Collector):
    """Asked at each scrape. What is out of reach is left out, and said."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._kept = Kept(sources.rows, KEPT, sources.clock)
        self._kept_parked = Kept(sources.parked, KEPT_PARKED, sources.clock)

    def collect(self) -> Iterator[Metric]:
        counts = all_counts(self._sources.meters.files)
        yield from counts
        yield _alive(counts, time.time())
        yield from self._database()
        yield from self._queue()

    def _database(self) -> Iterator[Metric]:
        rows = _read(self._kept)
        yield _one("hotline_database_up", DATABASE_UP, 0 if rows is None else 1)
        if rows is not None:
            yield from families([*rows, *(_read(self._kept_parked) or ())])

    def _queue(self) -> Iterator[Metric]:
        try:
            queued = self._sources.queued()
        except (redis.RedisError, OSError):
            yield _one("hotline_valkey_up", VALKEY_UP, 0)
            return
        yield _one("hotline_valkey_up", VALKEY_UP, 1)
        yield _one("hotline_wake_queue_length", "Wakes in the RQ queue that jobs has not taken.", queued)


def _read(kept: Kept) -> Sequence[Row] | None:
    """The figures; None where they could not be had."""
    try:
        return kept.rows()
    except (DatabaseAway, TimeoutError, sa.exc.DBAPIError) as error:
        logs.trouble("metrics.no_figures", error)
        return None


def _alive(counts: Iterable[Metric], now: float) -> Metric:
    """Whether each process has shown life lately; of several workers the liveliest counts."""
    beats = {
        sample.labels["process"]: sample.value
        for metric in counts
        if metric.name == _BEATS
        for sample in metric.samples
    }
    family = GaugeMetricFamily("hotline_process_up", "Whether a process showed life within 15 s.", labels=("process",))
    for name in PROCESSES:
        family.add_metric((name,), 1.0 if now - beats.get(name, 0.0) <= ALIVE_WITHIN else 0.0)
    return family


def _one(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)
