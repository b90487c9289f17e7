"""A million timers are open: how late each is that fires, what it costs to look while nothing is due, and how RQ's
scheduler keeps the same moments in the same run."""

import time
from typing import Any

from bench import lateness
from bench.copies import fill
from bench.ground import Ground
from bench.timers import rival, ticks

OPEN = 1_000_000
DUE, SECONDS = 600, 20


def measure(ground: Ground, open_timers: int = OPEN) -> dict[str, Any]:
    """Idle looks, then so many that fall due one after another, then idle looks again, over all that these left."""
    site = ground.database("million")
    began = time.monotonic()
    fill(site, open_timers // lateness.OPEN_EACH, later=True)
    load = round(time.monotonic() - began, 1)
    before = ticks.measure(site)
    ours = lateness.fire(site, DUE, SECONDS)
    after = ticks.measure(site)
    [[size, index]] = site.query("SELECT pg_total_relation_size('timer') >> 20, pg_relation_size('ix_timer_due') >> 20")
    theirs = rival.measure(ground, DUE, SECONDS)
    return {
        "seconds to load": load, "timer MB": size, "index MB": index, "idle": before, "idle afterwards": after,
        "ours": ours, "rq": theirs,
        "rq's p99, times ours": round(theirs["p99 ms late"] / ours["p99 ms late"], 1),
    }  # fmt: skip
