"""A text as numbers: its characters in ones, twos and threes, and how much each of them is worth."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from dispatch.matters.learnt.wordlist import LEAD

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 2000
"""Characters of a text that are looked at: who writes more has said before what it is about."""

AT_THE_BEGINNING = "^"
"""Before an n-gram of the lead, which is counted apart."""

_LONGEST = 3
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|[0-9]{2,5}")


def grams(text: str) -> dict[str, float]:
    """The n-grams of a plain text: 1 + ln(times), and once more those of its lead. Latin words and numbers whole."""
    counted = Counter(_cut(text[:MOST]))
    said = {gram: 1.0 if times == 1 else 1 + log(times) for gram, times in counted.items()}
    return said | dict.fromkeys([AT_THE_BEGINNING + gram for gram in _cut(text[:LEAD])], 1.0)


def _cut(text: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.findall(text):
        if run.isascii():
            found.append(run)
            continue
        for size in range(1, _LONGEST + 1):
            found += [run[i : i + size] for i in range(len(run) - size + 1)]
    return found


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The n-grams that count: the place of each, and how rare it is (inverse document frequency)."""

    places: dict[str, int]
    rarity: Floats

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


def vocabulary(texts: list[dict[str, float]], most: int) -> Vocabulary:
    """The n-grams that at least two texts have; of too many the `most` that most texts have."""
    seen = Counter[str]()
    for said in texts:
        seen.update(said.keys())
    kept = sorted((gram for gram, times in seen.items() if times > 1), key=lambda gram: (-seen[gram], gram))[:most]
    rarity = [log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in sorted(kept)]
    return Vocabulary(
        {gram: place for place, gram in enumerate(sorted(kept))}, np.array(rarity, dtype=np.float32).astype(np.float64)
    )
