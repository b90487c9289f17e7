"""All that the checkpoint file signs, and whether the file and the database's table of checkpoints are whole."""

import struct
from collections.abc import Iterable, Sequence
from uuid import UUID

from cases.seal.breaks import Break, BreakKind, Mark, Row, Seal, add_break
from cases.seal.witness import NO_LINE, Checkpoint, Ends, VerifySignature, line_hash, read_checkpoint

_SEAL = struct.Struct(">II32s")  # number in the case, place of the checkpoint, hash


class Signed:
    """What a checkpoint file says, taken in line by line; `breaks` has what is wrong with the file itself. It needs
    some 600 bytes a case and a checkpoint, however long the histories are."""

    def __init__(self, verify_signature: VerifySignature) -> None:
        self._verify = verify_signature
        self._count = 0
        self._prev = NO_LINE
        self._ends = Ends()
        self._seals: dict[bytes, bytes] = {}
        self.marks: list[Mark] = []
        self.breaks: list[Break] = []

    def read(self, line: str) -> None:
        """The next line of the file."""
        self._count += 1
        before, self._prev = self._prev, line_hash(line)
        try:
            checkpoint = read_checkpoint(line, self._verify)
        except ValueError:
            self._broken(BreakKind.LINE_UNREADABLE)
            return
        if checkpoint is None:
            self._broken(BreakKind.LINE_FORGED)
            return
        if checkpoint.number != self._count or checkpoint.prev != before:
            self._broken(BreakKind.LINE_MISSING)
        self._take(checkpoint)

    def _take(self, checkpoint: Checkpoint) -> None:
        mark = Mark(checkpoint.number, checkpoint.at, checkpoint.xid, self._prev)
        self.marks.append(mark)
        for head in checkpoint.heads:
            kept = self._seals.get(head.case_id.bytes, b"")
            if kept and _SEAL.unpack(kept[-_SEAL.size :])[0] > head.seq:
                self.breaks.append(Break(BreakKind.HEAD_WENT_BACK, head.case_id, head.seq, mark))
                continue
            seal = _SEAL.pack(head.seq, len(self.marks) - 1, bytes.fromhex(head.hash))
            self._seals[head.case_id.bytes] = kept + seal
        totals = self._ends.take(checkpoint.heads)
        # Where lines are lost the sums cannot fit any more, and it is said already.
        if checkpoint.totals not in (None, totals) and not self.breaks:
            self._broken(BreakKind.LINE_MISCOUNTED)

    def _broken(self, kind: BreakKind) -> None:
        add_break(self.breaks, Break(kind, None, self._count))

    def pop(self, case_id: UUID) -> list[Seal]:
        """What is signed of a case, in order; it is asked for once."""
        kept = self._seals.pop(case_id.bytes, b"")
        return [Seal(seq, place, hash_.hex()) for seq, place, hash_ in _SEAL.iter_unpack(kept)]

    def left(self) -> list[tuple[UUID, list[Seal]]]:
        """The signed cases that nobody asked for."""
        return [(case_id, self.pop(case_id)) for case_id in [UUID(bytes=key) for key in self._seals]]


def table_breaks(marks: Sequence[Mark], rows: Iterable[Row]) -> list[Break]:
    """Where the database's table of checkpoints, in the order of its numbers, differs from the file.

    The last line's row alone may be missing: a crash between file and commit leaves it so, and the next checkpoint
    makes up for it. So may those of lines from the version before this one.
    """
    known = {mark.hash: mark for mark in marks}
    breaks: list[Break] = []
    number, seen = 0, set()
    for row in rows:
        if row.number != number + 1:
            add_break(breaks, Break(BreakKind.ROW_MISSING, None, row.number - 1, first=number + 1))
        number = row.number
        seen.add(row.line_hash)
        mark = known.get(row.line_hash)
        if mark is None:
            add_break(breaks, Break(BreakKind.ROW_UNKNOWN, None, number))
        elif row.at != mark.at or mark.xid not in (None, row.horizon):
            add_break(breaks, Break(BreakKind.ROW_CHANGED, None, number))
    for mark in marks[:-1]:
        if mark.xid is not None and mark.hash not in seen:
            add_break(breaks, Break(BreakKind.ROW_MISSING, None, mark.number))
    return breaks


def copy_breaks(marks: Sequence[Mark], copy: Iterable[str]) -> list[Break]:
    """The lines of a copy kept elsewhere, whole or in part, that are not in the file."""
    known = {mark.hash for mark in marks}
    breaks: list[Break] = []
    for at, line in enumerate(copy, 1):
        if line_hash(line) not in known:
            add_break(breaks, Break(BreakKind.COPY_DIFFERS, None, at))
    return breaks
