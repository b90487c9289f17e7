"""A text as numbers: its characters in ones, twos and threes, and how much each of them is worth."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from dispatch.matters.learnt.wordlist import LEAD
from dispatch.reading.sound import heard

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]
Ints = NDArray[np.int64]

MOST = 2000
"""Characters of a text that are looked at: who writes more has said before what it is about."""

AT_THE_BEGINNING = "^"
"""Before an n-gram of the lead, which is counted apart."""

_LONGEST, _SPOKEN_LONGEST = 3, 2
_SOUND = "~"
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|[0-9]{2,5}")


class Cut(StrEnum):
    """How a text is cut. `LETTER`: ones, twos and threes, and those of its lead once more. `SPOKEN`: what people say in
    a breath has no lead, words stand between, and a machine writes other characters of the same sound: ones and twos of
    characters, of their sounds, and of Latin words."""

    LETTER = "letter"
    SPOKEN = "spoken"


def grams(text: str, cut: Cut = Cut.LETTER) -> dict[str, float]:
    """The n-grams of a plain text: 1 + ln(times). Latin words and numbers whole."""
    if cut is Cut.SPOKEN:
        return _counted([*_cut(text[:MOST], _SPOKEN_LONGEST), *_pairs(text[:MOST])])
    said = _counted(_cut(text[:MOST], _LONGEST))
    return said | dict.fromkeys([AT_THE_BEGINNING + gram for gram in _cut(text[:LEAD], _LONGEST)], 1.0)


def _counted(cut: list[str]) -> dict[str, float]:
    return {gram: 1.0 if times == 1 else 1 + log(times) for gram, times in Counter(cut).items()}


def _cut(text: str, longest: int) -> list[str]:
    found: list[str] = []
    for run in _RUN.findall(text):
        if run.isascii():
            found.append(run)
            continue
        for size in range(1, longest + 1):
            found += [run[i : i + size] for i in range(len(run) - size + 1)]
    return found


def _pairs(text: str) -> list[str]:
    """Latin words, and the sounds of characters, side by side."""
    runs = _RUN.findall(text)
    words = pairwise(run for run in runs if run.isascii())
    sounds = (pair for run in runs if not run.isascii() for pair in pairwise(heard(run)))
    return [*(f"{one} {other}" for one, other in words), *(f"{_SOUND}{one} {other}" for one, other in sounds)]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The n-grams that count: the place of each, and how rare it is (inverse document frequency)."""

    places: dict[str, int]
    rarity: Floats
    cut: Cut = Cut.LETTER

    @cached_property
    def grams(self) -> tuple[str, ...]:
        """The n-grams in the order of their places."""
        return tuple(self.places)

    def vector(self, said: Mapping[str, float]) -> tuple[Ints, Floats]:
        """Places and weights of what was said, as a vector of length 1; both empty where nothing is known."""
        known = {place: weight for gram, weight in said.items() if (place := self.places.get(gram)) is not None}
        places = np.fromiter(known, dtype=np.int64, count=len(known))
        weights = np.fromiter(known.values(), dtype=np.float64, count=len(known)) * self.rarity[places]
        return places, weights / (np.linalg.norm(weights) or 1.0)


def vocabulary(texts: list[dict[str, float]], most: int, cut: Cut = Cut.LETTER) -> Vocabulary:
    """The n-grams that at least two texts have; of too many the `most` that most texts have."""
    seen = Counter[str]()
    for said in texts:
        seen.update(said.keys())
    kept = sorted((gram for gram, times in seen.items() if times > 1), key=lambda gram: (-seen[gram], gram))[:most]
    rarity = [log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in sorted(kept)]
    places = {gram: place for place, gram in enumerate(sorted(kept))}
    return Vocabulary(places, np.array(rarity, dtype=np.float32).astype(np.float64), cut)
