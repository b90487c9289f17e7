"""When something happens next, what is under way, and the rehearsal clock's one step to that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, TextClause

from cases.ids import new_id
from cases.models import cases
from dispatch.models import clock, outbox
from dispatch.same.models import WAITS
from dispatch.transaction import Tx

# What falls due in dispatch: the column of each row's moment, and which rows still have theirs before them.
SOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "timers": ("fires_at", "timer WHERE state = 'open'"),
        "errands": ("fires_at", "errand WHERE state = 'open'"),
        "likenesses": ("due_at", f"likeness WHERE {WAITS}"),
        "messages": ("next_at", "outbox WHERE state IN ('pending', 'sending', 'unknown')"),
    }
)
# Texts and calls that have begun to leave and have not ended. The carrier's last words end them; nothing waits for
# its word on a text that only tells somebody of a deadline. Whoever stopped texts: until it is called off.
_UNDER_WAY = """SELECT array_agg(o.id) FROM outbox o JOIN party p ON p.id = o.party_id
    WHERE o.office_id = :office AND (o.state = 'sending' OR o.state = 'pending' AND p.stopped_at IS NOT NULL
        OR o.id >= :since AND o.state = 'sent'
            AND o.purpose NOT IN ('warned', 'breached', 'escalated', 'auto_signed', 'digest')
            AND coalesce(o.delivery, '') NOT IN
                ('delivered', 'undelivered', 'failed', 'canceled', 'read',
                 'completed', 'busy', 'no-answer', 'connected'))"""
# What an office that has just begun tells its supervisors by itself, in its first working minute: nothing came in.
_OF_ITSELF = "calendar_ends"
_LATELY = timedelta(days=1)  # what was written before that is not waited for


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the clock shows, the next moment of each source that has one (by now or later), and which texts and
    calls of ours are under way."""

    now: datetime
    moments: Mapping[str, datetime]
    under_way: frozenset[UUID]

    @property
    def due(self) -> frozenset[str]:
        """The sources that have something due."""
        return frozenset(name for name, at in self.moments.items() if at <= self.now)

    @property
    def next_at(self) -> datetime | None:
        """The earliest moment of all."""
        return min(self.moments.values(), default=None)


def outlook(tx: Tx, sources: tuple[tuple[str, tuple[str, str]], ...] = tuple(SOURCES.items())) -> Outlook:
    """What lies before an office."""
    place = {"office": tx.office_id, "since": new_id(tx.now - _LATELY, bytes(10))}
    row = tx.conn.execute(_statement(sources), place).one()._mapping
    moments = {name: row[name] for name, _ in sources if row[name] is not None}
    return Outlook(tx.now, moments, frozenset(row["under_way"] or ()))


@cache
def _statement(sources: tuple[tuple[str, tuple[str, str]], ...]) -> TextClause:
    asked = [
        f"(SELECT min({at}) FROM {rows} AND office_id = :office) AS {name}"  # noqa: S608 - words of our own
        for name, (at, rows) in sources
    ]
    return sa.text(f"SELECT {', '.join(asked)}, ({_UNDER_WAY}) AS under_way")


def advance(tx: Tx, to: datetime) -> None:
    """The rehearsal clock shows this moment after the commit; a moment that has passed moves nothing back."""
    tx.conn.execute(sa.update(clock).values(ahead=sa.func.greatest(clock.c.ahead, _until(to))))


def _until(to: datetime) -> sa.ColumnElement[Any]:
    """How far a moment lies before the real one."""
    return sa.literal(to, sa.DateTime(timezone=True)) - sa.func.clock_timestamp()


_SHOW = sa.update(clock).values(ahead=sa.bindparam("at", type_=sa.DateTime(timezone=True)) - sa.func.clock_timestamp())


def show(conn: Connection, at: datetime) -> None:
    """The clock shows this moment, in a transaction that is not open yet: whoever lives the past moves it along."""
    conn.execute(_SHOW, {"at": at})


class NotFresh(Exception):
    """The clock is set back only where nothing has happened yet: what stands in the record would lie in the future."""


def set_back(tx: Tx, to: datetime) -> None:
    """The clock shows this past moment after the commit: the time from there on is to be lived. Until it shows the
    real moment again no process but the one that lives may act (`is_behind`). Raises NotFresh."""
    text = sa.exists().where(outbox.c.purpose != _OF_ITSELF)
    happened = sa.select(sa.exists().where(cases.c.id.is_not(None)) | text)
    if tx.conn.execute(happened).scalar():
        raise NotFresh
    tx.conn.execute(sa.update(clock).values(ahead=_until(to)))


def catch_up(tx: Tx) -> None:
    """The clock shows the real moment after the commit."""
    tx.conn.execute(sa.update(clock).values(ahead=timedelta()))


def is_behind(tx: Tx) -> bool:
    """Whether the clock shows a moment that has passed: somebody lives the time until now, or was broken off."""
    return bool(tx.conn.execute(sa.select(clock.c.ahead < timedelta())).scalar())
