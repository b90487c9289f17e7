"""Verification by a person: somebody who did not handle the attempt passes what was submitted, or sends it back."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import evidence
from cases.phrases import Message, msg
from cases.states import Deed, Role
from cases.steps import Step, Verification
from dispatch.acts.refusals import Refused
from dispatch.duty.moves import look_again
from dispatch.life.deciding import words_of
from dispatch.life.leaving import tell_unit
from dispatch.life.leaving_reasons import BackReason
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.submitting import is_whole, let_pass
from dispatch.loop.who import Who, demand, demand_impartial
from dispatch.transaction import Tx

PARTS = (Role.VERIFIER, Role.SUPERVISOR)


# What was not done was told in vain; else told stands unless it is what was lacking.
LACKING: Mapping[BackReason, Step] = MappingProxyType(
    {
        BackReason.NOT_DONE: Step.TOLD,
        BackReason.TOLD_WRONG: Step.TOLD,
        BackReason.VISIT_UNPROVEN: Step.VISIT,
        BackReason.FINDING_THIN: Step.FINDING,
    }
)


def accept(tx: Tx, who: Who, case_id: UUID) -> Message:
    """What was submitted is as it should be: the resident is asked, or the case is closed. Raises NothingToDecide,
    NotYours, Partial."""
    case = _submitted(tx, who, case_id)
    passed = let_pass(tx, case, Verification.PERSON, who.actor)
    return msg("ending.said.passed", number=case.row.number, state=passed.state.label)


def send_back(tx: Tx, who: Who, case_id: UUID, reason: BackReason, words: str) -> Message:
    """Something is lacking: the unit has the case again, and the clock of what is owed again goes on where it stopped.

    Raises NothingToDecide, NotYours, Partial; Refused where the step is not owed on this case, or words are lacking.
    """
    case = _submitted(tx, who, case_id)
    said, step = words_of(words), _step(case, reason)
    if step not in case.owed:
        raise Refused(msg("ending.refused.not_owed", reason=reason.label), "back_reason")
    if step is Step.TOLD:
        told = (evidence.c.case_id == case.id, evidence.c.attempt == case.attempt, evidence.c.step == str(Step.TOLD))
        tx.conn.execute(sa.update(evidence).where(*told).values(state="void"))
    facts = {"reason": str(reason), "step": str(step)}
    act = Act(Deed.SEND_BACK, who.actor, "sent_back", facts, said, opens=(step,))
    back = do(tx, case.id, act)
    tell_unit(tx, back, "ending.text.sent_back", reason=reason.label, why=said)
    look_again(tx, case.id)
    return msg("ending.said.sent_back", number=case.row.number)


def _step(case: Standing, reason: BackReason) -> Step:
    """Where nobody is to be told, what was not done is found out anew."""
    step = LACKING[reason]
    return Step.FINDING if reason is BackReason.NOT_DONE and step not in case.owed else step


def _submitted(tx: Tx, who: Who, case_id: UUID) -> Standing:
    case = standing(tx, case_id, lock=True)
    demand(who, *PARTS)
    demand_impartial(tx, who, case)
    if not is_whole(case):
        raise NothingToDecide(case.row.number)
    return case
