"""Words and what was learnt, weighed together: which matter it is, how surely, and whether there is danger."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

from cases.danger import Danger
from dispatch.policy.model import Policy

DANGER = "!"
"""Before the name of a danger in the labels of a model."""

NOTHING = "unclear"
"""The label of what one cannot act on: greetings, thanks, abuse alone, a wrong number."""

FURTHER = "more"
"""The label of a further word on something told before: it is no matter by itself."""

Shares = Mapping[str, float]
"""How likely each label is; they add up to 1."""

_ALARM = 0.32  # so likely dangers must be together
_KIND = 0.25  # a kind is named that has so much of what all have
_LISTED = 0.5  # how much the policy's words count beside what was learnt: the exponent of their shares
_DOUBT = 8.0  # points that every text leaves open
_FLOOR = 1e-4
_SEEN = 0.002  # what is less likely is out of the question, unless a listed word says it


@dataclass(frozen=True, slots=True)
class Weighed:
    """How likely each category of the policy is, the likeliest first; together with `danger` and `nothing` they add up
    to 1. `kinds` are the dangers that are told where `danger` is an alarm."""

    categories: Mapping[str, float]
    danger: float
    kinds: tuple[Danger, ...]
    nothing: float

    @property
    def alarming(self) -> bool:
        """Whether danger is so likely that it counts as told."""
        return self.danger >= _ALARM


def weigh(shares: Shares, points: Mapping[str, int], policy: Policy) -> Weighed:
    """What was learnt (`shares` by label) and the words' points by category, as one."""
    dangers = {Danger(label[1:]): share for label, share in shares.items() if label.startswith(DANGER)}
    danger = sum(dangers.values())
    nothing = shares.get(NOTHING, 0.0) + shares.get(FURTHER, 0.0)
    told = {code: share for code, share in shares.items() if share >= _SEEN and code in policy.categories}
    rest = max(1.0 - danger - nothing, _FLOOR)
    return Weighed(_together(told, points, (rest, shares)), danger, _kinds(dangers, danger), nothing)


def _kinds(dangers: Mapping[Danger, float], all_: float) -> tuple[Danger, ...]:
    most = sorted(dangers, key=lambda kind: -dangers[kind])
    return tuple(kind for kind in most if dangers[kind] >= _KIND * all_)


def _together(told: Mapping[str, float], points: Mapping[str, int], of: tuple[float, Shares]) -> dict[str, float]:
    """The product of both, brought to the `rest`. A category that nobody taught the model is as likely as its
    likeliest, so that the words decide."""
    rest, shares = of
    unknown = max(told.values(), default=_FLOOR)
    all_ = sum(points.values()) + _DOUBT
    even = _DOUBT / max(len(shares), 1)
    weights = {
        code: exp(log(shares.get(code, unknown) + _FLOOR) + _LISTED * log((points.get(code, 0) + even) / all_))
        for code in {**told, **points}
    }
    sum_ = sum(weights.values()) or 1.0
    return {code: rest * weight / sum_ for code, weight in sorted(weights.items(), key=lambda item: -item[1])}
