"""A part of the run: one child with its log, started again with growing waits where it dies."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.embedded.children import send

_FIRST_WAIT = 0.25
_LONGEST_WAIT = 30.0
_STEADY_AFTER = 60.0
_LOG_MAX = 16 * 1024 * 1024


@dataclass(slots=True)
class Part:
    """`begin(output)` starts the child; `end_by` asks it to end, and `grace` seconds it may take."""

    name: str
    begin: Callable[[IO[bytes]], "subprocess.Popen[bytes]"]
    log: Path
    end_by: int = signal.SIGTERM
    grace: float = 5.0
    child: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0
    started_at: float = 0.0
    again_at: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child and self.child.returncode is None else None

    def start(self) -> None:
        """Start the child, its output appended to the log."""
        self.started_at = time.monotonic()
        self.again_at = 0.0
        with open_log(self.log) as output:
            self.child = self.begin(output)

    def ended(self) -> int | None:
        """The exit code where the child has just ended (negative: by a signal), else None; told once."""
        if self.child is None or self.child.poll() is None:
            return None
        code = self.child.returncode
        self.child = None
        return code

    def wait_again(self) -> float:
        """Note a death; the seconds to wait before the next start."""
        now = time.monotonic()
        self.deaths = 1 if now - self.started_at > _STEADY_AFTER else self.deaths + 1
        wait = float(min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (self.deaths - 1)))
        self.again_at = now + wait
        return wait

    def due(self) -> bool:
        return self.child is None and 0 < self.again_at <= time.monotonic()

    def ask_to_end(self) -> None:
        if self.pid:
            send(self.pid, self.end_by)


def open_log(path: Path) -> IO[bytes]:
    """A log to append to; a large one is put aside first."""
    if path.exists() and path.stat().st_size > _LOG_MAX:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def shorten_log(path: Path) -> None:
    """Keep a log that is being written from filling the disk: what it holds goes aside, it starts anew."""
    try:
        if path.stat().st_size > 4 * _LOG_MAX:
            path.with_suffix(".log.1").write_bytes(path.read_bytes()[-_LOG_MAX:])
            with path.open("r+b") as log:
                log.truncate(0)
    except OSError:
        return
