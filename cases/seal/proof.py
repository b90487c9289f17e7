"""The proof of history: each case's lines against each other, their columns, their words and what was signed."""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from cases.seal.breaks import ERASED, Break, BreakKind, Columns, Counts, Line, Mark, Seal
from cases.seal.chain import genesis, link, spelled
from cases.seal.signed import Signed

# A line may say that it is so much older than a checkpoint that has not got it: its transaction was still open. The
# server ends one that rests for 30 s and a statement that takes 20 s (app.wiring).
SLOWEST = timedelta(minutes=10)
# Checkpoints are a minute apart at most: what was signed later than this waited for a reason.
LATE = timedelta(minutes=5)


class Judge:
    """Holds histories against what was signed. `horizon`: of the transactions before it none is open any more on the
    server where they stand."""

    def __init__(self, signed: Signed, horizon: int) -> None:
        self.counts = Counts()
        self.marks: Sequence[Mark] = signed.marks
        self._signed = signed
        # A number beyond this server's own comes from another one, before a restore, and says nothing here.
        xid = self.marks[-1].xid if self.marks else None
        self._xid = xid if xid is not None and xid <= horizon else 0
        # Where the file has lost lines, what they signed looks as if nobody had.
        self._is_whole = not signed.breaks

    def hear(self, case_id: UUID, lines: Iterable[Line], name: str = "") -> list[Break]:
        """What is wrong with a case's history, its lines in the order of `seq`."""
        self.counts.cases += 1
        return _Hearing(self, case_id, self._signed.pop(case_id), name).hear(lines)

    def absent(self) -> list[Break]:
        """The cases that were signed and of which no line is left, once all others have been heard."""
        return [
            Break(BreakKind.GONE, case_id, seals[-1].seq, self.marks[seals[0].place])
            for case_id, seals in self._signed.left()
        ]

    def is_backdated(self, columns: Columns, seal: Seal | None) -> Mark | None:
        """The checkpoint that would have this line if it were as old as it says."""
        place = len(self.marks) if seal is None else seal.place
        if place == 0 or not self._is_whole:
            return None
        before = self.marks[place - 1]
        # Where the server's clock was put back between two checkpoints the earlier moment counts.
        at = before.at if seal is None else min(before.at, self.marks[place].at)
        is_old = columns.at < at - SLOWEST or (seal is None and columns.xid < self._xid)
        return before if is_old else None


class _Hearing:
    """One case before the judge."""

    def __init__(self, judge: Judge, case_id: UUID, seals: list[Seal], name: str) -> None:
        self._judge = judge
        self._case_id = case_id
        self._name = name
        self._seals = seals
        self._next = 0  # the first seal that is not behind the line heard
        self._agreed = 0  # the last line that is as it was signed
        self._breaks: list[Break] = []
        self._kinds: set[BreakKind] = set()

    def hear(self, lines: Iterable[Line]) -> list[Break]:
        prev, seq = genesis(self._case_id), 0
        for line in lines:
            seal = self._seal(line.seq)
            self._count(line, seal)
            kind = _out_of_chain(line, prev, seq) or _beside(self._case_id, line)
            if kind is not None:
                first = seq + 1 if kind is BreakKind.MISSING else 0
                self._say(kind, line.seq, self._mark(seal), first)
            self._hold(line, seal)
            prev, seq = line.hash, line.seq
        lost = [seal for seal in self._seals if seal.seq > seq]
        if lost:
            self._say(BreakKind.TRUNCATED, lost[-1].seq, self._mark(lost[0]), seq + 1)
        return self._breaks

    def _seal(self, seq: int) -> Seal | None:
        """The first seal that covers a line."""
        while self._next < len(self._seals) and self._seals[self._next].seq < seq:
            self._next += 1
        return self._seals[self._next] if self._next < len(self._seals) else None

    def _hold(self, line: Line, seal: Seal | None) -> None:
        """A line against what was signed. Of a case it is said once, where it begins."""
        if seal is not None and seal.seq == line.seq:
            if any(each.hash != line.hash for each in self._seals[self._next :] if each.seq == line.seq):
                self._once(BreakKind.REWRITTEN, line.seq, self._mark(seal), self._agreed + 1)
            else:
                self._agreed = line.seq
        before = self._judge.is_backdated(line.columns, seal) if line.columns else None
        if before is not None:
            self._once(BreakKind.BACKDATED, line.seq, before)

    def _count(self, line: Line, seal: Seal | None) -> None:
        counts, columns = self._judge.counts, line.columns
        counts.lines += 1
        if seal is None:
            counts.younger += 1
        else:
            counts.signed += 1
        if columns is not None:
            counts.erased += columns.commitment == ERASED
            counts.late += seal is not None and self._judge.marks[seal.place].at - columns.at > LATE

    def _mark(self, seal: Seal | None) -> Mark | None:
        return self._judge.marks[seal.place] if seal is not None else None

    def _once(self, kind: BreakKind, seq: int, since: Mark | None, first: int = 0) -> None:
        if kind not in self._kinds:
            self._say(kind, seq, since, first)

    def _say(self, kind: BreakKind, seq: int, since: Mark | None, first: int) -> None:
        self._kinds.add(kind)
        self._breaks.append(Break(kind, self._case_id, seq, since, first, self._name))


def _out_of_chain(line: Line, prev: str, seq: int) -> BreakKind | None:
    if line.seq <= seq:
        return BreakKind.MOVED
    if line.seq > seq + 1:
        return BreakKind.MISSING
    return None if line.hash == link(prev, line.canonical) else BreakKind.CHANGED


def _beside(case_id: UUID, line: Line) -> BreakKind | None:
    """What stands beside the text against the text."""
    columns = line.columns
    if columns is None:
        return None
    try:
        body = json.loads(line.canonical)
        said = [body[key] for key in ("kind", "actor", "seq", "case", "at")]
    except (ValueError, KeyError, TypeError, RecursionError):
        return BreakKind.COLUMN
    if said != [columns.kind, columns.actor, line.seq, str(case_id), spelled(columns.at)] or not columns.at_home:
        return BreakKind.COLUMN
    kept = body.get("commitment")
    if columns.commitment == ERASED and kept is not None:
        return None
    return None if kept == columns.commitment else BreakKind.WORDS
