"""Calls that are to be placed: rows, written with what makes them necessary."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Standing, standing
from cases.loop.models import question
from cases.phrases import Message, msg
from cases.states import Deed, Illegal, State, after
from cases.steps import URGENT
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.loop.who import Who
from dispatch.loop.work import taken_by_person
from dispatch.models import errand, outbox
from dispatch.outbox import ORDER_CALL, RELAY_CALL, VERDICT_CALL, put_call
from dispatch.transaction import Tx

_TO_TAKE = (State.DISPATCHED, State.IN_PROGRESS, State.REWORK)


class CannotRing(Exception):
    """Nobody can be rung; `why` says so."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


def ring_for_order(tx: Tx, case_id: UUID) -> None:
    """Ring whoever holds an urgent case, unless they took it or are being rung.

    Who has no number is passed over by `timers`: the next one is rung.
    """
    case = standing(tx, case_id, lock=True)
    if not is_to_ring(tx, case):
        return
    party_id = number_known(tx, case.row.worker_id)
    if party_id is None:
        errands.put(tx, Kind.RING_NEXT, case_id, tx.now, case_id)
    elif under_way(tx, case_id, ORDER_CALL, party_id) is None:
        put_call(tx, party_id, case.row.worker_id, purpose=ORDER_CALL, case_id=case_id)


def ring_new(tx: Tx, case_id: UUID, staff_id: UUID | None) -> None:
    """Ring whoever is given an urgent case that was opened just now: nobody took it yet, so nothing is looked up."""
    party_id = number_known(tx, staff_id)
    if staff_id is None or party_id is None:
        errands.put(tx, Kind.RING_NEXT, case_id, tx.now, case_id)
    else:
        put_call(tx, party_id, staff_id, purpose=ORDER_CALL, case_id=case_id)


def is_to_ring(tx: Tx, case: Standing) -> bool:
    """Whether an order still waits for a person to take it, and is so urgent that people are rung for it."""
    return case.level in URGENT and is_to_take(tx, case)


def is_to_take(tx: Tx, case: Standing) -> bool:
    """Whether an order still waits for a person to take it."""
    return case.state in _TO_TAKE and not taken_by_person(tx, case.id)


def ring_instead(tx: Tx, case_id: UUID, party_id: UUID) -> None:
    """The text with an order has not left, or did not arrive: whoever holds the case is rung for it, however little it
    presses. Nothing where somebody else has it by now, they took it, or are being rung."""
    case = standing(tx, case_id, lock=True)
    holder = case.row.worker_id
    if number_known(tx, holder) != party_id or not is_to_take(tx, case):
        return
    if under_way(tx, case_id, ORDER_CALL, party_id) is None:
        put_call(tx, party_id, holder, purpose=ORDER_CALL, case_id=case_id)


def number_known(tx: Tx, staff_id: UUID | None) -> UUID | None:
    """The party of a member of staff; None where there is nobody, or no number of theirs."""
    reach = tx.staff.people.get(staff_id) if staff_id is not None else None
    return reach.party_id if reach is not None else None


def under_way(tx: Tx, case_id: UUID, purpose: str, party_id: UUID) -> UUID | None:
    """The call of this kind to somebody whose end was not counted yet; None where there is none."""
    ends = sa.exists().where(
        errand.c.ref == outbox.c.id, errand.c.kind == str(Kind.RING_OVER), errand.c.state == "open"
    )
    found: UUID | None = tx.conn.execute(
        sa.select(outbox.c.id).where(
            outbox.c.case_id == case_id,
            outbox.c.purpose == purpose,
            outbox.c.party_id == party_id,
            outbox.c.state.in_(("pending", "sending")) | ends,
        )
    ).scalar()
    return found


def relay(tx: Tx, who: Who, case_id: UUID) -> UUID:
    """Ring a worker, who is then connected with the resident. The call's ref. Raises CannotRing, LookupError."""
    case = standing(tx, case_id, lock=True)
    if case.row.party_id is None:
        raise CannotRing(msg("desk.ring.no_resident", number=case.row.number))
    if isinstance(after(case.state, Deed.CONTACT), Illegal):
        raise CannotRing(msg("desk.ring.not_now", number=case.row.number))
    party_id = number_known(tx, who.id)
    if party_id is None:
        raise CannotRing(msg("desk.ring.no_worker", number=case.row.number))
    return under_way(tx, case_id, RELAY_CALL, party_id) or put_call(
        tx, party_id, who.id, purpose=RELAY_CALL, case_id=case_id
    )


def ask_by_call(tx: Tx, case_id: UUID, question_id: UUID, not_before: datetime | None = None) -> UUID:
    """Ring the resident who is asked. The call's ref."""
    row: Any = tx.conn.execute(sa.select(question.c.party_id).where(question.c.id == question_id)).one()
    return put_call(tx, row.party_id, question_id, purpose=VERDICT_CALL, case_id=case_id, not_before=not_before)
