"""The accounts of an office kept in order: listed, changed, closed, opened again, given another password.

Whoever loses a right loses it at once: their sessions end. An office never is without somebody who administers it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.phrases import Name, msg
from dispatch.models import account, staff, unit
from dispatch.people.accounts import AccountTrouble, Role
from dispatch.reading.cells import shown
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as administrators see it. `closed_at` None: they may sign in. `staff` is the code of the member of
    staff whose deeds theirs are, with their name; both empty where there is none."""

    id: UUID
    login: str
    name: str
    role: Role
    lang: str
    unit_code: str
    unit: Name
    staff: str
    staff_name: Name
    created_at: datetime
    closed_at: datetime | None
    locked_until: datetime | None
    demo: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What an account is to be from now on; `unit` is a code, and so is `staff`, empty for nobody's of the district."""

    name: str
    role: Role
    unit: str
    lang: str
    staff: str = ""


def listed(tx: Tx) -> list[Listed]:
    """The accounts of the office by login, those that are closed last."""
    order = (account.c.disabled_at.is_not(None), account.c.login)
    return [_listed(row) for row in tx.conn.execute(_mine(tx).order_by(*order))]


def one(tx: Tx, account_id: UUID) -> Listed | None:
    """An account of the office; None where there is none."""
    row = tx.conn.execute(_mine(tx).where(account.c.id == account_id)).one_or_none()
    return _listed(row) if row is not None else None


def _mine(tx: Tx) -> sa.Select[Any]:
    return (
        sa.select(
            account, unit.c.code.label("unit_code"), unit.c.name_zh, unit.c.name_en, staff.c.code.label("staff_code"),
            staff.c.name_zh.label("staff_zh"), staff.c.name_en.label("staff_en"),
        )
        .join(unit, unit.c.id == account.c.unit_id)
        .outerjoin(staff, staff.c.id == account.c.staff_id)
        # Who stands above the office is not for its administrators: the command line makes and changes that account.
        .where(account.c.office_id == tx.office_id, account.c.role != str(Role.DISTRICT))
    )  # fmt: skip


def _listed(row: Any) -> Listed:
    return Listed(
        row.id, row.login, row.name, Role(row.role), row.lang, row.unit_code, Name(row.name_zh, row.name_en),
        row.staff_code or "", Name(row.staff_zh or "", row.staff_en or ""), row.created_at, row.disabled_at,
        row.locked_until, row.demo,
    )  # fmt: skip


def change(tx: Tx, account_id: UUID, wanted: Change) -> None:
    """Another name, role, unit, language or member of staff; who may see or do other things has their sessions ended.
    Raises AccountTrouble."""
    before = _locked(tx, account_id)
    if wanted.role is not Role.ADMIN:
        _demand_another_admin(tx, before)
    unit_id = tx.conn.execute(
        sa.select(unit.c.id).where(unit.c.office_id == tx.office_id, unit.c.code == wanted.unit)
    ).scalar()
    if unit_id is None:
        raise AccountTrouble(msg("dispatch.account.no_unit", unit=shown(wanted.unit), office=tx.office.code))
    rights = (wanted.role, wanted.unit, wanted.staff) != (before.role, before.unit_code, before.staff)
    _set(
        tx, account_id, name=wanted.name.strip() or before.login, role=str(wanted.role), unit_id=unit_id,
        lang=wanted.lang, staff_id=staff_of(tx, wanted.staff), **({"epoch": account.c.epoch + 1} if rights else {}),
    )  # fmt: skip


def staff_of(tx: Tx, code: str) -> UUID | None:
    """The id of a member of staff by their code; None without one. Raises AccountTrouble for nobody."""
    if not code:
        return None
    mine = (staff.c.office_id == tx.office_id, staff.c.active, staff.c.code == code)
    found: UUID | None = tx.conn.execute(sa.select(staff.c.id).where(*mine)).scalar()
    if found is None:
        raise AccountTrouble(msg("dispatch.account.no_staff", code=shown(code)))
    return found


def close(tx: Tx, account_id: UUID) -> None:
    """Nobody signs in with it any more, and whoever is signed in is out. Raises AccountTrouble."""
    before = _locked(tx, account_id)
    _demand_another_admin(tx, before)
    if before.closed_at is None:
        _set(tx, account_id, disabled_at=tx.now, epoch=account.c.epoch + 1)


def open_again(tx: Tx, account_id: UUID) -> None:
    """A closed account may sign in again, with the password that it had. Raises AccountTrouble."""
    _locked(tx, account_id)
    _set(tx, account_id, disabled_at=None, failures=0, locked_until=None)


def reset_password(tx: Tx, account_id: UUID, password_hash: str) -> None:
    """Another password: open sessions end and waiting is over. Raises AccountTrouble."""
    _locked(tx, account_id)
    _set(
        tx, account_id, password_hash=password_hash, epoch=account.c.epoch + 1, failures=0, locked_until=None
    )  # fmt: skip


def _locked(tx: Tx, account_id: UUID) -> Listed:
    """The account, held until the end. The office's administrators are held before it, always in the same order, so
    that two of them at a time cannot take each other's right away."""
    admins = _mine(tx).where(sa.or_(account.c.role == str(Role.ADMIN), account.c.id == account_id))
    tx.conn.execute(admins.order_by(account.c.id).with_for_update(of=account))
    found = one(tx, account_id)
    if found is None:
        raise AccountTrouble(msg("dispatch.account.gone"))
    return found


def _demand_another_admin(tx: Tx, before: Listed) -> None:
    if before.role is not Role.ADMIN or before.closed_at is not None:
        return
    others = sa.select(sa.func.count()).where(
        account.c.office_id == tx.office_id, account.c.role == str(Role.ADMIN), account.c.disabled_at.is_(None),
        account.c.id != before.id,
    )  # fmt: skip
    if not tx.conn.execute(others).scalar_one():
        raise AccountTrouble(msg("dispatch.account.last_admin", login=before.login))


def _set(tx: Tx, account_id: UUID, **values: Any) -> None:
    mine = (account.c.id == account_id, account.c.office_id == tx.office_id)
    tx.conn.execute(sa.update(account).where(*mine).values(values))
