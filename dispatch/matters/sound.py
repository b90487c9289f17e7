"""Keywords by their sound: what speech recognition wrote with other characters (楼到灯) is heard as the word."""

from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from dispatch.policy.model import Policy
from dispatch.reading.script import plain
from dispatch.reading.sound import heard, spellings

_LEAST = 3  # characters: words of two sound like far too many others
_FIRST = 0xF0000  # each syllable becomes one character of a private plane, so that it is found as characters are


@dataclass(frozen=True, eq=False)
class _Sounds:
    finder: AhoCorasick
    words: tuple[str, ...]
    signs: dict[str, str]


@lru_cache(maxsize=8)
def _sounds(policy: Policy) -> _Sounds:
    signs: dict[str, str] = {}
    ways: dict[str, str] = {}
    for category in policy.categories.values():
        for word in map(plain, category.keywords):
            if len(word) >= _LEAST and not any(char.isascii() for char in word):
                for syllables in spellings(word):
                    way = "".join(signs.setdefault(one, chr(_FIRST + len(signs))) for one in syllables)
                    ways.setdefault(way, word)
    return _Sounds(AhoCorasick(list(ways)), tuple(ways.values()), signs)


def by_sound(text: str, policy: Policy) -> tuple[str, ...]:
    """The catalogue's words of three characters and more that a plain text sounds like, each once."""
    known = _sounds(policy)
    said = "".join(known.signs.get(one, " ") for one in heard(text))
    found = known.finder.find_matches_as_indexes(said, overlapping=True)
    return tuple(dict.fromkeys(known.words[i] for i, _, _ in found))
