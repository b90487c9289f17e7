"""The figures of rounds and inspections: coverage, and scores by committee over months."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from dispatch.figures.counting import Value
from dispatch.figures.definitions import COVERAGE

_ONE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """One plan's work of one period, counted. `committee` is empty for what stands under none. Of its `tasks` (a
    household or a place each) `done` were done, `late` of these after the limit. `points` is the sum of the scores of
    `scored` tasks."""

    number: str
    kind: str
    period: date
    due_at: datetime
    committee: str
    unit: str
    grid: str
    tasks: int
    done: int
    late: int
    points: Decimal
    scored: int


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of scores, of a hundred, with how many it rests on."""

    points: Decimal
    scored: int

    @property
    def score(self) -> Decimal | None:
        return (self.points / self.scored).quantize(_ONE, ROUND_HALF_UP) if self.scored else None


def coverage(found: Iterable[RoundFacts], now: datetime) -> Value:
    """Households and places visited, of those whose limit has come. What is done late counts, what was missed never
    does; what is not due yet counts on neither side, even where it was done early. Items are rounds, once a task."""
    due = [each for each in found if each.due_at <= now]
    yes = tuple(each.number for each in due for _ in range(each.done))
    return Value(COVERAGE, yes, tuple(each.number for each in due for _ in range(each.tasks)), {})


def coverage_by(found: Iterable[RoundFacts], name: str, now: datetime) -> Mapping[str, Value]:
    """The same for each `committee`, `unit` or `grid`, in the order in which they come."""
    groups: dict[str, list[RoundFacts]] = {}
    for each in found:
        groups.setdefault(getattr(each, name), []).append(each)
    return {key: coverage(group, now) for key, group in groups.items()}


def scores(found: Iterable[RoundFacts]) -> Mapping[tuple[str, date], Mean]:
    """The mean score of each committee in each month (its first day), by when the period began."""
    means: dict[tuple[str, date], Mean] = {}
    for each in found:
        if each.scored:
            key = (each.committee, each.period.replace(day=1))
            before = means.get(key, Mean(Decimal(), 0))
            means[key] = Mean(before.points + each.points, before.scored + each.scored)
    return means
