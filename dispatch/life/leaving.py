"""A case leaves the office's hands: declined, taken back by the resident (handed over: `dispatch.beside.handover`).

Nothing of it runs or waits any longer; the resident is told where there is one, and so is whoever had it.
"""

from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import question
from cases.models import cases
from cases.phrases import Message, msg
from cases.states import Deed, Role
from cases.steps import Level
from dispatch.duty.telling import fitted, person, recipient, tell_staff
from dispatch.life.deciding import tell_resident, words_of
from dispatch.life.leaving_reasons import DeclineReason
from dispatch.loop.who import Who, demand
from dispatch.outbox import call_off_case
from dispatch.side.over import over
from dispatch.transaction import Tx

INTAKE = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR)


def decline(tx: Tx, who: Who, case: Standing, reason: DeclineReason, words: str) -> Message:
    """The office does not take the matter up, and says why. Raises NotYours, IllegalDeed, Refused."""
    demand(who, *INTAKE)
    why = words_of(words)
    left = leave(tx, case, Act(Deed.DECLINE, who.actor, "declined", {"reason": str(reason)}, why))
    tell_resident(tx, left, "ending.text.declined", reason=reason.label, why=why)
    return said(left)


def take_back(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """The resident does not pursue it, as they said to whoever answers calls. Raises as `decline`."""
    demand(who, *INTAKE)
    left = leave(tx, case, Act(Deed.WITHDRAW, who.actor, "withdrawn", words=words_of(words)))
    tell_resident(tx, left, "ending.text.withdrawn")
    return said(left)


def given_up(tx: Tx, case_id: UUID, words: str) -> bool:
    """The resident themselves says that nobody need come; the case is locked here. False where a person has to ask
    first: danger was told, it is confidential, or others are dealt with in it. Raises LookupError, IllegalDeed."""
    case = standing(tx, case_id, lock=True)
    merged_in = sa.exists().where(cases.c.merged_into == case_id)
    with_others = (
        any(each.case_id == case_id for each in tx.incidents) or tx.conn.execute(sa.select(merged_in)).scalar()
    )
    if case.level is Level.L1 or case.row.confidential or with_others:
        return False
    left = leave(tx, case, Act(Deed.WITHDRAW, "resident", "withdrawn", words=words))
    tell_resident(tx, left, "ending.text.withdrawn")
    return True


def leave(tx: Tx, case: Standing, act: Act) -> Standing:
    """End a case by a deed that needs no step of the loop. Raises IllegalDeed."""
    left = do(tx, case.id, act)
    open_ = (question.c.case_id == case.id, question.c.state == "open")
    tx.conn.execute(sa.update(question).where(*open_).values(state="void", ended_at=tx.now))
    call_off_case(tx, case.id)
    over(tx, case.id, act.actor)
    tell_unit(tx, left, "ending.text.left", state=left.state.label)
    return standing(tx, case.id)


def tell_unit(tx: Tx, case: Standing, text: str, **more: object) -> None:
    """A text about a case to whoever has it, or had it last."""
    code = next(unit.code for unit in tx.district.units if unit.id == case.row.unit_id)
    to = person(tx, case.row.worker_id) or recipient(tx, None, code)
    about = {"number": case.row.number, "category": tx.policy.category(case.row.category).name, **more}
    words = msg(text, **about)
    if to is not None:
        words = fitted(tx, words, to.lang)
    purpose = text.rpartition(".")[2]
    tell_staff(tx, to.staff_id if to else None, words, purpose=purpose, level=case.level, case_id=case.id)


def said(case: Standing) -> Message:
    return msg("ending.said.left", number=case.row.number, state=case.state.label)
