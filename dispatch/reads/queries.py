"""Reads that need the district beside the record: one case within a scope, what was sent.

A scope is a unit's path: its own cases and those of all units below it. Outside it a case is not found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from cases.life.models import side, summons, whistle
from cases.life.sides import Side
from cases.models import IS_IN_UNIT, cases, owed, party
from cases.privacy import mask_number
from cases.steps import Step
from dispatch.models import outbox, staff, unit
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page starts: after the case with this due moment (or none) and id."""

    due_at: datetime | None
    id: UUID


@dataclass(frozen=True, slots=True)
class Sent:
    """A text or call that left or is to leave; the number is masked. `next_at` is when what waits leaves."""

    purpose: str
    channel: str
    state: str
    delivery: str | None
    created_at: datetime
    sent_at: datetime | None
    recipient: str
    to_staff: bool
    next_at: datetime | None
    trouble: str | None


# The promise to the resident ends when they are told: from then on nothing of it can be late.
_told = owed.alias("told")
_IS_TOLD = sa.and_(_told.c.case_id == cases.c.id, _told.c.attempt == cases.c.attempt, _told.c.step == str(Step.TOLD))
_TOLD_AT = _told.c.done_at.label("told_at")


def within(scope: str) -> ColumnElement[bool]:
    """Whether a unit is the scope's own, or below it."""
    return sa.or_(unit.c.path == scope, unit.c.path.startswith(scope + "/", autoescape=True))


def _of_office(tx: Tx, *columns: Any) -> Select[Any]:
    return (
        sa.select(*columns)
        .select_from(cases)
        .join(unit, unit.c.id == cases.c.unit_id)
        .outerjoin(staff, staff.c.id == cases.c.worker_id)
        .outerjoin(_told, _IS_TOLD)
        .where(cases.c.office_id == tx.office_id)
    )


def _shared(scope: str) -> ColumnElement[bool]:
    """Whether a unit of the scope co-handles the case or is summoned to it and is not done with it, or whether whoever
    has it for another unit, as a patrol has, is of one."""
    co, holder = unit.alias("co"), staff.alias("holder")
    below_it = sa.or_(co.c.path == scope, co.c.path.startswith(scope + "/", autoescape=True))
    live = (side.c.case_id == cases.c.id, side.c.kind == str(Side.COHANDLING), side.c.ended_at.is_(None))
    called = (summons.c.case_id == cases.c.id, summons.c.whistle_id == whistle.c.id, whistle.c.ended_at.is_(None))
    return sa.or_(
        sa.exists().where(*live, co.c.id == side.c.unit_id, below_it),
        sa.exists().where(*called, co.c.id == summons.c.unit_id, below_it),
        sa.exists().where(holder.c.id == cases.c.worker_id, co.c.id == holder.c.unit_id, below_it),
    )


def held_by(tx: Tx, units: Sequence[UUID]) -> Select[Any]:
    """The cases of other units that people of these units have in hand."""
    theirs = sa.select(staff.c.id).where(staff.c.office_id == tx.office_id, staff.c.unit_id.in_(units))
    return sa.select(cases.c.id.label("case_id")).where(
        cases.c.office_id == tx.office_id, sa.text(f"cases.{IS_IN_UNIT}"),
        cases.c.worker_id.in_(theirs), cases.c.unit_id.not_in(units),
    )  # fmt: skip


_NAMES = (
    unit.c.code.label("unit_code"),
    unit.c.name_zh.label("unit_zh"),
    unit.c.name_en.label("unit_en"),
    staff.c.name_zh.label("worker_zh"),
    staff.c.name_en.label("worker_en"),
)


def below(code: str) -> ColumnElement[bool]:
    """The unit with this code, or one that has it above itself."""
    return sa.literal(code) == sa.any_(sa.func.string_to_array(unit.c.path, "/"))


def units_within(tx: Tx, scope: str) -> Sequence[Any]:
    """The units of a scope, each before those below it: code, path, name_zh, name_en."""
    return tx.conn.execute(
        sa.select(unit.c.code, unit.c.path, unit.c.name_zh, unit.c.name_en)
        .where(unit.c.office_id == tx.office_id, within(scope))
        .order_by(unit.c.path)
    ).all()


def case_in_scope(tx: Tx, scope: str, number: str) -> Any | None:
    """A case by its number, with its unit's and worker's names and when the resident was told; None where there is
    none within the scope, nor one that a unit of the scope co-handles."""
    found = _of_office(tx, cases, *_NAMES, _TOLD_AT).where(sa.or_(within(scope), _shared(scope)))
    return tx.conn.execute(found.where(cases.c.number == number)).one_or_none()


def messages(tx: Tx, case_id: UUID) -> list[Sent]:
    """What was sent for a case, in order."""
    to_staff = sa.exists().where(staff.c.party_id == outbox.c.party_id).label("to_staff")
    rows = tx.conn.execute(
        sa.select(outbox, party.c.number_sealed, to_staff)
        .join(party, party.c.id == outbox.c.party_id)
        .where(outbox.c.office_id == tx.office_id, outbox.c.case_id == case_id)
        .order_by(outbox.c.created_at, outbox.c.id)
    )
    return [_sent(tx, row) for row in rows]


def _sent(tx: Tx, row: Any) -> Sent:
    number = tx.vault.open(row.party_id, "number", row.number_sealed)
    return Sent(
        purpose=row.purpose,
        channel=row.channel,
        state=row.state,
        delivery=row.delivery,
        created_at=row.created_at,
        sent_at=row.sent_at,
        recipient=mask_number(number),
        to_staff=row.to_staff,
        next_at=row.next_at,
        trouble=row.trouble,
    )
