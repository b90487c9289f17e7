"""What follows where an order's text was not accepted, or did not arrive: by the carrier's reason, never by its code.

An order that nobody has is no order: each reason leads to somebody who is reached, at once.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Consequence(StrEnum):
    """What is done for an order that cannot be delivered."""

    RING = "ring"  # the same person by telephone
    NEXT = "next"  # nobody is at this number: the next person, and the unit's liaison is told
    STOPPED = "stopped"  # no text from us passes to this person: their work moves, and the supervisor is told


AFTER: Mapping[str, Consequence] = MappingProxyType(
    {
        "opted_out": Consequence.STOPPED,
        "bad_number": Consequence.NEXT,
        "unreachable": Consequence.RING,
        "no_texts": Consequence.RING,
        "blocked": Consequence.RING,
        "filtered": Consequence.RING,
        "bad_sender": Consequence.RING,
        "bad_body": Consequence.RING,
        "other": Consequence.RING,
    }
)


def after(error: str) -> Consequence:
    """What follows from a trouble as it is stored: the carrier's code, and our reason behind it."""
    return AFTER.get(error.rpartition(" ")[2], Consequence.RING)
