"""One cheap look at what falls due next, of several offices together: what `timers` does while nothing is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from dispatch.same.models import WAITS


@dataclass(frozen=True, slots=True)
class Coming:
    """What the database's own clock shows, how far a rehearsal's is ahead of it, the first moment at which something
    fires (None: nothing waits), and whether firing waits until a jump of the clock is settled."""

    shown_at: datetime
    ahead: timedelta
    next_at: datetime | None
    halted: bool

    @property
    def now(self) -> datetime:
        """What the instance's clock shows."""
        return self.shown_at + self.ahead

    @property
    def is_behind(self) -> bool:
        """Whether the clock shows a moment that has passed: somebody lives the time until now."""
        return self.ahead < timedelta()

    @property
    def due(self) -> bool:
        """Whether something fires now."""
        return self.next_at is not None and self.next_at <= self.now

    def pause(self, most: float) -> float:
        """The seconds until the next firing, `most` at most."""
        if self.next_at is None:
            return most
        return min(most, max(0.0, (self.next_at - self.now) / timedelta(seconds=1)))


# Each minimum is the first row of a partial index: the states are written out, as those indexes want them, and the
# offices an array, for a join would read all that waits.
_MINE = "office_id = ANY(ARRAY(SELECT id FROM office WHERE code = ANY(%(offices)s)))"
_LOOK = f"""
SELECT now() AS shown_at, k.ahead, least(
        (SELECT min(fires_at) FROM timer WHERE state = 'open' AND {_MINE}),
        (SELECT min(fires_at) FROM errand WHERE state = 'open' AND {_MINE}),
        (SELECT min(due_at) FROM likeness WHERE {WAITS} AND {_MINE}),
        (SELECT min(expires_at) FROM dialogue
         WHERE state IN ('matter_asked', 'place_asked', 'same_asked') AND {_MINE})) AS next_at,
    EXISTS (SELECT FROM clock_jump WHERE state = 'open') AS halted
FROM clock k
"""  # noqa: S608 - a constant of our own


def look(conn: Connection, offices: Sequence[str]) -> Coming:
    """What comes next in these offices, by their codes."""
    row = conn.exec_driver_sql(_LOOK, {"offices": list(offices)}).one()
    return Coming(row.shown_at, row.ahead, row.next_at, row.halted)
