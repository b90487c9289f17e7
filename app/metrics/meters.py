"""What a process counts. Several processes share one page: each writes into files of its own in the data folder
(`metrics/`), and `web` adds them up (prometheus_client's multi-process mode).
"""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import Engine

from app import settings
from app.embedded.folder import DataFolder, own_folder
from app.metrics.files import folder_of_counts

BEAT = 2.0  # seconds between the beats of a process
# Seconds; 1.2 is the deadline of a call's turn, 2 what a caller may wait at most.
BUCKETS = (0.005, 0.015, 0.05, 0.1, 0.25, 0.5, 1.2, 2.0, 5.0)


class Meters:
    """The instruments of one process (`web`, `hooks`, `jobs`, `timers`; each worker has its own)."""

    def __init__(self, process: str, folder: DataFolder) -> None:
        self.process = process
        self.files = count_into(folder)
        registry = CollectorRegistry()
        self.requests = Histogram(
            "hotline_http_request_duration_seconds",
            "Requests answered, and the seconds until the answer began.",
            ("process", "endpoint", "status"),
            buckets=BUCKETS,
            registry=registry,
        )
        self.streams = _gauge("hotline_live_streams", "Live pages that are open now.", "livesum", registry)
        self.breaker = _gauge(
            "hotline_voice_breaker_open",
            "Workers of hooks that answer calls with the static document: the database missed its deadline twice.",
            "livesum",
            registry,
        )
        self.read_back = _gauge(
            "hotline_read_back_last_success_timestamp_seconds",
            "When the carrier's lists were last read whole.",
            "max",
            registry,
        )
        named = ("process",)
        self.in_use = _gauge(
            "hotline_database_connections_in_use", "Connections of the pools in use.", "livesum", registry, named
        ).labels(process)
        self.in_reach = _gauge(
            "hotline_database_connections_max", "Connections that the pools may open.", "livesum", registry, named
        ).labels(process)
        self._beat = _gauge(
            "hotline_process_last_beat_timestamp_seconds", "When a process last showed life.", "max", registry, named
        ).labels(process)
        starts = Counter(
            "hotline_process_starts", "Starts since `hotline up`, the first one and each worker's among them.", named,
            registry=registry,
        )  # fmt: skip
        starts.labels(process).inc()
        self.beat()

    def beat(self) -> None:
        """This process lives."""
        self._beat.set(time.time())

    def keep_beating(self) -> None:
        """Beat until the process ends. That its work goes on too is told by what would be late (figures)."""
        Thread(target=_for_ever, args=(self.beat,), daemon=True, name="beat").start()

    def was_read_back(self) -> None:
        """The carrier's lists were read, with no trouble."""
        self.read_back.set(time.time())

    def broke(self, is_open: bool) -> None:
        """The breaker of the voice doors has opened or closed."""
        self.breaker.set(1 if is_open else 0)

    def watch(self, engine: Engine) -> None:
        """Count the connections of an engine's pool that are in use."""
        pool = engine.pool
        self.in_reach.set(pool.size() * 2)  # type: ignore[attr-defined]  # as many again may overflow
        self.in_use.set(0)

        def lent(*_: object) -> None:
            self.in_use.set(pool.checkedout())  # type: ignore[attr-defined]

        def given_back(*_: object) -> None:  # told before the pool has it again
            self.in_use.set(max(0, pool.checkedout() - 1))  # type: ignore[attr-defined]

        sa.event.listen(engine, "checkout", lent)
        sa.event.listen(engine, "checkin", given_back)


def _gauge(name: str, help_text: str, mode: Any, registry: CollectorRegistry, labels: tuple[str, ...] = ()) -> Gauge:
    return Gauge(name, help_text, labels, multiprocess_mode=mode, registry=registry)


def _for_ever(beat: Callable[[], None]) -> None:
    while True:
        time.sleep(BEAT)
        beat()


def count_into(folder: DataFolder) -> Path:
    """From now on this process counts into files of this data folder; where they stand."""
    files = folder_of_counts(folder)
    own_folder(files)
    settings.announce("PROMETHEUS_MULTIPROC_DIR", str(files))
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
    return files


def all_counts(files: Path) -> list[Metric]:
    """The counts of all processes; what only the living count is without those of the dead."""
    for file in files.glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if not Path("/proc", pid).exists():
            file.unlink(missing_ok=True)
    return list(MultiProcessCollector(None, path=str(files)).collect())  # type: ignore[no-untyped-call]
