"""Merging: a case is dealt with in another open one, and taken out of it again where that was wrong.

The merged case's clocks end; taken out again it is its unit's once more, whose clocks go on where they stopped. The
unit signs for it and submits it again, and the resident is asked again: no verdict from before closes it. What was
answered directly stays answered.
"""

from uuid import UUID

import sqlalchemy as sa

from cases import lifecycle
from cases.lifecycle import Holder
from cases.loop.deeds import Act, Standing, do, standing
from cases.models import cases
from cases.phrases import Message, msg
from cases.states import Deed, Role, State
from cases.steps import Step
from dispatch.acts.refusals import Refused
from dispatch.coi import record
from dispatch.duty.moves import look_again
from dispatch.life import answering
from dispatch.life.deciding import tell_resident, words_of
from dispatch.life.leaving import leave
from dispatch.loop import telling
from dispatch.loop.expecting import expect
from dispatch.loop.who import Who, demand
from dispatch.models import staff, unit
from dispatch.orders import order_again
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)
_ANEW = (Step.SIGN_FOR, Step.VERIFY, Step.CALL_BACK)  # owed again by a case that is taken out of another one


def merge(tx: Tx, who: Who, case: Standing, lead: str, words: str) -> Message:
    """Deal with a case in the open one of that number; both know of each other, and the resident hears of it.

    Raises NotYours, IllegalDeed; Refused where there is no such open case.
    """
    demand(who, *PARTS)
    why = words_of(words)
    if record.of(tx, case.id) is not None:
        raise Refused(msg("coi.refused.merge"), "lead")
    into = tx.conn.execute(
        sa.select(cases.c.id, cases.c.number, cases.c.state).where(
            cases.c.office_id == tx.office_id, cases.c.number == lead
        )
    ).one_or_none()
    if into is None or into.id == case.id or not State(into.state).is_open:
        raise Refused(msg("ending.refused.lead"), "lead")
    if record.of(tx, into.id) is not None:
        raise Refused(msg("ending.refused.lead"), "lead")
    act = Act(Deed.MERGE, who.actor, "merged", {"lead": into.number}, why, columns={"merged_into": into.id})
    merged = leave(tx, case, act)
    # What was merged into this one goes along.
    tx.conn.execute(sa.update(cases).where(cases.c.merged_into == case.id).values(merged_into=into.id))
    lifecycle.note(tx, into.id, "merged_with", who.actor, facts={"merged": case.row.number})
    tell_resident(tx, merged, "ending.text.merged", lead=into.number)
    return msg("ending.said.merged", number=case.row.number, lead=into.number)


def unmerge(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """Take a case out again: as before it is its unit's, which gains no time, or is answered. Raises NotYours,
    IllegalDeed, Refused."""
    demand(who, *PARTS)
    why = words_of(words)
    lead = tx.conn.execute(
        sa.select(cases.c.id, cases.c.number).where(cases.c.id == case.row.merged_into)
    ).one_or_none()
    facts = {"lead": lead.number if lead else ""}
    first = case.row.first_closed_at
    again = {"merged_into": None, "closed_at": None, "first_closed_at": None if first == case.row.closed_at else first}
    do(tx, case.id, Act(Deed.UNMERGE, who.actor, "unmerged", facts, why, opens=_ANEW, columns=again))
    if lead is not None:
        lifecycle.note(tx, lead.id, "unmerged_from", who.actor, facts={"merged": case.row.number})
    lifecycle.reroute(tx, case.id, _holder(tx, case), why, who.actor)
    if answering.was_answered(case):
        answering.stand(tx, who, case.id)
    else:
        _order(tx, case.id)
    tell_resident(tx, standing(tx, case.id), "ending.text.unmerged")
    return msg("ending.said.unmerged", number=case.row.number)


def _order(tx: Tx, case_id: UUID) -> None:
    """The unit has its order once more; what arrived meanwhile counts."""
    order_again(tx, case_id)
    telling.count_again(tx, case_id)
    look_again(tx, case_id)
    expect(tx, standing(tx, case_id))


def _holder(tx: Tx, case: Standing) -> Holder:
    """Who had it last has it again."""
    row = case.row
    code = tx.conn.execute(sa.select(unit.c.code).where(unit.c.id == row.unit_id)).scalar_one()
    worker = tx.conn.execute(sa.select(staff.c.code).where(staff.c.id == row.worker_id)).scalar()
    return Holder(row.unit_id, code, row.worker_id, worker, row.rule, row.reasons)
