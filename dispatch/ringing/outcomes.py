"""The carrier's word on what went out, and what follows from it in the loop.

Whoever speaks for the carrier (`jobs`, the doors, reading back) comes here; `dispatch.outbox` below keeps the rows.
"""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import standing
from cases.models import party
from dispatch import orders, outbox
from dispatch.duty import moves
from dispatch.loop import telling, verdicts
from dispatch.orders import TO_HOLDER
from dispatch.outbox import Came, Outgoing
from dispatch.people import parties
from dispatch.ringing.consequences import Consequence, after
from dispatch.ringing.placing import is_to_take, number_known, ring_instead
from dispatch.transaction import Tx


def sent(tx: Tx, item: Outgoing, sid: str) -> None:
    """The carrier took it, under this SID."""
    _follow(tx, outbox.sent(tx, item, sid))


def refused(tx: Tx, item: Outgoing, reason: str) -> None:
    """The carrier will never take it."""
    _follow(tx, outbox.refused(tx, item.id, reason))


def later(tx: Tx, item: Outgoing, reason: str) -> None:
    """It surely did not leave; after the last try it failed."""
    _follow(tx, outbox.later(tx, item, reason))


def unknown(tx: Tx, item: Outgoing, reason: str) -> None:
    """It may have left, it may not."""
    outbox.unknown(tx, item, reason)


def take_receipt(  # noqa: PLR0913 - which text, what the carrier says, and whose it is
    tx: Tx, sid: str, status: str, sequence: str = "", error: str = "", ref: UUID | None = None
) -> None:
    """The carrier's word on a text that it took; `ref` is the row that wanted it, where that is known."""
    _follow(tx, outbox.take_receipt(tx, sid, status, sequence, error, ref))


def call_off(tx: Tx) -> None:
    """Whoever stopped texts gets none of those that wait; a case of theirs goes to whoever can be reached."""
    for came in outbox.call_off(tx):
        _tell_loop(tx, came)
        if came.purpose in TO_HOLDER and came.case_id is not None:
            moves.pass_on(tx, came.case_id)


def _follow(tx: Tx, happened: Iterable[Came]) -> None:
    for came in happened:
        _tell_loop(tx, came)
        if not came.arrived:
            _not_reached(tx, came)


def _not_reached(tx: Tx, came: Came) -> None:
    """A text reached nobody: whoever told the carrier to stop gets none any more; an order goes another way at once."""
    consequence = after(came.error)
    party_id = outbox.row_of(tx, came.id).party_id
    if consequence is Consequence.STOPPED:
        _stopped(tx, party_id)
    elif came.purpose in outbox.ORDER_TEXTS and came.case_id is not None:
        if consequence is Consequence.NEXT:
            _to_the_next(tx, came.case_id, party_id)
        else:
            ring_instead(tx, came.case_id, party_id)


def _stopped(tx: Tx, party_id: UUID) -> None:
    """As if they had texted it to us."""
    known = tx.conn.execute(sa.select(party.c.stopped_at).where(party.c.id == party_id)).scalar()
    if known is not None:
        return
    parties.stop(tx, party_id)
    worker = next((id_ for id_, reach in tx.staff.people.items() if reach.party_id == party_id), None)
    if worker is not None:
        moves.stopped(tx, worker)


def _to_the_next(tx: Tx, case_id: UUID, party_id: UUID) -> None:
    """Nobody is at the holder's number: the case goes on to the next, and the unit's liaison hears why."""
    case = standing(tx, case_id, lock=True)
    if number_known(tx, case.row.worker_id) != party_id or not is_to_take(tx, case):
        return
    orders.tell_not_reached(tx, case_id)
    moves.hand_on(tx, case_id, moves.MoveReason.NO_NUMBER)


def _tell_loop(tx: Tx, came: Came) -> None:
    """What the loop waits for of a text."""
    if came.purpose == telling.PURPOSE and came.arrived:
        telling.delivered(tx, came.id)
    elif came.purpose == telling.PURPOSE:
        telling.undelivered(tx, came.id, came.error)
    elif came.purpose == verdicts.PURPOSE and not came.arrived:
        verdicts.question_failed(tx, came.id)
