"""`make bench`: every figure, measured in one run on one machine, printed and kept as JSON.

--part NAME     only this one: intake, timers, million, burst, killed, pages, streams, place, matter,
                speech, rules, replay or search (again for more)
--seconds S     how long each round of intake lasts
--json FILE     where the figures are kept

Nothing is asserted: a figure is told beside its aim, whether it reaches it or not. Run it where nothing else runs.
"""

import argparse
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import addresses, intake, labels, lateness, letters, pages, replaying, ruling, searching, speech, streams
from bench.aims import AIMS
from bench.ground import ROOT, Ground, server_settings, standing
from bench.timers import million

_PARTS: dict[str, Callable[[Ground, int], dict[str, Any]]] = {
    "intake": intake.measure,
    "timers": lambda ground, _: lateness.measure(ground),
    "million": lambda ground, _: million.measure(ground),
    "burst": lambda ground, _: lateness.burst(ground),
    "killed": lambda ground, _: lateness.killed(ground),
    "pages": lambda ground, _: pages.measure(ground),
    "streams": lambda _ground, _seconds: streams.run(),
    "place": lambda _ground, _seconds: addresses.measure() | {"labels": labels.measure()},
    "matter": lambda _ground, _seconds: letters.measure(),
    "speech": lambda _ground, _seconds: speech.measure(),
    "rules": lambda _ground, _seconds: ruling.measure(),
    "replay": lambda ground, _seconds: replaying.measure(ground),
    "search": searching.measure,
}


def main() -> int:
    """Measure, print, keep."""
    asked = _parser().parse_args()
    figures: dict[str, Any] = {}
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    with standing() as ground:
        machine = {
            "cores": os.cpu_count(), "python": platform.python_version(), "load at start": round(os.getloadavg()[0], 2),
            "at": datetime.now(UTC).isoformat(timespec="seconds"), "postgresql": server_settings(ground),
        }  # fmt: skip
        for part in asked.part or _PARTS:
            print(f"bench: {part} …", flush=True)
            figures[part] = _PARTS[part](ground, asked.seconds)
            print(json.dumps({part: figures[part]}, indent=1, ensure_ascii=False), flush=True)
    for aim in AIMS:
        for line in aim.told(figures):
            print(f"bench: {line}")
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps({"machine": machine, "figures": figures}, indent=1, ensure_ascii=False) + "\n")
    print(f"bench: done in {time.monotonic() - began:.0f} s; kept in {asked.json}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--part", action="append", choices=list(_PARTS))
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
