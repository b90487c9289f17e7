"""A carrier that is away: what it does not take waits, and one probe at a time asks whether it is back.

The breaker stands in the database: all who send share it, a restart forgets nothing, and whoever looks can see it.
Two misses in a row open it; every answer of the carrier closes it, and then all that waited is due at once. Locks: a
row of `carrier_away` before rows of the outbox, and of those only such as nobody else has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.models import carrier_away, errand, outbox
from dispatch.outbox.rows import CALL, ORDER_TEXTS, VERDICT_CALL, WAITING, expect_end, row_of
from dispatch.transaction import Tx

LIMIT = 2  # misses in a row
SHORTEST, FARTHEST = timedelta(seconds=2), timedelta(minutes=5)  # between two probes
OTHER_WAY = timedelta(minutes=2)  # after which what presses takes the other way: a call for a text, a text for a call
MAY_WAIT = timedelta(hours=2)  # a call that only asks somebody, before it counts as not answered


@dataclass(frozen=True, slots=True)
class Way:
    """How something leaves: a carrier, by texts or by calls, and the lines that it serves."""

    carrier: str
    channel: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Away:
    """A carrier that is away: `why` is away, busy or credentials."""

    carrier: str
    channel: str
    why: str
    trouble: str
    since_at: datetime


_OF = (carrier_away.c.carrier == sa.bindparam("of_carrier"), carrier_away.c.channel == sa.bindparam("of_channel"))
_OPEN = sa.select(carrier_away).where(carrier_away.c.opened_at.is_not(None))
_ANSWERED = sa.delete(carrier_away).where(*_OF).returning(carrier_away.c.opened_at)
_MADE = insert(carrier_away)
_MISSED = _MADE.on_conflict_do_update(
    index_elements=[carrier_away.c.carrier, carrier_away.c.channel],
    set_={
        "misses": carrier_away.c.misses + 1,
        "why": _MADE.excluded.why,
        "trouble": _MADE.excluded.trouble,
        "lines": _MADE.excluded.lines,
    },
).returning(carrier_away.c.misses, carrier_away.c.since_at, carrier_away.c.opened_at)


def away(conn: sa.Connection) -> list[Away]:
    """The carriers that are thought away, the longest first."""
    rows = conn.execute(_OPEN.order_by(carrier_away.c.since_at)).all()
    return [Away(row.carrier, row.channel, row.why, row.trouble, row.since_at) for row in rows]


def moment(conn: sa.Connection) -> datetime:
    """What the instance's clock shows."""
    at: datetime = conn.execute(sa.text("SELECT now() + ahead FROM clock")).scalar_one()
    return at


def oldest_waits(conn: sa.Connection) -> int:
    """For how many seconds the oldest text or call that should have left has waited, in all offices; 0: none."""
    due_at = sa.func.least(outbox.c.next_at, outbox.c.held_at)
    oldest = conn.execute(sa.select(sa.func.min(due_at)).where(outbox.c.state.in_(WAITING))).scalar()
    return max(0, int((moment(conn) - oldest).total_seconds())) if oldest is not None else 0


def answered(tx: Tx, way: Way) -> None:
    """The carrier answered: it is there. What waited for it is due. A transaction of its own."""
    gone = tx.conn.execute(_ANSWERED, _of(way)).one_or_none()
    if gone is not None and gone.opened_at is not None:
        waits = _waiting(way.channel, way.lines).where(outbox.c.held_at.is_not(None))
        tx.conn.execute(_set(waits, next_at=tx.now))
        tx.wake("outbox")


def missed(tx: Tx, way: Way, why: str, trouble: str) -> None:
    """The carrier took nothing, for this reason. A transaction of its own."""
    facts = {
        "carrier": way.carrier, "channel": way.channel, "lines": list(way.lines), "misses": 1, "why": why,
        "trouble": trouble[:300], "since_at": tx.now,
    }  # fmt: skip
    row = tx.conn.execute(_MISSED, facts).one()
    if row.misses >= LIMIT:
        values = {"opened_at": row.opened_at or tx.now, "probe_at": tx.now + _pause(tx, row), "probe_id": None}
        tx.conn.execute(sa.update(carrier_away).where(*_OF).values(**values), _of(way))


def hold(tx: Tx) -> bool:
    """What is due and would leave by a carrier that is away waits for the next probe; where that is due, one of them is
    the probe. Whether any carrier is away. A transaction of its own."""
    ways = tx.conn.execute(_OPEN.order_by(carrier_away.c.carrier, carrier_away.c.channel).with_for_update()).all()
    for way in ways:
        until = _probe(tx, way) if way.probe_at <= tx.now else way.probe_at
        due = _waiting(way.channel, way.lines).where(outbox.c.office_id == tx.office_id, outbox.c.next_at <= tx.now)
        probe = tx.conn.execute(
            sa.select(carrier_away.c.probe_id).where(*_OF), {"of_carrier": way.carrier, "of_channel": way.channel}
        ).scalar()
        held = {
            "next_at": until,
            "held_at": sa.func.coalesce(outbox.c.held_at, outbox.c.next_at),
            "trouble": sa.func.coalesce(outbox.c.trouble, way.trouble),
            "state": sa.case((outbox.c.state == "sending", "unknown"), else_=outbox.c.state),
        }
        tx.conn.execute(_set(due.where(outbox.c.id.is_distinct_from(probe)), **held))
    return bool(ways)


def look_for_other_ways(tx: Tx) -> None:
    """What presses and waits for a carrier goes another way after a while: that is an errand of its case."""
    errand_of = sa.exists().where(errand.c.ref == outbox.c.id, errand.c.kind.in_((Kind.RING_OVER, Kind.OTHER_WAY)))
    presses = (outbox.c.channel == CALL) | outbox.c.purpose.in_(ORDER_TEXTS)
    rows = tx.conn.execute(
        sa.select(outbox.c.id, outbox.c.case_id)
        .where(
            outbox.c.office_id == tx.office_id, outbox.c.state.in_(WAITING), outbox.c.held_at.is_not(None),
            outbox.c.case_id.is_not(None), presses, ~errand_of,
        )
        .order_by(outbox.c.case_id)
    ).all()  # fmt: skip
    for each in rows:
        tx.conn.execute(sa.text("SELECT FROM cases WHERE id = :id FOR UPDATE"), {"id": each.case_id})
        await_other_way(tx, row_of(tx, each.id))


def await_other_way(tx: Tx, row: Any) -> None:
    """A call that was not placed ends after a while; an order that did not leave is rung. Its case is locked."""
    since = row.held_at or tx.now
    if row.channel == CALL:
        expect_end(tx, row, since + (MAY_WAIT if row.purpose == VERDICT_CALL else OTHER_WAY))
    elif row.purpose in ORDER_TEXTS and row.case_id is not None:
        errands.put(tx, Kind.OTHER_WAY, row.id, since + OTHER_WAY, row.case_id)


def _probe(tx: Tx, way: Any) -> datetime:
    """The first that waits is the next probe, where any does; when the one after it may leave."""
    first: UUID | None = tx.conn.execute(
        sa.select(outbox.c.id)
        .where(
            outbox.c.office_id == tx.office_id, outbox.c.state.in_(WAITING), outbox.c.next_at <= tx.now,
            outbox.c.channel == way.channel, outbox.c.line.in_(way.lines),
        )
        .order_by(outbox.c.next_at, outbox.c.id)
        .limit(1)
    ).scalar()  # fmt: skip
    if first is None:
        return tx.now + SHORTEST
    until = tx.now + _pause(tx, way)
    place = {"of_carrier": way.carrier, "of_channel": way.channel}
    tx.conn.execute(sa.update(carrier_away).where(*_OF).values(probe_id=first, probe_at=until), place)
    return until


def _pause(tx: Tx, row: Any) -> timedelta:
    """A quarter of the time that it has been away, a little more or less, so that not all who wait ask together."""
    luck = 0.75 + tx.new_id().int % 1000 / 2000
    pause: timedelta = min(max((tx.now - row.since_at) / 4, SHORTEST), FARTHEST)
    return pause * luck


def _of(way: Way) -> dict[str, str]:
    return {"of_carrier": way.carrier, "of_channel": way.channel}


def _waiting(channel: str, lines: Sequence[str]) -> sa.Select[Any]:
    return sa.select(outbox.c.id).where(
        outbox.c.state.in_(WAITING), outbox.c.channel == channel, outbox.c.line.in_(lines)
    )


def _set(which: sa.Select[Any], **values: Any) -> sa.Update:
    """The change of those of these that nobody else has."""
    mine = which.order_by(outbox.c.id).with_for_update(skip_locked=True)
    return sa.update(outbox).where(outbox.c.id.in_(mine)).values(**values)
