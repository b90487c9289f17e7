"""Intake over HTTP, from the signed POST to the routed, committed case: against pgbench, and against the naive form."""

import sys
import time
from typing import Any

from bench import naive, texts
from bench.ground import Ground, Site
from bench.limit import pgbench
from bench.load import Figures, drive

_ROUNDS = 3  # of each, in turn; the middle one is told
_MOST = 30_000  # requests that are made beforehand for one round


def measure(ground: Ground, seconds: int) -> dict[str, Any]:
    """The figures of intake with 2 and with 8 clients."""
    ours, theirs = ground.database("ours"), ground.database("naive")
    found: dict[str, Any] = {}
    with ours.running("hooks", ours.port + 1):
        drive(ours.port + 1, texts.made(400), 8, 60)  # warm, and with parties and contents
        for clients in (2, 8):
            found[f"{clients} clients"] = _against_the_limit(ours, clients, seconds)
    for clients in (2, 8):
        slow = _naive(theirs, clients, seconds)
        each = found[f"{clients} clients"]
        each["naive"] = slow
        each["times the naive form"] = round(each["ours"]["per second"] / slow["routed per second"], 2)
    return found


def _against_the_limit(site: Site, clients: int, seconds: int) -> dict[str, Any]:
    rounds = []
    for _ in range(_ROUNDS):
        site.quiet()
        limit = pgbench(site, clients, seconds)
        site.quiet()
        before = _routed(site)
        ours = drive(site.port + 1, texts.made(min(_MOST, seconds * 3000)), clients, seconds)
        routed = _routed(site) - before
        if routed != ours.count:
            raise RuntimeError(f"{ours.count} texts were answered and {routed} cases are routed")
        rounds.append((ours.rate / limit.rate, ours, limit))
    ratio, ours, limit = sorted(rounds, key=lambda each: each[0])[_ROUNDS // 2]
    return {"ours": told(ours), "pgbench": told(limit), "of pgbench": round(ratio, 3)}


def _routed(site: Site) -> int:
    # What pgbench wrote has another kind of number.
    [[count]] = site.query("SELECT count(*) FROM cases WHERE state = 'dispatched' AND length(number) = 15")
    return int(str(count))


def _naive(site: Site, clients: int, seconds: int) -> dict[str, Any]:
    """Answered requests, and how many cases a second were routed until the last one was."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--workers=2", "--threads=4", f"--bind=127.0.0.1:{site.port}"]
    worker = [sys.executable, "-m", "bench.naive"]
    with (
        site.started([*gunicorn, "bench.naive:make_app()"], site.port, {}),
        site.started(worker, 0, {}),
    ):
        drive(site.port, texts.made(20, naive.PATH), clients, 5)
        _until_routed(site)
        site.quiet()
        before = _settled(site)
        began = time.monotonic()
        answered = drive(site.port, texts.made(seconds * 1000, naive.PATH), clients, seconds)
        _until_routed(site)
        routed = (_settled(site) - before) / (time.monotonic() - began)
    return told(answered) | {"routed per second": round(routed, 1)}


def _settled(site: Site) -> int:
    [[count]] = site.query("SELECT count(*) FROM cases WHERE state = 'dispatched'")
    return int(str(count))


def _until_routed(site: Site) -> None:
    while site.query("SELECT 1 FROM cases WHERE state = 'registered' LIMIT 1"):
        time.sleep(0.02)


def told(figures: Figures) -> dict[str, Any]:
    """Figures as they are printed and kept."""
    return {
        "per second": round(figures.rate, 1),
        "p50 ms": round(figures.ms(50), 2),
        "p99 ms": round(figures.ms(99), 2),
        "count": figures.count,
    }
