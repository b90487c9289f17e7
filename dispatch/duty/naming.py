"""A person says that a case complains of somebody of the office: from now on it is kept from them (INV-COI)."""

from collections.abc import Sequence

import sqlalchemy as sa

from cases import lifecycle
from cases.loop.deeds import Standing
from cases.models import cases
from cases.phrases import msg
from cases.states import IN_UNIT, Role
from dispatch.acts.refusals import Refused
from dispatch.coi import record
from dispatch.duty import moves
from dispatch.duty.moves import MoveReason
from dispatch.loop.who import Who, demand
from dispatch.same.models import likeness
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)


def name(tx: Tx, who: Who, case: Standing, codes: Sequence[str]) -> None:
    """The case names these people and units too: confidential, like no other case, and with nobody who may not know of
    it. What was named before stays named. Raises NotYours; Refused for a code that is nobody's."""
    demand(who, *PARTS)
    unknown = [code for code in codes if tx.district.worker(code) is None and tx.district.unit(code) is None]
    if unknown or not codes:
        raise Refused(msg("coi.refused.nobody", code=unknown[0] if unknown else ""), "accused")
    record.of(tx, case.id)  # whom it named before
    with tx.for_office():
        record.put(tx, case.id, codes)
        tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(confidential=True))
        tx.conn.execute(sa.delete(likeness).where(likeness.c.case_id == case.id))
        lifecycle.note(tx, case.id, "confided", who.actor, facts={"rule": record.RULE})
        accusation = record.of(tx, case.id)
        held = case.row.worker_id is None or (accusation is not None and accusation.keeps_out(case.row.worker_id))
        if case.state in IN_UNIT and held:
            moves.hand_on(tx, case.id, MoveReason.BY_HAND, actor=who.actor)
