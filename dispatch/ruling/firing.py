"""Which rows decide something at all, what would decide without them, and what only the default catches."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dispatch.policy.model import Outcome, Policy
from dispatch.reading.script import plain
from dispatch.ruling.space import Cell, Report


@dataclass(slots=True)
class Fired:
    """What all cells come to. `instead` has for each row what would be decided without it (None: only the default
    would be left); a row that is not there decides nothing. `alone` has the reports that only the default catches."""

    instead: dict[int, set[Outcome | None]] = field(default_factory=dict)
    alone: dict[str, Report] = field(default_factory=dict)


def fired(policy: Policy, cells: Iterable[Cell]) -> Fired:
    """Every row in every cell, once. A row with keywords decides a report that has one of its words and none that a row
    above looks for; one without them a report in which nothing was said."""
    words = [frozenset(map(plain, rule.when.keywords)) for rule in policy.rules]
    outcomes = [rule.outcome for rule in policy.rules]
    found = Fired()
    for cell in cells:
        rows = list(_bits(cell.rows))
        for place, row in enumerate(rows):
            above = frozenset[str]().union(*(words[each] for each in rows[:place]))
            if not words[row] or words[row] - above:
                below = _next(rows[place + 1 :], words, above)
                found.instead.setdefault(row, set()).update(outcomes[each] if each >= 0 else None for each in below)
            if not words[row]:
                break
        else:
            for code in cell.categories:
                found.alone.setdefault(code, cell.example)
    return found


def _next(rows: Sequence[int], words: Sequence[frozenset[str]], said: frozenset[str]) -> Iterator[int]:
    """The rows that may decide next, given that no word of `said` was; -1 for the default."""
    for row in rows:
        if not words[row]:
            yield row
            return
        if words[row] - said:
            yield row
    yield -1


def _bits(rows: int) -> Iterator[int]:
    """The numbers of the bits that are set, the lowest first."""
    while rows:
        low = rows & -rows
        yield low.bit_length() - 1
        rows ^= low
