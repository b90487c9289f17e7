"""Boxes: a set of values for each closed column of the decision table. What is left of one box when others are taken
away is known exactly, without asking for every report there may be."""

from collections.abc import Iterable, Iterator

Box = tuple[frozenset[object], ...]


def either(said: bool | None) -> frozenset[object]:
    """The values of a column of yes and no, for a cell that says one of them or nothing."""
    return frozenset({True, False} if said is None else {said})


def meet(one: Box, other: Box) -> bool:
    """Whether there is a report in both."""
    return all(not a.isdisjoint(b) for a, b in zip(one, other, strict=True))


def within(one: Box, other: Box) -> bool:
    """Whether every report of `one` is in `other`."""
    return all(a <= b for a, b in zip(one, other, strict=True))


def common(one: Box, other: Box) -> Box:
    """The reports in both."""
    return tuple(a & b for a, b in zip(one, other, strict=True))


def without(box: Box, others: Iterable[Box]) -> list[Box]:
    """What is left of a box when others are taken away: pieces that do not overlap."""
    left = [box]
    for away in others:
        left = [rest for piece in left for rest in _cut(piece, away)]
    return left


def _cut(box: Box, away: Box) -> Iterator[Box]:
    if not meet(box, away):
        yield box
        return
    kept: list[frozenset[object]] = []
    for at, values in enumerate(box):
        outside = values - away[at]
        if outside:
            yield (*kept, outside, *box[at + 1 :])
        kept.append(values & away[at])
