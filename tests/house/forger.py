"""A database superuser who knows the code, rewrites history and reckons every hash anew, but has neither the key that
signs checkpoints nor the vault's."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import Connection

from cases.seal import chain
from cases.seal.breaks import BreakKind

LONG = timedelta(hours=5)
_INSERT = """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, content_id, hash, xid)
    SELECT gen_random_uuid(), office_id, :case, seq, kind, at, actor, canonical, content_id, hash, :xid
    FROM event WHERE case_id = :model"""


class Forger:
    """Does wrong to lines that are signed: `signed` has how many of each case are."""

    def __init__(self, conn: Connection, chance: random.Random, signed: dict[UUID, int], file: Path) -> None:
        self._conn = conn
        self._chance = chance
        self._signed = signed
        self._file = file
        self.case = chance.choice(sorted(signed))
        self.seq = chance.randint(1, signed[self.case])

    def _do(self, statement: str, **values: Any) -> sa.CursorResult[Any]:
        return self._conn.execute(sa.text(statement), {"case": self.case, "seq": self.seq} | values)

    def _lines(self, case: UUID) -> list[sa.Row[Any]]:
        return list(self._do("SELECT * FROM event WHERE case_id = :case ORDER BY seq", case=case))

    def _rehash(self, case: UUID, **said: Any) -> None:
        """The case whole again: numbers without a gap, texts that fit the columns, every hash, and the case's row.
        `said` is what the chosen line's text says from now on."""
        prev, seq, at = chain.genesis(case), 0, None
        lines = self._lines(case)
        self._do("UPDATE event SET seq = seq + 1000000 WHERE case_id = :case", case=case)
        for seq, line in enumerate(lines, 1):
            body = json.loads(line.canonical) | {"case": str(case), "seq": seq, "kind": line.kind}
            body |= {"actor": line.actor, "at": chain.spelled(line.at)}
            text = chain.canonical(body | (said if line.seq == self.seq else {}))
            prev, at = chain.link(prev, text), line.at
            now = {"id": line.id, "seq": seq, "text": text, "hash": prev}
            self._do("UPDATE event SET seq = :seq, canonical = :text, hash = :hash WHERE id = :id", **now)
        self._do(
            "UPDATE cases SET last_seq = :seq, last_hash = :hash, last_at = coalesce(:at, last_at) WHERE id = :case",
            case=case, seq=seq, hash=prev, at=at,
        )  # fmt: skip

    def text(self) -> None:
        """Another fact in the text."""
        self._rehash(self.case, facts={"level": "L4"})

    def moment(self) -> None:
        self._do("UPDATE event SET at = at - interval '7 minutes' WHERE case_id = :case AND seq = :seq")
        self._rehash(self.case)

    def actor(self) -> None:
        self._do("UPDATE event SET actor = 'nobody' WHERE case_id = :case AND seq = :seq")
        self._rehash(self.case)

    def kind(self) -> None:
        self._do("UPDATE event SET kind = 'urged' WHERE case_id = :case AND seq = :seq")
        self._rehash(self.case)

    def column(self) -> None:
        """What pages show, beside a text that is left alone."""
        what = self._chance.choice(("at = at + interval '1 second'", "actor = 'nobody'", "kind = 'urged'"))
        self._do(f"UPDATE event SET {what} WHERE case_id = :case AND seq = :seq")

    def words_bytes(self) -> None:
        """Other bytes in place of the sealed ones."""
        self._worded()
        broken = "set_byte(sealed, :at, get_byte(sealed, :at) # 1)"
        at = self._chance.randrange(30)
        self._do(f"UPDATE content SET sealed = {broken} WHERE id = {_CONTENT}", at=at)

    def words_of_another(self) -> None:
        """Another line's sealed words."""
        self._worded()
        other = "(SELECT sealed FROM content WHERE kind = 'words' AND id <> c.id ORDER BY id LIMIT 1)"
        self._do(f"UPDATE content c SET sealed = {other} WHERE id = {_CONTENT}")

    def words_pointed_elsewhere(self) -> None:
        """Words that open, of another line; its commitment too, every second time."""
        self._worded()
        where = "case_id <> :case AND content_id IS NOT NULL AND canonical LIKE '%commitment%'"
        other = self._do(f"SELECT content_id, canonical FROM event WHERE {where} ORDER BY id LIMIT 1").one()
        self._do("UPDATE event SET content_id = :id WHERE case_id = :case AND seq = :seq", id=other.content_id)
        if self._chance.random() < 0.5:
            self._rehash(self.case, commitment=json.loads(other.canonical)["commitment"])

    def words_taken_away(self) -> None:
        """No words any more, but the line still commits to some."""
        self._worded()
        self._do(self._chance.choice((f"DELETE FROM content WHERE id = {_CONTENT}", _NO_CONTENT)))

    def _worded(self) -> None:
        rows = self._do("SELECT seq FROM event WHERE case_id = :case AND content_id IS NOT NULL ORDER BY seq")
        self.seq = self._chance.choice([row.seq for row in rows if row.seq <= self._signed[self.case]])

    def middle(self) -> None:
        """A line out of the middle."""
        self._do("DELETE FROM event WHERE case_id = :case AND seq = :seq")
        self._rehash(self.case)

    def tail(self) -> None:
        """All from a line on."""
        self._do("DELETE FROM event WHERE case_id = :case AND seq >= :seq")
        self._rehash(self.case)

    def swap(self) -> None:
        other = self.seq % self._signed[self.case] + 1
        self._do(
            """UPDATE event SET seq = CASE seq WHEN :seq THEN :other + 5000000 ELSE :seq + 5000000 END
               WHERE case_id = :case AND seq IN (:seq, :other)""",
            other=other,
        )
        self._do("UPDATE event SET seq = seq - 5000000 WHERE case_id = :case AND seq > 5000000")
        self._rehash(self.case)

    def moved(self) -> None:
        """To the end of another case."""
        other = self._chance.choice(sorted(set(self._signed) - {self.case}))
        place = "(SELECT max(seq) + 1 FROM event WHERE case_id = :other)"
        self._do(f"UPDATE event SET case_id = :other, seq = {place} WHERE case_id = :case AND seq = :seq", other=other)
        self._rehash(self.case)
        self._rehash(other)

    def whole_case(self) -> None:
        """A case without a trace."""
        self._do("DELETE FROM event WHERE case_id = :case")
        if self._chance.random() < 0.5:
            self._do("DELETE FROM cases WHERE id = :case")

    def invented(self) -> None:
        """A case that never was, of long ago: by its moments, by its transaction, or both."""
        old_moment, old_number = self._chance.choice(((True, False), (False, True), (True, True)))
        made = uuid4()
        number = "max(horizon) - 1" if old_number else "pg_current_xact_id()::text::bigint"
        self._clone(made, self._do(f"SELECT {number} FROM checkpoint GROUP BY ()").scalar_one())
        if old_moment:
            self._do("UPDATE event SET at = at - CAST(:long AS interval) WHERE case_id = :made", long=LONG, made=made)
        else:
            self._do("UPDATE event SET at = (SELECT now() + ahead FROM clock) WHERE case_id = :made", made=made)
        self._rehash(made)

    def _clone(self, made: UUID, xid: int) -> None:
        self._do(
            """INSERT INTO cases SELECT made.* FROM cases c, LATERAL jsonb_populate_record(c, jsonb_build_object(
                   'id', CAST(:made AS uuid), 'number', CAST(:made AS text), 'address', CAST(:made AS text))) AS made
               WHERE c.id = :case""",
            made=made,
        )
        self._do(_INSERT, case=made, model=self.case, xid=xid)
        self._do("UPDATE event SET content_id = NULL, canonical = (canonical::jsonb - 'commitment')::text"
                 " WHERE case_id = :made", made=made)  # fmt: skip

    def whitewashed(self) -> None:
        """A rewritten case that takes a line more, so that its new end is signed in good faith."""
        self._rehash(self.case, facts={"level": "L4"})
        self._do(
            """INSERT INTO event SELECT gen_random_uuid(), office_id, case_id, seq + 1, kind, at, actor, canonical,
               NULL, hash FROM event WHERE case_id = :case ORDER BY seq DESC LIMIT 1"""
        )
        self._do(
            """UPDATE event SET at = (SELECT now() + ahead FROM clock),
               canonical = (canonical::jsonb - 'commitment')::text
               WHERE case_id = :case AND seq = (SELECT max(seq) FROM event WHERE case_id = :case)"""
        )
        self._rehash(self.case)

    def row_edited(self) -> None:
        what = ("line_hash = repeat('0', 64)", "at = at - interval '1 hour'", "horizon = horizon + 1",
                "number = number + 100")  # fmt: skip
        number = self._number()
        self._do(f"UPDATE checkpoint SET {self._chance.choice(what)} WHERE number = :number", number=number)

    def row_deleted(self) -> None:
        """Any but the newest, which a crash may have kept from being written."""
        self._do("DELETE FROM checkpoint WHERE number = :number", number=self._number(but=1))

    def _number(self, but: int = 0) -> int:
        numbers = [row.number for row in self._do("SELECT number FROM checkpoint ORDER BY number")]
        return int(self._chance.choice(numbers[: len(numbers) - but]))

    def file_cut(self) -> None:
        """The file's end."""
        lines = self._file_lines()
        self._file.write_text("".join(lines[: self._chance.randrange(len(lines))]))

    def file_line_taken_out(self) -> None:
        lines = self._file_lines()
        del lines[self._chance.randrange(len(lines) - 1)]
        self._file.write_text("".join(lines))

    def file_edited(self) -> None:
        whole = bytearray(self._file.read_bytes())
        whole[self._chance.randrange(len(whole) - 1)] ^= 1
        self._file.write_bytes(whole)

    def _file_lines(self) -> list[str]:
        return self._file.read_text().splitlines(keepends=True)


_CONTENT = "(SELECT content_id FROM event WHERE case_id = :case AND seq = :seq)"
_NO_CONTENT = "UPDATE event SET content_id = NULL WHERE case_id = :case AND seq = :seq"
_CUT = {BreakKind.TRUNCATED, BreakKind.REWRITTEN, BreakKind.GONE}
# What is done, and what of this must be said of it: one at least.
WRONGS: tuple[tuple[Callable[[Forger], None], set[BreakKind]], ...] = (
    (Forger.text, {BreakKind.REWRITTEN}),
    (Forger.moment, {BreakKind.REWRITTEN}),
    (Forger.actor, {BreakKind.REWRITTEN}),
    (Forger.kind, {BreakKind.REWRITTEN}),
    (Forger.column, {BreakKind.COLUMN}),
    (Forger.words_bytes, {BreakKind.WORDS}),
    (Forger.words_of_another, {BreakKind.WORDS}),
    (Forger.words_pointed_elsewhere, {BreakKind.WORDS, BreakKind.REWRITTEN}),
    (Forger.words_taken_away, {BreakKind.WORDS}),
    (Forger.middle, _CUT),
    (Forger.tail, _CUT),
    (Forger.swap, {BreakKind.REWRITTEN}),
    (Forger.moved, _CUT),
    (Forger.whole_case, {BreakKind.GONE}),
    (Forger.invented, {BreakKind.BACKDATED}),
    (Forger.whitewashed, {BreakKind.REWRITTEN}),
    (Forger.row_edited, {BreakKind.ROW_CHANGED, BreakKind.ROW_UNKNOWN, BreakKind.ROW_MISSING}),
    (Forger.row_deleted, {BreakKind.ROW_MISSING}),
    (Forger.file_cut, {BreakKind.ROW_UNKNOWN}),
    (Forger.file_line_taken_out, {BreakKind.LINE_MISSING}),
    (Forger.file_edited, {BreakKind.LINE_FORGED, BreakKind.LINE_UNREADABLE}),
)
