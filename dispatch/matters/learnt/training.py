"""Learning from matters whose label is known: softmax regression over n-grams, on top of what listed words say."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

import numpy as np

from dispatch.matters.learnt.folds import deal
from dispatch.matters.learnt.grams import Cut, Floats, Ints, Vocabulary, grams, vocabulary
from dispatch.matters.learnt.model import LISTED, Model, prior, softmax, whole
from dispatch.matters.learnt.wordlist import WordList
from dispatch.reading.script import plain

_GRAMS_MOST = 60_000
# N-grams times labels: 4 bytes each as they are kept.
_WEIGHTS_MOST = {Cut.LETTER: 2_000_000, Cut.SPOKEN: 5_000_000}
_PASSES = {Cut.LETTER: 15, Cut.SPOKEN: 4}
_STEPS_MOST = 150_000
_RATE, _SLOWER, _BIAS_RATE = 2.0, 0.1, 0.02
_FEW = 2000  # so many texts are all asked about for the temperature; of more a fifth
_TEMPERATURES = np.geomspace(0.25, 4.0, 41)


@dataclass(frozen=True, slots=True)
class Example:
    """A matter whose label is known."""

    text: str
    label: str
    title: str = ""

    @property
    def whole(self) -> str:
        """Title and text as one."""
        return whole(self.text, self.title)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a case of the office teaches: its redacted words and the category that it was found to be of in the end;
    `corrected` where a person put another category right."""

    case_id: UUID
    words: str
    category: str
    corrected: bool = False


@dataclass(frozen=True, eq=False)
class _Heard:
    """An example as numbers: its n-grams, what the listed words say, and the place of its label."""

    said: dict[str, float]
    listed: Floats
    label: int


@dataclass(frozen=True, eq=False)
class _Learnt:
    vocabulary: Vocabulary
    weights: Floats
    bias: Floats

    def logits(self, heard: _Heard) -> Floats:
        places, strength = self.vocabulary.vector(heard.said)
        return np.asarray(heard.listed + self.bias + strength @ self.weights[places])


def fit(examples: Sequence[Example], words: WordList, cut: Cut = Cut.LETTER) -> Model:
    """The model of these examples, cut in that way; the same for the same examples in the same order.

    Its labels are those of the examples; listed words that speak for another are left out. Raises ValueError without
    an example.
    """
    if not examples:
        raise ValueError("nothing to learn from")
    labels = tuple(sorted({example.label for example in examples}))
    listed = words.of(labels)
    place = {label: i for i, label in enumerate(labels)}
    heard = [_hear(example, listed, place, cut) for example in examples]
    learnt = _learn(heard, len(labels), cut)
    temperature = _temperature(examples, heard, labels, cut)
    return Model(labels, listed, learnt.vocabulary, learnt.weights.astype(np.float32), learnt.bias, temperature)


def _hear(example: Example, words: WordList, place: dict[str, int], cut: Cut) -> _Heard:
    said = plain(example.whole)
    listed = LISTED * prior(words.votes(said), tuple(place)) if words.words else np.zeros(len(place))
    return _Heard(grams(said, cut), listed, place[example.label])


def _learn(heard: Sequence[_Heard], labels: int, cut: Cut) -> _Learnt:
    """Stochastic gradient descent on the log loss, each pass in another order that follows from the number of texts."""
    known = vocabulary([each.said for each in heard], min(_GRAMS_MOST, _WEIGHTS_MOST[cut] // labels), cut)
    vectors = [known.vector(each.said) for each in heard]
    weights, bias = np.zeros((len(known.places), labels)), np.zeros(labels)
    for turn in range(max(3, min(_PASSES[cut], _STEPS_MOST // len(heard)))):
        rate = _RATE / (1 + _SLOWER * turn)
        for i in sorted(range(len(heard)), key=lambda i: crc32(f"{turn} {i}".encode())):
            _step(heard[i], vectors[i], weights, bias, rate)
    return _Learnt(known, _kept(weights), _kept(bias))


def _kept(numbers: Floats) -> Floats:
    """As the file keeps them, so that a model says the same before and after."""
    return np.asarray(numbers, dtype=np.float32).astype(np.float64)


def _step(each: _Heard, vector: tuple[Ints, Floats], weights: Floats, bias: Floats, rate: float) -> None:
    places, strength = vector
    wrong = softmax(each.listed + bias + strength @ weights[places])
    wrong[each.label] -= 1
    weights[places] -= rate * np.outer(strength, wrong)
    bias -= _BIAS_RATE * rate * wrong


def _temperature(examples: Sequence[Example], heard: Sequence[_Heard], labels: tuple[str, ...], cut: Cut) -> float:
    """What the logits are divided by so that texts that were not learnt from get honest scores."""
    folds = deal(examples, 5, seed=0)
    asked = range(5) if len(examples) <= _FEW else range(1)
    logits, right = [], []
    for fold in asked:
        known = [each for each, dealt in zip(heard, folds, strict=True) if dealt != fold]
        others = [each for each, dealt in zip(heard, folds, strict=True) if dealt == fold]
        if known and others:
            learnt = _learn(known, len(labels), cut)
            logits += [learnt.logits(each) for each in others]
            right += [each.label for each in others]
    if not logits:
        return 1.0
    table, row = np.array(logits), np.arange(len(right))
    losses = [-np.log(softmax(table / t)[row, right] + 1e-12).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])
