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
from dispatch.policy.cover import reported
from dispatch.policy.model import Kind, Policy, Rule, When
from dispatch.ruling.conditions import People, Season, Source, Trait, reporters

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
    reporter: tuple[Channel, Source, frozenset[Trait]]
    working_time: bool
    season: Season
    people: People
    again: bool

    @property
    def label(self) -> Message:
        """The report in words, as an example."""
        return msg(
            "ruling.example",
            category=self.category, place=self.place.label, unit=self.unit or "–", channel=self.reporter[0].label,
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
        code, kind = matters[0]
        report = Report(code, kind, *(values[0] for values in others))
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
        {each: lambda when, one=each: one in reported(when) for each in reporters()},
        {flag: lambda when, one=flag: when.working_time in (None, one) for flag in (True, False)},
        {season: lambda when, one=season: not when.seasons or one in when.seasons for season in Season},
        {many: lambda when, one=many: not when.people or one in when.people for many in People},
        {flag: lambda when, one=flag: when.again in (None, one) for flag in (False, True)},
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
    slowest. What the rows that are left do not tell apart is taken once; where none is left nothing is."""
    if not columns:
        yield rows, ()
        return
    told_apart: dict[int, tuple[Any, ...]] = {}
    for held, values in columns[0]:
        told_apart.setdefault(rows & held, values)
    for kept, values in told_apart.items():
        for left, others in _crossed(columns[1:], kept):
            yield left, (values, *others)
