"""Names of the district that a text nearly says: by sound as speech recognition mishears them, or with one slip."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import eq

from dispatch.district.model import District, Estate, Road
from dispatch.places.door import Door
from dispatch.places.gazetteer import Mention, words_for
from dispatch.reading.sound import heard, spellings

Sounds = tuple[str, ...]
Near = Estate | Road
_Word = tuple[Near, str]

_LEAST_HEARD = 3  # characters: two that sound alike are found in any sentence
_LEAST_SLIPPED = 4  # with one of three characters wrong nearly anything fits
_MOST = 3  # candidates: one short question offers no more
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Where the name of a place may end, beside before a building.
_ENDS = re.compile(r"小区|花园|家园|公寓|[里苑园村院庭府居]|路|街|巷|大道")
_ANY = "*"


@dataclass(frozen=True, slots=True)
class _Index:
    """Names by their sounds; and by their sounds with one left out, and with one replaced."""

    lengths: tuple[int, ...]
    whole: Mapping[Sounds, tuple[_Word, ...]]
    without: Mapping[Sounds, tuple[_Word, ...]]
    replaced: Mapping[Sounds, tuple[_Word, ...]]


def by_sound(text: str, district: District) -> tuple[Mention, ...]:
    """Estates and roads that a plain text says by their sound, each the longest from where it begins.

    One character at least must be the name's own, else chance finds names in any sentence.
    """
    index, found = _index(district), list[Mention]()
    for run in _CHINESE.finditer(text):
        said, position = heard(run[0]), 0
        while position < len(said):
            length, named = _longest(run[0], said, position, index)
            begin = run.start() + position
            found += [Mention(what, begin, begin + length) for what in named]
            position += length or 1
    return tuple(found)


def by_slip(text: str, doors: Sequence[Door], district: District) -> tuple[Near, ...]:
    """Estates and roads whose name a plain text says with one character wrong, missing or too many.

    Where no building follows, only a missing character or a long name are enough.
    """
    index, found = _index(district), dict[int, Near]()
    for run in _CHINESE.finditer(text):
        said = heard(run[0])
        before_doors = {door.start - run.start() for door in doors}
        for end in sorted(before_doors | {match.end() for match in _ENDS.finditer(run[0])}):
            lengths = range(_LEAST_SLIPPED - 1, min(end, index.lengths[-1] + 1) + 1 if index.lengths else 0)
            for length in lengths if end <= len(said) else ():
                window = said[end - length : end]
                words = index.without.get(window, ())
                if end in before_doors or length > _LEAST_SLIPPED:
                    words = (*words, *_slipped(window, index))
                found |= {id(what): what for what, _ in words}
    return tuple(found.values())[:_MOST]


def _longest(run: str, said: Sounds, position: int, index: _Index) -> tuple[int, tuple[Near, ...]]:
    for length in reversed(index.lengths):
        end = position + length
        words = index.whole.get(said[position:end], ()) if end <= len(said) else ()
        named = {id(what): what for what, word in words if any(map(eq, word, run[position:end]))}
        if named:
            return length, tuple(named.values())
    return 0, ()


def _slipped(window: Sounds, index: _Index) -> Iterator[_Word]:
    for i in range(len(window)):
        shorter = window[:i] + window[i + 1 :]
        if len(shorter) >= _LEAST_SLIPPED:
            yield from index.whole.get(shorter, ())
        yield from index.replaced.get((*window[:i], _ANY, *window[i + 1 :]), ())


@lru_cache(maxsize=8)
def _index(district: District) -> _Index:
    whole, without, replaced = (defaultdict[Sounds, list[_Word]](list) for _ in range(3))
    for what, word, sounds in _sounds(district):
        whole[sounds].append((what, word))
        for i in range(len(sounds) if len(sounds) >= _LEAST_SLIPPED else 0):
            without[sounds[:i] + sounds[i + 1 :]].append((what, word))
            replaced[(*sounds[:i], _ANY, *sounds[i + 1 :])].append((what, word))
    lengths = tuple(sorted({len(sounds) for sounds in whole}))
    return _Index(lengths, _frozen(whole), _frozen(without), _frozen(replaced))


def _sounds(district: District) -> Iterator[tuple[Near, str, Sounds]]:
    everything: tuple[Near, ...] = (*district.estates, *district.roads)
    for what in everything:
        for word in words_for(what):
            if len(word) >= _LEAST_HEARD and _CHINESE.fullmatch(word):
                for sounds in spellings(word):
                    yield what, word, sounds


def _frozen(table: Mapping[Sounds, list[_Word]]) -> Mapping[Sounds, tuple[_Word, ...]]:
    return {sounds: tuple(words) for sounds, words in table.items()}
