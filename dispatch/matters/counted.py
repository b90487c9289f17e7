"""How many matters a text tells, by what was learnt of texts that tell several, and which these are."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cases.phrases import msg
from dispatch.matters.finding import MatterFinding, classify
from dispatch.matters.weighing import DANGER
from dispatch.policy.model import Kind, Policy

NO_MATTER = (Kind.PRAISE, Kind.SUGGESTION)
"""Kinds that are no matter beside another."""

# So likely the second likeliest must be told: where a word like 另外 begins one, where pieces tell it too, else.
_BEGUN, _IN_PIECES, _ALONE = 0.05, 0.18, 0.4
_IN_HALVES = 0.1
_TWO = 2


@dataclass(frozen=True, slots=True)
class Counted:
    """How likely each matter is told, the likeliest first, all dangers as one; `known` are the categories that were
    learnt, of others it says nothing; `thanks` those that are no matter beside another."""

    likely: Sequence[tuple[str, float]]
    known: Collection[str]
    thanks: Collection[str] = ()

    def tells_more(self, *, begun: bool, in_pieces: bool) -> bool:
        """Whether a second matter is told, `begun` with a word like 另外 or found `in_pieces` of the text."""
        least = _BEGUN if begun else _IN_PIECES if in_pieces else _ALONE
        return len(self.likely) > 1 and self.likely[1][1] >= least

    @property
    def may_tell_more(self) -> bool:
        """Whether a second matter is likely enough that it is looked for in halves of the text."""
        return len(self.likely) > 1 and self.likely[1][1] >= _IN_HALVES

    @property
    def matters(self) -> frozenset[str]:
        """The categories that may stand beside another."""
        return frozenset(code for code, _ in self.likely if code != DANGER and code not in self.thanks)

    def beside(self, found: Collection[str]) -> Iterator[str]:
        """The categories that are told beside those found: as many as are sure, at least the second likeliest."""
        sure = [code for nth, (code, share) in enumerate(self.likely) if nth < _TWO or share >= _ALONE]
        most = max(len(sure) - len(found), int(len(found) < _TWO))
        yield from [code for code in sure if code not in found and code != DANGER and code not in self.thanks][:most]


def count(likely: Mapping[str, float], policy: Policy) -> Counted:
    """What was learnt says of a text (`likely` by label), as far as the policy knows it."""
    danger = max((share for label, share in likely.items() if label.startswith(DANGER)), default=0.0)
    matters = {code: share for code, share in likely.items() if code in policy.categories}
    order = sorted(({DANGER: danger} | matters).items(), key=lambda each: -each[1])
    thanks = frozenset(code for code in matters if policy.category(code).kind in NO_MATTER)
    return Counted(order, likely.keys(), thanks)


def as_told(text: str, code: str, share: float, policy: Policy) -> MatterFinding:
    """The matter of a category that a piece of a text tells."""
    found = classify(text, policy, shares={code: 1.0})
    why = msg("dispatch.matter.by_learning", category=policy.category(code).name, percent=round(share * 100))
    return replace(found, confidence=round(share, 4), reasons=(why, *found.reasons[1:]))
