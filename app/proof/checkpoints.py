"""Checkpoints: at least every minute the ends of the histories that grew are signed with a key that the
database does not know, and appended to a file outside it (INV-CHAIN)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.proof import keys
from app.wiring import House
from cases.models import checkpoint, event
from cases.seal import witness
from cases.seal.breaks import Row
from cases.seal.signed import Signed
from cases.seal.witness import Checkpoint, Ends, Head
from dispatch.people import roster

_BLOCK = 1 << 16  # bytes
_HORIZON = sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the file says up to its end: the number and hash of its last line, what that says, and all ends. `stamp`
    tells whether the file is still as it was read."""

    stamp: tuple[int, int]
    number: int
    hash: str
    last: Checkpoint | None
    ends: Ends


@dataclass(frozen=True, slots=True)
class Still:
    """File and table of checkpoints as they fit each other at one moment; `horizon` as the server has it then."""

    size: int
    rows: tuple[Row, ...]
    horizon: int


class Checkpoints:
    """Writes and reads the checkpoint file of a data folder."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._signer = keys.signer(house.folder)
        self._known: _Known | None = None

    @property
    def file(self) -> Path:
        return self._house.folder.root / "checkpoints.jsonl"

    def lines(self, size: int | None = None) -> Iterator[str]:
        """The lines of the file, of its first `size` bytes where they are given; a last one that a crash tore off is
        not one."""
        if not self.file.exists():
            return
        with self.file.open("rb") as file:
            while (line := file.readline()).endswith(b"\n") and (size is None or file.tell() <= size):
                yield line[:-1].decode(errors="surrogateescape")

    def write(self) -> bool:
        """A checkpoint over what was committed since the last one; whether there was anything.

        The file comes before the commit: a row without a line would claim what nobody can check. A transaction
        that is still open is left to the next checkpoint, whenever its rows were made. One process writes at a
        time, from its look at the record to the end of its line: one that stood still meanwhile must not append
        what others have long gone beyond.
        """
        with self._alone(fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
            return alone and self._write()

    @contextmanager
    def _alone(self, how: int) -> Iterator[bool]:
        """Whether nobody else of this folder is writing."""
        handle = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, how)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(handle)

    def _write(self) -> bool:
        known = self._read()
        with self._house.door.found() as conn:  # on its own: the end of what comes next must not take it along
            self._make_up(conn, known)
        with self._house.door.found() as conn:
            horizon = conn.execute(_HORIZON).scalar_one()
            heads = known.ends.beyond(_grown(conn, known.last.xid if known.last else None, horizon))
            if not heads:
                return False
            now = roster.moment(conn)
            self._known = None  # read again, should anything fail from here on
            totals = known.ends.take(heads)
            made = Checkpoint(known.number + 1, known.hash, now, heads, totals, horizon)
            line = witness.checkpoint_line(made, self._signer.sign)
            _put_row(
                conn, made, witness.line_hash(line)
            )  # before the line: where the database is gone, none is written
            stamp = self._append(line)
        self._known = _Known(stamp, made.number, witness.line_hash(line), made, known.ends)
        return True

    def _read(self) -> _Known:
        """What the file says, from memory where nobody else has written since. Whether its signatures hold is for
        those to see who check."""
        stamp = _stamp(self.file)
        if self._known is not None and self._known.stamp == stamp:
            return self._known
        ends, number, hash_ = Ends(), 0, witness.NO_LINE
        last: Checkpoint | None = None
        for line in self.lines():
            number += 1
            hash_ = witness.line_hash(line)
            try:
                last = witness.read_checkpoint(line, lambda _body, _signature: True)
            except ValueError:
                last = None
            ends.take(last.heads if last else ())
        self._known = _Known(stamp, number, hash_, last, ends)
        return self._known

    def _make_up(self, conn: sa.Connection, known: _Known) -> None:
        """A crash came between the last line and its commit: the row that is missing."""
        if known.last is None or known.last.xid is None:
            return
        newest = sa.select(checkpoint.c.line_hash).order_by(checkpoint.c.number.desc()).limit(1)
        if conn.execute(newest).scalar() == known.hash:
            return
        if not conn.execute(sa.select(sa.exists().where(checkpoint.c.line_hash == known.hash))).scalar():
            _put_row(conn, known.last, known.hash)

    def _append(self, line: str) -> tuple[int, int]:
        """Durably: after this returns the line survives a power cut. A line that a crash tore off is cut away."""
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            whole = _whole_bytes(handle)
            os.ftruncate(handle, whole)
            os.pwrite(handle, line.encode() + b"\n", whole)
            os.fsync(handle)
        finally:
            os.close(handle)
        return _stamp(self.file)

    def still(self, conn: sa.Connection) -> Still:
        """File and table as no checkpoint is under way."""
        with self._alone(fcntl.LOCK_SH):
            size = _stamp(self.file)[1]
            rows = conn.execute(sa.select(checkpoint).order_by(checkpoint.c.number))
            kept = tuple(Row(row.number, row.at, row.horizon, row.line_hash) for row in rows)
            return Still(size, kept, conn.execute(_HORIZON).scalar_one())

    def signed(self, size: int) -> Signed:
        """What the first `size` bytes of the file sign."""
        signed = Signed(self._signer.knows)
        for line in self.lines(size):
            signed.read(line)
        return signed


def _grown(conn: sa.Connection, since: int | None, horizon: int) -> tuple[Head, ...]:
    """The last line of each case that grew in transactions from `since` up to, not including, `horizon`.

    Of every case where nobody knows since when (a file of an older version), or since a transaction that this server
    has not come to yet: after a restore rows bear the numbers of another one.
    """
    query = sa.select(event.c.case_id, event.c.seq, event.c.hash).ext(distinct_on(event.c.case_id))
    if since is not None and since <= horizon:
        query = query.where(event.c.xid >= since, event.c.xid < horizon)
    rows = conn.execute(query.order_by(event.c.case_id, event.c.seq.desc()))
    return tuple(Head(row.case_id, row.seq, row.hash) for row in rows)


def _put_row(conn: sa.Connection, made: Checkpoint, line_hash: str) -> None:
    """The database's own word on a checkpoint, by which a file that was cut off is seen."""
    number = sa.select(sa.func.coalesce(sa.func.max(checkpoint.c.number), 0) + 1).scalar_subquery()
    row = {"number": number, "at": made.at, "horizon": made.xid, "line_hash": line_hash}
    conn.execute(sa.insert(checkpoint).values(row))


def _whole_bytes(handle: int) -> int:
    """How many bytes of an open file end with a line end, looked for from its end."""
    at = os.fstat(handle).st_size
    while at > 0:
        begin = max(0, at - _BLOCK)
        found = os.pread(handle, at - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        at = begin
    return 0


def _stamp(file: Path) -> tuple[int, int]:
    """What is another where the file was put in another's place, or grew, or was cut."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return (0, 0)
    return found.st_ino, found.st_size
