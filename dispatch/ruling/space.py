"""All reports that a decision table can be asked about, exactly: those that no row tells apart are one cell.

The vocabulary is closed, so it is not sampled. Of the keywords, which are open, it is enough to know which words a row
looks for: a report may have any of them together, and more words never keep a row from holding.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.clock.sla import Level
from cases.phrases import Message, msg
from cases.report import Channel
from dispatch.district.model import District, UnitKind
from dispatch.places.model import PlaceKind
from dispatch.policy.model import Kind, Policy, Rule, When

_PLAIN = (Kind.REQUEST, Kind.COMPLAINT, Kind.REPORT)  # which the resident's words may turn into another


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the table sees it, without its words; `unit` is the lowest unit of its place, "" where the place is
    not known."""

    category: str
    kind: Kind
    level: Level
    place: PlaceKind
    unit: str
    channel: Channel
    working_time: bool

    @property
    def label(self) -> Message:
        """The report in words, as an example."""
        return msg(
            "ruling.example",
            category=self.category, place=self.place.label, unit=self.unit or "–", channel=self.channel.label,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """Reports that no row tells apart: one of them, all the categories that they may have, and which rows hold when
    the right words were said; bit n stands for row n."""

    example: Report
    categories: tuple[str, ...]
    rows: int


def cells(policy: Policy, district: District) -> Iterator[Cell]:
    """Every cell once. There are as many as there are differences that the rows make, never more."""
    columns = [_classes(column, policy.rules) for column in _columns(policy, district)]
    everywhere = (1 << len(policy.rules)) - 1
    for rows, (matters, *others) in _crossed(columns, everywhere):
        level, place, unit, channel, working = (values[0] for values in others)
        code, kind = matters[0]
        report = Report(code, kind, level, place, unit, channel, working)
        yield Cell(report, tuple(dict.fromkeys(code for code, _ in matters)), rows)


def may_be(policy: Policy) -> Iterator[tuple[str, Kind]]:
    """The categories with the kinds that a report of each can have."""
    spoken = {group.kind for group in policy.kind_words}
    for code, category in policy.categories.items():
        kinds = {category.kind} | (spoken if category.kind in _PLAIN else set())
        yield from ((code, kind) for kind in Kind if kind in kinds)


def covers(when: When, policy: Policy, code: str) -> bool:
    """Whether a row is about a category: in one of its branches, and of one of its service lines."""
    in_branch = not when.categories or not set(policy.branch(code)).isdisjoint(when.categories)
    return in_branch and (not when.service_lines or policy.category(code).service_line in when.service_lines)


def grounds(district: District) -> dict[str, frozenset[str]]:
    """The units in which a place can be, each with those above it; "" for a place that is not known."""
    below = (unit for unit in district.units if unit.kind is not UnitKind.OFFICE)
    return {"": frozenset(), **{unit.code: frozenset(unit.path) for unit in below}}


Holds = Callable[[When], bool]
_Column = Mapping[Any, Holds]
_Class = tuple[int, tuple[Any, ...]]  # the rows that hold, and the values for which just these do


def _columns(policy: Policy, district: District) -> tuple[_Column, ...]:
    """For each column its values, and when a row holds for one of them."""
    return (
        {(code, kind): _of_matter(policy, code, kind) for code, kind in may_be(policy)},
        {level: lambda when, one=level: not when.levels or one in when.levels for level in Level},
        {place: lambda when, one=place: not when.places or one in when.places for place in PlaceKind},
        {code: _of_ground(above) for code, above in grounds(district).items()},
        {channel: lambda when, one=channel: not when.channels or one in when.channels for channel in Channel},
        {flag: lambda when, one=flag: when.working_time in (None, one) for flag in (True, False)},
    )


def _of_matter(policy: Policy, code: str, kind: Kind) -> Holds:
    return lambda when: (not when.kinds or kind in when.kinds) and covers(when, policy, code)


def _of_ground(above: frozenset[str]) -> Holds:
    return lambda when: not when.area or not above.isdisjoint(when.area)


def _classes(column: _Column, rules: Iterable[Rule]) -> list[_Class]:
    """The values that the rows do not tell apart."""
    whens = [rule.when for rule in rules]
    found: dict[int, list[Any]] = {}
    for value, holds in column.items():
        found.setdefault(sum(1 << n for n, when in enumerate(whens) if holds(when)), []).append(value)
    return [(rows, tuple(values)) for rows, values in found.items()]


def _crossed(columns: Sequence[list[_Class]], rows: int) -> Iterator[tuple[int, tuple[tuple[Any, ...], ...]]]:
    """Each way to take one class of every column, with the rows that hold for all of them; the first columns turn
    slowest. Where no row is left the other columns make no difference."""
    if not columns:
        yield rows, ()
        return
    for held, values in columns[0] if rows else columns[0][:1]:
        for left, others in _crossed(columns[1:], rows & held):
            yield left, (values, *others)
