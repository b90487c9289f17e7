"""Doing a correction: the record, whoever has the case, the resident, and what is learnt from it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cases import history, lifecycle
from cases.loop import correcting
from cases.loop.deeds import Standing, standing
from cases.models import cases
from cases.phrases import Message, msg
from cases.steps import URGENT
from dispatch import orders
from dispatch.acts.refusals import Refused
from dispatch.coi import record
from dispatch.correcting import splitting
from dispatch.correcting.planning import Plan, plan
from dispatch.correcting.wanted import Wanted
from dispatch.duty import moves
from dispatch.duty.moves import MoveReason
from dispatch.life.deciding import tell_resident, words_of
from dispatch.reports import Taken
from dispatch.same.models import likeness
from dispatch.same.storm import topic_of
from dispatch.side import rows as side
from dispatch.transaction import Tx
from dispatch.triage import asking


def correct(tx: Tx, case: Standing, wanted: Wanted, why: str, actor: str) -> Message:
    """Put right what a case (locked) is about; whoever has it then gets the order, and the resident is told where it
    changes who comes or until when. Raises IllegalDeed; Refused for what is not known or changes nothing."""
    why = words_of(why)
    side.allowed(case, correcting.DEED)
    foreseen = plan(tx, case, wanted)
    if foreseen.is_empty:
        raise Refused(msg("correct.refused.nothing"))
    if not foreseen.persons:
        return _do(tx, case, foreseen, (why, actor))
    with tx.for_office():  # whoever corrects it may be the one whom it names
        return _do(tx, case, foreseen, (why, actor))


def put_right(tx: Tx, case: Standing, wanted: Wanted, why: str, actor: str) -> None:
    """The record alone, where another deed says who has it then. Raises IllegalDeed, Refused."""
    side.allowed(case, correcting.DEED)
    foreseen = plan(tx, case, wanted)
    if foreseen.changes:
        correcting.correct(tx, case.id, foreseen.new, words_of(why), actor)
        _liken(tx, case, foreseen)


def whose(tx: Tx, case: Standing, wanted: Wanted) -> str:
    """The code of the unit to which the rules send it then; empty where that is the one that has it."""
    unit = plan(tx, case, wanted).routed_to
    return "" if unit.id == case.row.unit_id else unit.code


def _do(tx: Tx, case: Standing, foreseen: Plan, said: tuple[str, str]) -> Message:
    why, actor = said
    if foreseen.changes:
        correcting.correct(tx, case.id, foreseen.new, why, actor)
        _liken(tx, case, foreseen)
    if foreseen.persons:
        _confide(tx, case, foreseen.persons)
    asking.is_seen_to(tx, case)
    _hand(tx, case, foreseen, said)
    parts = splitting.split(tx, case, foreseen.parts, foreseen.wanted.parts, said)
    _tell(tx, case, parts)
    if parts:
        return msg("correct.said.split", number=case.row.number, numbers="、".join(each.number for each in parts))
    return msg("correct.said.done", number=case.row.number, who=foreseen.who)


def _hand(tx: Tx, case: Standing, foreseen: Plan, said: tuple[str, str]) -> None:
    """The order, to who has it now. What presses from now on is rung."""
    if foreseen.holder is not None:
        lifecycle.reroute(tx, case.id, foreseen.holder, *said)
        side.follow(tx, case.id, foreseen.holder.unit_id)
        if foreseen.persons:  # who had it hears nothing more of it
            orders.overtake(tx, case.id)
            orders.order_again(tx, case.id)
        else:
            moves.given(tx, case.id, case.row.worker_id, MoveReason.CORRECTED)
    elif foreseen.changes:
        level = foreseen.new.about.level
        pressing = level in URGENT and (level != case.level or bool(foreseen.wanted.place))
        orders.order_again(tx, case.id, calls=pressing)


def _confide(tx: Tx, case: Standing, persons: Sequence[str]) -> None:
    """Whom it names does not know of it from now on (INV-COI)."""
    record.put(tx, case.id, persons)
    tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(confidential=True))
    lifecycle.note(tx, case.id, "confided", history.SYSTEM, facts={"rule": record.RULE})


def _liken(tx: Tx, case: Standing, foreseen: Plan) -> None:
    """By what the case is found again; at another place it is looked at anew."""
    category = foreseen.new.about.category
    values: dict[str, Any] = {"category": category, "topic": topic_of(tx.policy.branch(category))}
    if foreseen.wanted.place:
        values |= {"looked_at": None, "due_at": tx.now, "tries": 0}
    tx.conn.execute(sa.update(likeness).where(likeness.c.case_id == case.id).values(values))


def _tell(tx: Tx, before: Standing, parts: Sequence[Taken]) -> None:
    """One text to the resident, where another comes, it is another time, or it became several."""
    now = standing(tx, before.id)
    same = (now.row.unit_id, now.row.worker_id, now.row.due_at) == (
        before.row.unit_id, before.row.worker_id, before.row.due_at,
    )  # fmt: skip
    holder = orders.holder_in_words(tx, before.id)
    if parts:
        listed = "；".join(f"{each.number} {each.unit.zh}" for each in parts)
        tell_resident(tx, now, "correct.text.split", count=len(parts) + 1, listed=listed, holder=holder)
    elif not same:
        due = now.row.due_at
        late = due is not None and due <= tx.now
        promise = msg("correct.soon") if late else (
            msg("desk.receipt.promise", due=due) if due else msg("desk.receipt.no_promise")
        )  # fmt: skip
        tell_resident(tx, now, "correct.text.corrected", holder=holder, promise=promise)
