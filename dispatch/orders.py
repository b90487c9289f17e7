"""The texts that a case causes: the order to whoever must act, the receipt and the progress to the resident.

An order names the place of the matter, never the door; what the resident alone may know is in the receipt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.lifecycle import Opening
from cases.models import cases, party, timer
from cases.phrases import Message, Name, msg
from cases.states import State
from cases.steps import Level, Step
from dispatch.district import Unit
from dispatch.models import inquiry, unit
from dispatch.outbox import put_text
from dispatch.people.parties import Party
from dispatch.people.roster import desk_id
from dispatch.places import Place, PlaceKind, shown
from dispatch.reports import Taken
from dispatch.transaction import Tx
from dispatch.tx.snapshots import Reach

SHORT = 60  # characters of the matter that an order carries; the case page has all
TRIES = 5
TRIES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Order:
    """What an order says: the new case as it was opened, its place, and by when what is owed."""

    case_id: UUID
    opening: Opening
    place: Place | None
    dues: Mapping[Step, datetime]
    notice: Name | None = None


def order(tx: Tx, given: Order) -> None:
    """The order to the person who must act; where there is none, to one of the unit."""
    matter = given.opening.matter
    _send(
        tx,
        recipient(tx, given.opening.holder.worker_id, given.opening.holder.unit),
        given.case_id,
        "order",
        msg(
            "desk.text.order",
            number=given.opening.number,
            level=matter.level.label,
            category=tx.policy.category(matter.category).name,
            place=shown(given.place, tx.district),
            summary=_short(matter.summary),
            until=_until(given.dues),
            notice=given.notice or "",
        ),
    )


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


def receipt(tx: Tx, to: Party, taken: Taken, opening: Opening) -> None:
    """What the resident is given: number, query code, who has it until when, and the visit code."""
    promise = msg("desk.receipt.promise", due=taken.due_at) if taken.due_at else msg("desk.receipt.no_promise")
    visit = msg("desk.receipt.visit", code=taken.visit_code) if opening.matter.owes.visit else ""
    holder = msg("desk.holder", unit=taken.unit, worker=taken.worker) if taken.worker else taken.unit
    danger = msg("desk.receipt.danger") if opening.matter.level is Level.L1 else ""
    text = msg(
        "desk.text.receipt", office=tx.office.name, number=taken.number, code=taken.code,
        holder=holder, promise=promise, visit=visit, danger=danger,
    )  # fmt: skip
    put_text(tx, to.id, text, to.lang, purpose="receipt", case_id=taken.case_id)


_CASE = sa.select(cases, unit.c.code.label("unit_code")).join(unit, unit.c.id == cases.c.unit_id)


def tell_holder(tx: Tx, case_id: UUID, purpose: str) -> None:
    """A text to whoever holds the case: an order after a change, a further word, an urge."""
    row = tx.conn.execute(_CASE.where(cases.c.id == case_id)).one()
    _send(tx, recipient(tx, row.worker_id, row.unit_code), case_id, purpose, _about(tx, row, purpose))


def _about(tx: Tx, row: Any, purpose: str) -> Message:
    """What a text to staff says of a stored case."""
    return msg(
        f"desk.text.{purpose}",
        number=row.number,
        level=Level(row.level).label,
        category=tx.policy.category(row.category).name,
        place=place_of(tx, row),
        summary=_short(row.summary),
        until=_until(_dues(tx, row.id)),
        notice="",
    )


def place_of(tx: Tx, row: Any) -> Message:
    """The place of a stored case, in words."""
    return shown(_stored(row), tx.district)


def _stored(row: Any) -> Place | None:
    if row.estate is None and row.road is None:
        return None
    return Place(
        estate=row.estate, building=row.building, unit=row.entrance, road=row.road,
        kind=PlaceKind(row.place_kind), grid=row.grid,
    )  # fmt: skip


def _short(summary: str) -> str:
    return summary if len(summary) <= SHORT else summary[: SHORT - 1] + "…"


def recipient(tx: Tx, staff_id: UUID | None, unit_code: str) -> Reach | None:
    """How to reach the person; else somebody of the unit; else of those above it."""
    if staff_id is not None and staff_id in tx.staff.people:
        return tx.staff.people[staff_id]
    at: Unit | None = tx.district.unit(unit_code)
    while at is not None:
        if at.id in tx.staff.units:
            return tx.staff.units[at.id]
        at = tx.district.unit(at.parent)
    return None


def _send(tx: Tx, to: Reach | None, case_id: UUID, purpose: str, text: Message) -> None:
    """Nobody of the unit, nobody above it and no desk has a number: that is written down, not passed over."""
    if to is None:
        nobody(tx, case_id, purpose)
        return
    put_text(tx, to.party_id, text, to.lang, purpose=purpose, case_id=case_id)


def pass_on(tx: Tx, case_id: UUID) -> None:
    """The order of a case went to somebody who stopped texts: it goes to whoever can be reached above."""
    row = tx.conn.execute(_CASE.where(cases.c.id == case_id)).one()
    holder = tx.district.unit(row.unit_code)
    above = holder.path[:-1] if holder else ()
    reaches = [
        tx.staff.units[unit.id] for unit in map(tx.district.unit, reversed(above)) if unit and unit.id in tx.staff.units
    ]
    desk = tx.staff.people.get(desk_id(tx.office_id))
    wanted = [reach for reach in (*reaches, desk) if reach is not None]
    rows = tx.conn.execute(
        sa.select(party.c.id).where(party.c.id.in_([r.party_id for r in wanted]), party.c.stopped_at.is_(None))
    )
    reachable = set(rows.scalars())
    to = next((reach for reach in wanted if reach.party_id in reachable), None)
    _send(tx, to, case_id, "order", _about(tx, row, "order"))


def nobody(tx: Tx, case_id: UUID, purpose: str) -> None:
    """Write down that a text had nobody to go to."""
    thread = history.lock(tx, case_id)
    history.append(tx, thread, "text_failed", {"purpose": purpose, "status": "failed", "error": "no number"})
    history.close_thread(tx, thread)


def progress(tx: Tx, number: str, code: str, asker: UUID | None) -> Message:
    """See `dispatch.desk.progress`."""
    failures = tx.conn.execute(
        sa.select(sa.func.count())
        .select_from(inquiry)
        .where(
            inquiry.c.office_id == tx.office_id,
            inquiry.c.at > tx.now - TRIES_WITHIN,
            inquiry.c.told.is_(False),
            (inquiry.c.party_id == asker) | (inquiry.c.case_number == number),
        )
    ).scalar_one()
    row = tx.conn.execute(
        sa.select(cases.c.id, cases.c.state, cases.c.code_sealed, cases.c.due_at, unit.c.name_zh, unit.c.name_en)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, cases.c.number == number)
    ).one_or_none()
    right = row is not None and compare_digest(tx.vault.open(row.id, "code", row.code_sealed), code)
    told = right and failures < TRIES
    tx.put(
        inquiry, id=tx.new_id(), office_id=tx.office_id, party_id=asker, case_number=number[:40], at=tx.now,
        told=told,
    )  # fmt: skip
    if row is None or not told:
        return msg("desk.progress.wrong")
    promise = msg("desk.receipt.promise", due=row.due_at) if row.due_at else msg("desk.receipt.no_promise")
    holder = Name(row.name_zh, row.name_en)
    return msg("desk.progress.told", number=number, state=State(row.state).label, holder=holder, promise=promise)
