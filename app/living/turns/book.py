"""The turns of the sample, from its book: app/sample/turns.toml tells its form."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from app.living.case.sight import Sight
from cases.phrases import EN, ZH

_BOOK = Path(__file__).parents[2] / "sample" / "turns.toml"
IN_HAND = ("dispatched", "in_progress", "rework")


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a move is made: its words by language, and fields of its own."""

    words: Mapping[str, str]
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody does: `who` and `deed` in the book's words; `at` where the case stands then; `wait` from how many
    minutes to how many; `waits` at which of its steps the holder does nothing until it has happened; `field` has the
    words."""

    who: str
    deed: str
    at: frozenset[str]
    wait: tuple[int, int]
    waits: frozenset[str]
    said: Mapping[str, str]
    ways: tuple[Way, ...]
    field: str

    def fits(self, seen: Sight) -> bool:
        """Whether it can happen as a case stands."""
        return (seen.step if seen.state in IN_HAND else seen.state) in self.at

    def is_awaited(self, seen: Sight) -> bool:
        """Whether the holder of a case waits for it, or the desk with a return."""
        return (seen.step if seen.state in IN_HAND else seen.state) in self.waits


@dataclass(frozen=True, slots=True)
class Turn:
    """What else happens to a case. `often`: to how many of a deck's cases; empty sets leave it open."""

    name: str
    often: int
    levels: frozenset[str]
    kinds: frozenset[str]
    categories: frozenset[str]
    resident: bool
    moves: tuple[Move, ...]

    def fits(self, seen: Sight, *, writes: bool) -> bool:
        """Whether a case may take it; `writes`: a resident who takes texts reported it."""
        fields = ((self.levels, seen.level), (self.kinds, seen.kind), (self.categories, seen.category))
        comes = {seen.step, *seen.owing, "submit", "closed"}
        comes |= {"to_call_back"} if "call_back" in seen.owing else set()
        next_door = any(move.who == "neighbour" for move in self.moves)
        return (
            all(not wanted or given in wanted for wanted, given in fields)
            and (writes or not self.resident)
            and (seen.estate is not None or not next_door)
            and not comes.isdisjoint(self.moves[0].at)
        )


@cache
def turns() -> Mapping[str, Turn]:
    """All turns, by name, in the book's order."""
    book = tomllib.loads(_BOOK.read_text(encoding="utf-8"))
    groups = book.pop("groups")
    return {name: _turn(name, row, groups) for name, row in book.items()}


def _turn(name: str, row: Mapping[str, Any], groups: Mapping[str, Sequence[str]]) -> Turn:
    levels, kinds = frozenset(row.get("levels", ("L3", "L4"))), frozenset(row.get("kinds", ()))
    named = (groups.get(code.removeprefix("@"), (code,)) for code in row.get("categories", ()))
    moves = tuple(_move(each) for each in row["moves"])
    return Turn(name, row["often"], levels, kinds, frozenset(chain(*named)), row.get("resident", False), moves)


def _move(row: Mapping[str, Any]) -> Move:
    at = frozenset(row["at"])
    low, high = row["wait"]
    ways = tuple(_way(way) for way in row.get("ways", ()))
    waits = frozenset(row.get("waits", at))
    return Move(row["who"], row["deed"], at, (low, high), waits, row.get("said", {}), ways, row.get("words", "why"))


def _way(row: Mapping[str, str]) -> Way:
    said = {name: value for name, value in row.items() if name not in ("zh", "en")}
    return Way({ZH: row["zh"], EN: row["en"]}, said)
