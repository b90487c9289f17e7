"""A million texts to search: sentences of our own, put together anew, over three years and all units.

Each has a place out of some thousands, of which few are named often and most hardly ever: so there are words of every
frequency. Where the samples lie beside the checkout, their texts are mixed in; none of them is kept.
"""

import os
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from bench import texts
from bench.ground import ROOT, Site
from bench.load import drive
from cases.ids import new_id
from dispatch.reading.script import plain
from dispatch.search.following import row_of

SEED = 20261126
_YEARS = timedelta(days=3 * 365)
_ESTATES = 4_000
_TAKEN_IN = 25  # cases that came in as texts; all others are copies of them with words of their own
_COUNTED = 20_000  # texts whose words are counted
_CUT = re.compile(r"[，。？！；,.?!;\s]+")


@dataclass
class Searched:
    """What was made: how often each two characters stand in the counted texts, and some longer words."""

    pairs: Counter[str] = field(default_factory=Counter)
    phrases: list[str] = field(default_factory=list)
    counted: int = 0

    def count(self, text: str) -> None:
        """Count a text's words, each once."""
        self.counted += 1
        self.pairs.update({left + right for left, right in pairwise(text) if (left + right).isalnum()})
        if self.counted % 40 == 0:
            start = self.counted % max(1, len(text) - 4)
            self.phrases.append(text[start : start + 3 + self.counted % 2])


def fill(site: Site, many: int) -> Searched:
    """So many cases with their entries of the index, loaded past the follower; what their words are."""
    with site.running("hooks", site.port + 1):
        drive(site.port + 1, texts.made(_TAKEN_IN), 1, 60)
    first = site.query("SELECT id, office_id, unit_id FROM cases ORDER BY id")
    made = Searched()
    with site.ground.postgres.connect(site.name) as connection:
        connection.execute(
            "CREATE UNLOGGED TABLE made (id uuid, from_id uuid, n int, summary text, estate text, text text, "
            "entries int[])"
        )
        with connection.cursor().copy("COPY made FROM STDIN") as copy:
            for row in _rows(first, many, made):
                copy.write_row(row)
    _load(site)
    return made


def _rows(first: list[tuple[object, ...]], many: int, made: Searched) -> Iterator[tuple[object, ...]]:
    dice = random.Random(SEED)
    clauses, estates = _clauses(), _estates(dice)
    weights = [1 / (rank + 1) for rank in range(_ESTATES)]
    begun, step = datetime.now(UTC) - _YEARS, (_YEARS - timedelta(days=1)) / many
    for n, estate in enumerate(dice.choices(estates, weights, k=many)):
        at = new_id(begun + step * n, dice.randbytes(10))
        words = "，".join(dice.choices(clauses, k=3))
        from_id, office, unit = first[n % len(first)]
        case = SimpleNamespace(
            id=at, office_id=UUID(str(office)), unit_id=UUID(str(unit)), number=f"B{n:09d}", summary=f"{estate}{words}",
            estate=estate, building=None, entrance=None, road=None, confidential=False,
        )  # fmt: skip
        row = row_of(case)
        if n % max(1, many // _COUNTED) == 0:
            made.count(case.summary)
        yield at, from_id, n, case.summary, estate, row["text"], row["entries"]


def _clauses() -> list[str]:
    said = tomllib.loads((ROOT / "app" / "sample" / "said.toml").read_text(encoding="utf-8"))
    whole = [sentence.replace("{place}", "") for table in said.values() for sentence in table["zh"]]
    samples = Path(os.environ.get("HOTLINE_SAMPLES", ROOT.parent / "shared" / "data")) / "texts.txt"
    if samples.is_file():
        whole += samples.read_text(encoding="utf-8").splitlines()[:2000]
    return sorted({clause for sentence in whole for clause in _CUT.split(plain(sentence)) if 3 < len(clause) < 25})


def _estates(dice: random.Random) -> list[str]:
    first = "安宝长春东福桂海和华吉嘉金锦景康乐丽龙绿梅明南宁平瑞山盛天庭万文西祥欣新兴秀雅阳怡银永玉园云泽振正中紫"
    return ["".join(dice.choices(first, k=2)) + dice.choice(("小区", "花园", "新村", "家园")) for _ in range(_ESTATES)]


def _load(site: Site) -> None:
    """Into the tables, the index made at last: as a restore does it."""
    asked = "SELECT column_name FROM information_schema.columns WHERE table_name = 'cases'"
    other = {
        "id": "m.id", "number": "'B' || lpad(m.n::text, 9, '0')", "address": "'b' || lpad(m.n::text, 9, '0')",
        "summary": "m.summary", "estate": "m.estate", "building": "NULL", "entrance": "NULL", "road": "NULL",
        "confidential": "false", "state": "'archived'",
    }  # fmt: skip
    names = [str(name) for (name,) in site.query(asked)]
    values = ", ".join(other.get(name, f"c.{name}") for name in names)
    site.query("DROP INDEX ix_search_text_entries")
    site.query(
        f"""SET session_replication_role = replica; INSERT INTO cases ({", ".join(names)}) SELECT {values}
            FROM made m JOIN cases c ON c.id = m.from_id ORDER BY m.n"""
    )
    site.query(
        """SET session_replication_role = replica; INSERT INTO search_text (case_id, office_id, text, entries)
           SELECT m.id, c.office_id, m.text, m.entries FROM made m JOIN cases c ON c.id = m.from_id ORDER BY m.n"""
    )
    site.query("CREATE INDEX ix_search_text_entries ON search_text USING gin (entries) WITH (fastupdate = off)")
    site.query(
        """INSERT INTO search_position SELECT 1, (SELECT system_identifier::text FROM pg_control_system()),
           pg_snapshot_xmin(pg_current_snapshot())::text::bigint, '{}', NULL, clock_timestamp()"""
    )
    site.query(  # those that came in as texts are followed, as any
        "UPDATE search_position SET beyond = (SELECT min(xid) FROM event)"
    )
    site.query("DROP TABLE made")
    site.quiet()
