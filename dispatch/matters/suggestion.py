"""A category that may be the right one, for a person to look at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A label, how likely it is (0 to 1; the scores of one text add up to at most 1), and the words that spoke for
    it."""

    label: str
    score: float
    why: tuple[str, ...]
