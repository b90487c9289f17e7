"""All figures of one period and one part of the district together, as pages, files and commands show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cases.phrases import Message, msg
from dispatch.figures.counting import Period, Score, Value, count_all, lies_in, received, score
from dispatch.figures.facts import CaseFacts
from dispatch.policy.figuring import Figuring

_THOUSANDS = 10_000


@dataclass(frozen=True, slots=True)
class Report:
    """`values` by their codes; `received` are the numbers of the cases that came in and count; `residents` how many
    live there, None where nobody said."""

    period: Period
    scope: str
    values: Mapping[str, Value]
    score: Score
    received: tuple[str, ...]
    residents: int | None

    @property
    def per_10000(self) -> float | None:
        """Cases that came in for each 10,000 residents."""
        return len(self.received) * _THOUSANDS / self.residents if self.residents else None


def days(first: date, last: date, zone: tzinfo) -> Period:
    """From the beginning of one day to the end of another, in a zone."""

    def begins(day: date) -> datetime:
        return datetime.combine(day, time(), zone).astimezone(UTC)

    return Period(begins(first), begins(last + timedelta(days=1)))


def report(  # noqa: PLR0913 - of which cases, when, where; how figures are made, the units' paths, and the rounds
    found: Sequence[CaseFacts],
    period: Period,
    scope: str,
    figuring: Figuring,
    paths: Mapping[str, str],
    coverage: Value,
) -> Report:
    """The figures of a scope. `paths` of the units by their codes; `coverage` of rounds, which are no cases."""
    values = count_all(found, period, scope) | {coverage.code: coverage}
    return Report(
        period, scope, values, score(values, figuring.weights), received(found, period, scope),
        _residents(figuring.residents, paths, scope),
    )  # fmt: skip


def _residents(counted: Mapping[str, int], paths: Mapping[str, str], scope: str) -> int | None:
    """Of the unit itself, else of all below it together: a unit below one that was counted is in that count."""
    known = {paths[code]: number for code, number in counted.items() if code in paths}
    if scope in known:
        return known[scope]
    inside = {path: number for path, number in known.items() if lies_in(path, scope)}
    tops = [path for path in inside if not any(other != path and lies_in(path, other) for other in inside)]
    return sum(inside[path] for path in tops) or None


def percent(share: float | None) -> str:
    """A share for people: 93.7 %; a dash where there is nothing to count."""
    return "–" if share is None else f"{share * 100:.1f} %"


def between(value: Value) -> str:
    """Within which shares the true one lies, for people; empty where there is nothing to count."""
    return " – ".join(percent(end) for end in value.interval) if value.interval else ""


def score_words(found: Report) -> Message:
    """The three rates in one number, and how they were weighed."""
    return msg("figures.score", share=percent(found.score.share), **found.score.weights)


def residents_words(found: Report) -> Message:
    """Cases for each 10,000 residents, or that nobody said how many live there."""
    count = len(found.received)
    if found.per_10000 is None:
        return msg("figures.no_residents", count=count)
    return msg("figures.per_10000", count=count, residents=found.residents or 0, value=f"{found.per_10000:.1f}")
