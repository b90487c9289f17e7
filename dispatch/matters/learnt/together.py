"""How many matters a text tells: each label weighed by itself. The model that says which one is likeliest makes all
labels add up to one, and so cannot say that two are told."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

import numpy as np

from dispatch.matters.learnt.grams import Cut, Floats, Ints, grams, vocabulary
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.training import Example
from dispatch.matters.learnt.wordlist import WordList
from dispatch.matters.weighing import FURTHER, NOTHING
from dispatch.reading.script import plain

_GRAMS = 60_000
_JOINED = 12_000  # texts that are put together of two sentences or three
_TIMES = 2  # what somebody really told so counts so many times
_PASSES, _RATE, _SLOWER, _BIAS_RATE, _BIAS = 4, 1.0, 0.3, 0.02, -3.0
_STEADY = 0.01  # whoever is so nearly right learns nothing from it
# How people go on: most of them without a word for it.
_STOPS = ("，", "。", " ", "")
_GOES_ON = (*_STOPS, "，另外", "。还有", " 还有就是", "，而且", "；", "。对了", " 然后", "，也", "，顺便问下")
_GOES_ON_LATIN = (". also ", ". ", " and ", ", ")
_OTHER, _SAME, _BESIDE = 70, 85, 95  # of a hundred: two matters, one twice, a matter and what is none; else three
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """A text with everything that it tells."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Together:
    """What was learnt of texts that tell several matters. The numbers are those of a linear model; what they say is
    how likely each label is told, whatever else is."""

    model: Model

    def likely(self, said: str) -> dict[str, float]:
        """How likely each label is told in a plain text, each 0 to 1 by itself."""
        known = self.model.vocabulary
        places, strength = known.vector(grams(said, known.cut))
        found = _sigmoid(self.model.bias + strength @ self.model.weights[places])
        return dict(zip(self.model.labels, found.tolist(), strict=True))


def fit_together(sentences: Sequence[Example], told: Sequence[Told]) -> Together:
    """The model of sentences that tell one thing each, put together as people do, and of what was `told` so; the same
    for the same. Raises ValueError without a sentence."""
    if not sentences:
        raise ValueError("nothing to learn from")
    texts = [*(Told(each.text, (each.label,)) for each in sentences), *_joined(sentences), *list(told) * _TIMES]
    labels = tuple(sorted({label for each in texts for label in each.labels}))
    place = {label: i for i, label in enumerate(labels)}
    known = vocabulary([grams(plain(each.text), Cut.SPOKEN) for each in sentences], _GRAMS, Cut.SPOKEN)
    vectors = [known.vector(grams(plain(each.text), Cut.SPOKEN)) for each in texts]
    right = [[place[label] for label in each.labels] for each in texts]
    weights, bias = np.zeros((len(known.places), len(labels))), np.full(len(labels), _BIAS)
    for turn in range(_PASSES):
        rate = _RATE / (1 + _SLOWER * turn)
        for i in sorted(range(len(texts)), key=lambda i: crc32(f"{turn} {i}".encode())):
            _step((vectors[i], right[i]), weights, bias, rate)
    nothing = WordList(())
    return Together(Model(labels, nothing, known, weights.astype(np.float32), bias, 1.0))


def _step(of: tuple[tuple[Ints, Floats], list[int]], weights: Floats, bias: Floats, rate: float) -> None:
    (places, strength), right = of
    wrong = _sigmoid(bias + strength @ weights[places])
    wrong[right] -= 1
    moved = np.flatnonzero(np.abs(wrong) > _STEADY)
    weights[np.ix_(places, moved)] -= rate * np.outer(strength, wrong[moved])
    bias -= _BIAS_RATE * rate * wrong


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def _joined(sentences: Sequence[Example]) -> Iterator[Told]:
    """Sentences put together: of two matters or three, of one matter twice, of a matter and what is none."""
    matters = [each for each in sentences if each.label not in (NOTHING, FURTHER)]
    others = [each for each in sentences if each.label in (NOTHING, FURTHER)]
    latin = [each for each in matters if each.text.isascii()]
    same: dict[str, list[Example]] = defaultdict(list)
    for each in matters:
        same[each.label].append(each)
    for nth in range(_JOINED if matters else 0):
        first = _drawn(matters, f"first {nth}")
        among = latin if first.text.isascii() else matters
        drawn = crc32(f"way {nth}".encode()) % 100
        if drawn < _OTHER:
            yield _as_one([first, _drawn(among, f"second {nth}")], nth)
        elif drawn < _SAME:
            yield _as_one([first, _drawn(same[first.label], f"second {nth}")], nth)
        elif drawn < _BESIDE and others:
            both = [first, _drawn(others, f"second {nth}")]
            yield _as_one(both if nth % 2 else both[::-1], nth)
        else:
            yield _as_one([first, _drawn(among, f"second {nth}"), _drawn(among, f"third {nth}")], nth)


def _as_one(said: Sequence[Example], nth: int) -> Told:
    words = said[0].text
    ways = _GOES_ON_LATIN if words.isascii() else _GOES_ON
    for place, each in enumerate(said[1:]):
        words = words.rstrip("。！.") + _drawn(ways, f"on {nth} {place}") + each.text
    labels = dict.fromkeys(each.label for each in said if each.label not in (NOTHING, FURTHER))
    return Told(words, tuple(labels))


def _drawn(among: Sequence[T], lot: str) -> T:
    """One of these by lot, the same each time: a room that is pure knows no chance."""
    return among[crc32(lot.encode()) % len(among)]
