"""How far the labels of real addresses agree: what a reader could reach at most that goes by form alone.

The form of a number is its measure word, the kind of name before it, what stands in one row with it and how large it
is. Where one form is labelled now this way, now that, no reader of forms is right each time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from bench.addresses import TAGS, Address, read, samples, scores
from dispatch.places.said.ground import before
from dispatch.places.said.pieces import Piece, pieces
from dispatch.places.said.row import dashes, joint_between
from dispatch.reading.script import simplified

_NONE = "-"
_SIZES = (5, 100, 1000)
Form = tuple[object, ...]


def measure() -> dict[str, Any]:
    """The figures of the samples."""
    return ceiling(read(samples().read_text("utf-8")))


def ceiling(addresses: Sequence[Address]) -> dict[str, Any]:
    """Forms, how many labels are not the one that their form mostly has, and F1 of two readers by form: one that has
    seen every label, and one that has seen all but the label that it is asked for, asked where a form comes again."""
    numbers = [number for address in addresses for number in _labelled(address)]
    labels: defaultdict[Form, Counter[str]] = defaultdict(Counter)
    for form, label in numbers:
        labels[form][label] += 1
    again = [(form, label) for form, label in numbers if labels[form].total() > 1]
    return {
        "numbers": len(numbers),
        "forms": len(labels),
        "forms that come once": len(numbers) - len(again),
        "labels against their form": sum(counted.total() - max(counted.values()) for counted in labels.values()),
        "seen all, f1": _f1((_mostly(labels[form]), label) for form, label in numbers),
        "seen the others, f1": _f1((_mostly(labels[form] - Counter([label])), label) for form, label in again),
    }


def _mostly(counted: Counter[str]) -> str:
    return counted.most_common(1)[0][0]


def _f1(answers: Iterable[tuple[str, str]]) -> dict[str, float]:
    counted = Counter(answers)
    found, labelled = Counter[str](), Counter[str]()
    for (ours, theirs), times in counted.items():
        found[ours] += times
        labelled[theirs] += times
    return {part: scores(counted[part, part], found[part], labelled[part])["f1"] for part in TAGS.values()}


def _labelled(address: Address) -> Iterator[tuple[Form, str]]:
    """The form and the label of each number of an address."""
    text = simplified(address.text)
    found = pieces(text)
    for i, piece in enumerate(found):
        yield _form(text, found, i), TAGS.get(_tag(address, piece), _NONE)


def _tag(address: Address, piece: Piece) -> str:
    end = 0
    for tag, word in address.pieces:
        end += len(word)
        if piece.start < end:
            return tag
    return _NONE


def _form(text: str, found: Sequence[Piece], i: int) -> Form:
    row = [_link(text, one, other) for one, other in pairwise(found)]
    first, last = i, i
    while first and row[first - 1] is not None:
        first -= 1
    while last < len(row) and row[last] is not None:
        last += 1
    size = sum(found[i].value >= size for size in _SIZES)
    chain = tuple(
        (piece.measure, row[k] if k < last else None) for k, piece in enumerate(found[first : last + 1], first)
    )
    return before(text, found[first].start), chain, i - first, size


def _link(text: str, one: Piece, other: Piece) -> bool | None:
    """Whether a dash joins two neighbours; None where they are none."""
    joint = joint_between(text, one, other)
    return None if joint is None else dashes(joint)
