"""How words sound, so that what speech recognition hears for a name (性福里, 春分苑) is found as the name."""

import itertools
from functools import cache, lru_cache

# Sounds that southern speakers, and recognition of their speech, do not keep apart.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_ENDS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
_TONES = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")
_MOST = 8  # spellings of one name; a name with more readings is found by the first ones


@cache
def _readings() -> dict[int, str]:
    # Read at first use: the table is large and many commands never match a text.
    from pypinyin.pinyin_dict import pinyin_dict

    table: dict[int, str] = pinyin_dict
    return table


@lru_cache(8192)
def sounds_of(char: str) -> tuple[str, ...]:
    """The syllables of a character without tones, near ones made one; a sign without a reading sounds as itself."""
    readings = _readings().get(ord(char), "")
    heard = dict.fromkeys(_blurred(reading.translate(_TONES)) for reading in readings.split(",") if reading)
    return tuple(heard) or (char,)


def heard(text: str) -> tuple[str, ...]:
    """The syllables of a text, one for each character, by each character's usual reading."""
    return tuple(sounds_of(char)[0] for char in text)


def spellings(name: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a name may sound."""
    ways = itertools.product(*(sounds_of(char) for char in name))
    return tuple(itertools.islice(ways, _MOST))


def _blurred(syllable: str) -> str:
    for said, kept in _INITIALS:
        if syllable.startswith(said):
            syllable = kept + syllable[len(said) :]
            break
    for said, kept in _ENDS:
        if syllable.endswith(said):
            return syllable[: -len(said)] + kept
    return syllable
