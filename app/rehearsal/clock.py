"""The rehearsal clock for the page: what it shows, and winding it by `hotline wind` in a process of its own."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from cases.models import timer
from console.phone.parts import Face, Far
from dispatch.reads.happened import happened
from dispatch.transaction import Door, Tx

_HOURS = {Far.HOUR: timedelta(hours=1), Far.FOUR_HOURS: timedelta(hours=4)}
Start = Callable[[str], "subprocess.Popen[str]"]


def starter(folder: Path) -> Start:
    """Starts `hotline wind <moment>` for what runs on this data folder."""

    def start(moment: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "app", "wind", moment, "--data", str(folder), "-o", "json", "--lang", "en"]
        return subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    return start


@dataclass(slots=True)
class WoundClock:
    """The clock of one office's rehearsal."""

    door: Door
    office: str
    start: Start
    can_be_wound: bool = True
    _winding: "subprocess.Popen[str] | None" = None
    _begun: datetime | None = None
    _trouble: str = field(default="")

    def face(self) -> Face:
        """What it shows, and what happened since it was last wound from here."""
        winding = self._is_winding()
        with self.door.transaction(self.office) as tx:
            counts = Counter(happened(tx, self._begun)) if self._begun is not None else None
            return Face(tx.now, tx.zone, winding, counts, self._trouble)

    def wind(self, far: Far) -> bool:
        """Wind it so far."""
        with self.door.transaction(self.office) as tx:
            to = _target(tx, far)
        return to is not None and self.wind_to(to)

    def wind_to(self, moment: datetime) -> bool:
        """Wind it to a moment."""
        with self.door.transaction(self.office) as tx:
            now = tx.now
        if not self.can_be_wound or moment <= now or self._is_winding():
            return False
        self._begun, self._trouble = now, ""
        self._winding = self.start(moment.isoformat())
        return True

    def _is_winding(self) -> bool:
        running = self._winding
        if running is None:
            return False
        if not _has_ended(running):
            return True
        if running.stderr is not None:
            said = running.stderr.read().strip()
            self._trouble = (said or f"exit code {running.returncode}") if running.returncode else ""
            running.stderr.close()
        self._winding = None
        return False


def _has_ended(running: "subprocess.Popen[str]") -> bool:
    """Whether a process has ended; the web server's event loop may have taken its exit code for itself."""
    if running.poll() is not None:
        return True
    try:
        os.kill(running.pid, 0)
    except ProcessLookupError:
        return True
    return False


def _target(tx: Tx, far: Far) -> datetime | None:
    if far in _HOURS:
        return tx.now + _HOURS[far]
    if far is Far.WORKING_DAY:
        return tx.calendar.end_of_working_day(tx.now, 1)
    due = sa.select(sa.func.min(timer.c.due_at)).where(
        timer.c.office_id == tx.office_id, timer.c.state == "open", timer.c.due_at > tx.now
    )
    found: datetime | None = tx.conn.execute(due).scalar()
    return found
