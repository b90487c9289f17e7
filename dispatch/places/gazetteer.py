"""The names of a district, ready to be found in a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from dispatch.district.model import District, Estate, Road, Unit, UnitKind
from dispatch.places.said.ground import Before
from dispatch.reading.script import plain, stands_alone

Named = Estate | Road | Unit


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of the district at text[start:end]."""

    what: Named
    start: int
    end: int

    @property
    def ground(self) -> Before:
        """What a number right behind it counts."""
        if isinstance(self.what, Road):
            return Before.ROAD
        return Before.HOMES if isinstance(self.what, Estate) or self.what.kind is UnitKind.COURTYARD else Before.OTHER


# As English addresses shorten them.
_SHORT = {"road": "rd", "street": "st", "avenue": "ave", "apartments": "apts"}


def words_for(what: Named) -> Iterator[str]:
    """The plain words under which something is known."""
    aliases = () if isinstance(what, Unit) else what.aliases
    for word in (what.name.zh, what.name.en, *aliases):
        said = plain(word).strip()
        if said:
            yield said
        first, _, last = said.rpartition(" ")
        if first and last in _SHORT:
            yield f"{first} {_SHORT[last]}"


@lru_cache(maxsize=8)
def _names(district: District) -> tuple[AhoCorasick, tuple[Named, ...]]:
    table: dict[str, Named] = {}
    # Units last: an estate or a road of the same name says more.
    everything: tuple[Named, ...] = (*district.estates, *district.roads, *district.units)
    for what in everything:
        for word in words_for(what):
            table.setdefault(word, what)
    return AhoCorasick(list(table), matchkind=MatchKind.LeftmostLongest), tuple(table.values())


def mentions(text: str, district: District) -> tuple[Mention, ...]:
    """Every name of the district in a plain text; where several begin together the longest."""
    finder, named = _names(district)
    found = finder.find_matches_as_indexes(text)
    return tuple(Mention(named[i], start, end) for i, start, end in found if stands_alone(text, start, end))
