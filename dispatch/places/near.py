"""Names of the district that a text nearly says: by sound as speech recognition mishears them, or with one slip."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import eq

from ahocorasick_rs import AhoCorasick

from dispatch.district.model import District, Estate, Road
from dispatch.places.door import Door
from dispatch.places.gazetteer import Mention, words_for
from dispatch.reading.sound import sounds_of, spellings

Near = Estate | Road
_Word = tuple[Near, str]

_LEAST_HEARD = 3  # characters: two that sound alike are found in any sentence
_LEAST_SLIPPED = 4  # with one of three characters wrong nearly anything fits
_MOST = 3  # candidates: one short question offers no more
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Where the name of a place may end, beside before a building.
_ENDS = re.compile(r"[里苑园村院庭府居路街巷区寓道](?:(?<![区寓道])|(?<=小区)|(?<=公寓)|(?<=大道))")
_ANY = "*"
_FIRST = 0xF0000  # each syllable becomes one character of a private plane, so that it is found as characters are
_UNHEARD = " "  # what no name has


class _Signs(dict[int, str]):
    """For `str.translate`: a Chinese character becomes the sign of its syllable, all else what no name has."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}  # by syllable

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = sign = self.of.get(sounds_of(char)[0], _UNHEARD) if _CHINESE.match(char) else _UNHEARD
        return sign

    def sign(self, syllable: str) -> str:
        """The sign of a syllable of a name."""
        return self.of.setdefault(syllable, chr(_FIRST + len(self.of)))


@dataclass(frozen=True, slots=True)
class _Index:
    """Names by their sounds, all of which `finder` finds in one pass; and by their sounds with one left out, and with
    one replaced. Sounds are written in `signs`."""

    signs: _Signs
    finder: AhoCorasick
    ways: tuple[str, ...]
    longest: int
    whole: Mapping[str, tuple[_Word, ...]]
    without: Mapping[str, tuple[_Word, ...]]
    replaced: Mapping[str, tuple[_Word, ...]]


def by_sound(text: str, district: District) -> tuple[Mention, ...]:
    """Estates and roads that a plain text says by their sound, each the longest from where it begins.

    One character at least must be the name's own, else chance finds names in any sentence.
    """
    index, position, found = _index(district), 0, list[Mention]()
    ways = index.finder.find_matches_as_indexes(text.translate(index.signs), overlapping=True)
    for start, end, way in sorted(((start, end, index.ways[i]) for i, start, end in ways), key=_longest_first):
        words = index.whole[way] if start >= position else ()
        named = {id(what): what for what, word in words if any(map(eq, word, text[start:end]))}
        if named:
            found += [Mention(what, start, end) for what in named.values()]
            position = end
    return tuple(found)


def _longest_first(way: tuple[int, int, str]) -> tuple[int, int]:
    """From left to right, of those that begin together the longest first."""
    return way[0], -way[1]


_DOORS = 24  # of a text: who lists more names no place by a slip


def by_slip(text: str, doors: Sequence[Door], district: District) -> tuple[Near, ...]:
    """Estates and roads whose name a plain text says with one character wrong, missing or too many.

    Where no building follows, only a missing character or a long name are enough.
    """
    index, found = _index(district), dict[int, Near]()
    heard = text.translate(index.signs)
    starts = [door.start for door in doors[:_DOORS]]
    for run in _CHINESE.finditer(text):
        said = heard[run.start() : run.end()]
        before_doors = {at - run.start() for at in starts if run.start() <= at <= run.end()}
        for end in sorted(before_doors | {match.end() for match in _ENDS.finditer(run[0])}):
            lengths = range(_LEAST_SLIPPED - 1, min(end, index.longest + 1) + 1)
            for length in lengths if end <= len(said) else ():
                window = said[end - length : end]
                if window.count(_UNHEARD) > 1:
                    break  # one slip, no more; what is longer has them too
                words = index.without.get(window, ())
                if end in before_doors or length > _LEAST_SLIPPED:
                    words = (*words, *_slipped(window, index))
                found |= {id(what): what for what, _ in words}
    return tuple(found.values())[:_MOST]


def _slipped(window: str, index: _Index) -> Iterator[_Word]:
    for i in range(len(window)):
        shorter = window[:i] + window[i + 1 :]
        if len(shorter) >= _LEAST_SLIPPED:
            yield from index.whole.get(shorter, ())
        yield from index.replaced.get(window[:i] + _ANY + window[i + 1 :], ())


@lru_cache(maxsize=8)
def _index(district: District) -> _Index:
    whole, without, replaced = (defaultdict[str, list[_Word]](list) for _ in range(3))
    signs = _Signs()
    for what, word, way in _ways(district, signs):
        whole[way].append((what, word))
        for i in range(len(way) if len(way) >= _LEAST_SLIPPED else 0):
            without[way[:i] + way[i + 1 :]].append((what, word))
            replaced[way[:i] + _ANY + way[i + 1 :]].append((what, word))
    longest = max(map(len, whole), default=0)
    return _Index(
        signs, AhoCorasick(list(whole)), tuple(whole), longest, _frozen(whole), _frozen(without), _frozen(replaced)
    )


def _ways(district: District, signs: _Signs) -> Iterator[tuple[Near, str, str]]:
    """Each name with the ways in which it may sound."""
    everything: tuple[Near, ...] = (*district.estates, *district.roads)
    for what in everything:
        for word in words_for(what):
            if len(word) >= _LEAST_HEARD and _CHINESE.fullmatch(word):
                for sounds in spellings(word):
                    yield what, word, "".join(map(signs.sign, sounds))


def _frozen(table: Mapping[str, list[_Word]]) -> Mapping[str, tuple[_Word, ...]]:
    return {way: tuple(words) for way, words in table.items()}
