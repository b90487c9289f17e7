"""The clocks of the processes themselves jump by two days, there and back, while timers fall due: whatever a process
believes, the database's clock says what is due."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.app.many_timers import fill, timers, until
from tests.stage import Stage

CASES = 60
LEFT = "SELECT count(*) FROM timer WHERE state = 'open' AND fired = 0"
DUE_NOW = """UPDATE timer SET fires_at = t.at, warn_at = t.at FROM (SELECT now() + ahead AS at FROM clock) t
    WHERE state = 'open' AND step = :step"""
WARNED = "SELECT count(*) FROM event WHERE kind = 'warned'"
LIBRARY = "vendor/libfaketime/src/libfaketime.so.1"


def bent(by: Path) -> Mapping[str, str]:
    """An environment whose processes read how far their wall clock is off in a file, whenever they ask it."""
    spec = find_spec("libfaketime")
    library = Path(spec.origin).parent / LIBRARY if spec and spec.origin else None
    if library is None or not library.exists():
        pytest.skip("no libfaketime for this platform: it comes with `make setup-test`")
    known = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(by), "FAKETIME_NO_CACHE": "1"}
    return known | {"DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def await_bent(log: Path, by: timedelta) -> None:
    """Wait until a process has noted something at a time so far off: without Valkey it does so about each second."""
    end = time.monotonic() + 60
    while True:
        stamps = re.findall(r'"timestamp": "([^"]+)"', log.read_text())
        off = datetime.fromisoformat(stamps[-1]) - datetime.now(UTC) if stamps else None
        if off is not None and abs(off - by) < timedelta(hours=1):
            return
        assert time.monotonic() < end, f"{log.name} never showed a clock that is off by {by}: {off}"
        time.sleep(0.05)


def test_a_process_whose_clock_jumps_loses_doubles_and_advances_none(stage: Stage, tmp_path: Path) -> None:
    count = fill(stage, CASES, timedelta(days=1))
    clocks = [tmp_path / name for name in ("forward", "back")]
    for clock in clocks:
        clock.write_text("+0\n")
    with timers(stage, tmp_path, *map(bent, clocks)) as running:
        for steps, step in ((("+2d", "-2d"), "visit"), (("+0", "+0"), "first_contact"), (("-2d", "+2d"), "told")):
            for clock, by in zip(clocks, steps, strict=True):
                clock.write_text(f"{by}\n")
            for number, by in enumerate(steps):
                await_bent(tmp_path / f"timers-{number}.log", timedelta(days=int(by.rstrip("d"))))
            stage.plant(DUE_NOW, step=step)
            until(stage, f"{WARNED} AND canonical LIKE '%\"{step}\"%'", CASES)
        assert [process.poll() for process in running] == [None, None]
    [(left,)] = stage.rows(LEFT)
    assert left == count - 3 * CASES, "what lies a day ahead has not fired"
    assert stage.rows("SELECT 1 FROM event WHERE kind = 'warned' GROUP BY case_id, canonical HAVING count(*) > 1") == []
    assert stage.rows("SELECT 1 FROM clock_jump") == []
