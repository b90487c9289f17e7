"""The texts that a case causes: the order to whoever must act, the receipt and the progress to the resident.

An order names the place of the matter, never the door; what the resident alone may know is in the receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.danger import Danger
from cases.lifecycle import Opening
from cases.models import cases, event, timer
from cases.phrases import Message, Name, msg
from cases.states import State
from cases.steps import URGENT, Level, Step
from dispatch import outbox
from dispatch.district import Role
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.duty import reach, telling
from dispatch.loop.work import SHORT_MARK
from dispatch.matters import saving
from dispatch.models import unit
from dispatch.outbox import put_text
from dispatch.people.parties import Party
from dispatch.places import Place, PlaceKind, shown
from dispatch.reports import Taken
from dispatch.ringing import ring_for_order, ring_new
from dispatch.transaction import Tx

SHORT = 60  # characters of the matter that an order carries; the case page has all
WHY = 30  # characters of why it is done again
HELD = timedelta(minutes=2)  # after which it is rung where a caller who waits on the line reached nobody
ORDERS = outbox.ORDER_TEXTS  # where it presses they are rung beside the text
# Texts to whoever holds a case: those that have not left when it leaves them are overtaken.
_NEWS = ("supplement", "urge", "annulled", "second_no", "return_rejected", "told_failed")
TO_HOLDER = (*ORDERS, outbox.ORDER_CALL, *_NEWS)
_HEADS = (Role.COMMITTEE_HEAD, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Order:
    """What an order says: the new case as it was opened, its place, and by when what is owed. `held`: whoever gets it
    is being connected with the caller, and rung only where nobody took it by then."""

    case_id: UUID
    opening: Opening
    place: Place | None
    dues: Mapping[Step, datetime]
    notice: Name | None = None
    held: bool = False


def order(tx: Tx, given: Order) -> None:
    """The order to the person who must act; where there is none, to one of the unit. What presses is rung too."""
    matter, holder = given.opening.matter, given.opening.holder
    to = telling.recipient(tx, holder.worker_id, holder.unit)
    words = msg(
        "desk.text.order",
        short=SHORT_MARK,
        number=given.opening.number,
        level=matter.level.label,
        category=tx.policy.category(matter.category).name,
        place=shown(given.place, tx.district),
        summary=_short(matter.summary, SHORT),
        until=_until(given.dues),
        notice=given.notice or "",
    )
    telling.tell_staff(
        tx, to.staff_id if to else None, words, purpose="order", level=matter.level, case_id=given.case_id
    )
    if given.held:
        errands.put(tx, Kind.RING_NEXT, given.case_id, tx.now + HELD, given.case_id)
    elif matter.level in URGENT:
        ring_new(tx, given.case_id, holder.worker_id)
    elif holder.worker_id is None:  # whoever is told cannot sign for what they do not hold
        errands.put(tx, Kind.HAND_ON, given.case_id, tx.now, given.case_id)


def ring(tx: Tx, case_id: UUID) -> None:
    """Whoever holds an urgent case is rung for it."""
    ring_for_order(tx, case_id)


def _until(due: Mapping[Step, datetime]) -> Message:
    """By when the next thing is owed: the visit where one is, else the answer."""
    for step in (Step.VISIT, Step.TOLD, Step.FIRST_CONTACT):
        if step in due:
            return msg(f"desk.until.{step}", due=due[step])
    return msg("desk.until.none")


def _dues(tx: Tx, case_id: UUID) -> dict[Step, datetime]:
    rows = tx.conn.execute(
        sa.select(timer.c.step, timer.c.due_at).where(timer.c.case_id == case_id, timer.c.state == "open")
    )
    return {Step(row.step): row.due_at for row in rows}


def receipt(tx: Tx, to: Party, taken: Taken, opening: Opening, dangers: Sequence[Danger] = ()) -> None:
    """What the resident is given: number, query code, who has it until when, and the visit code. Who tells of danger is
    given what saves instead."""
    if dangers:
        text = saving.receipt(dangers, tx.office.name, taken.number, place_known=taken.place_known)
        put_text(tx, to.id, text, to.lang, purpose="receipt", case_id=taken.case_id)
        return
    promise = msg("desk.receipt.promise", due=taken.due_at) if taken.due_at else msg("desk.receipt.no_promise")
    visit = msg("desk.receipt.visit", code=taken.visit_code) if opening.matter.owes.visit else ""
    holder = msg("desk.holder", unit=taken.unit, worker=taken.worker) if taken.worker else taken.unit
    danger = msg("desk.receipt.danger") if opening.matter.level is Level.L1 else ""
    text = msg(
        "desk.text.receipt", office=tx.office.name, number=taken.number, code=taken.code,
        holder=holder, promise=promise, visit=visit, danger=danger,
    )  # fmt: skip
    put_text(tx, to.id, text, to.lang, purpose="receipt", case_id=taken.case_id)


_CASE = sa.select(cases, unit.c.code.label("unit_code"), unit.c.name_zh, unit.c.name_en).join(
    unit, unit.c.id == cases.c.unit_id
)


def order_again(tx: Tx, case_id: UUID, *, calls: bool = True) -> None:
    """The order of a case that has another holder; where it presses they are rung too, if `calls`."""
    overtake(tx, case_id)
    tell_holder(tx, case_id, "order", calls=calls)


def overtake(tx: Tx, case_id: UUID) -> None:
    """What waited to leave for the former holder of a case is overtaken."""
    outbox.call_off_case(tx, case_id, TO_HOLDER)


def tell_holder(tx: Tx, case_id: UUID, purpose: str, *, calls: bool = True, notice: Name | None = None) -> None:
    """A text to whoever holds the case: an order after a change, a further word, an urge, a decision. Of what waits for
    a person to say where it goes, to the desk that looks at it. `notice` is what its rule says to whoever goes."""
    row = tx.conn.execute(_CASE.where(cases.c.id == case_id)).one()
    if row.triage and State(row.state) is State.TO_DISPATCH:
        to = telling.contact(tx, row.unit_code, (Role.DISPATCHER, Role.DUTY))
    else:
        to = telling.recipient(tx, row.worker_id, row.unit_code)
    more = _again(tx, row) if purpose == "rework" else {}
    words = msg(f"desk.text.{purpose}", **{**_about(tx, row), "notice": notice or "", **more})
    level = Level(row.level)
    telling.tell_staff(tx, to.staff_id if to else None, words, purpose=purpose, level=level, case_id=case_id)
    if calls and purpose in ORDERS and level in URGENT:
        ring(tx, case_id)


def holder_in_words(tx: Tx, case_id: UUID) -> Message | Name:
    """Who has a case: the person of the unit, or the unit."""
    row = tx.conn.execute(_CASE.where(cases.c.id == case_id)).one()
    return _held_by(tx, row)


def _held_by(tx: Tx, row: Any) -> Message | Name:
    worker = next((worker for worker in tx.district.workers if worker.id == row.worker_id), None)
    unit_name = Name(row.name_zh, row.name_en)
    return msg("desk.holder", unit=unit_name, worker=worker.name) if worker else unit_name


def tell_moved(tx: Tx, case_id: UUID, before: UUID, why: Message) -> None:
    """Who held the case is told that it was taken from them, and who has it."""
    row = tx.conn.execute(_CASE.where(cases.c.id == case_id)).one()
    holder = _held_by(tx, row)
    words = msg("desk.text.moved", **_about(tx, row), why=why, holder=holder)
    telling.tell_staff(tx, before, words, purpose="moved", level=Level(row.level), case_id=case_id)


def tell_not_reached(tx: Tx, case_id: UUID) -> None:
    """The unit's liaison, or who stands above, is told that whoever holds the case had neither the text nor a call."""
    row = tx.conn.execute(_CASE.where(cases.c.id == case_id)).one()
    but = {row.worker_id} if row.worker_id else set()
    to = telling.contact(tx, row.unit_code, telling.LIAISONS, but=but)
    words = msg("desk.text.not_reached", **_about(tx, row), holder=_held_by(tx, row))
    level = Level(row.level)
    telling.tell_staff(tx, to.staff_id if to else None, words, purpose="not_reached", level=level, case_id=case_id)


def _about(tx: Tx, row: Any) -> dict[str, object]:
    """What a text to staff may say of a stored case."""
    return {
        "short": SHORT_MARK,
        "number": row.number,
        "level": Level(row.level).label,
        "category": tx.policy.category(row.category).name,
        "place": place_of(tx, row),
        "summary": _short(row.summary, SHORT),
        "until": _until(_dues(tx, row.id)),
        "notice": "",
    }


def _again(tx: Tx, row: Any) -> dict[str, object]:
    """Why a matter is done again, in the resident's words where there are any, and who answers for the unit."""
    people = (worker for at in reach.upwards(tx, row.unit_code) for worker in tx.district.workers_of(at.code))
    head = next((worker for worker in people if worker.role in _HEADS), None)
    return {
        "why": _short(_why_again(tx, row.id), WHY) or msg("desk.rework.unsolved"),
        "attempt": row.attempt,
        "head": head.name if head else tx.district.duty_desk.name,
    }


def _why_again(tx: Tx, case_id: UUID) -> str:
    """The last words about the attempt before this one: of the verdict, the order to do it again, the re-opening."""
    rows = tx.conn.execute(
        sa.select(event.c.kind, event.c.content_id)
        .where(event.c.case_id == case_id, event.c.kind.in_(("dispatched", "verdict", "redone", "reopened")))
        .order_by(event.c.seq.desc())
        .limit(8)
    ).all()
    for row in rows[1:]:  # the first is the new attempt's own order
        if row.kind == "dispatched":
            break
        if row.content_id is not None:
            return history.words_of(tx, row.content_id)
    return ""


def place_of(tx: Tx, row: Any) -> Message:
    """The place of a stored case, in words."""
    if getattr(row, "is_veiled", False):
        return msg("side.veiled")
    return shown(_stored(row), tx.district)


def place_in_words(tx: Tx, place: lifecycle.Place) -> Message:
    """A place of the record, in words."""
    kind, is_known = PlaceKind(place.kind), place.estate is not None or place.road is not None
    named = Place(estate=place.estate, building=place.building, unit=place.entrance, road=place.road, kind=kind)
    return shown(named if is_known else None, tx.district)


def place_for_others(tx: Tx, row: Any) -> Message:
    """The same for whoever does not hold the case: veiled where it is confidential."""
    return msg("side.veiled") if row.confidential else place_of(tx, row)


def _stored(row: Any) -> Place | None:
    if row.estate is None and row.road is None:
        return None
    return Place(
        estate=row.estate, building=row.building, unit=row.entrance, road=row.road,
        kind=PlaceKind(row.place_kind), grid=row.grid,
    )  # fmt: skip


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
