"""Returns: a unit says that an order is not its own; a dispatcher upholds it, and another unit has the case,
or rejects it, and the unit goes on while its clocks never stood still."""

from typing import Any

import sqlalchemy as sa

from cases import lifecycle
from cases.clock.reckoning import Reckoned
from cases.lifecycle import Holder
from cases.loop import clocks
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import return_request
from cases.phrases import Message, msg, stored
from cases.states import Coded, Deed, Role
from cases.steps import URGENT, Step
from dispatch.choice.stored import written
from dispatch.duty import moves
from dispatch.duty.reach import next_eligible
from dispatch.loop import desks, telling
from dispatch.loop.closing import NothingToDecide, by_number
from dispatch.loop.disputes import raising
from dispatch.loop.visits import at_hand
from dispatch.loop.who import Who, demand
from dispatch.loop.work import give_short, next_step
from dispatch.orders import tell_holder
from dispatch.reports import UnknownUnit
from dispatch.side import rows as side
from dispatch.transaction import Tx


class Reason(Coded):
    """Why an order is returned; the order is that of the digits 1 to 5."""

    NOT_OURS = "not_ours"
    WRONG_PLACE = "wrong_place"
    UNCLEAR = "unclear"
    DUPLICATE = "duplicate"
    BEYOND_MEANS = "beyond_means"


CODES = {str(number): reason for number, reason in enumerate(Reason, 1)}


def request(tx: Tx, who: Who, case_id: Any, reason: Reason, words: str = "") -> Message:
    """Ask to give an order back, within the time that is given for it. Raises IllegalDeed."""
    short = give_short(tx, case_id)
    case = at_hand(tx, who, case_id, Deed.REQUEST_RETURN)
    no = barred(tx, case)
    if no is not None:
        return msg(no.id, **no.params, n=short, next=next_step(tx, case, short))
    facts = {"code": str(reason)}
    act = Act(Deed.REQUEST_RETURN, who.actor, "return_asked", facts, words.strip(), keeps=(Step.SIGN_FOR,))
    disputed = raising.is_third(tx, case_id)
    done = do(tx, case_id, act)
    settled = _decided(tx, raising.DISPUTED, who) if disputed else {}
    tx.put(
        return_request, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        unit_id=case.row.unit_id, staff_id=who.id, code=str(reason), asked_at=tx.now, **settled,
    )  # fmt: skip
    if disputed:
        raising.begin(tx, case_id, raising.Cause.THIRD, (who.actor, ""))
        return msg("dispute.work.third", n=short, reason=reason.label)
    desks.tell(tx, desks.DISPATCHERS, done, "desk.text.return_asked")
    return msg("desk.work.return_asked", n=short, reason=reason.label)


def barred(tx: Tx, case: Standing) -> Message | None:
    """Why the unit cannot give a case back any more; the sentence lacks its number and what comes next."""
    if case.attempt > 1:
        return msg("desk.work.return_rework")
    final = raising.decided_at(tx, case.id)
    if final is not None:
        return msg("desk.work.return_final", at=final)
    window = next((each for each in clocks.reckoning(tx, case.row).steps if _runs(each)), None)
    if window is not None and window.due_at < tx.now:
        return msg("desk.work.return_late", until=window.due_at)
    return msg("desk.work.return_again") if _was_rejected(tx, case) else None


def _runs(promise: Reckoned) -> bool:
    """Whether this is the time in which the unit that has the case may ask to give it back."""
    return promise.step is Step.RETURN_REQUEST and promise.ended_at is None


def _was_rejected(tx: Tx, case: Standing) -> bool:
    """Whether this unit asked before, and was told that the case is its own."""
    rejected = sa.exists().where(
        return_request.c.case_id == case.id, return_request.c.unit_id == case.row.unit_id,
        return_request.c.decision == "rejected",
    )  # fmt: skip
    return bool(tx.conn.execute(sa.select(rejected)).scalar())


def uphold(tx: Tx, number: str, unit_code: str, why: str, who: Who) -> Standing:
    """The unit is right: another one has the case, with targets of its own; without a code the one above. Where a
    return of the case was upheld before, an adjudicator decides whose it is, and this is a proposal.

    Raises UnknownCase, UnknownUnit, NotYours, NothingToDecide, ValueError (no reason, or the same unit).
    """
    case, row = _asked(tx, number, why, who)
    here = next(unit for unit in tx.district.units if unit.id == case.row.unit_id)
    to = tx.district.unit(unit_code or here.parent or tx.district.duty_desk.unit.code)
    if to is None:
        raise UnknownUnit(unit_code)
    if to.id == case.row.unit_id:
        raise ValueError(f"unit is {to.code}: the return is upheld, so name another unit")
    if raising.was_upheld(tx, case.id):
        _settle(tx, row, raising.DISPUTED, who)
        return raising.begin(tx, case.id, raising.Cause.UPHELD_TWICE, (who.actor, why.strip()), to.code)
    _settle(tx, row, "upheld", who)
    do(tx, case.id, Act(Deed.UPHOLD_RETURN, who.actor, "return_upheld", words=why.strip(), opens=(Step.SIGN_FOR,)))
    chosen = next_eligible(tx, to.code, (), urgent=case.level in URGENT, case=case.row)
    theirs = chosen if chosen and chosen.unit.id == to.id else None
    holder = Holder(
        to.id, to.code, theirs.staff_id if theirs else None, theirs.worker.code if theirs and theirs.worker else None,
        "by-hand", stored((msg("desk.reason.by_hand", unit=to.name),)), written(theirs.judged) if theirs else {},
    )  # fmt: skip
    lifecycle.reroute(tx, case.id, holder, why, who.actor)
    side.follow(tx, case.id, to.id)
    moves.given(tx, case.id, row.staff_id, moves.MoveReason.RETURNED)
    return standing(tx, case.id)


def asks_place(tx: Tx, case_id: Any) -> bool:
    """Whether the return that waits says that the place is wrong: whoever upholds it says the right one."""
    waits = (return_request.c.case_id == case_id, return_request.c.decided_at.is_(None))
    code = tx.conn.execute(sa.select(return_request.c.code).where(*waits)).scalar()
    return code == Reason.WRONG_PLACE


def reject(tx: Tx, number: str, why: str, who: Who) -> Standing:
    """The case is the unit's own: it goes on, and the time that this took was the unit's.

    Raises UnknownCase, NotYours, NothingToDecide, ValueError.
    """
    case, row = _asked(tx, number, why, who)
    _settle(tx, row, "rejected", who)
    do(tx, case.id, Act(Deed.REJECT_RETURN, who.actor, "return_rejected", words=why.strip()))
    tell_holder(tx, case.id, "return_rejected")
    moves.look_again(tx, case.id)
    telling.count_again(tx, case.id)
    return standing(tx, case.id)


def _asked(tx: Tx, number: str, why: str, who: Who) -> tuple[Standing, Any]:
    case = by_number(tx, number)
    demand(who, Role.DISPATCHER, Role.SUPERVISOR)
    if not why.strip():
        raise ValueError("why is empty: say in a few words why you decide so")
    open_ = sa.select(return_request).where(return_request.c.case_id == case.id, return_request.c.decided_at.is_(None))
    row = tx.conn.execute(open_).one_or_none()
    if row is None:
        raise NothingToDecide(number)
    return case, row


def _settle(tx: Tx, row: Any, decision: str, who: Who) -> None:
    decided = _decided(tx, decision, who)
    tx.conn.execute(sa.update(return_request).where(return_request.c.id == row.id).values(decided))


def _decided(tx: Tx, decision: str, who: Who) -> dict[str, Any]:
    return {"decision": decision, "decided_by": who.actor, "decided_at": tx.now}
