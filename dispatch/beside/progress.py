"""How far a case is, as whoever told it hears it: by its number and code, or from their own telephone."""

from datetime import timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases
from cases.phrases import Message, Name, msg
from dispatch.models import inquiry, unit
from dispatch.transaction import Tx

TRIES = 5  # wrong ones of one asker
CASE_TRIES = 50  # wrong ones at one case by all who ask: so many telephones guess at a code of six digits
TRIES_WITHIN = timedelta(hours=1)
_CASE = sa.select(cases, unit.c.name_zh, unit.c.name_en).join(unit, unit.c.id == cases.c.unit_id)


def progress(tx: Tx, number: str, code: str, asker: UUID) -> Message:
    """See `dispatch.desk.progress`."""
    row = admitted(tx, number, code, asker)
    return stands(row) if row is not None else msg("desk.progress.wrong")


def how_far(tx: Tx, case_id: UUID) -> Message:
    """See `dispatch.desk.how_far`."""
    return stands(tx.conn.execute(_CASE.where(cases.c.id == case_id)).one())


def stands(row: Any, category: Message | str = "") -> Message:
    """A case's number, where it stands, who has it and until when, as residents are told; its row comes with its
    unit's names."""
    return msg("desk.progress.told", number=row.number, category=category, **_stands(row))


def stands_aloud(row: Any) -> Message:
    """The same without the number, which is spoken slowly before."""
    return msg("talk.call.stands", **_stands(row))


def _stands(row: Any) -> dict[str, object]:
    promise = msg("desk.receipt.promise", due=row.due_at) if row.due_at else msg("desk.receipt.no_promise")
    state, holder = msg(f"talk.state.{row.state}"), Name(row.name_zh, row.name_en)
    return {"state": state, "holder": holder, "promise": promise}


def admitted(tx: Tx, number: str, code: str, asker: UUID | None, origin: str = "") -> Any | None:
    """See `dispatch.desk.admitted`."""
    hashed = tx.vault.number_hash(tx.office_id, origin) if origin else None
    by_them = inquiry.c.party_id == asker if asker is not None else inquiry.c.origin == hashed
    row = tx.conn.execute(
        sa.select(
            cases.c.id,
            cases.c.number,
            cases.c.state,
            cases.c.code_sealed,
            cases.c.party_id,
            cases.c.due_at,
            unit.c.name_zh,
            unit.c.name_en,
        )
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, cases.c.number == number)
    ).one_or_none()
    right = row is not None and compare_digest(tx.vault.open(row.id, "code", row.code_sealed).encode(), code.encode())
    theirs = row is not None and asker is not None and row.party_id == asker
    guessed = not theirs and _wrong(tx, inquiry.c.case_number == number) >= CASE_TRIES
    told = right and not guessed and _wrong(tx, by_them) < TRIES
    tx.put(
        inquiry, id=tx.new_id(), office_id=tx.office_id, party_id=asker, case_number=number[:40], at=tx.now,
        told=told, origin=hashed,
    )  # fmt: skip
    return row if told else None


def _wrong(tx: Tx, tried: sa.ColumnElement[bool]) -> int:
    """How many tries of these were wrong, of late."""
    lately = (inquiry.c.office_id == tx.office_id, inquiry.c.at > tx.now - TRIES_WITHIN, inquiry.c.told.is_(False))
    counted: int = tx.conn.execute(sa.select(sa.func.count()).select_from(inquiry).where(*lately, tried)).scalar_one()
    return counted
