"""Which category it is, or that a person decides, or that there is nothing in it: from how likely each is."""

import re
from dataclasses import dataclass

from dispatch.matters.suggestion import Suggestion
from dispatch.matters.weighing import Weighed
from dispatch.policy.model import Policy

_SURE = 0.45  # so likely the category must be by itself
_AHEAD = 2.2  # and so many times as likely as the next
_AGREED = 0.25  # enough where a listed word says the same; and the least that a pressed key makes more of
_NOTHING = 0.5
_LEAST = 5  # signs that tell a matter by themselves where no listed word stands there: 又坏了 tells none
_HINTED = 3.0  # how many times likelier a category is on whose branch's key the caller pressed
_SHOWN = 3
# Whoever wants somebody to come has something, whatever it is.
_COME = re.compile(r"你们来|派.{0,2}人|来人看|来看(?:看|一下|一眼|下)|过来看|\bcome and (?:look|see)")


@dataclass(frozen=True, slots=True)
class Judged:
    """The category and how sure it is, 0 to 1. `unsure`: a person decides, `best` are the likeliest three. `unclear`:
    nothing in it that one could act on. `learnt`: by what was learnt."""

    category: str
    confidence: float
    unsure: bool = False
    best: tuple[Suggestion, ...] = ()
    unclear: bool = False
    learnt: bool = False


def judge(weighed: Weighed, by_words: Judged, of: tuple[str | None, str], policy: Policy) -> Judged:
    """What is made of how likely all are. `by_words` is what the words alone came to, `of` the key that was pressed and
    the plain text."""
    hint, said = of
    says_nothing = weighed.nothing >= _NOTHING and by_words.confidence == 0 and hint is None
    if says_nothing and not _COME.search(said):
        return Judged(policy.fallback, 0.0, unclear=True, learnt=True)
    likely = weighed.categories
    if hint is not None:
        likely = {code: share * (_HINTED if hint in policy.branch(code) else 1.0) for code, share in likely.items()}
    order = sorted(likely, key=lambda code: -likely[code])
    if not order:
        return by_words
    sum_ = sum(likely.values()) or 1.0
    best = tuple(Suggestion(code, round(likely[code] / sum_, 4), ()) for code in order[:_SHOWN])
    first = best[0]
    told = len(said) >= _LEAST if hint is None else weighed.categories[first.label] >= _AGREED
    tells = (by_words.confidence > 0 or told) and not says_nothing
    agree = by_words.confidence > 0 and by_words.category == first.label  # a listed word says it too
    least, ahead = (_AGREED, 1.0) if agree else (_SURE, _AHEAD)
    is_sure = tells and first.score >= least and (len(best) < 2 or first.score >= ahead * best[1].score)
    if not is_sure and hint is not None:
        return Judged(policy.category(hint).code, 0.0, best=best)  # the key decides where words say little
    return Judged(first.label, first.score if is_sure else 0.0, not is_sure, best, learnt=True)
