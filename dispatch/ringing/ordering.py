"""An urgent order by telephone: rung through, one after another, until a person takes it.

Who does not answer, cannot, or presses nothing hands it to the next on duty, then up, at last to the duty desk. When
nobody took it everybody who is on duty then is rung again; from the fourth round on the duty desk alone, at twice
the wait each time: whoever is late is told by the ladder, and a telephone that rings for ever is switched off.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from cases import history
from cases.loop.deeds import Standing, standing
from cases.models import assignment, event
from cases.steps import URGENT
from dispatch import orders, outbox
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import moves
from dispatch.loop import visits
from dispatch.loop.who import by_id
from dispatch.loop.work import taken_by_person
from dispatch.models import staff, unit
from dispatch.ringing.at_hand import Ring, count
from dispatch.ringing.placing import is_to_ring, is_to_take, number_known, ring_for_order, ring_instead, under_way
from dispatch.transaction import Tx

AGAIN = timedelta(minutes=2)  # after nobody took it, before it is rung again; doubled each time
AT_MOST = timedelta(days=1)
FULL_ROUNDS = 3  # in which everybody on duty is rung
NOT_ANSWERED, CANNOT, NO_NUMBER, TAKEN = "not_answered", "cannot", "no_number", "taken"
_ROUND = "order_round"


def holds(ring: Ring) -> bool:
    """Whether the case is still with whoever is rung."""
    holder: UUID | None = ring.case.row.worker_id
    return holder == ring.about


def waits(tx: Tx, ring: Ring) -> bool:
    """Whether whoever is rung may still take the order."""
    return holds(ring) and is_to_take(tx, ring.case)


def took(tx: Tx, ring: Ring) -> bool:
    """Whether whoever is rung has taken it already."""
    return holds(ring) and taken_by_person(tx, ring.case.id)


def take(tx: Tx, ring: Ring) -> None:
    """Whoever is rung takes the order. To be asked only where it waits."""
    count(tx, ring)
    _note(tx, ring.case, ring.about, TAKEN)
    visits.sign(tx, by_id(tx, ring.about), ring.case.id)


def miss(tx: Tx, ring: Ring, result: str) -> None:
    """Whoever is rung did not take it: the next one is rung; what can wait stays with them, and the unit's liaison is
    told that they were not reached. Nothing where it is no longer theirs to take."""
    if not waits(tx, ring):
        return
    if ring.case.level in URGENT:
        _pass_on(tx, ring.case, result)
        return
    _note(tx, ring.case, ring.about, result)
    orders.tell_not_reached(tx, ring.case.id)


def ring_later(tx: Tx, ring: Ring) -> None:
    """A call could not be placed at all: nobody failed to answer, so the case stays, and is rung for again."""
    if waits(tx, ring) and ring.case.level in URGENT:
        errands.put(tx, Kind.RING_NEXT, ring.case.id, tx.now + AGAIN, ring.case.id)


def other_way(tx: Tx, errand: Errand) -> None:
    """An order's text still waits for its carrier: whoever was to have it is rung."""
    if errand.ref is None or errand.case_id is None:
        return
    row = outbox.row_of(tx, errand.ref)
    if row.state in outbox.WAITING:
        ring_instead(tx, errand.case_id, row.party_id)


def ring_next(tx: Tx, errand: Errand) -> None:
    """Nobody has taken an urgent order yet: its holder is rung, or, when all were, everybody again."""
    if errand.case_id is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    if not is_to_ring(tx, case) or _is_rung(tx, case):
        return
    tried = _tried(tx, case)
    if case.row.worker_id in tried:
        thread = history.lock(tx, case.id)
        history.append(tx, thread, "order_round", {"attempt": case.attempt})
        history.close_thread(tx, thread)
        if _rounds(tx, case) < FULL_ROUNDS:
            moves.hand_on(tx, case.id, "ring_again", unit=_first_unit(tx, case), ring=False)
            case = standing(tx, case.id)
    if number_known(tx, case.row.worker_id) is None:
        _pass_on(tx, case, NO_NUMBER)
    else:
        ring_for_order(tx, case.id)


def _is_rung(tx: Tx, case: Standing) -> bool:
    party_id = number_known(tx, case.row.worker_id)
    return party_id is not None and under_way(tx, case.id, outbox.ORDER_CALL, party_id) is not None


def _pass_on(tx: Tx, case: Standing, result: str) -> None:
    """Hand the case to the next who was not rung in this round, at last to the desk alone, and ring them."""
    while True:
        if case.row.worker_id is not None:
            _note(tx, case, case.row.worker_id, result)
        moved = moves.hand_on(tx, case.id, result, exclude=_passed_over(tx, case), ring=False)
        if moved is None:
            wait = min(AGAIN * 2 ** min(_rounds(tx, case), 20), AT_MOST)
            errands.put(tx, Kind.RING_NEXT, case.id, tx.now + wait, case.id)
            return
        case, result = moved, NO_NUMBER
        if number_known(tx, case.row.worker_id) is not None:
            ring_for_order(tx, case.id)
            return


def _passed_over(tx: Tx, case: Standing) -> frozenset[UUID]:
    """Who is not rung next: who was in this round; after the full rounds everybody but the desk."""
    if _rounds(tx, case) >= FULL_ROUNDS:
        return frozenset(worker.id for worker in tx.district.workers)
    return _tried(tx, case)


def _note(tx: Tx, case: Standing, staff_id: UUID, result: str) -> None:
    code = tx.conn.execute(sa.select(staff.c.code).where(staff.c.id == staff_id)).scalar_one()
    thread = history.lock(tx, case.id)
    history.append(tx, thread, "order_call", {"worker": code, "result": result, "attempt": case.attempt})
    history.close_thread(tx, thread)


def _tried(tx: Tx, case: Standing) -> frozenset[UUID]:
    """Who was rung for this attempt since everybody was rung last."""
    lines = tx.conn.execute(
        sa.select(event.c.kind, event.c.canonical)
        .where(event.c.case_id == case.id, event.c.kind.in_(("order_call", _ROUND)))
        .order_by(event.c.seq)
    ).all()
    codes: set[str] = set()
    for line in lines:
        facts: dict[str, Any] = json.loads(line.canonical)["facts"]
        if line.kind == _ROUND:
            codes = set()
        elif facts["attempt"] == case.attempt:
            codes.add(facts["worker"])
    known = sa.select(staff.c.id).where(staff.c.office_id == tx.office_id, staff.c.code.in_(codes))
    return frozenset(tx.conn.execute(known).scalars())


def _rounds(tx: Tx, case: Standing) -> int:
    """How often everybody was rung in this attempt after the first time."""
    rounds: int = tx.conn.execute(
        sa.select(sa.func.count()).where(
            event.c.case_id == case.id,
            event.c.kind == _ROUND,
            sa.cast(event.c.canonical, JSONB)["facts"]["attempt"].as_integer() == case.attempt,
        )
    ).scalar_one()
    return rounds


def _first_unit(tx: Tx, case: Standing) -> str:
    """Where this attempt of the case went first: there the ringing begins again."""
    code: str = tx.conn.execute(
        sa.select(unit.c.code)
        .join(assignment, assignment.c.unit_id == unit.c.id)
        .where(assignment.c.case_id == case.id, assignment.c.attempt == case.attempt)
        .order_by(assignment.c.since_at, assignment.c.id)
        .limit(1)
    ).scalar_one()
    return code
