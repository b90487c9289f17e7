"""Timers that fire while 100,000 are open: how late each is, from its moment to the commit that tells of it; and how
long it takes until 20,000 that fell due at once are all fired and committed."""

import time
from contextlib import ExitStack
from statistics import quantiles
from typing import Any

from bench.copies import fill
from bench.ground import Ground, Site

OPEN_EACH = 4  # running timers of a fresh case
_FIRST = 6  # seconds until the first of them falls due: `timers` has started by then
# What is told of a case is its event; the moment of the commit is PostgreSQL's own.
_FIRED = """
SELECT (extract(epoch FROM pg_xact_commit_timestamp(e.xmin) - d.due) * 1000)::float8
FROM due d JOIN event e ON e.case_id = d.case_id AND e.kind = 'warned' AND e.at >= d.due - interval '1 s'
"""


def measure(ground: Ground, open_timers: int = 100_000, due: int = 600, seconds: int = 20) -> dict[str, Any]:
    """So many of them fall due one after another, evenly, within so many seconds."""
    site = ground.database("timers")
    fill(site, open_timers // OPEN_EACH, later=True)
    return fire(site, due, seconds)


def fire(site: Site, due: int, seconds: int) -> dict[str, Any]:
    """The same at a site whose timers all lie days ahead."""
    site.query(
        f"""CREATE TABLE due AS SELECT id, case_id, clock_timestamp() + interval '{_FIRST} s'
                + row_number() OVER () * interval '1 s' * {seconds} / {due} AS due
            FROM timer WHERE state = 'open' AND step = 'visit' AND fired = 0 LIMIT {due}"""
    )
    site.query("UPDATE timer t SET fires_at = d.due, warn_at = d.due FROM due d WHERE d.id = t.id")
    [[still]] = site.query("SELECT count(*) FROM timer WHERE state = 'open'")
    with site.running("timers"):
        time.sleep(_FIRST + seconds + 2)
    late = [float(str(ms)) for (ms,) in site.query(_FIRED)]
    percent = quantiles(late, n=100, method="inclusive")
    return {
        "open": still, "due": due, "fired": len(late), "early": sum(ms < 0 for ms in late),
        "p50 ms late": round(percent[49], 1), "p99 ms late": round(percent[98], 1), "most ms late": round(max(late), 1),
    }  # fmt: skip


_AT_ONCE = 12  # seconds until all of them fall due: both processes wait for it by then
_PATIENCE = 120.0


def burst(ground: Ground, due: int = 20_000, processes: int = 2) -> dict[str, Any]:
    """So many fall due at one moment: the seconds from it to the last commit, with so many `timers`."""
    site, moment = _all_at_once(ground, "burst", due)
    with ExitStack() as running:
        for _ in range(processes):
            running.enter_context(site.running("timers"))
        _until_left(site, 0)
    [[fired, commits, seconds]] = site.query(
        f"""SELECT count(*), count(DISTINCT xmin::text),
                extract(epoch FROM max(pg_xact_commit_timestamp(xmin)) - '{moment}'::timestamptz)::float8
            FROM event WHERE kind = 'warned'"""
    )
    took = round(float(str(seconds)), 2)
    return {"due": due, "processes": processes, "fired": fired, "commits": commits, "seconds": took}


_ONCE = """SELECT count(*), count(*) FILTER (WHERE times > 1) FROM (
    SELECT count(*) AS times FROM event WHERE kind = 'warned'
    GROUP BY case_id, canonical::json -> 'facts' ->> 'step') e"""
_MOVED = "SELECT count(*) FROM timer WHERE state = 'open' AND fired = 1 AND fires_at = due_at"
_TOLD = """SELECT (SELECT count(*) FROM notice WHERE kind = 'warned')
    + (SELECT count(*) FROM outbox WHERE purpose = 'warned' AND channel = 'text')"""


def killed(ground: Ground, due: int = 20_000) -> dict[str, Any]:
    """The same with two `timers`, one of which is ended by kill -9 once a third has fired: what is lost, what is done
    twice, and whether next timers and tellings are there."""
    site, _ = _all_at_once(ground, "killed", due)
    with site.running("timers") as first, site.running("timers"):
        _until_left(site, due * 2 // 3)
        first.kill()
        [[left]] = site.query(_LEFT)
        _until_left(site, 0)
    [[fired, twice]], [[moved]], [[told]] = site.query(_ONCE), site.query(_MOVED), site.query(_TOLD)
    return {
        "due": due, "left at the kill": left, "lost": due - int(str(fired)), "twice": twice,
        "with their next moment": moved, "told": told,
    }  # fmt: skip


def _all_at_once(ground: Ground, name: str, due: int) -> tuple[Site, object]:
    """A site on which so many fall due at one moment soon, and that moment."""
    site = ground.database(name)
    fill(site, due // OPEN_EACH)
    later = ", ".join(f"{column} = {column} + interval '10 days'" for column in ("warn_at", "due_at"))
    site.query(f"UPDATE timer SET {later}, fires_at = now() + interval '{_AT_ONCE} s' WHERE state = 'open'")
    site.quiet()
    [[moment]] = site.query("SELECT max(fires_at) FROM timer WHERE state = 'open' AND fired = 0")
    return site, moment


_LEFT = "SELECT count(*) FROM timer WHERE state = 'open' AND fired = 0"


def _until_left(site: Site, left: int) -> None:
    """Wait until no more than so many have not fired."""
    until = time.monotonic() + _PATIENCE
    while int(str(site.query(_LEFT)[0][0])) > left and time.monotonic() < until:
        time.sleep(0.05 if left else 0.2)
