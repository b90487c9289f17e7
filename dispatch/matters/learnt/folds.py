"""Texts dealt into folds for an honest trial: each label to all folds alike, texts nearly the same into one fold."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol
from zlib import crc32

from dispatch.reading.script import plain

_SHINGLE, _SKETCH, _ALIKE = 5, 12, 6
_SIGN = re.compile(r"\W+")


class Labelled(Protocol):
    """A text with its label."""

    @property
    def label(self) -> str: ...

    @property
    def whole(self) -> str: ...


def deal(examples: Sequence[Labelled], folds: int, seed: int) -> list[int]:
    """The fold of each example, 0 to `folds` - 1; the same for the same examples and seed."""
    first = twins([example.whole for example in examples])
    groups: dict[int, list[int]] = defaultdict(list)
    for i, one in enumerate(first):
        groups[one].append(i)
    order = sorted(groups, key=lambda i: (examples[i].label, crc32(f"{seed} {examples[i].whole}".encode()), i))
    dealt = [0] * len(examples)
    for turn, group in enumerate(order):
        for i in groups[group]:
            dealt[i] = turn % folds
    return dealt


def twins(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first that is nearly the same; its own where there is none before.

    Two texts are nearly the same when half of their sketches (the smallest hashes of their five-character pieces)
    is: about a Jaccard likeness of one half.
    """
    first = list(range(len(texts)))
    holders: dict[int, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        sketch = _sketch(text)
        shared: dict[int, int] = defaultdict(int)
        for piece in sketch:
            for other in holders[piece]:
                shared[other] += 1
            holders[piece].append(i)
        alike = [other for other, count in shared.items() if count >= min(_ALIKE, len(sketch))]
        if alike:
            first[i] = first[min(alike)]
    return first


def _sketch(text: str) -> list[int]:
    signs = _SIGN.sub("", plain(text))
    pieces = {signs[i : i + _SHINGLE] for i in range(max(1, len(signs) - _SHINGLE + 1))}
    return sorted(crc32(piece.encode()) for piece in pieces)[:_SKETCH]
