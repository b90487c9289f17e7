"""Signs made alike for matching, while the words behind them stay as they were written."""

import re
from dataclasses import dataclass
from functools import lru_cache

from cases.report import clean, fold

CASE = r"[0-9]{8}\s*-?\s*[0-9]{6,9}"
_DASHES = re.compile(r"[‐-―−﹘﹣－~]")
_ENDING = " \t\n.。!！,，;；…~'\"“”‘’「」『』【】[]()"


def plain(text: str) -> str:
    """The text for matching as a whole: folded, with one kind of dash, without marks around it."""
    folded = _DASHES.sub("-", " ".join(fold(text).split()))
    return folded.strip(_ENDING) or folded


def case_number(said: str) -> str:
    """A whole case number as we write it: "20261124-000123" for 20261124000123."""
    digits = "".join(char for char in said if char in "0123456789")
    return f"{digits[:8]}-{digits[8:]}"


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text twice: folded sign by sign for matching, and as it was written. `at` leads from the first to the
    second."""

    folded: str
    written: str
    at: tuple[int, ...]

    def rest(self, position: int) -> str:
        """What was written from a position of the folded text on."""
        return self.written[self.at[position] :].strip() if position < len(self.at) else ""


@lru_cache(16)  # each kind of command looks at the same text
def aligned(text: str) -> Aligned:
    """The text for matching its beginning, so that what follows can be kept in the very words."""
    written = clean(text)
    folded: list[str] = []
    at: list[int] = []
    for position, char in enumerate(written):
        for sign in _folded(char):
            folded.append(sign)
            at.append(position)
    return Aligned("".join(folded), written, tuple(at))


@lru_cache(4096)
def _folded(char: str) -> str:
    return " " if char.isspace() else _DASHES.sub("-", fold(char))
