"""A direct answer: whoever answers calls, or a dispatcher, answers an enquiry; nobody has to go there.

The words are told to the resident by a text, and the resident is asked for a verdict as after any other telling.
"""

from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import evidence
from cases.models import owed, party
from cases.pen import seal_content
from cases.phrases import Message, msg
from cases.report import segments
from cases.states import Deed, Role
from cases.steps import SPARED, Step
from dispatch.acts.refusals import Refused
from dispatch.life.deciding import words_of
from dispatch.life.leaving import tell_unit
from dispatch.loop import reworking, submitting, telling
from dispatch.loop.telling import MOST, PURPOSE
from dispatch.loop.who import Who, demand
from dispatch.outbox import put_text
from dispatch.transaction import Tx

PARTS = (Role.AGENT, Role.DISPATCHER)
KIND = "enquiry"


def answer(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """Answer an enquiry. Raises NotYours, IllegalDeed; Refused where it is none, nobody can be told, or the words are
    too many."""
    demand(who, *PARTS)
    if case.row.kind != KIND:
        raise Refused(msg("ending.refused.no_enquiry"))
    said = words_of(words, "words")
    resident = tx.conn.execute(
        sa.select(party.c.id, party.c.lang, party.c.stopped_at).where(party.c.id == case.row.party_id)
    ).one_or_none()
    if resident is None or resident.stopped_at is not None:
        raise Refused(msg("ending.refused.nobody_to_tell"))
    text = msg("desk.text.told", office=tx.office.name, number=case.row.number, words=said, who=who.name)
    if segments(tx.say(text, resident.lang)) > MOST:
        raise Refused(msg("ending.refused.too_long"), "words")
    _spare(tx, case)
    told = (evidence.c.case_id == case.id, evidence.c.attempt == case.attempt, evidence.c.step == str(Step.TOLD))
    tx.conn.execute(sa.update(evidence).where(*told).values(state="void"))  # the answer is what the resident is told
    done = do(tx, case.id, Act(Deed.ANSWER, who.actor, "answered", words=said, opens=(Step.TOLD,)))
    sent = put_text(tx, resident.id, text, resident.lang, purpose=PURPOSE, case_id=case.id)
    tx.put(
        evidence, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        step=str(Step.TOLD), way="text", state="pending", staff_id=who.staff_id, at=tx.now, outbox_id=sent,
        content_id=seal_content(tx, "told", said),
    )  # fmt: skip
    tell_unit(tx, done, "ending.text.answered")
    return msg("ending.said.answered", number=case.row.number)


def was_answered(case: Standing) -> bool:
    """Whether a case was answered directly in this attempt: nobody owes even a signature."""
    return Step.SIGN_FOR not in case.owed


def stand(tx: Tx, who: Who, case_id: UUID) -> None:
    """A case that was answered directly is in the office's hands again: its answer stands, and the resident is asked
    about it. Where it did not arrive meanwhile the unit tells the resident in another way."""
    stands = do(tx, case_id, Act(Deed.ANSWER, who.actor, "answer_stands", opens=(Step.TOLD,)))
    telling.count_again(tx, case_id)
    if standing(tx, case_id).owes(Step.TOLD) and not submitting.is_telling(tx, stands):
        reworking.redo(tx, case_id, history.SYSTEM)


def _spare(tx: Tx, case: Standing) -> None:
    """These steps are not owed any more by rule: shown grey, counted apart."""
    mine = (owed.c.case_id == case.id, owed.c.attempt == case.attempt, owed.c.done_at.is_(None))
    spared = owed.c.step.in_([str(step) for step in sorted(SPARED)])
    tx.conn.execute(sa.update(owed).where(*mine, spared).values(is_owed=False))
