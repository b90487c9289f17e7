"""Search over a million texts: how long words of every frequency take, whether any case is overlooked, and what the
index costs whoever takes reports in."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa

from app.embedded.postgres import APP
from app.phrasebook import Catalogues
from app.processes.indexing import keep_indexing
from app.wiring import House, make_engine
from bench import searched, texts
from bench.ground import Ground, Site
from bench.load import drive
from bench.searched import SEED, Searched
from cases.seal.vault import Keys, Vault
from dispatch.search import finding, words
from dispatch.search.finding import PAGE
from dispatch.search.following import follow
from dispatch.transaction import Door

MANY = 1_000_000
_WORDS = 150  # of each kind
_ROUNDS = 4  # of all words, in turn
_ORACLE = 60  # words that LIKE looks for too
_INTAKES = 3  # rounds with and without the follower
_CLIENTS = 2
# In how many of the texts a word stands, at least.
_KINDS = {"common": 0.05, "middle": 0.0005, "rare": 0.0}
_LIKE = sa.text(
    """SELECT number FROM cases WHERE (number || chr(10) || summary || chr(10) || coalesce(estate, '')
       || chr(10) || coalesce(road, '')) LIKE :pattern ORDER BY id DESC LIMIT :most"""
)


def measure(ground: Ground, seconds: int, many: int = MANY) -> dict[str, Any]:
    """All of it, in one run."""
    site = ground.database("search")
    began = time.monotonic()
    made = searched.fill(site, many)
    loaded = time.monotonic() - began
    door = Door(make_engine(ground.postgres.url(APP, site.name), "bench", 2), _vault(), Catalogues, _silent)
    while _step(door):
        pass
    kinds = _kinds(made)
    found: dict[str, Any] = {"texts": many, "loaded in s": round(loaded, 1), "index MB": _size(site)}
    times = {kind: _times(door, listed) for kind, listed in kinds.items()}
    found["all two-character words"] = _told([each for kind in (*_KINDS, "absent") for each in times[kind]])
    found |= {kind: _told(each) for kind, each in times.items()}
    found["one unit only"] = _told(_times(door, kinds["common"][:50] + kinds["middle"][:50], _narrow(site)))
    found["a page further on"] = _told(_further(door, kinds["common"][:50] + kinds["middle"][:50]))
    found |= _oracle(door, kinds)
    found["intake"] = _intake(site, seconds)
    return found


def _step(door: Door) -> int:
    with door.found() as conn:
        return follow(conn)


def _silent(_processes: object, _moment: object) -> None:
    """Nobody waits."""


def _vault() -> Vault:
    return Vault(Keys(b"v" * 32, b"i" * 32))


def _size(site: Site) -> int:
    [[size]] = site.query("SELECT pg_relation_size('ix_search_text_entries') / 1048576")
    return int(str(size))


def _kinds(made: Searched) -> dict[str, list[str]]:
    """Words of each kind, by lot."""
    dice = Random(SEED)
    kinds: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for word, count in sorted(made.pairs.items()):
        kinds[next(kind for kind, least in _KINDS.items() if count / made.counted >= least)].append(word)
    drawn = {kind: dice.sample(listed, min(_WORDS, len(listed))) for kind, listed in kinds.items()}
    drawn["absent"] = [left[0] + right[1] for left, right in zip(drawn["rare"], drawn["rare"][1:], strict=False)]
    drawn["longer words"] = dice.sample(made.phrases, min(_WORDS, len(made.phrases)))
    pool = drawn["common"] + drawn["middle"]
    drawn["two words"] = [f"{dice.choice(pool)} {dice.choice(pool)}" for _ in range(_WORDS)]
    return drawn


def _times(door: Door, listed: Sequence[str], scope: str = "xingfu") -> list[float]:
    """Seconds of each search, from the open transaction to the rows of the page, after one round that is not told."""
    each = []
    for turn in range(_ROUNDS + 1):
        for word in listed:
            with door.transaction("xingfu") as tx:
                assert tx.now
                began = time.perf_counter()
                finding.search(tx, scope, words.asked(word))
                if turn:
                    each.append(time.perf_counter() - began)
    return each


def _further(door: Door, listed: Sequence[str]) -> list[float]:
    each = []
    for word in listed:
        with door.transaction("xingfu") as tx:
            first = finding.search(tx, "xingfu", words.asked(word))
            began = time.perf_counter()
            finding.search(tx, "xingfu", words.asked(word), first.after)
            each.append(time.perf_counter() - began)
    return each


def _told(each: Sequence[float]) -> dict[str, float]:
    return {
        "p50 ms": round(median(each) * 1000, 2),
        "p99 ms": round(quantiles(each, n=100, method="inclusive")[98] * 1000, 2),
        "most ms": round(max(each) * 1000, 2),
        "searches": len(each),
    }


def _narrow(site: Site) -> str:
    [[path]] = site.query(
        "SELECT u.path FROM unit u JOIN cases c ON c.unit_id = u.id GROUP BY u.path ORDER BY count(*) LIMIT 1"
    )
    return str(path)


def _oracle(door: Door, kinds: dict[str, list[str]]) -> dict[str, Any]:
    """The same words by LIKE over the record itself: what is missed, and how long that takes."""
    missed, other, ours = 0, 0, []
    theirs = []
    pool = [word for kind in ("common", "middle", "rare", "longer words") for word in kinds[kind]]
    for word in Random(SEED).sample(pool, _ORACLE):
        with door.transaction("xingfu") as tx:
            assert tx.now
            began = time.perf_counter()
            mine = [row.number for row in finding.search(tx, "xingfu", words.asked(word)).rows]
            middle = time.perf_counter()
            right = list(tx.conn.execute(_LIKE, {"pattern": f"%{word}%", "most": PAGE}).scalars())
            ours.append(middle - began)
            theirs.append(time.perf_counter() - middle)
            missed += len(set(right) - set(mine))
            other += mine != right
    return {
        "words also by LIKE": _ORACLE, "misses": missed, "pages that differ": other,
        "LIKE p50 ms": round(median(theirs) * 1000, 1),
        "LIKE p50, times ours": round(median(theirs) / median(ours), 1),
    }  # fmt: skip


def _intake(site: Site, seconds: int) -> dict[str, Any]:
    """Intake beside a million indexed cases, with a follower and without one, in turn; the middle of the rounds."""
    kept: dict[str, list[tuple[float, float]]] = {"without": [], "with": []}
    with site.running("hooks", site.port + 1):
        drive(site.port + 1, texts.made(200), _CLIENTS, 30)
        for _ in range(_INTAKES):
            for way, followers in (("without", 0), ("with", 1)):
                site.quiet()
                with _followed(site, followers):
                    figures = drive(site.port + 1, texts.made(seconds * 1000), _CLIENTS, seconds)
                kept[way].append((figures.ms(99), figures.ms(50)))
    told = {
        way: dict(zip(("p99 ms", "p50 ms"), sorted(each)[_INTAKES // 2], strict=True)) for way, each in kept.items()
    }
    shown = {way: {name: round(value, 2) for name, value in each.items()} for way, each in told.items()}
    return {**shown, "p99 with, times without": round(told["with"]["p99 ms"] / told["without"]["p99 ms"], 3)}


@contextmanager
def _followed(site: Site, followers: int) -> Iterator[None]:
    if not followers:
        yield
        return
    with site.started([sys.executable, "-m", "bench.searching"], 0, {}) as child:
        time.sleep(2.0)  # it has begun
        yield
        if child.poll() is not None:
            raise RuntimeError("the follower ended")


def main() -> None:
    """The follower as `jobs` runs it, alone."""
    from threading import Event

    from app import settings as reader

    keep_indexing(House(reader.load(), "jobs", pool=2), Event())


if __name__ == "__main__":
    main()
