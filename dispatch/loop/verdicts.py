"""The verdict: the resident is asked by text, then by a call with keys, then by a person; never by who handled it.

An answer binds to the question that it answers, and to the attempt that was asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import evidence, question
from cases.models import cases, event, party
from cases.phrases import Message, msg
from cases.states import ClosingKind, Coded, Deed, Role, State
from cases.steps import URGENT, Step
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty.moves import look_again
from dispatch.loop import closing, reworking
from dispatch.loop.expecting import ASKED, is_asked
from dispatch.loop.promises import next_opening
from dispatch.loop.who import Who, demand, demand_impartial, demand_other_eyes
from dispatch.orders import place_of, tell_holder
from dispatch.outbox import VERDICT_CALL, call_off_case, put_text
from dispatch.ringing import ask_by_call
from dispatch.transaction import Tx

ATTEMPTS, DAYS = 3, 2  # calls that reach nobody, and days they lie on, before a resident is unreachable
QUIET_FROM, QUIET_TO = 21, 8  # hours of the night in which nobody is asked
PURPOSE = "question"
ANSWERABLE = ("open", "unanswered", "void")  # states of a question by text to which a text is still the answer
FAILED = "failed"  # why nobody answered a call that never rang: it counts for nothing


class Answer(Coded):
    """What a resident says; the order is that of the keys 1 to 4."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"  # solved, but not as it should be
    UNSOLVED = "unsolved"
    NOT_CONTACTED = "not_contacted"


KEYS = {str(number): answer for number, answer in enumerate(Answer, 1)}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that waits for its answer. `short` is what an answer carries where several wait."""

    id: UUID
    case_id: UUID
    number: str
    short: int
    about: str


_RESIDENT = sa.select(party.c.id, party.c.lang, party.c.stopped_at).where(party.c.id == sa.bindparam("id"))


def ask(tx: Tx, case: Standing) -> None:
    """Ask the resident by text; by a call where texts do not arrive. The case is locked."""
    resident = tx.conn.execute(_RESIDENT, {"id": case.row.party_id}).one()
    if resident.stopped_at is not None:
        _ask_by_call(tx, case)
        return
    waiting = open_questions(tx, resident.id)
    short = next(n for n in range(1, len(waiting) + 2) if n not in {each.short for each in waiting})
    form = "several" if waiting else "one"
    text = msg(
        f"desk.text.question_{form}", office=tx.office.name, number=case.row.number, n=short,
        category=tx.policy.category(case.row.category).name, place=place_of(tx, case.row),
    )  # fmt: skip
    # What presses does not rest at night, and a text wakes nobody.
    leaves_at = tx.now if case.level in URGENT else by_day(tx, tx.now)
    sent = put_text(tx, resident.id, text, resident.lang, purpose=PURPOSE, case_id=case.id, not_before=leaves_at)
    asked = _put(tx, case, "text", outbox_id=sent, short=short)
    errands.put(tx, Kind.ASK_AGAIN, asked, next_opening(tx, leaves_at), case.id)


def _put(tx: Tx, case: Standing, channel: str, **more: Any) -> UUID:
    id_ = tx.new_id()
    values = {"state": "open", "asked_at": tx.now, **more}
    tx.put(
        question, id=id_, office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        party_id=case.row.party_id, channel=channel, **values,
    )  # fmt: skip
    thread = history.lock(tx, case.id)
    history.append(tx, thread, "asked", {"through": channel})
    history.close_thread(tx, thread)
    return id_


def by_day(tx: Tx, at: datetime) -> datetime:
    """That moment, or the morning after it where it lies in the night."""
    local = at.astimezone(tx.zone)
    if QUIET_TO <= local.hour < QUIET_FROM:
        return at
    morning = local.replace(hour=QUIET_TO, minute=0, second=0, microsecond=0)
    return morning if local.hour < QUIET_TO else morning + timedelta(days=1)


def _ask_by_call(tx: Tx, case: Standing) -> None:
    """Ring the resident and ask with keys; in the night the call waits for the morning."""
    asked = _put(tx, case, "call", asked_at=by_day(tx, tx.now))  # on the day on which it rings
    ref = ask_by_call(tx, case.id, asked, not_before=by_day(tx, tx.now))
    tx.change(question, {"id": asked}, outbox_id=ref)


def open_questions(tx: Tx, party_id: UUID) -> Sequence[Question]:
    """The questions to a resident that a text may still answer, the oldest first: those that were asked by text
    about cases that wait for their verdict, whoever rings about them meanwhile."""
    rows = tx.conn.execute(
        sa.select(question.c.id, question.c.case_id, cases.c.number, question.c.short, cases.c.summary)
        .join(cases, (cases.c.id == question.c.case_id) & (cases.c.attempt == question.c.attempt))
        .where(
            question.c.party_id == party_id, question.c.short.is_not(None),
            question.c.state.in_(ANSWERABLE), cases.c.state.in_(ASKED), cases.c.awaits.is_(None),
        )
        .order_by(question.c.asked_at, question.c.id)
    )  # fmt: skip
    found = {row.case_id: Question(*row) for row in rows}  # of one case the last: told anew, it was asked anew
    return list(found.values())


def answer(tx: Tx, question_id: UUID, said: Answer, words: str = "", actor: str = "resident") -> Message:
    """The resident answers: what they are told now. An answer to a question that is over changes nothing; one by
    text may come while a call is under way, and ends it."""
    row, case = _of(tx, question_id)
    states = ANSWERABLE if row.channel == "text" else ("open",)
    if not is_asked(case) or row.state not in states or row.attempt != case.attempt:
        return msg("desk.verdict.over", number=case.row.number)
    _void(tx, case, row.id)
    _end(tx, row, "answered", answer=str(said))
    return _decide(tx, case, (said, row.channel), words, actor)


def _void(tx: Tx, case: Standing, but: UUID | None = None) -> None:
    """Questions under way, save one, are no longer to be answered; nobody is rung about them."""
    open_ = sa.select(question).where(question.c.case_id == case.id, question.c.state == "open")
    for row in tx.conn.execute(open_).all():
        if row.id != but:
            _end(tx, row, "void")
    call_off_case(tx, case.id, (PURPOSE, VERDICT_CALL))


def _decide(tx: Tx, case: Standing, said: tuple[Answer, str], words: str, actor: str) -> Message:
    answered, channel = said
    annuls = answered is Answer.NOT_CONTACTED and case.state is State.TO_CALL_BACK
    again = answered is Answer.UNSOLVED and case.attempt > 1
    act = Act(
        Deed.VERDICT, actor, "verdict", {"answer": str(answered), "through": channel}, words,
        keeps=() if annuls else (Step.CALL_BACK,),
        columns={"awaits": closing.AWAITS_SUPERVISOR} if again else {},
    )  # fmt: skip
    do(tx, case.id, act)
    if annuls:
        _annul(tx, case, actor)
        return msg("desk.verdict.not_contacted", number=case.row.number)
    if answered in (Answer.SATISFIED, Answer.DISSATISFIED):
        closing.close(tx, case.id, ClosingKind.SOLVED, actor)
        return msg(f"desk.verdict.{answered}", number=case.row.number)
    if again:
        tell_holder(tx, case.id, "second_no")
        reworking.tell_supervisor(tx, case)
        return msg("desk.verdict.to_supervisor", number=case.row.number)
    return reworking.redo(tx, case.id, history.SYSTEM, texted=channel != "text")


def _annul(tx: Tx, case: Standing, actor: str) -> None:
    """Nobody spoke to the resident: what was called told was not, and its clock goes on where it stopped."""
    told = (evidence.c.case_id == case.id, evidence.c.attempt == case.attempt, evidence.c.step == str(Step.TOLD))
    tx.conn.execute(sa.update(evidence).where(*told).values(state="void"))  # whatever the carrier still says of it
    annulled = Act(Deed.ANNUL_TOLD, actor, "annulled", opens=(Step.TOLD, Step.VERIFY))
    do(tx, case.id, annulled)
    tell_holder(tx, case.id, "annulled")
    look_again(tx, case.id)


def unanswered(tx: Tx, question_id: UUID, why: str) -> None:
    """Nobody answered, or the question did not arrive: asked by the next way, at last the resident is unreachable."""
    row, case = _of(tx, question_id)
    if row.state != "open":
        return
    _end(tx, row, "failed" if why == FAILED else "unanswered")
    if row.attempt != case.attempt or case.state not in ASKED:
        return
    _not_reached(tx, case, {"through": row.channel, "why": why}, history.SYSTEM)
    if row.channel == "text":
        _ask_by_call(tx, case)
    else:
        _give_up(tx, case)


def question_failed(tx: Tx, outbox_id: UUID) -> None:
    """The carrier says that a question did not arrive."""
    found = tx.conn.execute(sa.select(question.c.id).where(question.c.outbox_id == outbox_id)).scalar()
    if found is not None:
        unanswered(tx, found, "undelivered")


def ask_again(tx: Tx, errand: Errand) -> None:
    """The office opens on the next working day, and the question is not answered yet."""
    if errand.ref is not None:
        unanswered(tx, errand.ref, "silence")


def attempt(tx: Tx, number: str, who: Who, said: Answer | None, words: str = "") -> Message:
    """A person rings the resident: the answer, or None where nobody was reached.

    Raises UnknownCase, NotYours, Partial (who handled it asks nobody), closing.NothingToDecide.
    """
    case = closing.by_number(tx, number)
    demand(who, Role.CALLER_BACK, Role.SUPERVISOR, Role.DISPATCHER, Role.AGENT)
    demand_impartial(tx, who, case)
    demand_other_eyes(tx, who, case)
    if not is_asked(case):
        raise closing.NothingToDecide(number)
    _void(tx, case)
    _put(tx, case, "person", staff_id=who.staff_id, ended_at=tx.now, **_became(said))
    if said is not None:
        return _decide(tx, case, (said, "person"), words, who.actor)
    _not_reached(tx, case, {"through": "person", "why": "no_answer"}, who.actor)
    _give_up(tx, case)
    return msg("desk.verdict.noted", number=number)


def _became(said: Answer | None) -> dict[str, str]:
    return {"state": "unanswered"} if said is None else {"state": "answered", "answer": str(said)}


def _not_reached(tx: Tx, case: Standing, facts: dict[str, str], actor: str) -> None:
    thread = history.lock(tx, case.id, actor)
    history.append(tx, thread, "not_reached", facts)
    history.close_thread(tx, thread)


def _give_up(tx: Tx, case: Standing) -> None:
    """Unreachable: so many calls on so many days of the office reached nobody."""
    moments = tx.conn.execute(
        sa.select(question.c.asked_at).where(
            question.c.case_id == case.id, question.c.attempt == case.attempt, question.c.state == "unanswered",
            question.c.channel != "text",
        )
    ).scalars()  # fmt: skip
    days = [tx.calendar.local_day(at) for at in moments]
    if len(days) < ATTEMPTS or len(set(days)) < DAYS:
        return
    do(tx, case.id, Act(Deed.UNREACHABLE, history.SYSTEM, "unreachable", {"attempts": len(days)}))
    closing.close(tx, case.id, ClosingKind.UNREACHABLE, history.SYSTEM)


def _of(tx: Tx, question_id: UUID) -> tuple[Any, Standing]:
    """A question and its case; the case is locked first, then the question is looked at."""
    wanted = sa.select(question).where(question.c.id == question_id)
    case = standing(tx, tx.conn.execute(wanted).one().case_id, lock=True)
    return tx.conn.execute(wanted).one(), case


def _end(tx: Tx, row: Any, state: str, **more: Any) -> None:
    tx.conn.execute(sa.update(question).where(question.c.id == row.id).values(state=state, ended_at=tx.now, **more))
    errands.call_off(tx, Kind.ASK_AGAIN, row.id)


def call_back_list(tx: Tx) -> Sequence[Any]:
    """Whom a person has to ring: cases that wait for a verdict with no question under way, the oldest first;
    number, summary, since when they wait, how many calls reached nobody."""
    asked = sa.exists().where(question.c.case_id == cases.c.id, question.c.state == "open")
    missed = (
        sa.select(sa.func.count())
        .where(
            question.c.case_id == cases.c.id, question.c.attempt == cases.c.attempt,
            question.c.state == "unanswered", question.c.channel != "text",
        )
        .scalar_subquery()
    )  # fmt: skip
    since = sa.select(sa.func.max(event.c.at)).where(event.c.case_id == cases.c.id, event.c.kind == "verified")
    return tx.conn.execute(
        sa.select(cases.c.number, cases.c.summary, since.scalar_subquery().label("since"), missed.label("missed"))
        .where(
            cases.c.office_id == tx.office_id, cases.c.state == str(State.TO_CALL_BACK), cases.c.awaits.is_(None),
            ~asked,
        )
        .order_by(sa.text("since"), cases.c.id)
    ).all()  # fmt: skip
