"""Rows that overlap with different outcomes, so that only their order decides.

A narrower row above a wider one is an exception, and so is one of fewer categories: that is how such a table is read.
Where neither is, the upper row must say that it goes before the lower one (`over`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cases.clock.sla import Level
from cases.phrases import Message
from dispatch.district.model import District
from dispatch.places.model import PlaceKind
from dispatch.policy.cover import reported
from dispatch.policy.model import Kind, Outcome, Policy, When
from dispatch.reading.boxes import Box, common, either, meet, within
from dispatch.reading.script import plain
from dispatch.ruling.conditions import People, Season
from dispatch.ruling.finding import Finding, about
from dispatch.ruling.space import Report, covers, grounds, may_be

_Matters = Sequence[tuple[str, Kind]]
_Ground = Mapping[str, frozenset[str]]


def crossings(policy: Policy, district: District) -> Iterator[Finding]:
    """A finding for each pair that crosses unsaid, and for each `over` that says nothing."""
    matters, ground = list(may_be(policy)), grounds(district)
    boxes = [_box(rule.when, policy, matters, ground) for rule in policy.rules]
    below = {rule.id: at for at, rule in enumerate(policy.rules)}
    for at, rule in enumerate(policy.rules):
        for lower in range(at + 1, len(policy.rules)):
            other = policy.rules[lower]
            crossed = _crosses(boxes[at], boxes[lower], rule.when, other.when)
            if crossed and other.id not in rule.over and _decides(rule.outcome) != _decides(other.outcome):
                yield about(lower, other, "crosses", "when", upper=rule.id, example=_example(boxes[at], boxes[lower]))
        for named in rule.over:
            if below.get(named, -1) <= at or not meet(boxes[at], boxes[below[named]]):
                yield about(at, rule, "over_nothing", "over", lower=named)


def _crosses(upper: Box, lower: Box, above: When, below: When) -> bool:
    """Whether both hold for some report, and the upper one is no exception of the lower."""
    if not meet(upper, lower) or _matters(upper) < _matters(lower):
        return False
    both = common(upper, lower)
    narrowed = (both[0], *upper[1:])
    looked = frozenset(map(plain, below.keywords))
    said = frozenset(map(plain, above.keywords))
    narrower = not looked or bool(said and said <= looked)
    return not (narrower and within(narrowed, (both[0], *lower[1:])))


def _matters(box: Box) -> frozenset[object]:
    return frozenset(pair[0] for pair in box[0] if isinstance(pair, tuple))


def _decides(outcome: Outcome) -> Outcome:
    return replace(outcome, notice=None)


def _box(when: When, policy: Policy, matters: _Matters, ground: _Ground) -> Box:
    """The reports for which a row holds, but for its keywords."""
    return (
        frozenset(
            (code, kind)
            for code, kind in may_be(policy)
            if covers(when, policy, code) and (not when.kinds or kind in when.kinds)
        ),
        frozenset(when.levels or Level),
        frozenset(when.places or PlaceKind),
        frozenset(code for code, above in ground.items() if not when.area or above & set(when.area)),
        reported(when),
        either(when.working_time),
        frozenset(when.seasons or Season),
        frozenset(when.people or People),
        either(when.again),
    )


def _example(one: Box, other: Box) -> Message:
    """A report for which both hold, in words."""
    values: list[Any] = [sorted(values, key=str)[0] for values in common(one, other)]
    (code, kind), *others = values
    return Report(code, kind, *others).label
