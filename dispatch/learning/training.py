"""Learning anew from the shipped sentences and an office's own cases. Pure and slow: some seconds for each model."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.learning.comparing import Compared, figures, is_kept_case, is_kept_sentence
from dispatch.matters import classify
from dispatch.matters.learnt.grams import Cut
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.shipped import sentences, shipped
from dispatch.matters.learnt.training import Example, Lesson, fit
from dispatch.matters.learnt.wordlist import WordList
from dispatch.policy import Policy
from dispatch.reading.script import plain

CORRECTED = 3
"""How often a case counts whose category a person corrected; one that was closed as it was understood counts once."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What every office's learning begins with: the shipped sentences but the kept ones, those, and what the first
    teach by themselves."""

    sentences: tuple[Example, ...]
    kept: tuple[Example, ...]
    model: Model


def ground(shipped_ones: Sequence[Example] | None = None) -> Ground:
    """The ground by the shipped sentences, or by others."""
    all_ = sentences() if shipped_ones is None else tuple(shipped_ones)
    learnt = tuple(each for each in all_ if not is_kept_sentence(each))
    return Ground(learnt, tuple(each for each in all_ if is_kept_sentence(each)), _fit(learnt))


@dataclass(frozen=True, eq=False)
class Attempt:
    """A new model, what its comparison came to, and from how many of the office's cases it learnt."""

    model: Model
    compared: Compared
    lessons: int
    corrected: int

    @property
    def takes_over(self) -> bool:
        return not self.compared.worse

    def facts(self) -> dict[str, object]:
        """For the record."""
        return {"lessons": self.lessons, "corrected": self.corrected, **self.compared.facts()}


def attempt(lessons: Sequence[Lesson], in_force: Model | None, policy: Policy, on: Ground) -> Attempt:
    """Learn from those of an office's cases that teach something, and compare.

    The model that takes over has learnt from the kept sentences too; what is compared has not.
    """
    plain_ones = [each for each in lessons if teaches(each.words, policy)]
    learnt = [each for each in plain_ones if not is_kept_case(each.case_id)]
    kept = [Example(each.words, each.category) for each in plain_ones if is_kept_case(each.case_id)]
    own = [example for each in learnt for example in _examples(each)]
    tried = _fit((*on.sentences, *own))
    compared = Compared(
        own_before=figures(in_force or shipped(), kept, policy),
        own=figures(tried, kept, policy),
        shipped_before=figures(on.model, on.kept, policy),
        shipped=figures(tried, on.kept, policy),
    )
    model = tried if compared.worse else _fit((*on.sentences, *on.kept, *own))
    return Attempt(model, compared, len(learnt), sum(each.corrected for each in learnt))


def _examples(lesson: Lesson) -> tuple[Example, ...]:
    return (Example(lesson.words, lesson.category),) * (CORRECTED if lesson.corrected else 1)


def teaches(words: str, policy: Policy) -> bool:
    """Whether a case may be learnt from. What is heard as danger is not: only the shipped sentences say what danger is,
    so that no gas leak that was closed becomes an everyday matter."""
    return not classify(words, policy, shares=shipped().shares(plain(words))).danger


def _fit(examples: Sequence[Example]) -> Model:
    return fit(examples, WordList(()), Cut.SPOKEN)
