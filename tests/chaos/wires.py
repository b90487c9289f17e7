"""What the dead had on its way: a request whose sender is gone, and which the carrier has not answered yet."""

import time
from pathlib import Path

_GONE = "08"  # CLOSE_WAIT: the other end has closed, ours has not
_LONGEST = 60.0  # seconds that these may take


def let_in(port: int) -> None:
    """Wait until whoever listens at this port has dealt with all that senders which are gone had sent to it. Time
    that is wound is none in which a request can arrive: without this one that left before comes after it."""
    end = time.monotonic() + _LONGEST
    while _waiting(port) and time.monotonic() < end:
        time.sleep(0.02)


def _waiting(port: int) -> int:
    """How many connections to this port of ours, taken up or not, have lost their other end."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == _GONE for row in rows)
