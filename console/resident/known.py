"""Which cases this browser may act on: those whose code was given in it, or that were reported in it.

They stand in the signed session, without the code; an hour later they are forgotten.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import session

KEPT_FOR = timedelta(hours=1)
MOST = 5  # cases in one browser; the oldest is forgotten first
_KEY = "cases"


@dataclass(frozen=True, slots=True)
class Known:
    """A case that this browser has opened: its number, its office, its id, and when."""

    number: str
    office: str
    id: UUID
    at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was opened lately; a clock that was wound back opens nothing."""
        return timedelta(0) <= now - self.at < KEPT_FOR


def remember(known: Known) -> None:
    """From now on this browser may act on that case."""
    others = [entry for entry in _entries() if entry[0] != known.number]
    session[_KEY] = [*others, [known.number, known.office, str(known.id), known.at.isoformat()]][-MOST:]


def recall(number: str) -> Known | None:
    """The case of that number, where this browser has opened it. Whether lately is for the caller to see."""
    for found, office, id_, at in _entries():
        if found == number:
            return Known(found, office, UUID(id_), datetime.fromisoformat(at))
    return None


def forget(number: str) -> None:
    """This browser has done with that case."""
    session[_KEY] = [entry for entry in _entries() if entry[0] != number]


def _entries() -> list[Any]:
    return list(session.get(_KEY, []))
