"""What `timers` does of duty when an errand's moment has come."""

from types import MappingProxyType

from dispatch.due.errands import Handlers, Kind
from dispatch.duty import digests, leaves, moves

HANDLERS: Handlers = MappingProxyType(
    {
        Kind.DIGEST: digests.digest,
        Kind.SHIFT: moves.shift_over,
        Kind.ABSENT: leaves.absence_begins,
        Kind.HAND_ON: moves.hand_over,
    }
)
