"""Histories made by the thousand: the real chain, vault and checkpoints, but rows by COPY instead of use cases."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import psycopg

from app.proof.checkpoints import Checkpoints
from app.wiring import House
from cases.seal import chain
from tests.stage import Stage

KINDS = ("registered", "accepted", "dispatched", "signed", "contacted", "arrived")
SALT = b"s" * 16
_INTO_CASES = """
    INSERT INTO cases SELECT made.* FROM ends, cases old,
        LATERAL jsonb_populate_record(old, jsonb_build_object('id', ends.id, 'number', ends.number,
            'address', ends.number, 'last_seq', 0, 'last_hash', '')) AS made
    WHERE old.id = %s AND NOT EXISTS (SELECT FROM cases c WHERE c.id = ends.id)"""
_FOLLOW = """UPDATE cases SET last_seq = ends.seq, last_at = ends.at, last_hash = ends.hash
    FROM ends WHERE cases.id = ends.id"""


@dataclass
class Histories:
    """Cases on a stage that grow line by line. `ends` has each one's last line: its number and hash."""

    stage: Stage
    house: House
    ends: dict[UUID, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._model = self.stage.text("幸福里小区3号楼2单元楼道灯坏了").case_id
        [row] = self.stage.rows("SELECT office_id FROM cases")
        self._office = row[0]

    @property
    def checkpoints(self) -> Checkpoints:
        return Checkpoints(self.house)

    def new(self, count: int) -> list[UUID]:
        """Ids of cases to come."""
        return [uuid4() for _ in range(count)]

    def grow(self, cases: Sequence[UUID], lines: int) -> None:
        """So many lines more for each case, every sixth of them, from the first on, with words."""
        [[at]] = self.stage.rows("SELECT now() + ahead FROM clock")
        assert isinstance(at, datetime)
        made = [self._line(case, at) for case in cases for _ in range(lines)]
        with self.stage.server.connect(self.stage.database.name) as conn, conn.transaction():
            conn.execute("SET LOCAL session_replication_role = replica")  # what is made here refers rightly
            _copy(conn, "content (id, office_id, kind, sealed, created_at)", (words for words, _ in made if words))
            conn.execute("CREATE TEMP TABLE ends (id uuid, number text, seq int, at timestamptz, hash text)")
            _copy(conn, "ends", ((case, str(case), seq, at, end) for case, (seq, end) in self._ends(cases)))
            conn.execute(_INTO_CASES, (self._model,))
            conn.execute(_FOLLOW)
            columns = "id, office_id, case_id, seq, kind, at, actor, canonical, content_id, hash"
            _copy(conn, f"event ({columns})", (row[1] for row in made))
            conn.execute("DROP TABLE ends")

    def _ends(self, cases: Sequence[UUID]) -> Iterable[tuple[UUID, tuple[int, str]]]:
        return ((case, self.ends[case]) for case in cases)

    def _line(self, case: UUID, at: datetime) -> tuple[tuple[object, ...] | None, tuple[object, ...]]:
        """A row of words, where there are some, and one of history."""
        seq, prev = self.ends.get(case, (0, chain.genesis(case)))
        seq += 1
        kind, actor = KINDS[seq % len(KINDS)], f"w{seq % 4}"
        body: dict[str, object] = {"kind": kind, "at": at, "actor": actor, "facts": {"level": "L3", "line": seq}}
        words, content = None, None
        if seq % 6 == 1:
            content, said = uuid4(), f"第{seq}句话 {case}"
            body["commitment"] = chain.commitment(SALT, said)
            kept = json.dumps({"salt": SALT.hex(), "words": said}, ensure_ascii=False)
            words = (content, self._office, "words", self.stage.vault.seal(content, "content", kept), at)
        text = chain.canonical({**body, "case": case, "seq": seq})
        self.ends[case] = seq, chain.link(prev, text)
        return words, (uuid4(), self._office, case, seq, kind, at, actor, text, content, self.ends[case][1])


def _copy(conn: psycopg.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    with conn.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
