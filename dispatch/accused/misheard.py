"""What the office and its people are called, as speech recognition writes it: 居位会, 望格员 are heard as the words."""

from functools import cache

from ahocorasick_rs import AhoCorasick

from dispatch.accused.index import Signs
from dispatch.reading.sound import spellings

# Of three characters and more: what is shorter sounds like far too much else.
_WORDS = (
    "居委会",
    "网格员",
    "网格长",
    "办事处",
    "街道办",
    "村委会",
    "楼组长",
    "楼院长",
    "值班员",
    "工作人员",
    "联络员",
)


@cache
def _sounds() -> tuple[Signs, AhoCorasick, tuple[str, ...]]:
    signs = Signs()
    ways = {"".join(map(signs.sign, syllables)): word for word in _WORDS for syllables in spellings(word)}
    return signs, AhoCorasick(list(ways)), tuple(ways.values())


def as_meant(text: str) -> str:
    """The text with these words where it sounds like them; all else stays, each character at its place."""
    signs, finder, words = _sounds()
    found = finder.find_matches_as_indexes(text.translate(signs))
    for i, start, end in found:
        if text[start:end] != words[i]:
            text = f"{text[:start]}{words[i]}{text[end:]}"
    return text
