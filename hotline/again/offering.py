"""What a report may be the same as: an open case of the caller, one that was closed lately, a storm that runs.

Danger is always a matter of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dispatch.people.parties import Party
from dispatch.reports import OpenCase
from dispatch.same import storm, storms
from dispatch.same.spots import spot_of
from dispatch.same.storm import Incident, topic_of
from dispatch.transaction import Tx
from dispatch.understanding import Understood
from hotline.texting.matching import follow, is_urging


class Kind(StrEnum):
    """What it may be the same as."""

    OPEN = "open"
    CLOSED = "closed"
    STORM = "storm"


@dataclass(frozen=True, slots=True)
class Offer:
    """A matter that a report may be the same as."""

    kind: Kind
    case_id: UUID
    number: str
    case: OpenCase | None = None
    event: Incident | None = None


def offered(
    tx: Tx, party: Party | None, said: tuple[str, Understood], cases: Sequence[OpenCase], closed: Sequence[OpenCase]
) -> Offer | None:
    """The matter that a report (its words, and what was understood) may be; None where it is a new one."""
    words, understood = said
    if understood.complains_of:
        return None  # a complaint about the office's own people is the same as nothing
    mine, _ = follow(words, understood, cases)
    if mine is not None:
        return Offer(Kind.OPEN, mine.id, mine.number, case=mine)
    event = _storm(tx, party, words, understood)
    if event is not None:
        return Offer(Kind.STORM, event.case_id, event.number, event=event)
    over, _ = follow(words, understood, closed) if understood.matter.confidence > 0 else (None, None)
    return Offer(Kind.CLOSED, over.id, over.number, case=over) if over is not None else None


def _storm(tx: Tx, party: Party | None, words: str, understood: Understood) -> Incident | None:
    """By its place and topic; who joined already need not name the place."""
    if not tx.incidents:
        return None
    matter, spot = understood.matter, spot_of(understood.place.place, words)
    topic = topic_of(tx.policy.branch(matter.category))
    found = storm.about(tx.incidents, spot, matter, tx.policy.branch(matter.category))
    if found is not None or spot.place is not None or party is None or matter.risk:
        return found
    mine = storms.joined(tx, party.id)
    fits = mine is not None and (mine.topic == topic if matter.confidence > 0 else is_urging(words))
    return mine if fits else None
