"""Checkpoints: at least every minute the ends of the histories that grew are signed with a key that the
database does not know, and appended to a file outside it (INV-CHAIN)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.proof import keys
from app.wiring import House
from cases.models import checkpoint, event
from cases.seal import chain
from cases.seal.chain import Checkpoint, Head, Line
from dispatch.people import roster


class Checkpoints:
    """Writes and reads the checkpoint file of a data folder."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._signer = keys.signer(house.folder)

    @property
    def file(self) -> Path:
        return self._house.folder.root / "checkpoints.jsonl"

    def lines(self) -> list[str]:
        """The lines of the file; a last one that a crash tore off is not one."""
        if not self.file.exists():
            return []
        whole, _, _torn = self.file.read_text().rpartition("\n")
        return whole.splitlines()

    def write(self) -> bool:
        """A checkpoint over what was committed since the last one; whether there was anything.

        The file comes before the commit: a row without a line would claim what nobody can check. A transaction
        that is still open is left to the next checkpoint, whenever its rows were made. One process writes at a
        time, from its look at the record to the end of its line: one that stood still meanwhile must not append
        what others have long gone beyond.
        """
        with self._alone() as alone:
            return alone and self._write()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether nobody else of this folder is writing."""
        handle = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(handle)

    def _write(self) -> bool:
        with self._house.door.found() as conn:
            last = conn.execute(sa.select(checkpoint).order_by(checkpoint.c.number.desc()).limit(1)).one_or_none()
            horizon = conn.execute(sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")).scalar_one()
            # A horizon beyond this server's transactions comes from another one: a restored database starts anew.
            since = last.horizon if last and last.horizon <= horizon else 0
            heads = _grown(conn, since, horizon)
            if not heads:
                return False
            lines = self.lines()
            prev = chain.line_hash(lines[-1]) if lines else chain.NO_LINE
            now = roster.moment(conn)
            line = chain.checkpoint_line(Checkpoint(len(lines) + 1, prev, now, now, heads), self._signer.sign)
            number = (last.number if last else 0) + 1
            conn.execute(  # first said to the database: where we were stopped and it is gone, no line is written
                sa.insert(checkpoint).values(number=number, at=now, horizon=horizon, line_hash=chain.line_hash(line))
            )
            self._append(line)
        return True

    def _append(self, line: str) -> None:
        """Durably: after this returns the line survives a power cut. A line that a crash tore off is cut away."""
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            whole = self.file.read_bytes().rfind(b"\n") + 1
            os.ftruncate(handle, whole)
            os.pwrite(handle, line.encode() + b"\n", whole)
            os.fsync(handle)
        finally:
            os.close(handle)

    def breaks(self, conn: sa.Connection) -> list[chain.Break]:
        """Every place where history does not hold."""
        return chain.verify(self.lines(), _histories(conn), self._signer.knows) + self._cut_off(conn) + _copies(conn)

    def _cut_off(self, conn: sa.Connection) -> list[chain.Break]:
        """The newest checkpoint that the database knows of must be in the file: its end was not cut off."""
        last = conn.execute(sa.select(checkpoint.c.line_hash).order_by(checkpoint.c.number.desc()).limit(1)).scalar()
        lines = self.lines()
        if last is None or last in {chain.line_hash(line) for line in lines}:
            return []
        return [chain.Break(chain.BreakKind.LINE_MISSING, None, len(lines) + 1)]


def _grown(conn: sa.Connection, since: int, horizon: int) -> tuple[Head, ...]:
    """The last line of each case that grew in transactions from `since` up to, not including, `horizon`."""
    rows = conn.execute(
        sa.select(event.c.case_id, event.c.seq, event.c.hash)
        .where(event.c.xid >= since, event.c.xid < horizon)
        .ext(distinct_on(event.c.case_id))
        .order_by(event.c.case_id, event.c.seq.desc())
    )
    return tuple(Head(row.case_id, row.seq, row.hash) for row in rows)


def _histories(conn: sa.Connection) -> Iterator[tuple[UUID, list[Line]]]:
    rows = conn.execution_options(yield_per=1000).execute(
        sa.select(event.c.case_id, event.c.seq, event.c.canonical, event.c.hash).order_by(event.c.case_id, event.c.seq)
    )
    case_id: UUID | None = None
    history: list[Line] = []
    for row in rows:
        if row.case_id != case_id:
            if case_id is not None:
                yield case_id, history
            case_id, history = row.case_id, []
        history.append(Line(row.seq, row.canonical, row.hash))
    if case_id is not None:
        yield case_id, history


def _copies(conn: sa.Connection) -> list[chain.Break]:
    """Lines whose columns say something else than the text that the chain covers."""
    rows = conn.execute(
        sa.text(
            """SELECT case_id, seq FROM event WHERE canonical::jsonb ->> 'kind' <> kind
               OR canonical::jsonb ->> 'actor' <> actor OR (canonical::jsonb ->> 'seq')::int <> seq
               OR (canonical::jsonb ->> 'case')::uuid <> case_id
               OR (canonical::jsonb ->> 'at')::timestamptz <> at"""
        )
    )
    return [chain.Break(chain.BreakKind.CHANGED, row.case_id, row.seq) for row in rows]
