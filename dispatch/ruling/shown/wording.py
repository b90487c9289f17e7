"""The sheet in a reader's language: headings and values as words, and back again from either language or the codes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cases.clock.sla import Level
from cases.phrases import LANGUAGES, Message, Name, msg
from cases.report import Channel
from dispatch.district.model import District, Role
from dispatch.places.model import PlaceKind
from dispatch.policy.model import Destination, Kind, Policy, ServiceLine
from dispatch.reading.script import plain
from dispatch.ruling.conditions import People, Season, Source, Trait
from dispatch.ruling.shown import sheet

ERRORS = "errors"  # the column in which a file comes back with what is wrong; it is passed over when it is read
_FLAGS = ("working_time", "again", "confidential")
_CLOSED: Mapping[str, Iterable[Kind | Level | PlaceKind | ServiceLine | Channel | Season | Source | Trait | People]] = {
    "kind": Kind, "level": Level, "place": PlaceKind, "service_line": ServiceLine, "channel": Channel, "season": Season,
    "source": Source, "caller": Trait, "people": People, "send_level": Level,
}  # fmt: skip
Said = Message | Name | str


def label(column: str) -> Message:
    """A column's name."""
    return msg(f"rulebook.column.{column}")


# No slots: what is made of it is kept.
@dataclass(frozen=True, eq=False)
class Wording:
    """Says codes in words. `say` is the phrasebook's."""

    policy: Policy
    district: District
    say: Callable[[Message, str], str]

    def heading(self, column: str, lang: str) -> str:
        """The name of a column."""
        return self.say(label(column), lang)

    def column(self, heading: str) -> str:
        """The column that a heading names, in either language or by its code; the heading itself where it is none."""
        return self._columns.get(plain(heading), heading.strip())

    def words(self, column: str) -> Mapping[str, Said]:
        """The values of a column of a closed vocabulary by their codes; empty where what stands there is free."""
        return self._words.get(column, {})

    def shown(self, line: Mapping[str, str], lang: str) -> dict[str, str]:
        """A line of the sheet (`sheet.rows`) in a language. What two values are called alike stays a code."""
        return {column: self._said(column, cell, lang) for column, cell in line.items()}

    def read(self, lines: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
        """Lines as they came, as the sheet has them: columns and values by their codes."""
        named = [{self.column(heading): cell for heading, cell in line.items()} for line in lines]
        return [
            {column: self._coded(column, cell) for column, cell in line.items() if column != ERRORS} for line in named
        ]

    def _said(self, column: str, cell: str, lang: str) -> str:
        known = self._by_word.get(column, {})
        parts = ((code, self._in(value, lang)) for code, value in _parts(cell, self.words(column)))
        return "、".join(word if known.get(plain(word)) == code else code for code, word in parts)

    def _coded(self, column: str, cell: str) -> str:
        known = self._by_word.get(column)
        if not known:
            return cell
        return "、".join(known.get(plain(part), part) for part in sheet.apart(cell))

    def _in(self, value: Said, lang: str) -> str:
        if isinstance(value, Message):
            return self.say(value, lang)
        return value.in_language(lang) if isinstance(value, Name) else value

    @cached_property
    def _columns(self) -> dict[str, str]:
        codes = (*sheet.COLUMNS, ERRORS)
        said = {plain(self.heading(column, lang)): column for column in codes for lang in LANGUAGES}
        return {**said, **{plain(column): column for column in codes}}

    @cached_property
    def _words(self) -> dict[str, Mapping[str, Said]]:
        units = {unit.code: unit.name for unit in self.district.units}
        flags = {each: msg(f"rulebook.{each}") for each in ("yes", "no")}
        return {
            **{column: {each.value: each.label for each in values} for column, values in _CLOSED.items()},
            **dict.fromkeys(_FLAGS, flags),
            **dict.fromkeys(("area", "unit", "co_handlers"), units),
            "category": {code: each.name for code, each in self.policy.categories.items()},
            "to": {each.value: each.label for each in Destination},
            "role": {each.value: each.label for each in Role},
            "sla": {code: each.name for code, each in self.policy.slas.items()},
        }

    @cached_property
    def _by_word(self) -> dict[str, dict[str, str]]:
        """For each column the code of each word; a word of two values is none."""
        return {column: dict(self._unique(values)) for column, values in self._words.items()}

    def _unique(self, values: Mapping[str, Said]) -> Iterator[tuple[str, str]]:
        found: dict[str, set[str]] = {}
        for code, value in values.items():
            for lang in LANGUAGES:
                found.setdefault(plain(self._in(value, lang)), set()).add(code)
        yield from ((word, next(iter(codes))) for word, codes in found.items() if len(codes) == 1)
        yield from ((plain(code), code) for code in values)


def _parts(cell: str, words: Mapping[str, Said]) -> Iterator[tuple[str, Said]]:
    if not words:
        yield cell, cell
        return
    yield from ((part, words.get(part, part)) for part in sheet.apart(cell))


def wrong(faults: Sequence[tuple[str, Message, Message]], rows: int) -> dict[int, list[tuple[str, Message, Message]]]:
    """Faults (path, trouble, remedy) by the line of the sheet that they are about, from 0; what is about no line stands
    with `rows`, the default's."""
    found: dict[int, list[tuple[str, Message, Message]]] = {}
    for path, trouble, remedy in faults:
        place = path.removeprefix("policy.rules[").split("]")[0]
        at = int(place) - 1 if place.isdecimal() else rows
        found.setdefault(at, []).append((path.rpartition(".")[2], trouble, remedy))
    return found
