"""What the proof of history speaks of: stored lines, what was signed of them, and what is wrong with them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cases.phrases import Message, msg

# What a line's words commit to when they were erased: their row in the vault is left empty.
ERASED = ""


class BreakKind(StrEnum):
    """What is wrong with a line of history, with the checkpoint file, or with the database's rows about it."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    COLUMN = "column"
    WORDS = "words"
    BACKDATED = "backdated"
    REWRITTEN = "rewritten"
    TRUNCATED = "truncated"
    GONE = "gone"
    OTHER_END = "other_end"
    LINE_UNREADABLE = "line_unreadable"
    LINE_FORGED = "line_forged"
    LINE_MISSING = "line_missing"
    LINE_MISCOUNTED = "line_miscounted"
    HEAD_WENT_BACK = "head_went_back"
    ROW_UNKNOWN = "row_unknown"
    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    COPY_DIFFERS = "copy_differs"


@dataclass(frozen=True, slots=True)
class Mark:
    """A checkpoint that could be read: its number in the file, its moment, the hash of its line."""

    number: int
    at: datetime
    xid: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place where history does not hold.

    `seq` is the line's number in its case, or in the checkpoint file or table where `case_id` is None; where several
    lines are meant, `first` is the first of them. `since` is the checkpoint that says otherwise, if one does; `name`
    is what people call the case.
    """

    kind: BreakKind
    case_id: UUID | None
    seq: int
    since: Mark | None = None
    first: int = 0
    name: str = ""

    @property
    def text(self) -> Message:
        """The break in words."""
        case, first = self.name or str(self.case_id or ""), self.first or self.seq
        span = str(self.seq) if first == self.seq else f"{first}–{self.seq}"
        what = msg(f"cases.chain.{self.kind.value}", case=case, seq=self.seq, first=first, span=span)
        if self.case_id is None:
            return what
        if self.since is None:
            return msg("cases.chain.unsigned", what=what)
        return msg("cases.chain.since", what=what, number=self.since.number, at=self.since.at)


def add_break(breaks: list[Break], found: Break) -> None:
    """One more of the checkpoint file or table; where it goes on from the last one, that one grows: where the file or
    its key is lost, one line says it."""
    last = breaks[-1] if breaks else None
    if last and (last.kind, last.case_id, last.seq + 1) == (found.kind, None, found.first or found.seq):
        breaks[-1] = replace(last, first=last.first or last.seq, seq=found.seq)
    else:
        breaks.append(found)


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands beside a line's text. `commitment` is reckoned from the words in the vault: None where the line has
    none, ERASED where they were erased; `at_home`: the line's office is its case's."""

    kind: str
    at: datetime
    actor: str
    xid: int
    commitment: str | None = None
    at_home: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a case's history as it is stored."""

    seq: int
    canonical: str
    hash: str
    columns: Columns | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What the database's own table says of a checkpoint."""

    number: int
    at: datetime
    horizon: int
    line_hash: str


@dataclass(slots=True)
class Counts:
    """What was looked at. `younger`: lines that no checkpoint has signed yet; `late`: signed long after they happened;
    `erased`: lines whose words are gone from the vault."""

    cases: int = 0
    lines: int = 0
    signed: int = 0
    younger: int = 0
    late: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Seal:
    """What a checkpoint says of a case: its last line then. `place` is the checkpoint's place in `Signed.marks`."""

    seq: int
    place: int
    hash: str
