"""Looks at an identity: who may, why they did, and what they then see. The look is recorded before it is shown
(INV-REVEAL): it is written here, and whoever asks shows the answer after the transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.loop.deeds import Standing, standing
from cases.models import event, party
from cases.pen import read_content
from cases.states import Role
from dispatch.loop.who import NotYours, Who
from dispatch.loop.work import taken_by_person
from dispatch.places import find
from dispatch.side import confiding
from dispatch.transaction import Tx

CONTACT, DOOR = "contact", "door"
PARTS = (Role.DISPATCHER, Role.SUPERVISOR, Role.CALLER_BACK, Role.AGENT)  # who rings residents


@dataclass(frozen=True, slots=True)
class Contact:
    """Who reported a case and where they live; empty where nobody knows. `number` is E.164."""

    name: str
    number: str
    door: str


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked: when, who (as history names them), at what, and why (without what identifies anybody)."""

    at: datetime
    actor: str
    what: str
    why: str


def may_reveal(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether this person may see who reported a case: who rings residents, and whoever holds it and signed; of what is
    confidential only those who may see its place and words."""
    if not confiding.may_see(tx, who, case.row):
        return False
    return who.part in PARTS or has_signed(tx, who, case)


def has_signed(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether this person holds the case and said that the order is theirs."""
    return bool(case.row.worker_id == who.id) and taken_by_person(tx, case.id)


def reveal(tx: Tx, who: Who, case_id: UUID, why: str) -> Contact:
    """The resident's name, number and door, written down before they are shown.

    Raises NotYours, LookupError; ValueError where no reason is given.
    """
    case = standing(tx, case_id, lock=True)
    if not may_reveal(tx, who, case):
        raise NotYours(who, Role.DISPATCHER)
    if not why.strip():
        raise ValueError("why is empty: say in a few words why you look at who it is")
    lifecycle.note(tx, case_id, "revealed", who.actor, why.strip(), {"what": CONTACT})
    resident = tx.conn.execute(sa.select(party).where(party.c.id == case.row.party_id)).one_or_none()
    if resident is None:
        return Contact("", "", _door(tx, case))
    name, number, door = (
        tx.vault.open(resident.id, field, sealed) if sealed else ""
        for field, sealed in (
            ("name", resident.name_sealed), ("number", resident.number_sealed), ("door", resident.door_sealed)
        )
    )  # fmt: skip
    return Contact(name, number, door or _door(tx, case))


def reveal_door(tx: Tx, who: Who, case_id: UUID) -> str:
    """The door of a case for whoever signed for it, written down; empty where nobody named it. Raises NotYours."""
    case = standing(tx, case_id, lock=True)
    if not has_signed(tx, who, case):
        raise NotYours(who, Role.WORKER)
    door = _door(tx, case)
    if door:
        lifecycle.note(tx, case_id, "revealed", who.actor, facts={"what": DOOR})
    return door


def _door(tx: Tx, case: Standing) -> str:
    """The room that the report's own words name."""
    if case.row.content_id is None:
        return ""
    said = find(read_content(tx, case.row.content_id), tx.district).place
    return (said.room or "") if said is not None else ""


def looks(tx: Tx, case_id: UUID) -> Sequence[Look]:
    """Who looked at who reported a case, the last first."""
    mine = (event.c.case_id == case_id, event.c.kind == "revealed")
    rows = tx.conn.execute(sa.select(event).where(*mine).order_by(event.c.seq.desc())).all()
    return [
        Look(
            row.at, row.actor, json.loads(row.canonical).get("facts", {}).get("what", DOOR),
            history.words_of(tx, row.content_id) if row.content_id is not None else "",
        )
        for row in rows
    ]  # fmt: skip
