"""Timers that fire while 100,000 are open: how late each is, from its moment to the commit that tells of it."""

import time
from statistics import quantiles
from typing import Any

from bench.copies import fill
from bench.ground import Ground

_OPEN_EACH = 4  # running timers of a fresh case
_FIRST = 6  # seconds until the first of them falls due: `timers` has started by then
# What is told of a case is its event; the moment of the commit is PostgreSQL's own.
_FIRED = """
SELECT (extract(epoch FROM pg_xact_commit_timestamp(e.xmin) - d.due) * 1000)::float8
FROM due d JOIN event e ON e.case_id = d.case_id AND e.kind = 'warned' AND e.at >= d.due - interval '1 s'
"""


def measure(ground: Ground, open_timers: int = 100_000, due: int = 600, seconds: int = 20) -> dict[str, Any]:
    """So many of them fall due one after another, evenly, within so many seconds."""
    site = ground.database("timers")
    fill(site, open_timers // _OPEN_EACH)
    site.query("UPDATE timer SET fires_at = fires_at + interval '10 days', warn_at = warn_at + interval '10 days'")
    site.query(
        f"""CREATE TABLE due AS SELECT id, case_id, clock_timestamp() + interval '{_FIRST} s'
                + row_number() OVER () * interval '1 s' * {seconds} / {due} AS due
            FROM timer WHERE state = 'open' AND step = 'visit' AND fired = 0 LIMIT {due}"""
    )
    site.query("UPDATE timer t SET fires_at = d.due, warn_at = d.due FROM due d WHERE d.id = t.id")
    site.quiet()
    [[still]] = site.query("SELECT count(*) FROM timer WHERE state = 'open'")
    with site.running("timers"):
        time.sleep(_FIRST + seconds + 2)
    late = [float(str(ms)) for (ms,) in site.query(_FIRED)]
    percent = quantiles(late, n=100, method="inclusive")
    return {
        "open": still, "due": due, "fired": len(late), "early": sum(ms < 0 for ms in late),
        "p50 ms late": round(percent[49], 1), "p99 ms late": round(percent[98], 1), "most ms late": round(max(late), 1),
    }  # fmt: skip
