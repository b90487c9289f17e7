"""Counting: the values of figures over a period and a part of the district, with how sure a small count can be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from dispatch.figures.definitions import FIGURES, THREE, Figure
from dispatch.figures.facts import CaseFacts, LeftOut

_Z = 1.959963984540054  # of the normal distribution: 95 % lie within so many deviations on both sides


@dataclass(frozen=True, slots=True)
class Period:
    """From one moment up to another, which is not of it."""

    from_at: datetime
    to_at: datetime

    def has(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.from_at <= at < self.to_at


@dataclass(frozen=True, slots=True)
class Value:
    """A figure counted: of which cases those that are counted (`yes`) are, and all of them (`of`). A case stands there
    once for each item. `left_out`: how many cases would have counted, by why they do not."""

    code: str
    yes: tuple[str, ...]
    of: tuple[str, ...]
    left_out: Mapping[LeftOut, int]

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where there was nothing to count."""
        return len(self.yes) / len(self.of) if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which shares the true one lies, with 95 % (Wilson's score interval)."""
        return wilson(len(self.yes), len(self.of)) if self.of else None


@dataclass(frozen=True, slots=True)
class Score:
    """The three rates in one number between 0 and 1, weighted; None where one of them has nothing to count."""

    weights: Mapping[str, int]
    share: float | None


def wilson(yes: int, of: int) -> tuple[float, float]:
    """Wilson's score interval at 95 %: E. B. Wilson, Journal of the American Statistical Association 22 (1927)."""
    share, square = yes / of, _Z * _Z
    middle = share + square / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return (0.0 if yes == 0 else (middle - spread) / whole), (1.0 if yes == of else (middle + spread) / whole)


def lies_in(path: str, scope: str) -> bool:
    """Whether a unit is the one of `scope` or stands below it."""
    return path == scope or path.startswith(scope + "/")


def count(figure: Figure, found: Iterable[CaseFacts], period: Period, scope: str) -> Value:
    """A figure over a period, of the units of a scope."""
    yes: list[str] = []
    of: list[str] = []
    out: Counter[LeftOut] = Counter()
    for case in found:
        items = [item for item in figure.over(case) if period.has(item.at) and lies_in(item.path, scope)]
        why = case.left_out
        if why is not None and why in figure.leaves_out:
            out[why] += bool(items)
            continue
        out.update(item.out for item in items if item.out is not None)
        counted = [item for item in items if item.out is None]
        of += [case.number] * len(counted)
        yes += [case.number for item in counted if item.yes]
    return Value(figure.code, tuple(yes), tuple(of), {why: out[why] for why in LeftOut if out[why]})


def count_all(found: Sequence[CaseFacts], period: Period, scope: str) -> dict[str, Value]:
    """Every figure, by its code, in the order of their definitions."""
    return {figure.code: count(figure, found, period, scope) for figure in FIGURES}


def received(found: Iterable[CaseFacts], period: Period, scope: str) -> tuple[str, ...]:
    """The cases that count, as they came in: what is set against the number of residents."""
    return tuple(
        case.number
        for case in found
        if case.left_out is None and period.has(case.received_at) and lies_in(case.path, scope)
    )


def score(values: Mapping[str, Value], weights: Mapping[str, int]) -> Score:
    """The three rates together. `weights` are hundredths, and make a hundred together."""
    shares = [(values[code].share, weights[code]) for code in THREE]
    known = [(share, weight) for share, weight in shares if share is not None]
    if len(known) < len(shares):
        return Score(weights, None)
    return Score(weights, sum(share * weight for share, weight in known) / sum(weights.values()))


def ranks(values: Mapping[str, Value], *, good: bool, minimum: int) -> dict[str, int]:
    """The places of units by a figure, 1 the best; equal shares have one place. Who has fewer than `minimum` items is
    not ranked: so little says nothing."""
    enough = {unit: value.share for unit, value in values.items() if len(value.of) >= minimum}
    known = {unit: share for unit, share in enough.items() if share is not None}
    sign = 1 if good else -1
    return {unit: 1 + sum(sign * other > sign * share for other in known.values()) for unit, share in known.items()}
