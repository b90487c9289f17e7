"""How well a model does on texts that it has not seen, and whether it may take the place of another.

What is kept apart is always the same: a third of the office's cases, by their ids, and a fifth of the shipped
sentences, by their words. Two comparisons must be passed:

- On the office's kept cases, with the model in force: the right share is not lower and false alarms are not more, both
  without tolerance. Of fewer than `ENOUGH` (8) cases nothing is concluded, and what gets less than `SENSE` (0.3) right
  has learnt no sense from them: then it does not take over either.
- On the kept sentences, with a model that has learnt from the other shipped sentences alone: the right share is lower
  by `SLACK` (0.01) at most, danger recall by `SLACK_DANGER` (0.005) at most, false alarms are more by `SLACK_DANGER` at
  most. The measure is what is shipped, not the version before, so that small losses never add up.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID
from zlib import crc32

from dispatch.matters import classify
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.training import Example
from dispatch.matters.weighing import DANGER
from dispatch.policy import Policy
from dispatch.reading.script import plain

SLACK = 0.01
SLACK_DANGER = 0.005
ENOUGH = 8
SENSE = 0.3
_THIRD, _FIFTH = 3, 5


def is_kept_case(case: UUID) -> bool:
    """Whether a case is never learnt from."""
    return crc32(case.bytes) % _THIRD == 0


def is_kept_sentence(example: Example) -> bool:
    """Whether a shipped sentence is kept apart for the comparison."""
    return crc32(example.text.encode()) % _FIFTH == 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `texts`: the share of plain matters that was right, of dangers that was heard, of others that was heard as
    danger. A share of nothing is 0."""

    texts: int
    right: float
    recall: float
    false_alarms: float


def figures(model: Model, kept: Sequence[Example], policy: Policy) -> Figures:
    """How a model does on these, weighed together with the policy's words, as it is in force."""
    heard = [(each.label, classify(each.text, policy, shares=model.shares(plain(each.text)))) for each in kept]
    dangers = [bool(found.danger) for label, found in heard if label.startswith(DANGER)]
    others = [bool(found.danger) for label, found in heard if not label.startswith(DANGER)]
    right = [
        found.category == label and not (found.unsure or found.unclear)
        for label, found in heard
        if label in policy.categories
    ]
    return Figures(len(heard), _share(right), _share(dangers), _share(others))


def _share(rows: Sequence[bool]) -> float:
    return round(sum(rows) / len(rows), 4) if rows else 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a comparison: the figures on the office's kept cases and on the kept sentences, of the one `before`
    and of the new one."""

    own_before: Figures
    own: Figures
    shipped_before: Figures
    shipped: Figures

    @property
    def worse(self) -> tuple[str, ...]:
        """What keeps the new one from taking over; nothing where it may."""
        before, new, old, now = self.own_before, self.own, self.shipped_before, self.shipped
        tried = {
            "few": new.texts < ENOUGH,
            "sense": new.texts >= ENOUGH and new.right < SENSE,
            "own_right": new.right < before.right,
            "own_alarms": new.false_alarms > before.false_alarms,
            "right": now.right < old.right - SLACK,
            "recall": now.recall < old.recall - SLACK_DANGER,
            "alarms": now.false_alarms > old.false_alarms + SLACK_DANGER,
        }
        return tuple(name for name, is_so in tried.items() if is_so)

    def facts(self) -> dict[str, object]:
        """For the record."""
        return {**asdict(self), "worse": list(self.worse)}
