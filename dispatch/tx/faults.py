"""What kept something from being done: the database is away, somebody else holds a row, or the thing itself."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

# PostgreSQL: a lock was waited for too long, a statement broken off, two waited for each other, or wrote at once.
_HELD = frozenset({"55P03", "57014", "40P01", "40001"})
AGAIN, HELD_AGAIN = timedelta(seconds=1), timedelta(seconds=10)
WORDS = 500  # characters of a trouble that are kept


class DatabaseAway(Exception):
    """The database cannot be reached, or did not answer in time. Nothing was written; try again."""


class RowHeld(DatabaseAway):
    """The database is there: somebody else held a row for longer than one waits, or two waited for each other.
    Nothing was written; try again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one thing was not done. `held`: nothing is wrong with it, somebody else had what it needs; it is not set
    aside however often that happens, since it goes as soon as they are done."""

    words: str
    held: bool

    @property
    def pause(self) -> timedelta:
        """After which it is tried again: what is held costs its neighbours the wait for it."""
        return HELD_AGAIN if self.held else AGAIN

    def tries(self, tries: sa.ColumnElement[int], most: int) -> sa.ColumnElement[int]:
        """The count of tries after this one; what is held never comes to the last."""
        return sa.func.least(tries + 1, most - 1) if self.held else tries + 1


def fault_of(trouble: Exception) -> Fault:
    """What is kept of the one thing that could not be done. Raises `trouble` where the database is away: then it is
    nobody's fault, and none of its neighbours would fare better."""
    held = is_held(trouble)
    if not held and isinstance(trouble, (DatabaseAway, sa.exc.OperationalError, sa.exc.InterfaceError)):
        raise trouble
    cause = getattr(trouble, "orig", None) or trouble
    return Fault(f"{type(cause).__name__}: {cause}".splitlines()[0][:WORDS], held)


def is_held(trouble: Exception) -> bool:
    """Whether somebody else had a row."""
    if isinstance(trouble, sa.exc.DBAPIError):
        return getattr(trouble.orig, "sqlstate", None) in _HELD
    return isinstance(trouble, RowHeld)
