"""Fault points: named places where a process of a rehearsal can be told to die, so that a test sees what a
crash there costs.

`rehearsal.crash_at` names the crossing of a point at which the process kills itself, as outright as a kill from
outside. Without it, and always where we are no rehearsal behind a loopback listener, crossing does nothing.
"""

import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path

from app.sections import Settings

Crossing = Callable[[str], None]


def crossing(settings: Settings, logs: Path, process: str) -> Crossing:
    """What a process calls at its fault points, by their names. Whoever dies leaves a line in `crashed.log`."""
    armed = settings.rehearsal.crash_at if settings.rehearsal_doors else {}
    if not armed:
        return _go_on
    counts = {point: itertools.count(1) for point in armed}

    def cross(point: str) -> None:
        if point in counts and next(counts[point]) == armed[point]:
            _die(logs / "crashed.log", f"{process} {point}\n")

    return cross


def _go_on(_point: str) -> None:
    """The usual crossing."""


def _die(log: Path, words: str) -> None:
    with log.open("a") as lines:
        lines.write(words)
    os.kill(os.getpid(), signal.SIGKILL)
