"""Where a text goes over from one matter to another: the place between whose both sides it tells most surely two."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dispatch.matters.weighing import DANGER, Shares

_STOP = re.compile(
    r"[。！？!?；;\n，,、]+|(?<=[一-鿿])\s+(?=[一-鿿])|(?<=[a-z]{2})\.(?=\s)|\s(?=(?:also|and|besides|plus|oh)\b)"
)
_LEAST = 4  # characters of a half
_BREATH, _STEP = 14, 4  # a longer breath may go over within: tried at every so many characters
_MOST = 12  # places that are tried: what is told twice over is found at any of many
_FORE = 2  # likeliest of each half that are looked at
_SURE = 0.5  # so likely both halves must tell their own

Likely = Callable[[str], Shares | None]
"""How likely each label is told, each by itself."""


@dataclass(frozen=True, slots=True)
class Halves:
    """Two halves of a text and what each tells: a category, or `!` for any danger; `share`: how likely the less likely
    of both is told."""

    texts: tuple[str, str]
    codes: tuple[str, str]
    share: float


def halves(words: str, likely: Likely, among: Collection[str]) -> Halves | None:
    """The surest two of a text, of the categories `among` and danger; None where none are sure. `words` are plain."""
    found = [each for place in _places(words) for each in _at(words, place, likely, among)]
    best = max(found, key=lambda each: each.share, default=None)
    return best if best is not None and best.share >= _SURE else None


def _places(words: str) -> Sequence[int]:
    stops = [stop.start() for stop in _STOP.finditer(words)]
    within = (
        place
        for start, end in pairwise((0, *stops, len(words)))
        if end - start > _BREATH
        for place in range(start + _LEAST + 1, end - _LEAST, _STEP)
    )
    places = sorted({place for place in (*stops, *within) if _LEAST <= place <= len(words) - _LEAST})
    return places[:: -(-len(places) // _MOST)] if places else ()


def _at(words: str, place: int, likely: Likely, among: Collection[str]) -> Iterator[Halves]:
    texts = words[:place], words[place:]
    left, right = (_likeliest(likely(text) or {}, among) for text in texts)
    for code, share in left:
        for other, its in right:
            if code != other:
                yield Halves(texts, (code, other), min(share, its))


def _likeliest(shares: Shares, among: Collection[str]) -> Sequence[tuple[str, float]]:
    danger = max((share for label, share in shares.items() if label.startswith(DANGER)), default=0.0)
    told = {DANGER: danger} | {code: share for code, share in shares.items() if code in among}
    return sorted(told.items(), key=lambda each: -each[1])[:_FORE]
