"""Waivers of an owed visit, and exceptions for another owed step: asked by one person, approved by a second one.

An approved one keeps the step, so that the case goes on; that it was left out, by whom and why, stays recorded.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from cases.life.reasons import Decision, ExceptionReason, Request, WaiverReason
from cases.loop.deeds import Act, Standing, do, standing
from cases.phrases import Message, msg
from cases.states import ClosingKind, Deed, Illegal, Role, after
from cases.steps import Step
from dispatch.acts.refusals import Refused
from dispatch.life import deciding
from dispatch.loop import closing, submitting
from dispatch.loop.expecting import expect
from dispatch.loop.visits import at_hand
from dispatch.loop.who import NotYours, Who
from dispatch.transaction import Tx

# Which deed leaves a step out, and the line of history that says so.
LEFT_OUT: Mapping[Step, tuple[Deed, str]] = MappingProxyType(
    {
        Step.VISIT: (Deed.WAIVE_VISIT, "visit_waived"),
        Step.FINDING: (Deed.WAIVE_FINDING, "step_excepted"),
        Step.TOLD: (Deed.WAIVE_TOLD, "step_excepted"),
        Step.CALL_BACK: (Deed.WAIVE_VERDICT, "step_excepted"),
    }
)
EXCEPTED = (Step.FINDING, Step.TOLD, Step.CALL_BACK)
_ASK_BACK = (Role.CALLER_BACK, Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR)


def waive(tx: Tx, who: Who, case_id: UUID, reason: WaiverReason, words: str) -> Message:
    """Ask that nobody need go there. Raises IllegalDeed, NotYours; Refused where no visit is owed (any more)."""
    return _ask(tx, who, case_id, (Request.WAIVER, Step.VISIT, reason), words)


def leave_out(tx: Tx, who: Who, case_id: UUID, left: tuple[Step, ExceptionReason], words: str) -> Message:
    """Ask that an owed step is left out: finding or told by the unit, the verdict by those who ask for it. Raises
    IllegalDeed, NotYours; Refused where the step is not owed (any more)."""
    step, reason = left
    if step not in EXCEPTED:
        raise Refused(msg("life.refused.step"), "step")
    return _ask(tx, who, case_id, (Request.EXCEPTION, step, reason), words)


_Left = tuple[Request, Step, WaiverReason | ExceptionReason]


def _ask(tx: Tx, who: Who, case_id: UUID, left: _Left, words: str) -> Message:
    kind, step, reason = left
    case = standing(tx, case_id, lock=True)
    if not may_ask(tx, who, case, step):
        if not _is_theirs(tx, who, case, step):
            raise NotYours(who, Role.CALLER_BACK if step is Step.CALL_BACK else Role.WORKER)
        raise Refused(msg("life.refused.not_owed", step=step.label), "step" if kind is Request.EXCEPTION else "")
    if case.row.worker_id == who.id and step is not Step.CALL_BACK:
        case = at_hand(tx, who, case_id, LEFT_OUT[step][0])
    columns = {"kind": str(kind), "step": str(step), "code": str(reason)}
    deciding.ask(tx, who, case, columns, deciding.words_of(words))
    return msg(f"life.said.{kind}_asked", step=step.label, reason=reason.label)


def may_ask(tx: Tx, who: Who, case: Standing, step: Step) -> bool:
    """Whether somebody could ask now that a step is left out."""
    ready = case.owes(step) and not isinstance(after(case.state, LEFT_OUT[step][0]), Illegal)
    waits = step is Step.CALL_BACK and case.row.awaits is not None
    return ready and not waits and _is_theirs(tx, who, case, step)


def _is_theirs(tx: Tx, who: Who, case: Standing, step: Step) -> bool:
    if step is Step.CALL_BACK:
        return who.part in _ASK_BACK
    return case.row.worker_id == who.id or deciding.speaks(tx, who, case)


def grant(tx: Tx, who: Who, case: Standing, row: Any) -> None:
    """A second person agrees: the step is kept as left out. A verdict that is left out closes the case as unreachable:
    whether it was solved nobody can say but the resident. Raises IllegalDeed, NotYours, SamePerson, Refused."""
    deciding.demand_second(tx, who, case, row)
    step = Step(row.step)
    if not case.owes(step) or (step is Step.CALL_BACK and case.row.awaits is not None):
        raise Refused(msg("life.refused.not_owed", step=step.label))
    deed, line = LEFT_OUT[step]
    facts = {"step": row.step, "code": row.code, "asked_by": row.asked_by}
    # Nobody waits for news any more where the resident is not told: its clock ends with this one.
    keeps = (step, Step.INTERIM) if step is Step.TOLD else (step,)
    done = do(tx, case.id, Act(deed, who.actor, line, facts, keeps=keeps))
    deciding.settle(tx, row, Decision.GRANTED, who)
    if step is Step.CALL_BACK:
        closing.close(tx, case.id, ClosingKind.UNREACHABLE, who.actor)
    elif submitting.verify(tx, done) is None:
        expect(tx, done)
    deciding.tell_asker(tx, done, row, "life.text.left_out", step=step.label)
