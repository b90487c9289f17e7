"""Told: the system sends the resident what the worker says, and the carrier's word that it arrived counts.

Where texts do not arrive, a relay call that was connected after the finding tells it instead.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import evidence
from cases.models import event, party
from cases.pen import seal_content
from cases.phrases import Message, msg
from cases.report import segments
from cases.states import Deed, Illegal, State, after
from cases.steps import Step
from dispatch.duty.moves import look_again
from dispatch.life.merging_news import tell_merged
from dispatch.loop import reworking, submitting
from dispatch.loop.expecting import expect
from dispatch.loop.visits import at_hand
from dispatch.loop.who import Who
from dispatch.loop.work import give_short, next_step
from dispatch.orders import tell_holder
from dispatch.outbox import put_text
from dispatch.transaction import Tx

MOST = 3  # segments of a text
LEAST = 2  # characters; less says nothing
PURPOSE = "told"


def tell(tx: Tx, who: Who, case_id: UUID, words: str) -> Message:
    """Tell the resident what was done or decided; the clock stops when it has arrived. Raises IllegalDeed."""
    short = give_short(tx, case_id)
    case = at_hand(tx, who, case_id, Deed.TELL)
    before = next((step for step in (Step.VISIT, Step.FINDING) if case.owes(step)), None)
    if before is not None:
        return msg(f"desk.work.{before}_first", n=short, next=next_step(tx, case, short))
    if len(words.strip()) < LEAST:
        return msg("desk.work.tell_how", n=short)
    resident = _resident(tx, case)
    if resident is None:
        return msg("desk.work.nobody_to_tell", n=short)
    if resident.stopped_at is not None or _failed(tx, case):
        by_call = _told_by_call(tx, who, case, words.strip())
        if by_call is not None:
            return msg("desk.work.told_by_call", n=short, next=next_step(tx, by_call, short))
        if resident.stopped_at is not None:
            return msg("desk.work.call_first", n=short)
    return _send(tx, who, case, (resident, words.strip(), short))


def _send(tx: Tx, who: Who, case: Standing, said: tuple[Any, str, str]) -> Message:
    """The text to the resident, kept as told only when the carrier says that it arrived."""
    resident, words, short = said
    text = msg("desk.text.told", office=tx.office.name, number=case.row.number, words=words, who=who.name)
    if segments(tx.say(text, resident.lang)) > MOST:
        return msg("desk.work.too_long", n=short, length=len(words), most=_room(tx, text, resident.lang))
    sent = put_text(tx, resident.id, text, resident.lang, purpose=PURPOSE, case_id=case.id)
    tx.put(
        evidence, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        step=str(Step.TOLD), way="text", state="pending", staff_id=who.id, at=tx.now, outbox_id=sent,
        content_id=seal_content(tx, "told", words),
    )  # fmt: skip
    lifecycle.note(tx, case.id, "telling", who.actor, words)
    tell_merged(tx, case.id, "ending.text.lead_told", lead=case.row.number, summary=words)
    return msg("desk.work.telling", n=short)


def _room(tx: Tx, text: Message, lang: str) -> int:
    """How many characters of words fit into the segments."""
    words = str(text.params["words"])
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        cut = msg(text.id, **{**text.params, "words": words[:middle]})
        low, high = (middle, high) if segments(tx.say(cut, lang)) <= MOST else (low, middle - 1)
    return low


def _resident(tx: Tx, case: Standing) -> Any | None:
    if case.row.party_id is None:
        return None
    wanted = sa.select(party.c.id, party.c.lang, party.c.stopped_at).where(party.c.id == case.row.party_id)
    return tx.conn.execute(wanted).one()


def _failed(tx: Tx, case: Standing) -> bool:
    """Whether a text with what was done did not arrive in this attempt."""
    failed = sa.exists().where(
        evidence.c.case_id == case.id, evidence.c.attempt == case.attempt, evidence.c.step == str(Step.TOLD),
        evidence.c.state == "failed",
    )  # fmt: skip
    return bool(tx.conn.execute(sa.select(failed)).scalar())


def _told_by_call(tx: Tx, who: Who, case: Standing, words: str) -> Standing | None:
    """Told by a relay call that was connected since the finding; None where there was none."""
    # A contact counts after the finding, and after the resident last said that there was none.
    since = sa.select(sa.func.max(event.c.at)).where(
        event.c.case_id == case.id, event.c.kind.in_(("dispatched", "rerouted", "found", "annulled"))
    )
    call = sa.select(evidence.c.seconds).where(
        evidence.c.case_id == case.id, evidence.c.attempt == case.attempt, evidence.c.way == "relay_call",
        evidence.c.step == str(Step.FIRST_CONTACT), evidence.c.at >= since.scalar_subquery(),
    )  # fmt: skip
    seconds = tx.conn.execute(call.order_by(evidence.c.at.desc()).limit(1)).scalar()
    if seconds is None:
        return None
    tx.put(
        evidence, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        step=str(Step.TOLD), way="relay_call", state="kept", staff_id=who.id, at=tx.now, seconds=seconds,
    )  # fmt: skip
    facts = {"way": "relay_call", "seconds": seconds}
    told = do(tx, case.id, Act(Deed.TELL, who.actor, "told", facts, words, keeps=(Step.TOLD, Step.INTERIM)))
    expect(tx, told)
    return told


def delivered(tx: Tx, outbox_id: UUID) -> None:
    """The carrier says that the text arrived: told, in the attempt that it belongs to."""
    row, case = _about(tx, outbox_id)
    if row is None or case is None or row.state not in ("pending", "failed"):
        return
    tx.conn.execute(sa.update(evidence).where(evidence.c.id == row.id).values(state="kept"))
    if row.attempt != case.attempt or case.kept(Step.TOLD) or isinstance(after(case.state, Deed.TELL), Illegal):
        return
    _count(tx, case.id)


def _count(tx: Tx, case_id: UUID) -> None:
    told = do(tx, case_id, Act(Deed.TELL, history.SYSTEM, "told", {"way": "text"}, keeps=(Step.TOLD, Step.INTERIM)))
    if told.state is State.ANSWERED:
        submitting.ask_or_close(tx, told)
    elif submitting.verify(tx, told) is None:
        expect(tx, told)


def count_again(tx: Tx, case_id: UUID) -> None:
    """What arrived while the case was not in the unit's hands counts once it is there again."""
    case = standing(tx, case_id, lock=True)
    arrived = sa.exists().where(
        evidence.c.case_id == case.id, evidence.c.attempt == case.attempt, evidence.c.step == str(Step.TOLD),
        evidence.c.state == "kept",
    )  # fmt: skip
    if case.owes(Step.TOLD) and tx.conn.execute(sa.select(arrived)).scalar():
        _count(tx, case_id)


def undelivered(tx: Tx, outbox_id: UUID, error: str) -> None:
    """The carrier says that it did not arrive: the duty stands, and whoever holds the case is told to ring."""
    row, case = _about(tx, outbox_id)
    if row is None or case is None or row.state != "pending":
        return
    tx.conn.execute(sa.update(evidence).where(evidence.c.id == row.id).values(state="failed"))
    if row.attempt != case.attempt or case.kept(Step.TOLD) or submitting.is_telling(tx, case):
        return
    if case.state is State.ANSWERED:
        reworking.redo(tx, case.id, history.SYSTEM)  # the unit tells the resident in another way
        return
    if case.state is State.TO_VERIFY:
        facts = {"reason": "told_failed", "error": error}
        do(tx, case.id, Act(Deed.SEND_BACK, history.SYSTEM, "sent_back", facts))
    if not isinstance(after(standing(tx, case.id).state, Deed.TELL), Illegal):
        tell_holder(tx, case.id, "told_failed")
        look_again(tx, case.id)


def _about(tx: Tx, outbox_id: UUID) -> tuple[Any | None, Standing | None]:
    """The telling that a text was, and its case, locked."""
    mine = sa.select(evidence).where(evidence.c.outbox_id == outbox_id)
    row = tx.conn.execute(mine).one_or_none()
    if row is None:
        return None, None
    case = standing(tx, row.case_id, lock=True)
    return tx.conn.execute(mine).one(), case  # looked at again under the lock
