"""Submitting, and what the evidence says to it: a case is passed where every owed step carries its proof."""

from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import evidence
from cases.phrases import Message, msg
from cases.states import ClosingKind, Deed, Illegal, State, after
from cases.steps import PROVEN, Step, Verification
from dispatch.acts.refusals import Refused
from dispatch.district import Role
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.loop import closing, desks, verdicts
from dispatch.loop.promises import next_opening, verification_of
from dispatch.loop.visits import at_hand
from dispatch.loop.who import Who
from dispatch.loop.work import give_short, next_step
from dispatch.orders import tell_holder
from dispatch.side import cohandling
from dispatch.transaction import Tx

VERIFIERS = (Role.VERIFIER, Role.SUPERVISOR, Role.LEADER)
LOOKED = "submitted_person"


def submit(tx: Tx, who: Who, case_id: UUID) -> Message:
    """The unit says that it is done; what is lacking, or what follows. Raises IllegalDeed; Refused
    where a co-handler's part is awaited.

    A text to the resident that is under way counts as told for now: the case waits for the carrier's word.
    """
    if cohandling.awaited(tx, case_id):
        raise Refused(msg("side.refused.cohandled"))
    short = give_short(tx, case_id)
    case = at_hand(tx, who, case_id, Deed.SUBMIT)
    lacking = next((step for step in PROVEN if case.owes(step)), None)
    telling = lacking is Step.TOLD and is_telling(tx, case)
    if lacking is not None and not telling:
        return msg(f"desk.work.{lacking}_lacking", n=short, next=next_step(tx, case, short))
    submitted = do(tx, case_id, Act(Deed.SUBMIT, who.actor, "submitted"))
    passed = verify(tx, submitted)
    if passed is None:
        return msg("desk.work.submitted_waiting" if telling else "ending.work.to_verify", n=short)
    return msg("desk.work.submitted" if passed.owes(Step.CALL_BACK) else "desk.work.submitted_closed", n=short)


def submit_for(tx: Tx, errand: Errand) -> None:
    """All is done and proven, and nobody said so: the system submits for the unit, which is told."""
    if errand.case_id is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    if any(case.owes(step) for step in PROVEN):
        return  # annulled or taken up again meanwhile: whoever proves it anew is awaited anew
    if cohandling.awaited(tx, case.id):
        return  # once their part is accepted the unit is expected anew
    # Decided, or signed for, it is the unit's again.
    if case.state in (State.RETURN_PENDING, State.IN_DISPUTE, State.DISPATCHED):
        errands.put(tx, Kind.SUBMIT, case.id, next_opening(tx), case.id)
        return
    if isinstance(after(case.state, Deed.SUBMIT), Illegal):
        return
    submitted = do(tx, case.id, Act(Deed.SUBMIT, history.SYSTEM, "submitted"))
    seen = verification_of(tx, case) is not Verification.PERSON
    tell_holder(tx, case.id, ("submitted_for" if case.owes(Step.CALL_BACK) else "submitted_closed") if seen else LOOKED)
    verify(tx, submitted)


_UNDER_WAY = sa.select(
    sa.exists().where(
        evidence.c.case_id == sa.bindparam("case_id"),
        evidence.c.attempt == sa.bindparam("attempt"),
        evidence.c.step == str(Step.TOLD),
        evidence.c.state == "pending",
    )
)


def is_telling(tx: Tx, case: Standing) -> bool:
    """Whether a text with what was done is on its way to the resident."""
    return bool(tx.conn.execute(_UNDER_WAY, {"case_id": case.id, "attempt": case.attempt}).scalar())


def verify(tx: Tx, case: Standing) -> Standing | None:
    """A submitted case, locked, whose evidence is whole: the system passes it, or verifiers are told to look at it.

    None where it is not passed yet.
    """
    if not is_whole(case):
        return None
    by = verification_of(tx, case)
    if by is Verification.PERSON:
        desks.tell(tx, VERIFIERS, case, "ending.text.to_verify")
        return None
    return let_pass(tx, case, by, history.SYSTEM)


def is_whole(case: Standing) -> bool:
    """Whether a case waits for nothing but its verification."""
    return case.state is State.TO_VERIFY and not any(case.owes(step) for step in PROVEN)


def let_pass(tx: Tx, case: Standing, by: Verification, actor: str) -> Standing:
    """A submitted case passes, and goes on: the resident is asked, or it is closed."""
    keeps = () if by is Verification.NONE else (Step.VERIFY,)
    facts = {"by": str(by), "attempt": case.attempt}
    act = Act(Deed.PASS, actor, "verified", facts, keeps=keeps)
    return ask_or_close(tx, do(tx, case.id, act))


def ask_or_close(tx: Tx, case: Standing) -> Standing:
    """A case of which everything else is done: the resident is asked, or it is closed where no answer is owed."""
    if case.owes(Step.CALL_BACK):
        verdicts.ask(tx, case)
        return case
    kind = ClosingKind.EXPLAINED if case.row.kind == "enquiry" else ClosingKind.SOLVED
    return closing.close(tx, case.id, kind, history.SYSTEM)
