"""What a look of `timers` costs while nothing is due: `python -m bench.timers.ticks` takes many, in the environment of
the process itself, and prints what each took.

Time of the process and of its server's backends is that of the processor, as the kernel counts it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

from app import logs, settings
from app.processes.timers import Rounds
from app.wiring import House
from bench.ground import ROOT, Site

_LOOKS = 2_000
_FIRST = 50  # before anything is counted: connections, plans, the office's shift
_TICK = os.sysconf("SC_CLK_TCK")
_OURS = """SELECT pid FROM pg_stat_activity
    WHERE application_name = 'hotline timers' AND datname = current_database()"""


def measure(site: Site) -> dict[str, Any]:
    """So many looks at a site on which nothing is due."""
    ran = subprocess.run(
        [sys.executable, "-m", "bench.timers.ticks"], cwd=ROOT, env=site.environment, capture_output=True, text=True
    )
    if ran.returncode:
        raise RuntimeError(f"looks: {ran.stderr[-800:]}")
    figures: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return figures


def _look(house: House) -> dict[str, float]:
    rounds = Rounds(house)
    for _ in range(_FIRST):
        rounds.go()
    backends = _backends(house)
    server, ours, took = sum(map(_busy, backends)), process_time(), []
    for _ in range(_LOOKS):
        began = perf_counter()
        rounds.go()
        took.append((perf_counter() - began) * 1000)
    spent = process_time() - ours, sum(map(_busy, backends)) - server
    percent = quantiles(took, n=100, method="inclusive")
    return {
        "looks": _LOOKS, "p50 ms": round(percent[49], 3), "p99 ms": round(percent[98], 3),
        "ms of the process": round(spent[0] * 1000 / _LOOKS, 3),
        "ms of the database": round(spent[1] * 1000 / _LOOKS, 3),
    }  # fmt: skip


def _backends(house: House) -> list[int]:
    """The server's processes that serve us; asked on one connection, of all."""
    with house.door.found() as conn:
        return [int(row.pid) for row in conn.exec_driver_sql(_OURS)]


def _busy(pid: int) -> float:
    """Seconds of processor that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


if __name__ == "__main__":
    logs.start_logs("timers", "error")
    print(json.dumps(_look(House(settings.load(), "timers", pool=2))))
