"""The numbers by which somebody is chosen, as the policy says them."""

from dataclasses import dataclass
from datetime import timedelta

from dispatch.reading.cells import Table

_CAPACITY, _CONTINUITY, _NEAR = 40, 90, 500


@dataclass(frozen=True, slots=True)
class Choosing:
    """`capacity`: cases in hand of whoever has no other in the district; `continuity_days`: how long somebody stays the
    one who knows a caller or a building; `near_metres`: up to how many metres between the middles of two grids somebody
    is near."""

    capacity: int = _CAPACITY
    continuity_days: int = _CONTINUITY
    near_metres: int = _NEAR

    @property
    def continuity(self) -> timedelta:
        """How long somebody stays the one who knows a caller or a building."""
        return timedelta(days=self.continuity_days)


def read_choosing(policy: Table) -> Choosing:
    """The table `choice` of a raw policy; what it does not say is as usual."""
    table = policy.table("choice")
    found = Choosing(
        table.whole("capacity", _CAPACITY, least=1, most=999),
        table.whole("continuity_days", _CONTINUITY, most=3660),
        table.whole("near_metres", _NEAR, most=100_000),
    )
    table.close()
    return found
