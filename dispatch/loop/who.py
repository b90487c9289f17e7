"""Who acts: a member of staff, in which part they may act on a case, and whom of the office to tell."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Standing
from cases.models import assignment, event
from cases.phrases import Name
from cases.states import Role as Part
from dispatch.district import Role
from dispatch.models import account as account_table
from dispatch.models import staff, unit
from dispatch.people.accounts import Account
from dispatch.people.accounts import Role as AccountRole
from dispatch.transaction import Tx

DESK_ROLE = "duty_desk"  # the role of the duty desk's row in `staff`
# In which part the people of an office act on a case that they do not hold.
_PARTS = MappingProxyType(
    {
        Role.DISPATCHER: Part.DISPATCHER,
        Role.DUTY: Part.DISPATCHER,  # at night the duty officer dispatches
        DESK_ROLE: Part.DISPATCHER,
        Role.SUPERVISOR: Part.SUPERVISOR,
        Role.LEADER: Part.SUPERVISOR,
        Role.CALLER_BACK: Part.CALLER_BACK,
        Role.VERIFIER: Part.VERIFIER,
        Role.AGENT: Part.AGENT,
    }
)
# What an account that is nobody's of the district may do, as if somebody of this role did it.
_ACCOUNTS = MappingProxyType(
    {
        str(AccountRole.DISPATCHER): str(Role.DISPATCHER),
        str(AccountRole.SUPERVISOR): str(Role.SUPERVISOR),
        str(AccountRole.DISTRICT): str(Role.SUPERVISOR),
        str(AccountRole.COMMITTEE): str(Role.LIAISON),
    }
)
LEADS = frozenset({Role.LIAISON, Role.COMMITTEE_HEAD, Role.DUTY, DESK_ROLE, Role.SUPERVISOR, Role.LEADER})


@dataclass(frozen=True, slots=True)
class Who:
    """A member of staff. `role` is the word of the district (`Role`) or duty_desk; `unit` a code.

    With `on_staff` False somebody signed in who is nobody's of the district: id and code are the account's.
    """

    id: UUID
    code: str
    name: Name
    role: str
    unit: str
    path: str
    on_staff: bool = True

    @property
    def actor(self) -> str:
        """How history names them."""
        return f"staff:{self.code}" if self.on_staff else f"account:{self.code}"

    @property
    def staff_id(self) -> UUID | None:
        """Their row in `staff`; None where they have none."""
        return self.id if self.on_staff else None

    @property
    def part(self) -> Part:
        """In which part they act on cases that they do not hold."""
        return _PARTS.get(self.role, Part.UNIT)

    @property
    def leads(self) -> bool:
        """Whether they speak for their unit, and may say that a place is safe."""
        return self.role in LEADS

    def covers(self, path: str) -> bool:
        """Whether a unit with this path is theirs, or below it."""
        return path == self.path or path.startswith(f"{self.path}/")


class NotYours(Exception):
    """This is not for that person to do; `need` is in which part somebody must act."""

    def __init__(self, who: Who, need: Part) -> None:
        super().__init__(f"{who.code} may not: it needs the part {need}")
        self.who = who
        self.need = need


class Partial(Exception):
    """Who handled a matter asks nobody about it (INV-ROLES)."""


def by_id(tx: Tx, staff_id: UUID) -> Who:
    """The member of staff with this id. Raises LookupError."""
    return _one(tx, _BY_ID, staff_id)


def by_code(tx: Tx, code: str) -> Who:
    """The member of staff with this code. Raises LookupError."""
    return _one(tx, _BY_CODE, code)


def by_account(tx: Tx, account: Account) -> Who:
    """Who acts when this account does: its member of staff, else the account itself in the part of its role."""
    if account.staff_id is not None and _is_active(tx, account.staff_id):
        return by_id(tx, account.staff_id)
    role = _ACCOUNTS.get(account.role, account.role)
    code = account.scope.rsplit("/", 1)[-1]
    return Who(account.id, account.login, Name(account.name), role, code, account.scope, on_staff=False)


def account_names(tx: Tx) -> dict[str, str]:
    """The names of the office's accounts by login: history has the login of whoever is nobody's of the district."""
    rows = tx.conn.execute(sa.select(account_table.c.login, account_table.c.name).where(
        account_table.c.office_id == tx.office_id
    ))  # fmt: skip
    return {row.login: row.name for row in rows}


def _is_active(tx: Tx, staff_id: UUID) -> bool:
    there = sa.exists().where(staff.c.id == staff_id, staff.c.office_id == tx.office_id, staff.c.active)
    return bool(tx.conn.execute(sa.select(there)).scalar())


_STAFF = (
    sa.select(
        staff.c.id, staff.c.code, staff.c.name_zh, staff.c.name_en, staff.c.role, unit.c.code.label("unit"),
        unit.c.path,
    )
    .join(unit, unit.c.id == staff.c.unit_id)
    .where(staff.c.office_id == sa.bindparam("office_id"), staff.c.active)
)  # fmt: skip
_BY_ID = _STAFF.where(staff.c.id == sa.bindparam("named"))
_BY_CODE = _STAFF.where(staff.c.code == sa.bindparam("named"))


def _one(tx: Tx, wanted: sa.Select[Any], named: UUID | str) -> Who:
    row = tx.conn.execute(wanted, {"office_id": tx.office_id, "named": named}).one_or_none()
    if row is None:
        raise LookupError(f"no member of staff {named}: see `hotline duty`")
    return Who(row.id, row.code, Name(row.name_zh, row.name_en), row.role, row.unit, row.path)


def demand(who: Who, *parts: Part) -> None:
    """Raises NotYours where somebody acts in none of these parts."""
    if who.part not in parts:
        raise NotYours(who, parts[0])


def demand_impartial(tx: Tx, who: Who, case: Standing) -> None:
    """Raises Partial where somebody held this attempt of the case."""
    held = sa.exists().where(
        assignment.c.case_id == case.id, assignment.c.attempt == case.attempt, assignment.c.worker_id == who.id
    )
    if tx.conn.execute(sa.select(held)).scalar():
        raise Partial(f"{who.code} handled this attempt: another person asks the resident")


def demand_other_eyes(tx: Tx, who: Who, case: Standing) -> None:
    """Raises Partial where somebody verified this attempt of the case, save in a small office."""
    if not tx.small and has_verified(tx, who, case):
        raise Partial(f"{who.code} verified this attempt: another person asks the resident")


def has_verified(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody passed this attempt of the case."""
    since = sa.select(sa.func.max(event.c.seq)).where(event.c.case_id == case.id, event.c.kind == "submitted")
    passed = sa.exists().where(
        event.c.case_id == case.id, event.c.kind == "verified", event.c.actor == who.actor,
        event.c.seq > since.scalar_subquery(),
    )  # fmt: skip
    return bool(tx.conn.execute(sa.select(passed)).scalar())
