"""How good it is on texts that it did not learn from: hits, classes taken for others, and how honest scores are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dispatch.matters.learnt.folds import deal, twins
from dispatch.matters.learnt.model import Model, by_words_alone
from dispatch.matters.learnt.training import Example, fit
from dispatch.matters.learnt.wordlist import WordList
from dispatch.matters.suggestion import Suggestion

_SURE = (0.0, 0.5, 0.7, 0.9)  # the lower ends of the bands in which scores are held against what came of them


@dataclass(frozen=True, slots=True)
class Hits:
    """Of `texts`, how many had the right label first, and how many among the first three."""

    texts: int
    first: int
    three: int

    @property
    def top1(self) -> float:
        """The share that had it first."""
        return round(self.first / self.texts, 4) if self.texts else 0.0

    @property
    def top3(self) -> float:
        """The share that had it among the first three."""
        return round(self.three / self.texts, 4) if self.texts else 0.0


@dataclass(frozen=True, slots=True)
class Band:
    """Texts whose first score was at least `least` (and below the next band): the mean score, the share right."""

    least: float
    texts: int
    score: float
    right: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of ranking came to: over all, by label, which label was taken for which, scores against truth."""

    all: Hits
    by_label: dict[str, Hits]
    taken_for: dict[str, dict[str, int]]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The learnt model in folds, and the listed words alone; how many texts are nearly the same as an earlier one."""

    learnt: Outcome
    words: Outcome
    twins: int


Ranked = tuple[str, tuple[Suggestion, ...]]


def trial(examples: Sequence[Example], words: WordList, folds: int, seed: int) -> Trial:
    """Each text ranked by a model that learnt from the other folds only. Needs at least `folds` texts."""
    labels = tuple(sorted({example.label for example in examples}))
    alone = by_words_alone(words, labels)
    first = twins([example.whole for example in examples])
    return Trial(
        learnt=_outcome(list(_in_folds(examples, words, folds, seed)), labels),
        words=_outcome([_ranked(alone, example) for example in examples], labels),
        twins=sum(one != i for i, one in enumerate(first)),
    )


def _in_folds(examples: Sequence[Example], words: WordList, folds: int, seed: int) -> Iterator[Ranked]:
    dealt = deal(examples, folds, seed)
    for fold in range(folds):
        known = [example for example, one in zip(examples, dealt, strict=True) if one != fold]
        asked = [example for example, one in zip(examples, dealt, strict=True) if one == fold]
        model = fit(known, words) if known and asked else None
        yield from (_ranked(model, example) for example in asked if model)


def _ranked(model: Model, example: Example) -> Ranked:
    return example.label, model.suggest(example.text, example.title)


def _outcome(ranked: Sequence[Ranked], labels: tuple[str, ...]) -> Outcome:
    taken_for = {label: Counter(found[0].label for right, found in ranked if right == label) for label in labels}
    return Outcome(
        all=_hits(ranked),
        by_label={label: _hits([each for each in ranked if each[0] == label]) for label in labels},
        taken_for={label: {other: counted[other] for other in labels} for label, counted in taken_for.items()},
        bands=tuple(_bands(ranked)),
    )


def _hits(ranked: Sequence[Ranked]) -> Hits:
    first = sum(found[0].label == right for right, found in ranked)
    return Hits(len(ranked), first, sum(right in [each.label for each in found[:3]] for right, found in ranked))


def _bands(ranked: Sequence[Ranked]) -> Iterator[Band]:
    for least, below in zip(_SURE, (*_SURE[1:], 1.01), strict=True):
        inside = [(right, found[0]) for right, found in ranked if least <= found[0].score < below]
        if inside:
            score = sum(best.score for _, best in inside) / len(inside)
            right = sum(best.label == right for right, best in inside) / len(inside)
            yield Band(least, len(inside), round(score, 3), round(right, 3))
