"""Taken up again: a rework after "not solved", by itself once, then by a supervisor's order."""

from datetime import datetime
from secrets import randbelow
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.lifecycle import Holder
from cases.loop.deeds import Act, Standing, standing
from cases.loop.handing import Attempt, attempt_again
from cases.models import party
from cases.phrases import Message, msg
from cases.states import Deed, Role
from cases.steps import Step
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.duty.moves import look_again
from dispatch.loop import desks
from dispatch.loop.closing import AWAITS_SUPERVISOR, NothingToDecide, by_number, withdraw
from dispatch.loop.who import Who, demand
from dispatch.models import staff, unit
from dispatch.orders import tell_holder
from dispatch.outbox import put_text
from dispatch.side import supervising
from dispatch.transaction import Tx

PURPOSE = "rework"


def redo(tx: Tx, case_id: UUID, actor: str, why: str = "", *, texted: bool = True) -> Message:
    """A new attempt after a "not solved": the same holder, a new visit code, targets of its own. What the
    resident is told."""
    return again(tx, case_id, Act(Deed.REDO, actor, "redone", words=why), texted=texted)


def again(tx: Tx, case_id: UUID, act: Act, *, texted: bool) -> Message:
    """A new attempt: the holder gets an order, the resident the new visit code. What the resident is told;
    `texted`: by a text of its own, else whoever asked answers with it. Raises IllegalDeed."""
    before = standing(tx, case_id, lock=True)
    category = tx.policy.category(before.row.category)
    code = f"{randbelow(10**4):04}"
    new = Attempt(category.owes, _holder(tx, before.row), code, tx.policy_version)
    now, dues = attempt_again(tx, case_id, act, new)
    # A case that was closed had kept its promise, or broken it: what is promised now is new.
    due = now.row.due_at if act.deed is Deed.REOPEN and Step.TOLD in dues else dues.get(Step.TOLD)
    tell_holder(tx, case_id, PURPOSE)
    look_again(tx, case_id)
    supervising.on_rework(tx, case_id)
    withdraw(tx, case_id)
    errands.call_off(tx, Kind.REOPEN, case_id)  # the date for which it was planned holds no longer
    words = _words(before.row.number, code if category.visit_owed else "", due)
    if texted:
        _text(tx, before, words)
    return words


def _holder(tx: Tx, row: Any) -> Holder:
    """Who had it last has it again."""
    code = tx.conn.execute(sa.select(unit.c.code).where(unit.c.id == row.unit_id)).scalar_one()
    worker = tx.conn.execute(sa.select(staff.c.code).where(staff.c.id == row.worker_id)).scalar()
    return Holder(row.unit_id, code, row.worker_id, worker, row.rule, row.reasons)


def _words(number: str, code: str, due: datetime | None) -> Message:
    promise = msg("desk.receipt.promise", due=due) if due else msg("desk.receipt.no_promise")
    visit = msg("desk.receipt.visit", code=code) if code else ""
    return msg("desk.verdict.redone", number=number, promise=promise, visit=visit)


def _text(tx: Tx, case: Standing, words: Message) -> None:
    """To the resident, where there is one who takes texts."""
    resident = tx.conn.execute(
        sa.select(party.c.lang, party.c.stopped_at).where(party.c.id == case.row.party_id)
    ).one_or_none()
    if resident is not None and resident.stopped_at is None:
        put_text(tx, case.row.party_id, words, resident.lang, purpose="redone", case_id=case.id)


def order(tx: Tx, number: str, why: str, who: Who) -> None:
    """A supervisor orders a further rework. Raises UnknownCase, NotYours, NothingToDecide, ValueError."""
    case = by_number(tx, number)
    demand(who, Role.SUPERVISOR)
    if not why.strip():
        raise ValueError("why is empty: say in a few words why it is done again")
    if case.row.awaits != AWAITS_SUPERVISOR:
        raise NothingToDecide(number)
    redo(tx, case.id, who.actor, why.strip())


def tell_supervisor(tx: Tx, case: Standing) -> None:
    """A second "no": a supervisor decides how it goes on."""
    desks.tell(tx, desks.SUPERVISORS, case, "desk.text.to_supervisor")
