"""The names of a district, ready to be found in a text."""

from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from dispatch.district.model import District, Estate, Road, Unit
from dispatch.reading.script import plain, stands_alone

Named = Estate | Road | Unit


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of the district at text[start:end]."""

    what: Named
    start: int
    end: int


@lru_cache(maxsize=8)
def _names(district: District) -> tuple[AhoCorasick, tuple[Named, ...]]:
    table: dict[str, Named] = {}
    # Units last: an estate or a road of the same name says more.
    everything: tuple[Named, ...] = (*district.estates, *district.roads, *district.units)
    for what in everything:
        aliases = () if isinstance(what, Unit) else what.aliases
        for word in (what.name.zh, what.name.en, *aliases):
            if plain(word).strip():
                table.setdefault(plain(word).strip(), what)
    return AhoCorasick(list(table), matchkind=MatchKind.LeftmostLongest), tuple(table.values())


def mentions(text: str, district: District) -> tuple[Mention, ...]:
    """Every name of the district in a plain text; where several begin together the longest."""
    finder, named = _names(district)
    found = finder.find_matches_as_indexes(text)
    return tuple(Mention(named[i], start, end) for i, start, end in found if stands_alone(text, start, end))
