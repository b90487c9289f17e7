"""The rows of what goes out: a text or a call in somebody's name, written with what makes it true."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import party
from cases.pen import seal_content
from cases.phrases import Message
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.models import errand, outbox
from dispatch.transaction import Tx

TEXT, CALL = "text", "call"
ORDER_CALL, RELAY_CALL, VERDICT_CALL, ABOVE_CALL = "order_call", "relay_call", "verdict_call", "above_call"
WAITING = ("pending", "sending", "unknown")
OVERTAKEN = "overtaken"
# Texts and calls about a piece of work, for whoever holds it: void once it has left them.
OF_THE_HOLDER = ("order", "rework", "reminder", ORDER_CALL)
ORDER_TEXTS = ("order", "rework")  # what makes somebody go: where it cannot leave they are rung
CARRIER_AWAY = "carrier_away"  # the trouble of a call that was not placed in time
# What has nothing to say any more once the case is closed.
OF_THE_CASE = (*OF_THE_HOLDER, "question", RELAY_CALL, VERDICT_CALL, ABOVE_CALL)
OF_DEADLINES = ("warned", "breached", "escalated", "auto_signed", "urge")  # the same, where it could not leave in time
# How long the end of a call that was placed may be unheard of; then it counts as not answered.
RINGS_FOR = MappingProxyType(
    {
        ORDER_CALL: timedelta(minutes=3),
        VERDICT_CALL: timedelta(minutes=3),
        ABOVE_CALL: timedelta(minutes=3),
        RELAY_CALL: timedelta(hours=2),
    }
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text or a call that is ours to send now. `doubtful`: an earlier try may have reached the carrier."""

    id: UUID
    purpose: str
    case_id: UUID | None
    office: str
    line: str
    channel: str
    number: str
    body: str  # of a call: a note of whom or what it is about
    doubtful: bool
    age: timedelta  # since it was written, on our clock; the carrier's may stand elsewhere
    tries: int
    known: frozenset[str]  # the carrier's SIDs of what else went to that person


def put_text(  # noqa: PLR0913 - what is said, to whom, for what, when
    tx: Tx,
    party_id: UUID,
    message: Message,
    lang: str,
    *,
    purpose: str,
    case_id: UUID | None = None,
    not_before: datetime | None = None,
) -> UUID:
    """A text to a party, in their language; it leaves after the commit, or at that moment. Its id."""
    content_id = seal_content(tx, "text_out", tx.say(message, lang))
    return _put(tx, party_id, not_before, channel=TEXT, purpose=purpose, case_id=case_id, content_id=content_id)


def put_call(  # noqa: PLR0913 - who is rung, about what, for what, when
    tx: Tx, party_id: UUID, about: UUID, *, purpose: str, case_id: UUID, not_before: datetime | None = None
) -> UUID:
    """A call to a party. `about` is the member of staff, the question or the case that it is for. Its id, the call's
    `ref`."""
    content_id = seal_content(tx, "call_out", str(about))
    return _put(tx, party_id, not_before, channel=CALL, purpose=purpose, case_id=case_id, content_id=content_id)


def _put(tx: Tx, party_id: UUID, not_before: datetime | None, **row: Any) -> UUID:
    id_ = tx.new_id()
    tx.put(
        outbox,
        id=id_,
        office_id=tx.office_id,
        party_id=party_id,
        line=tx.line.id if tx.line else "main",
        state="pending",
        tries=0,
        next_at=max(not_before or tx.now, tx.now),
        created_at=tx.now,
        **row,
    )
    tx.wake("outbox")
    return id_


def anything_due(tx: Tx) -> bool:
    """Whether a text or a call waits to be sent or looked up now."""
    waits = (outbox.c.state.in_(WAITING), outbox.c.next_at <= tx.now)
    due = sa.exists().where(outbox.c.office_id == tx.office_id, *waits)
    return bool(tx.conn.execute(sa.select(due)).scalar())


def anything_stopped(tx: Tx) -> bool:
    """Whether a text waits for somebody who stopped texts."""
    waits = sa.exists().where(*stopped(tx), outbox.c.party_id == party.c.id)
    return bool(tx.conn.execute(sa.select(waits)).scalar())


def stopped(tx: Tx) -> tuple[sa.ColumnElement[bool], ...]:
    """What a text of the outbox is that waits for a party who stopped texts."""
    mine = (outbox.c.office_id == tx.office_id, outbox.c.state == "pending", outbox.c.channel == TEXT)
    return (*mine, party.c.stopped_at.is_not(None))


_CALL_OFF = (
    sa.update(outbox)
    .where(
        outbox.c.case_id == sa.bindparam("of_case"),
        outbox.c.state == "pending",
        outbox.c.purpose.in_(sa.bindparam("purposes", expanding=True)),
    )
    .values(state="failed", next_at=None, trouble=OVERTAKEN)
)


def call_off_case(tx: Tx, case_id: UUID, purposes: Collection[str] = OF_THE_CASE) -> None:
    """What still waits of a case is overtaken: it was moved, signed for or closed. The case is locked."""
    tx.conn.execute(_CALL_OFF, {"of_case": case_id, "purposes": list(purposes)})


_ENDS = sa.select(errand.c.state).where(errand.c.kind == str(Kind.RING_OVER), errand.c.ref == sa.bindparam("ref"))


def expect_end(tx: Tx, row: Any, at: datetime) -> None:
    """The end of a call is taken up at that moment, unless it is earlier or was already (INV-ONCE)."""
    states = set(tx.conn.execute(_ENDS, {"ref": row.id}).scalars())
    if not states or "open" in states:
        errands.put(tx, Kind.RING_OVER, row.id, at, row.case_id)


def ends_at(tx: Tx, row: Any, at: datetime) -> None:
    """The end of a call that waited to be placed is taken up at that moment, not at that by which it was to leave."""
    mine = (errand.c.kind == str(Kind.RING_OVER), errand.c.ref == row.id, errand.c.state == "open")
    tx.conn.execute(sa.update(errand).where(*mine).values(fires_at=at))
    expect_end(tx, row, at)


def has_ended(tx: Tx, row: Any) -> bool:
    """Whether the end of a call was taken up already."""
    states = set(tx.conn.execute(_ENDS, {"ref": row.id}).scalars())
    return bool(states) and "open" not in states


_ROW = sa.select(outbox).where(outbox.c.id == sa.bindparam("id"))
_LOCKED = _ROW.with_for_update()


def row_of(tx: Tx, id_: UUID, *, lock: bool = False) -> Any:
    """A row of the outbox. Raises NoResultFound."""
    return tx.conn.execute(_LOCKED if lock else _ROW, {"id": id_}).one()


def change(tx: Tx, id_: UUID, **values: object) -> None:
    """Set values on a row of the outbox."""
    tx.conn.execute(_change(tuple(values)), {"row": id_, **{f"new_{name}": value for name, value in values.items()}})


@cache
def _change(names: tuple[str, ...]) -> sa.Update:
    """The change of these columns, made once: each text and call is changed several times."""
    new = {name: sa.bindparam(f"new_{name}", type_=outbox.c[name].type) for name in names}
    return sa.update(outbox).where(outbox.c.id == sa.bindparam("row")).values(new)
