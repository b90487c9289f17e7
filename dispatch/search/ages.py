"""Entries of the index that are no words: how old a case is, and which unit has it.

A word that stands in half of all texts has half a million places in the index, and the newest twenty are wanted. So
each case also has an entry for its stretch of time, in lengths that grow sixteenfold: the newest stretch is asked
first, together with the word, and a longer one only where it has too few. An entry for the unit does the same for
whoever sees a few units only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

from dispatch.search.words import signed

# Powers of two of milliseconds: 19 hours, 12 days, 199 days. After them comes everything.
_LENGTHS = (26, 30, 34)
_MOMENT = 80  # an id begins with its milliseconds (cases.ids); so many bits follow


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that reaches back from a case: one of its entries is on every case in it. Nothing within the
    office that is younger than `start` lies outside."""

    entries: tuple[int, ...]
    start: UUID


def entries_of(office: UUID, case: UUID, unit: UUID) -> set[int]:
    """The entries of a case."""
    moment = case.int >> _MOMENT
    return {unit_entry(unit), _entry(office, 0, 0), *(_entry(office, each, moment >> each) for each in _LENGTHS)}


def unit_entry(unit: UUID) -> int:
    """The entry of the cases that a unit has."""
    return signed(crc32(unit.bytes))


def windows(office: UUID, newest: UUID) -> Iterator[Window]:
    """From the shortest to everything; each reaches back over the stretch of `newest` and the one before it."""
    moment = newest.int >> _MOMENT
    for length in _LENGTHS:
        stretch = moment >> length
        if stretch:
            both = (_entry(office, length, stretch), _entry(office, length, stretch - 1))
            yield Window(both, UUID(int=(stretch - 1) << length + _MOMENT))
    yield Window((_entry(office, 0, 0),), UUID(int=0))


def _entry(office: UUID, length: int, stretch: int) -> int:
    return signed(crc32(office.bytes + length.to_bytes(1) + stretch.to_bytes(8)))


def all_entries(words: set[int], others: set[int]) -> Sequence[int]:
    """What a row of the index has, in order."""
    return sorted(words | others)
