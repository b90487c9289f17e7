"""A case leaves the office's hands: declined, handed over to another line, taken back by the resident.

Nothing of it runs or waits any longer; the resident is told where there is one, and so is whoever had it.
"""

import sqlalchemy as sa

from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import question, return_request
from cases.phrases import Message, Name, msg
from cases.states import Deed, Role
from dispatch.acts.refusals import Refused
from dispatch.duty.telling import fitted, person, recipient, tell_staff
from dispatch.life.deciding import tell_resident, words_of
from dispatch.life.leaving_reasons import DeclineReason, OtherLine
from dispatch.loop.closing import withdraw as overtake_proposal
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
    return _said(left)


def hand_over(tx: Tx, who: Who, case: Standing, line: tuple[OtherLine, str], words: str) -> Message:
    """Another line takes the matter over: one that everybody knows, or one by its name. Raises as `decline`."""
    demand(who, *INTAKE)
    code, named = line
    if code is OtherLine.NAMED and not named:
        raise Refused(msg("ending.refused.line"), "line_name")
    name = _line_named(tx, named)
    facts = {"to_line": str(code), "named": name.zh if code is OtherLine.NAMED else ""}
    left = leave(tx, case, Act(Deed.HAND_OVER, who.actor, "handed_over", facts, words_of(words)))
    to: object = name if code is OtherLine.NAMED else code.label
    tell_resident(tx, left, "ending.text.handed_over", line=to)
    return _said(left)


def _line_named(tx: Tx, said: str) -> Name:
    """A line as the district names it, where its number is said; else as it was said."""
    known = next((line for line in tx.district.beside.other_lines if line.number == said), None)
    return Name(f"{known.name.zh} {said}", f"{known.name.en} {said}") if known else Name(said)


def take_back(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """The resident does not pursue it, as they said to whoever answers calls. Raises as `decline`."""
    demand(who, *INTAKE)
    left = leave(tx, case, Act(Deed.WITHDRAW, who.actor, "withdrawn", words=words_of(words)))
    tell_resident(tx, left, "ending.text.withdrawn")
    return _said(left)


def leave(tx: Tx, case: Standing, act: Act) -> Standing:
    """End a case by a deed that needs no step of the loop. Raises IllegalDeed."""
    left = do(tx, case.id, act)
    open_ = (question.c.case_id == case.id, question.c.state == "open")
    tx.conn.execute(sa.update(question).where(*open_).values(state="void", ended_at=tx.now))
    asked = (return_request.c.case_id == case.id, return_request.c.decided_at.is_(None))
    overtaken = {"decision": "overtaken", "decided_by": act.actor, "decided_at": tx.now}
    tx.conn.execute(sa.update(return_request).where(*asked).values(overtaken))
    overtake_proposal(tx, case.id)
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


def _said(case: Standing) -> Message:
    return msg("ending.said.left", number=case.row.number, state=case.state.label)
