"""The fields that a deed asks for."""

from dataclasses import dataclass
from enum import StrEnum

WORDS_MOST = 600  # characters that somebody may write in one go
# The deeds by name, in the order of `dispatch.acts.table.ACTIONS`: for whoever must name them without doing them.
DEEDS = (
    "sign", "call", "arrive", "find", "tell", "submit", "news", "safe", "return", "uphold", "reject", "object",
    "adjudicate", "reroute", "assign", "correct", "suggest", "confirm", "dismiss",
    "call-back", "propose", "approve", "refuse", "redo", "reopen", "supplement",
    "urge",
    "hold", "resume", "extend", "waive", "except", "grant", "deny",
    "pass", "send-back", "answer", "decline", "hand-over", "confirm-handover", "withdraw", "merge", "unmerge",
    "supervise", "regrade", "account", "release", "exclude", "include",
    "co-handle", "co-answer", "co-accept", "co-return", "co-release",
    "whistle", "come", "rate",
    "answer-urge", "flag", "unflag", "link", "unlink", "confide", "disclose",
    "join", "apart", "announce", "all-clear", "refer",
)  # fmt: skip


class Kind(StrEnum):
    """What is written into a field: some sentences, a line, one of `options`, a unit's or a person's code, the
    codes of several units (parted by commas), the code of a unit that co-handles the case or is summoned to it, a
    service point or neighbouring line that suits the case, the code of
    a category, further matters of which each has a line."""

    WORDS = "words"
    LINE = "line"
    CHOICE = "choice"
    UNIT = "unit"
    PERSON = "person"
    CO = "co"
    UNITS = "units"
    CALLED = "called"
    REFERRED = "referred"
    CATEGORY = "category"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a deed. `options` are codes, their words stand in the catalogue under `family`."""

    name: str
    kind: Kind = Kind.WORDS
    needed: bool = True
    options: tuple[str, ...] = ()
    family: str = ""
