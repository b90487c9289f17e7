"""Finds rows of the decision table that can never decide.

A row is seen as a box. What the rows above take away is cut off box by box; a row of which nothing is left is dead.
The open columns (area, keywords) count only where the row above has the same words or more; so a row called dead is
dead, and a row that is dead for a reason outside the table (two areas that are one) may pass: with the district in
hand `dispatch.ruling.lint` finds that too.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from cases.clock.sla import Level
from cases.phrases import Message, msg
from cases.report import Channel
from dispatch.places.model import PlaceKind
from dispatch.policy.model import Category, Kind, Rule, When
from dispatch.reading.boxes import Box, either, meet, without
from dispatch.ruling.conditions import People, Season, Source, Trait, reporters


def never_reached(rules: Sequence[Rule], categories: Mapping[str, Category]) -> Iterator[tuple[int, Message]]:
    """The index of each dead row, and why it is dead."""
    boxes = [_box(rule.when, categories) for rule in rules]
    known = [set(rule.when.categories) <= set(categories) for rule in rules]  # the others have faults of their own
    for at, rule in enumerate(rules):
        if not known[at]:
            continue
        if not all(boxes[at]):
            yield at, msg("dispatch.fault.never_holds")
            continue
        above = [i for i in range(at) if known[i] and _open_covers(rules[i].when, rule.when)]
        if not without(boxes[at], (boxes[i] for i in above)):
            names = ", ".join(rules[i].id for i in above if meet(boxes[at], boxes[i]))
            yield at, msg("dispatch.fault.never_decides", rules=names)


def _box(when: When, categories: Mapping[str, Category]) -> Box:
    return (
        frozenset(code for code in categories if _in_branch(code, when, categories)),
        _values(when.kinds, Kind),
        _values(when.levels, Level),
        _values(when.places, PlaceKind),
        reported(when),
        either(when.working_time),
        _values(when.seasons, Season),
        _values(when.people, People),
        either(when.again),
    )


def _in_branch(code: str, when: When, categories: Mapping[str, Category]) -> bool:
    category = categories[code]
    if when.service_lines and category.service_line not in when.service_lines:
        return False
    at: str | None = code
    while when.categories and at is not None:
        if at in when.categories:
            return True
        at = categories[at].parent
    return not when.categories


@lru_cache(4096)
def _told(channels: tuple[Channel, ...], sources: tuple[Source, ...], caller: tuple[Trait, ...]) -> frozenset[object]:
    return frozenset(
        (channel, source, traits)
        for channel, source, traits in reporters()
        if (not channels or channel in channels)
        and (not sources or source in sources)
        and (not caller or not traits.isdisjoint(caller))
    )


def reported(when: When) -> frozenset[object]:
    """The ways of telling and the callers for which a row holds."""
    return _told(when.channels, when.sources, when.caller)


def _values(said: Sequence[object], words: type[StrEnum]) -> frozenset[object]:
    return frozenset(said or words)


def _open_covers(upper: When, lower: When) -> bool:
    """Whether the open columns of the upper row hold wherever those of the lower do."""
    return all(
        not high or bool(low and set(low) <= set(high))
        for high, low in ((upper.area, lower.area), (upper.keywords, lower.keywords))
    )
