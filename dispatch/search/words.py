"""What is asked for and where it is looked for: words, folded, and the pairs of characters that index them.

Chinese has no spaces and its commonest words have two characters, so every two neighbouring characters are an entry.
A pair is a whole number: two characters of the basic plane fill exactly the 32 bits of an entry.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

from dispatch.reading.script import plain

WORDS_MOST = 8
LENGTH_MOST = 60
_BASIC = 0x10000
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»「」『』《》', " "))
_UNDASHED = re.compile(r"(?<![0-9-])([0-9]{8}) ?([0-9]{6})(?![0-9-])")  # a case number as it is read out or copied


@dataclass(frozen=True, slots=True)
class Asked:
    """The words that a case must all have, folded; none where nothing was asked."""

    words: tuple[str, ...]

    @property
    def pairs(self) -> list[int]:
        """Their entries; none where every word is a single character, which no index finds."""
        return sorted({pair for word in self.words for pair in pairs(word)})

    @property
    def patterns(self) -> list[str]:
        """One for each word, for LIKE."""
        return [f"%{_escaped(word)}%" for word in self.words]

    def stands_in(self, text: str) -> bool:
        """Whether a text as `document` makes it has all words; what LIKE says of the patterns."""
        return all(word in text for word in self.words)


def asked(said: str) -> Asked:
    """What somebody typed, as words; more than can be meant is left out. Quotation marks only part words, and a case
    number is taken without its dash too."""
    folded = " ".join(plain(said[:LENGTH_MOST]).translate(_QUOTES).split())
    return Asked(tuple(dict.fromkeys(_UNDASHED.sub(r"\1-\2", folded).split()))[:WORDS_MOST])


def document(case: Any) -> str:
    """What of a case is searched: its number, its redacted words, its place, a line each. Of a confidential one the
    number alone."""
    if case.confidential:
        return plain(case.number)
    return "\n".join(filter(None, (plain(case.number), plain(case.summary), plain(_place(case)))))


def _place(case: Any) -> str:
    building = house(case.building) if case.building else ""
    return f"{case.estate or ''}{building}{f'{case.entrance}单元' if case.entrance else ''} {case.road or ''}"


def house(number: str) -> str:
    """A building as it is searched."""
    return f"{number}{'号楼' if number.isdigit() else '座'}"


def pairs(text: str) -> set[int]:
    """The entries of a text: its neighbouring characters, never across white space."""
    return {_entry(left, right) for left, right in pairwise(text) if not (left.isspace() or right.isspace())}


def _entry(left: str, right: str) -> int:
    if ord(left) < _BASIC and ord(right) < _BASIC:
        return signed(ord(left) << 16 | ord(right))
    return signed(crc32((left + right).encode()))  # two that share a number: told apart by the words themselves


def signed(number: int) -> int:
    """32 bits as PostgreSQL's integer has them."""
    return number - (1 << 32) if number >= 1 << 31 else number


def pieces(text: str, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """A text as it is shown, cut where one of the words begins or ends; whether each piece is of one."""
    folded = [plain(char) for char in text]
    starts = [0]
    for each in folded:
        starts.append(starts[-1] + len(each))
    spans = [span for word in words for span in _spans("".join(folded), word)]
    hit = [any(start < starts[n + 1] and starts[n] < end for start, end in spans) for n in range(len(text))]
    return list(_joined(text, hit))


def _spans(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + 1)


def _joined(text: str, hit: list[bool]) -> Iterator[tuple[str, bool]]:
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or hit[end] != hit[start]:
            yield text[start:end], hit[start]
            start = end


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
