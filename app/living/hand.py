"""The clock in our hand: every transaction has the moment that we say, one millisecond after the one before it.

The clock of the database is moved along, so that whoever looks meanwhile sees the same time; but how long the
machine takes is in no moment, and the same people live the same days again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table

from app.wiring import House, phrasebook
from cases.ids import new_id
from cases.models import event
from dispatch.due import moments
from dispatch.lines import Line
from dispatch.models import outbox
from dispatch.transaction import Claim, Door, Tx
from dispatch.tx.means import Means

_TICK = timedelta(milliseconds=1)
_NEARLY = timedelta(hours=1)


@dataclass
class Hand:
    """Holds the clock. `soonest` is when a promise or an errand falls due at the earliest, as far as it was told.

    `leaving`: something waits to be sent; `looking`: something else may fall due; `stopped`: somebody wants no more
    texts. `shown` is what the database's clock was last set to, `opened` what a transaction found then of what is in
    force and who is on leave. `touched` are the cases to which something happened, until somebody looks at them;
    `leaves` the moments before which texts and calls may not leave.
    """

    now: datetime
    soonest: datetime | None = None
    leaving: bool = False
    looking: bool = False
    stopped: bool = False
    shown: datetime | None = None
    opened: dict[str, Any] | None = None
    touched: set[UUID] = field(default_factory=set)
    leaves: set[datetime] = field(default_factory=set)

    def move(self, to: datetime) -> None:
        """The clock shows this moment, if it has not passed."""
        self.now = max(self.now, to)

    def tick(self) -> datetime:
        """The moment of the next transaction."""
        self.now += _TICK
        return self.now

    def look(self) -> None:
        """Something falls due now that no commit spoke of."""
        self.soonest, self.looking = self.now, True

    def shows(self, at: datetime) -> bool:
        """Whether the database's clock shows this moment, nearly; once asked, it will."""
        near = self.shown is not None and at - self.shown < _NEARLY
        if not near:
            self.shown = at
        return near

    def hear(self, wakes: set[str], firing: datetime | None) -> None:
        """What a commit would have woken others for."""
        self.leaving |= "outbox" in wakes
        if firing is not None and (self.soonest is None or firing < self.soonest):
            self.soonest = firing


class _Opened(SimpleNamespace):
    """The first statement's row, at another moment."""

    def _asdict(self) -> dict[str, Any]:
        return dict(vars(self))


class LivedTx(Tx):
    """A transaction at a moment of ours, whose ids tell in which order they were asked for."""

    def __init__(self, means: Means, conn: Connection, of: tuple[str, Line | None], hand: Hand) -> None:
        super().__init__(means, conn, *of)
        self._hand = hand
        self._at = hand.tick()

    def open(self, claim: Claim | None = None) -> bool:
        hand = self._hand
        if not hand.shows(self._at):
            moments.show(self._conn, self._at)
            hand.opened = None
        first = True
        if claim is not None or hand.opened is None:
            first = super().open(claim)
            hand.opened = self._row._asdict()
        self._row = _Opened(**{**hand.opened, "now": self._at})
        return first

    def put(self, table: Table, /, **row: Any) -> None:
        super().put(table, **row)
        if table is event:
            self._hand.touched.add(row["case_id"])
        elif table is outbox:
            self._hand.leaves.add(row["next_at"])

    def new_id(self) -> UUID:
        self._made += 1
        return new_id(self.now, self._made.to_bytes(10))


class LivedDoor(Door):
    """The door whose transactions have the hand's moments."""

    def __init__(self, house: House, hand: Hand) -> None:
        super().__init__(house.engine, house.vault, phrasebook, hand.hear)
        self._hand = hand

    def begin(self, conn: Connection, office: str, line: Line | None) -> Tx:
        return LivedTx(self.means, conn, (office, line), self._hand)


@dataclass(frozen=True, kw_only=True)
class LivedHouse(House):
    """A house whose clock is in our hand. What it writes is safe from a kill, and from a power cut once it is done:
    a sample is lived anew, so no commit waits for the disk."""

    hand: Hand

    @cached_property
    def door(self) -> Door:
        return LivedDoor(self, self.hand)

    @cached_property
    def engine(self) -> Engine:
        engine = super().engine
        sa.event.listen(engine, "connect", _in_haste)
        return engine


def _in_haste(connection: Any, _record: Any) -> None:
    connection.autocommit = True  # what is set in a transaction would end with it
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET enable_seqscan = off")  # statements are planned while the tables are empty still
    connection.autocommit = False
