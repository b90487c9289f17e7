"""The versions of an office's calendar: the newest is in force, none is ever changed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy import Connection

from cases.models import office
from dispatch.calendar.models import calendar_version
from dispatch.calendar.table import DayTable, packed, unpacked

if TYPE_CHECKING:
    from dispatch.tx.open import Tx


class Source(StrEnum):
    """Where a version comes from."""

    POLICY = "policy"
    SEED = "seed"
    NOTICE = "notice"
    EDIT = "edit"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class Made:
    """Where a version comes from, why, and who made it."""

    source: Source
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the calendar, the table that it says, and the one before it."""

    id: UUID
    number: int
    table: DayTable
    before: DayTable


_OF_OFFICE = sa.select(calendar_version).where(calendar_version.c.office_id == sa.bindparam("office_id"))
_ONE = _OF_OFFICE.where(calendar_version.c.number == sa.bindparam("number"))
_NEWEST = _OF_OFFICE.order_by(calendar_version.c.number.desc()).limit(1)


def read(conn: Connection, office_id: UUID, number: int) -> DayTable:
    """The table of a version."""
    row = conn.execute(_ONE, {"office_id": office_id, "number": number}).one()
    return unpacked(json.loads(row.body))


def found(conn: Connection, office_id: UUID, table: DayTable, at: datetime) -> bool:
    """The first version of an office, once; whether there was none yet."""
    if conn.execute(_NEWEST, {"office_id": office_id}).first() is not None:
        return False
    _write(conn, office_id, (1, at, Made(Source.POLICY, "", "system")), table)
    return True


def edit(tx: "Tx", change: Callable[[DayTable], DayTable], made: Made) -> Version | None:
    """A new version: the newest one, changed. None where the change changes nothing. Two who edit at once follow one
    another: the second changes what the first has made."""
    tx.conn.execute(sa.select(office.c.id).where(office.c.id == tx.office_id).with_for_update(key_share=True))
    newest = tx.conn.execute(_NEWEST, {"office_id": tx.office_id}).first()
    before = unpacked(json.loads(newest.body)) if newest else tx.day_table
    if newest is None:
        found(tx.conn, tx.office_id, before, tx.now)
    after = change(before)
    if after == before:
        return None
    number = (newest.number if newest else 1) + 1
    return Version(_write(tx.conn, tx.office_id, (number, tx.now, made), after), number, after, before)


def listed(tx: "Tx") -> Sequence[Any]:
    """The office's versions, the newest first: number, source, why, by whom and when."""
    columns = [column for column in calendar_version.c if column.name != "body"]
    mine = sa.select(*columns).where(calendar_version.c.office_id == tx.office_id)
    return tx.conn.execute(mine.order_by(calendar_version.c.number.desc())).all()


def _write(conn: Connection, office_id: UUID, what: tuple[int, datetime, Made], table: DayTable) -> UUID:
    number, at, made = what
    id_ = uuid5(office_id, f"calendar {number}")
    body = json.dumps(packed(table), ensure_ascii=False)
    conn.execute(
        sa.insert(calendar_version).values(
            id=id_, office_id=office_id, number=number, source=str(made.source), why=made.why, made_by=made.by,
            made_at=at, body=body,
        )
    )  # fmt: skip
    return id_
