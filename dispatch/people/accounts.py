"""Accounts: who may sign in, what they may see, and how long a guesser waits.

Password hashes are values here; hashing and checking them belongs to whoever asks (console.entry.passwords).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from unicodedata import normalize
from uuid import UUID

import sqlalchemy as sa

from cases.models import office
from cases.phrases import Message, Name, msg
from dispatch.models import account, unit
from dispatch.reading.cells import shown
from dispatch.transaction import Tx

FREE_FAILURES = 4  # so many wrong passwords cost no waiting
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)


class Role(StrEnum):
    """What an account is for."""

    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    COMMITTEE = "committee"
    WORKER = "worker"
    ADMIN = "admin"
    DISTRICT = "district"  # of the authority above: the contact that the ladder ends with


class AccountTrouble(ValueError):
    """An account cannot be made or changed: `message` names the field, the trouble and the remedy."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"{message.id} {dict(message.params)}")
        self.message = message


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. What they see is `scope`: their unit's path and all below it."""

    id: UUID
    login: str
    name: str
    role: str
    lang: str
    office: str
    office_name: Name
    unit: Name
    scope: str
    staff_id: UUID | None
    epoch: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. `unit` is a unit's code in the transaction's office."""

    login: str
    password_hash: str
    role: Role
    name: str
    lang: str
    unit: str
    staff_id: UUID | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in that was let through; it is counted already, as a failure until admitted."""

    account: Account
    password_hash: str


_READ = (
    sa.select(
        account,
        office.c.code.label("office_code"),
        office.c.name_zh.label("office_zh"),
        office.c.name_en.label("office_en"),
        unit.c.path,
        unit.c.name_zh,
        unit.c.name_en,
    )
    .join(office, office.c.id == account.c.office_id)
    .join(unit, unit.c.id == account.c.unit_id)
    .where(account.c.disabled_at.is_(None))
)


def clean_login(login: str) -> str:
    """A login as it is stored: one form for full-width, upper and lower case letters."""
    return normalize("NFKC", login).strip().casefold()


def wait_after(failures: int) -> timedelta:
    """How long the next try must wait after so many wrong passwords: doubling, up to half an hour."""
    paid = failures - FREE_FAILURES
    if paid <= 0:
        return timedelta(0)
    doublings: int = 2 ** min(paid - 1, 16)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)


def attempt(tx: Tx, login: str) -> Attempt | None:
    """Counts a try to sign in; None for an unknown, disabled or waiting account, which look the same.

    The failure is counted before the password is checked, so that tries at the same time gain nothing.
    """
    found = tx.conn.execute(
        _READ.where(account.c.login == clean_login(login)).with_for_update(of=account)
    ).one_or_none()
    if found is None or (found.locked_until is not None and found.locked_until > tx.now):
        return None
    failures = found.failures + 1
    wait = wait_after(failures)
    _change(tx, found.id, failures=failures, locked_until=tx.now + wait if wait else None)
    return Attempt(_account(found), found.password_hash)


def admit(tx: Tx, account_id: UUID, new_hash: str | None = None) -> None:
    """The password was right: failures are forgotten. `new_hash` replaces one made with older settings."""
    change: dict[str, Any] = {"failures": 0, "locked_until": None}
    if new_hash is not None:
        change["password_hash"] = new_hash
    _change(tx, account_id, **change)


def in_session(tx: Tx, account_id: UUID, epoch: int) -> Account | None:
    """The account of a session; None where it is disabled, or its rights or password changed since."""
    found = tx.conn.execute(_READ.where(account.c.id == account_id, account.c.epoch == epoch)).one_or_none()
    return _account(found) if found is not None else None


def create(tx: Tx, new: NewAccount) -> UUID:
    """A new account. Raises AccountTrouble for a login that is taken or unfit, or an unknown unit."""
    login = clean_login(new.login)
    if not 2 <= len(login) <= 64 or any(ch.isspace() or not ch.isprintable() for ch in login):
        raise AccountTrouble(msg("dispatch.account.unfit_login", login=shown(login)))
    unit_id = tx.conn.execute(
        sa.select(unit.c.id).where(unit.c.office_id == tx.office_id, unit.c.code == new.unit)
    ).scalar()
    if unit_id is None:
        raise AccountTrouble(msg("dispatch.account.no_unit", unit=shown(new.unit), office=tx.office.code))
    if tx.conn.execute(sa.select(account.c.id).where(account.c.login == login)).scalar() is not None:
        raise AccountTrouble(msg("dispatch.account.login_taken", login=shown(login)))
    id_ = tx.new_id()
    tx.put(
        account,
        id=id_,
        office_id=tx.office_id,
        login=login,
        password_hash=new.password_hash,
        role=new.role.value,
        name=new.name or login,
        lang=new.lang,
        unit_id=unit_id,
        staff_id=new.staff_id,
        demo=new.demo,
        epoch=1,
        created_at=tx.now,
        failures=0,
    )
    return id_


def set_password(tx: Tx, login: str, password_hash: str) -> None:
    """Another password: open sessions end and waiting is over. Raises AccountTrouble for an unknown login."""
    changed = tx.conn.execute(
        sa.update(account)
        .where(account.c.login == clean_login(login))
        .values(password_hash=password_hash, epoch=account.c.epoch + 1, failures=0, locked_until=None)
    )
    if not changed.rowcount:
        raise AccountTrouble(msg("dispatch.account.no_login", login=shown(clean_login(login))))


def _change(tx: Tx, account_id: UUID, **change: Any) -> None:
    tx.conn.execute(sa.update(account).where(account.c.id == account_id).values(**change))


def _account(row: Any) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        role=row.role,
        lang=row.lang,
        office=row.office_code,
        office_name=Name(row.office_zh, row.office_en),
        unit=Name(row.name_zh, row.name_en),
        scope=row.path,
        staff_id=row.staff_id,
        epoch=row.epoch,
    )
