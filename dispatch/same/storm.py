"""A storm as intake sees it: an event that runs, and whether what somebody tells is about it. Values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dispatch.matters import MatterFinding
from dispatch.same.spots import Spot


@dataclass(frozen=True, slots=True)
class Incident:
    """An event with which many cases are dealt in one. `place` None: everywhere. `known` is what everybody may hear."""

    id: UUID
    case_id: UUID
    number: str
    place: str | None
    topic: str
    known: str


def incidents(rows: Iterable[Sequence[Any]]) -> tuple[Incident, ...]:
    """The events of rows as the first statement of a transaction reads them."""
    return tuple(Incident(UUID(id_), UUID(case), *rest) for id_, case, *rest in rows)


def about(running: Iterable[Incident], spot: Spot, matter: MatterFinding, branch: Sequence[str]) -> Incident | None:
    """The event that a report is about. Danger is always a matter of its own, and so is what nobody understood."""
    if matter.risk or matter.confidence <= 0:
        return None
    fits = (each for each in running if each.topic == topic_of(branch) and each.place in (None, spot.place))
    return next(fits, None)


def topic_of(branch: Sequence[str]) -> str:
    """The branch of a category under which callers put one event: no water, a burst pipe in the street."""
    return branch[min(1, len(branch) - 1)]
