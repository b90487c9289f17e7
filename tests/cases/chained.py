"""A made-up office's histories and checkpoint file, all in memory, and what may be done to them."""

import hashlib
import hmac
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cases.seal.breaks import Break, BreakKind, Columns, Line, Row
from cases.seal.chain import canonical, genesis, link
from cases.seal.proof import Judge
from cases.seal.signed import Signed, table_breaks
from cases.seal.witness import NO_LINE, Checkpoint, Ends, Head, checkpoint_line, line_hash

KEY = b"k" * 32
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
History = dict[UUID, list[Line]]


def sign(data: bytes) -> str:
    return hmac.new(KEY, data, hashlib.sha256).hexdigest()


def holds(data: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(data), signature)


class Office:
    """A history and its checkpoint file, a minute and a transaction further at each step."""

    def __init__(self) -> None:
        self.history: History = {}
        self.file: list[str] = []
        self.rows: list[Row] = []
        self.covered: dict[UUID, int] = {}
        self._ends = Ends()
        self._steps = 0

    @property
    def now(self) -> datetime:
        return NOW + self._steps * MINUTE

    def grow(self, case_id: UUID, count: int, **columns: Any) -> None:
        lines = self.history.setdefault(case_id, [])
        for _ in range(count):
            seq = len(lines) + 1
            beside = Columns(**{"kind": "urged", "at": self.now, "actor": "w1", "xid": self._steps, **columns})
            said = {"case": case_id, "seq": seq, "kind": "urged", "actor": "w1", "at": beside.at, "facts": {"n": seq}}
            text = canonical(said | ({"commitment": "c" * 64} if beside.commitment else {}))
            before = lines[-1].hash if lines else genesis(case_id)
            lines.append(Line(seq, text, link(before, text), beside))

    def sign(self) -> None:
        """One more line, over the cases that grew."""
        self._steps += 1
        grown = [case for case, lines in self.history.items() if len(lines) > self.covered.get(case, 0)]
        heads = tuple(Head(case, len(self.history[case]), self.history[case][-1].hash) for case in grown)
        prev = line_hash(self.file[-1]) if self.file else NO_LINE
        number = len(self.file) + 1
        made = Checkpoint(number, prev, self.now, heads, self._ends.take(heads), self._steps)
        self.file.append(checkpoint_line(made, sign))
        self.rows.append(Row(number, self.now, self._steps, line_hash(self.file[-1])))
        self.covered.update((case, len(self.history[case])) for case in grown)

    def judge(self, horizon: int = 1000) -> Judge:
        return Judge(self.signed(), horizon)

    def signed(self) -> Signed:
        signed = Signed(holds)
        for line in self.file:
            signed.read(line)
        return signed

    def breaks(self) -> list[Break]:
        signed = self.signed()
        judge = Judge(signed, 1000)
        heard = [each for case, lines in self.history.items() for each in judge.hear(case, lines)]
        return signed.breaks + table_breaks(signed.marks, self.rows) + heard + judge.absent()

    def kinds(self) -> list[tuple[BreakKind, UUID | None, int]]:
        return [(one.kind, one.case_id, one.seq) for one in self.breaks()]


def random_office(chance: random.Random) -> Office:
    """Cases that grew between checkpoints, some of them on beyond the last one."""
    office = Office()
    for _ in range(chance.randint(2, 5)):
        for _ in range(chance.randint(1, 4)):
            office.grow(UUID(int=chance.randint(1, 6)), chance.randint(1, 4))
        office.sign()
    for case in list(office.history):
        office.grow(case, chance.choice((0, 0, 1, 3)))
    if chance.random() < 0.5:
        office.grow(UUID(int=9), 2)
    return office


def rehash(case: UUID, lines: Sequence[Line]) -> list[Line]:
    """What someone does who can write the table and has not the key: every hash anew, numbers in order."""
    made: list[Line] = []
    for seq, line in enumerate(lines, 1):
        text = canonical(json.loads(line.canonical) | {"seq": seq, "case": str(case)})
        made.append(Line(seq, text, link(made[-1].hash if made else genesis(case), text), line.columns))
    return made


def changed(line: Line) -> Line:
    return replace(line, canonical=line.canonical.replace("w1", "w2"))


def tamper(chance: random.Random, office: Office) -> str:
    """One wrong done to a line older than the last checkpoint; what it was."""
    history, file = office.history, office.file
    case = chance.choice(sorted(office.covered))
    lines = history[case]
    at = chance.randrange(office.covered[case])
    what = chance.choice(("edit", "delete", "swap", "cut", "gone", "graft", "insert", "file edit", "file delete"))
    if what == "edit":
        lines[at] = changed(lines[at])
    elif what == "delete":
        del lines[at]
    elif what == "swap":
        other = (at + chance.randint(1, len(lines) - 1)) % len(lines) if len(lines) > 1 else at
        lines[at], lines[other] = lines[other], lines[at]
        if other == at:
            del lines[at]
    elif what == "cut":
        del lines[at:]
    elif what == "gone":
        del history[case]
        return what
    elif what == "graft":
        history[UUID(int=99)] = rehash(UUID(int=99), history.pop(case))
        return what
    elif what == "insert":
        lines.insert(at, changed(lines[at]))
    elif what == "file edit":
        line = chance.randrange(len(file))
        file[line] = file[line].replace("0", "1", 1)
        return what
    else:
        del file[chance.randrange(len(file)) :]
        return what
    if chance.random() < 0.5:
        history[case] = rehash(case, lines)
        return f"{what}, hashed anew"
    return what


def small() -> Office:
    """Case ONE has five signed lines in two checkpoints and a younger one, case TWO two signed ones."""
    office = Office()
    office.grow(ONE, 3)
    office.grow(TWO, 2)
    office.sign()
    office.grow(ONE, 2)
    office.sign()
    office.grow(ONE, 1)
    return office
