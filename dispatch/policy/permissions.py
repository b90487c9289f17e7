"""What a policy allows to be asked for: holds by reason, and extensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cases.clock.happened import HoldReason
from cases.clock.sla import Limit


class Approver(StrEnum):
    """Who, beside another person than the one who asks, may grant a hold: a dispatcher or supervisor of the office, or
    also whoever leads the unit."""

    OFFICE = "office"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """How a case may be held for a reason. `cap` is the longest time to its review, beside the limit of its level."""

    approver: Approver = Approver.OFFICE
    cap: Limit | None = None


@dataclass(frozen=True, slots=True)
class ExtensionTerms:
    """How often an attempt may be extended, and by how much at most in all; without a cap by its own limit again."""

    times: int = 2
    cap: Limit | None = None


@dataclass(frozen=True, slots=True)
class Permissions:
    """What may be asked for."""

    holds: Mapping[HoldReason, HoldTerms] = field(default_factory=dict)
    extensions: ExtensionTerms = ExtensionTerms()

    def hold(self, reason: HoldReason) -> HoldTerms:
        """The terms of a reason."""
        return self.holds.get(reason, HoldTerms())
