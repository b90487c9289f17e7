"""The scored checklist of an inspection: what is looked at, how many points it gives, and what a score comes to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from cases.phrases import Message, Name, msg


class Section(StrEnum):
    """The part of the ground that an item looks at."""

    ROAD = "road"
    COURTYARD = "courtyard"
    STAIRWELL = "stairwell"

    @property
    def label(self) -> Message:
        """The part in words."""
        return msg(f"rounds.section.{self.value}")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is looked at: from 0 to `most` points, which count `weight` times."""

    code: str
    section: Section
    name: Name
    most: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Checklist:
    """The items of an inspection, in the order in which they are answered."""

    code: str
    name: Name
    items: tuple[Item, ...]


class BadAnswers(ValueError):
    """Answers that do not fit the checklist: another number of them, or more points than an item gives."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


def check_answers(checklist: Checklist, answers: Sequence[int]) -> None:
    """Raises BadAnswers."""
    if len(answers) != len(checklist.items):
        raise BadAnswers(msg("rounds.answers.count", given=len(answers), wanted=len(checklist.items)))
    for place, (item, given) in enumerate(zip(checklist.items, answers, strict=True), 1):
        if not 0 <= given <= item.most:
            raise BadAnswers(msg("rounds.answers.points", place=place, item=item.name, given=given, most=item.most))


def score(checklist: Checklist, answers: Sequence[int]) -> Decimal:
    """What the answers come to, of a hundred, to one place. Raises BadAnswers."""
    check_answers(checklist, answers)
    return _of_hundred(zip(checklist.items, answers, strict=True))


def by_section(checklist: Checklist, answers: Sequence[int]) -> MappingProxyType[Section, Decimal]:
    """The same for each part of the ground that has items. Raises BadAnswers."""
    check_answers(checklist, answers)
    both = list(zip(checklist.items, answers, strict=True))
    there = dict.fromkeys(item.section for item in checklist.items)
    return MappingProxyType(
        {part: _of_hundred((item, given) for item, given in both if item.section is part) for part in there}
    )


def _of_hundred(both: Iterator[tuple[Item, int]]) -> Decimal:
    given = most = 0
    for item, points in both:
        given += points * item.weight
        most += item.most * item.weight
    return (Decimal(100 * given) / most).quantize(Decimal("0.1"), ROUND_HALF_UP)
