"""Submitting, and what the evidence says to it: a case is passed where every owed step carries its proof."""

from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import evidence
from cases.phrases import Message, msg
from cases.states import ClosingKind, Deed, Illegal, State, after
from cases.steps import Step, Verification
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.loop import closing, verdicts
from dispatch.loop.expecting import PROVEN
from dispatch.loop.promises import limits_for, next_opening, verification_of
from dispatch.loop.visits import at_hand
from dispatch.loop.who import Who
from dispatch.loop.work import give_short, next_step
from dispatch.orders import tell_holder
from dispatch.transaction import Tx


def submit(tx: Tx, who: Who, case_id: UUID) -> Message:
    """The unit says that it is done; what is lacking, or what follows. Raises IllegalDeed.

    A text to the resident that is under way counts as told for now: the case waits for the carrier's word.
    """
    short = give_short(tx, case_id)
    case = at_hand(tx, who, case_id, Deed.SUBMIT)
    lacking = next((step for step in PROVEN if case.owes(step)), None)
    telling = lacking is Step.TOLD and is_telling(tx, case)
    if lacking is not None and not telling:
        return msg(f"desk.work.{lacking}_lacking", n=short, next=next_step(tx, case, short))
    do(tx, case_id, Act(Deed.SUBMIT, who.actor, "submitted", limits=limits_for(tx, case)))
    passed = verify(tx, case_id)
    if passed is None:
        return msg("desk.work.submitted_waiting", n=short)
    return msg("desk.work.submitted" if passed.owes(Step.CALL_BACK) else "desk.work.submitted_closed", n=short)


def submit_for(tx: Tx, errand: Errand) -> None:
    """All is done and proven, and nobody said so: the system submits for the unit, which is told."""
    if errand.case_id is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    if any(case.owes(step) for step in PROVEN):
        return  # annulled or taken up again meanwhile: whoever proves it anew is awaited anew
    if case.state is State.RETURN_PENDING:
        errands.put(tx, Kind.SUBMIT, case.id, next_opening(tx), case.id)
        return
    if isinstance(after(case.state, Deed.SUBMIT), Illegal):
        return
    do(tx, case.id, Act(Deed.SUBMIT, history.SYSTEM, "submitted", limits=limits_for(tx, case)))
    tell_holder(tx, case.id, "submitted_for" if case.owes(Step.CALL_BACK) else "submitted_closed")
    verify(tx, case.id)


def is_telling(tx: Tx, case: Standing) -> bool:
    """Whether a text with what was done is on its way to the resident."""
    under_way = sa.exists().where(
        evidence.c.case_id == case.id, evidence.c.attempt == case.attempt, evidence.c.step == str(Step.TOLD),
        evidence.c.state == "pending",
    )  # fmt: skip
    return bool(tx.conn.execute(sa.select(under_way)).scalar())


def verify(tx: Tx, case_id: UUID) -> Standing | None:
    """Pass a submitted case where its evidence is whole, and go on: the resident is asked, or the case is closed.

    None where it cannot be passed yet.
    """
    case = standing(tx, case_id, lock=True)
    if case.state is not State.TO_VERIFY or any(case.owes(step) for step in PROVEN):
        return None
    by = verification_of(tx, case)
    keeps = (Step.VERIFY,) if by is Verification.EVIDENCE else ()
    act = Act(Deed.PASS, history.SYSTEM, "verified", {"by": str(by)}, keeps=keeps, limits=limits_for(tx, case))
    passed = do(tx, case_id, act)
    if passed.owes(Step.CALL_BACK):
        verdicts.ask(tx, case_id)
    else:
        kind = ClosingKind.EXPLAINED if case.row.kind == "enquiry" else ClosingKind.SOLVED
        closing.close(tx, case_id, kind, history.SYSTEM)
    return standing(tx, case_id)
