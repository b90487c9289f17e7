"""The linear model: words that were listed and n-grams that were learnt, weighed together. It ranks, never decides."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dispatch.matters.learnt.grams import AT_THE_BEGINNING, Floats, Ints, Vocabulary, Weights, grams
from dispatch.matters.learnt.wordlist import WordList
from dispatch.matters.suggestion import Suggestion
from dispatch.reading.script import plain

LISTED = 2.0
"""How much the listed words count beside what was learnt: the exponent of their shares."""

_DOUBT = 0.5  # points that every label has before a word was said
_WORDS_SHOWN, _GRAMS_SHOWN = 5, 3
_GRAMS_TRIED = 30


@dataclass(frozen=True, eq=False)
class Model:
    """What was learnt. `weights` by n-gram and label; without n-grams the listed words alone speak.

    `temperature` makes the scores honest: of matters with a first score of 0.8 about 80 of 100 are right.
    """

    labels: tuple[str, ...]
    words: WordList
    vocabulary: Vocabulary
    weights: Weights
    bias: Floats
    temperature: float

    def suggest(self, text: str, title: str = "", most: int = 5) -> tuple[Suggestion, ...]:
        """The `most` likeliest labels, the best first; the scores of all labels add up to 1. Never raises."""
        said = plain(whole(text, title))
        votes = self.words.votes(said)
        places, strength = self.vocabulary.vector(grams(said, self.vocabulary.cut))
        learnt = self.weights[places] * strength[:, None]
        shares = self._shares(votes, learnt.sum(axis=0))
        order = np.argsort(-shares, kind="stable")[:most]
        apart = learnt - learnt.mean(axis=1, keepdims=True)
        heard = _Heard(votes, self.vocabulary.grams, places, apart)
        return tuple(
            Suggestion(self.labels[i], round(float(shares[i]), 4), heard.why(self.labels[i], i)) for i in order
        )

    def shares(self, said: str) -> dict[str, float]:
        """How likely each label is for a plain text; they add up to 1. Without the reasons, which cost most."""
        places, strength = self.vocabulary.vector(grams(said, self.vocabulary.cut))
        found = self._shares(self.words.votes(said), strength @ self.weights[places])
        return dict(zip(self.labels, found.tolist(), strict=True))

    def _shares(self, votes: Mapping[str, Mapping[str, float]], learnt: Floats) -> Floats:
        listed = LISTED * prior(votes, self.labels) if self.words.words else 0.0
        return softmax((listed + self.bias + learnt) / self.temperature)


@dataclass(frozen=True, eq=False)
class _Heard:
    """What was heard in one text: listed words by label, and how much each n-gram moved each label more than others."""

    votes: Mapping[str, Mapping[str, float]]
    grams: tuple[str, ...]
    places: Ints
    moved: Floats

    def why(self, label: str, column: int) -> tuple[str, ...]:
        """The words that voted for it, the loudest first, then the n-grams."""
        votes = self.votes.get(label, {})
        shown = sorted(votes, key=lambda word: -votes[word])[:_WORDS_SHOWN]
        most = len(shown) + _GRAMS_SHOWN
        moved = self.moved[:, column]
        for row in np.argsort(-moved, kind="stable")[:_GRAMS_TRIED]:
            gram = self.grams[self.places[row]].removeprefix(AT_THE_BEGINNING)
            if len(shown) >= most or moved[row] <= 0:
                break
            if len(gram) > 1 and not any(gram in other or other in gram for other in shown):
                shown.append(gram)
        return tuple(shown)


def whole(text: str, title: str) -> str:
    """Title and text as one."""
    return f"{title}。{text}" if title else text


def prior(votes: Mapping[str, Mapping[str, float]], labels: tuple[str, ...]) -> Floats:
    """The logarithm of each label's share of the points that the listed words give."""
    points = np.array([sum(votes.get(label, {}).values()) for label in labels]) + _DOUBT
    return np.asarray(np.log(points / points.sum()))


def softmax(logits: Floats) -> Floats:
    """Shares that add up to 1, of logits by label; rows by rows where there are several."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def by_words_alone(words: WordList, labels: tuple[str, ...]) -> Model:
    """A model that has learnt nothing: what the listed words say."""
    nothing = Vocabulary({}, np.zeros(0))
    return Model(labels, words.of(labels), nothing, np.zeros((0, len(labels)), np.float32), np.zeros(len(labels)), 1.0)
