"""Signing for an order, contact, and the visit: who was there, and how well it is proven.

A visit proven at the owed grade stops its clock. A weaker one is kept and asks for more; it stops nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.lifecycle import IllegalDeed
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import evidence
from cases.models import assignment, cases
from cases.pen import seal_content
from cases.phrases import Message, msg
from cases.states import Deed, Illegal, State, after
from cases.states import Role as Part
from cases.steps import Grade, Owed, Step
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.loop.expecting import expect
from dispatch.loop.who import NotYours, Who, by_id
from dispatch.loop.work import give_short, next_step, taken_by_person
from dispatch.outbox import ORDER_CALL, call_off_case
from dispatch.places import Spot, is_named
from dispatch.transaction import Tx

TRIES = 5  # wrong visit codes in an attempt


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person says to prove that they were there: the visit code, the place in words, photo addresses."""

    code: str = ""
    place: str = ""
    media: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a proof came to: its grade, in which way, and what is to be answered where it is not enough."""

    grade: Grade
    way: str
    lacking: Message


_SIGNED = (
    sa.update(assignment)
    .where(assignment.c.case_id == sa.bindparam("of_case"), assignment.c.until_at.is_(None))
    .values(signed_at=sa.bindparam("now", type_=assignment.c.signed_at.type))
)


def sign(tx: Tx, who: Who, case_id: UUID) -> Standing:
    """Take an order in hand: the unit has it from now. What the system signed for is taken by a person now.

    Raises IllegalDeed.
    """
    return _sign(tx, who, standing(tx, case_id, lock=True))


def _sign(tx: Tx, who: Who, before: Standing) -> Standing:
    case_id = before.id
    if not before.owes(Step.SIGN_FOR) and not isinstance(after(before.state, Deed.FIND), Illegal):
        _take(tx, who, case_id)
        return before
    signed = do(tx, case_id, Act(Deed.SIGN, who.actor, "signed", keeps=(Step.SIGN_FOR,)))
    tx.conn.execute(_SIGNED, {"of_case": case_id, "now": tx.now})
    _unring(tx, case_id)
    return signed


def working(tx: Tx, who: Who, case_id: UUID) -> None:
    """Somebody works on a case: where they hold it and it is in hand they have taken the order with that."""
    case = standing(tx, case_id, lock=True)
    if case.row.worker_id != who.id or isinstance(after(case.state, Deed.FIND), Illegal):
        return
    if case.owes(Step.SIGN_FOR):
        _sign(tx, who, case)
    else:
        _take(tx, who, case_id)


def _take(tx: Tx, who: Who, case_id: UUID) -> None:
    """The system signed for the unit; now a person says that the order is theirs, once."""
    if taken_by_person(tx, case_id):
        return  # since then nobody is rung for it
    _note(tx, case_id, "signed", who, {})
    _unring(tx, case_id)


def _unring(tx: Tx, case_id: UUID) -> None:
    """Who has taken an order is not rung for it any more, and nobody after them."""
    call_off_case(tx, case_id, (ORDER_CALL,))
    errands.call_off(tx, Kind.RING_NEXT, case_id)


def at_hand(tx: Tx, who: Who, case_id: UUID, deed: Deed) -> Standing:
    """The case, locked, for a deed that its holder does; who begins without having signed signs with it.

    Raises IllegalDeed; NotYours where it was handed on while they wrote.
    """
    case = standing(tx, case_id, lock=True)
    if case.row.worker_id != who.id:
        raise NotYours(who, Part.WORKER)
    signed = after(case.state, Deed.SIGN)
    signs = isinstance(signed, State) and case.owes(Step.SIGN_FOR)
    possible = after(signed if isinstance(signed, State) and signs else case.state, deed)
    if isinstance(possible, Illegal):
        raise IllegalDeed(possible)
    if signs:
        return _sign(tx, who, case)
    if not isinstance(after(case.state, Deed.FIND), Illegal):
        _take(tx, who, case_id)
    return case


def contacted(tx: Tx, case_id: UUID, staff_id: UUID | None, seconds: int) -> Standing:
    """A relay call was connected: the resident was spoken to. Kept even where it changes nothing any more."""
    case = standing(tx, case_id, lock=True)
    proof = {"staff_id": staff_id, "seconds": seconds}
    _keep(tx, case, (Step.FIRST_CONTACT, "relay_call", Grade.MET), **proof)
    if staff_id is not None and staff_id in tx.staff.people:
        working(tx, by_id(tx, staff_id), case_id)
    if isinstance(after(case.state, Deed.CONTACT), Illegal):
        _note(tx, case_id, "contacted", None, {"seconds": seconds, "counts": False})
        return case
    act = Act(Deed.CONTACT, history.SYSTEM, "contacted", {"seconds": seconds}, keeps=(Step.FIRST_CONTACT,))
    return do(tx, case_id, act)


def arrive(tx: Tx, who: Who, case_id: UUID, proof: Proof) -> Message:
    """Somebody says that they are there; what comes next, or what is still lacking. Raises IllegalDeed."""
    short = give_short(tx, case_id)
    case = at_hand(tx, who, case_id, Deed.VISIT)
    if case.kept(Step.VISIT):
        return msg("desk.work.arrived_before", n=short, next=next_step(tx, case, short))
    shown = _judge(tx, who, case, (proof, short))
    photos = seal_content(tx, "photos", "\n".join(proof.media)) if proof.media else None
    _keep(tx, case, (Step.VISIT, shown.way, shown.grade), staff_id=who.id, content_id=photos)
    facts = {"grade": str(shown.grade), "way": shown.way}
    if not Owed(Step.VISIT, case.grades.get(Step.VISIT)).is_kept_by(shown.grade) or shown.grade is Grade.CLAIMED:
        _note(tx, case_id, "claimed", who, facts)
        return shown.lacking
    done = do(
        tx, case_id,
        Act(Deed.VISIT, who.actor, "arrived", facts, keeps=(Step.VISIT, Step.FIRST_CONTACT), grade=shown.grade),
    )  # fmt: skip
    expect(tx, done)
    return msg("desk.work.arrived", n=short, grade=shown.grade.label, next=next_step(tx, done, short))


def _judge(tx: Tx, who: Who, case: Standing, said: tuple[Proof, str]) -> _Shown:
    """The best that the proof shows. A wrong code is counted; a place beside it may still prove the visit."""
    proof, short = said
    lacking = msg("desk.work.claimed", n=short)
    if proof.code:
        if case.row.visit_tries >= TRIES:
            lacking = msg("desk.work.code_closed", n=short)
        elif compare_digest(_visit_code(tx, case).encode(), proof.code.encode()):
            return _Shown(Grade.MET, "visit_code", lacking)
        else:
            lacking = _wrong_code(tx, who, case, short)
    if proof.place:
        if _is_there(tx, case.row, proof.place):
            return _Shown(Grade.PLACE, "place_named", lacking)
        lacking = lacking if proof.code else msg("desk.work.other_place", n=short)
    if proof.media:
        return _Shown(Grade.PHOTO, "photo", lacking if proof.code or proof.place else msg("desk.work.photo", n=short))
    return _Shown(Grade.CLAIMED, "claim", lacking)


def _visit_code(tx: Tx, case: Standing) -> str:
    return tx.vault.open(case.id, "visit_code", case.row.visit_code_sealed)


def _wrong_code(tx: Tx, who: Who, case: Standing, short: str) -> Message:
    tries = case.row.visit_tries + 1
    _note(tx, case.id, "code_wrong", who, {"tries": tries})
    tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(visit_tries=tries))
    if tries >= TRIES:
        return msg("desk.work.code_closed", n=short)
    return msg("desk.work.code_wrong", n=short, left=TRIES - tries)


def _is_there(tx: Tx, row: Any, words: str) -> bool:
    """Whether the place named is the place of the matter."""
    return is_named(words, Spot(row.estate, row.building, row.entrance, row.road), tx.district)


def _keep(tx: Tx, case: Standing, proven: tuple[Step, str, Grade], **more: object) -> None:
    step, way, grade = proven
    tx.put(
        evidence, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt, step=str(step),
        way=way, grade=str(grade), state="kept", at=tx.now, **more,
    )  # fmt: skip


def _note(tx: Tx, case_id: UUID, kind: str, who: Who | None, facts: Mapping[str, object]) -> None:
    thread = history.lock(tx, case_id, who.actor if who else history.SYSTEM)
    history.append(tx, thread, kind, dict(facts))
    history.close_thread(tx, thread)
