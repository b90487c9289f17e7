"""Whoever reads does so under their own bars: the database itself leaves out what is kept from them (INV-COI).

Each page, export and stream opens its transactions for an account; what that account is barred from is then set in the
transaction, and row security (migration 0020) shows none of it to any statement, whoever wrote it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from dispatch.accused.above import bars
from dispatch.district import Role
from dispatch.people.accounts import Account
from dispatch.people.accounts import Role as AccountRole
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.transaction import Tx

# What an account that is nobody's of the district counts as: whoever has that part there.
_LIKE = {
    str(AccountRole.DISPATCHER): str(Role.DISPATCHER), str(AccountRole.SUPERVISOR): str(Role.SUPERVISOR),
    str(AccountRole.COMMITTEE): str(Role.LIAISON), str(AccountRole.WORKER): str(Role.GRID_WORKER),
}  # fmt: skip


def of_account(tx: Tx, account: Account) -> frozenset[UUID]:
    """The ids of all people and units whose being named bars this account; none for who stands above the office."""
    if account.role == AccountRole.DISTRICT:
        return frozenset()
    if account.staff_id is not None:
        return of_staff(tx, account.staff_id)
    unit = account.scope.rsplit("/", 1)[-1]
    return _ids(tx, bars(tx.district, "", unit, _LIKE.get(account.role, account.role)))


def of_staff(tx: Tx, staff_id: UUID) -> frozenset[UUID]:
    """The same for a member of staff; whoever has gone is barred from what names them and the office."""
    office = tx.district.units[0].code
    if staff_id == desk_id(tx.office_id):
        return _ids(tx, bars(tx.district, DESK_CODE, tx.district.duty_desk.unit.code, Role.DUTY)) | {staff_id}
    worker = next((each for each in tx.district.workers if each.id == staff_id), None)
    code, unit, role = (worker.code, worker.unit, worker.role) if worker else ("", office, "")
    return _ids(tx, bars(tx.district, code, unit, role)) | {staff_id}


@contextmanager
def by_staff(tx: Tx, staff_id: UUID) -> Iterator[None]:
    """What a member of staff does meanwhile, they do to what they may know of."""
    tx.read_by(lambda opened: of_staff(opened, staff_id))
    try:
        yield
    finally:
        tx.read_by(lambda _: ())


def _ids(tx: Tx, codes: Iterable[str]) -> frozenset[UUID]:
    found = (tx.district.worker(code) or tx.district.unit(code) for code in codes)
    return frozenset(each.id for each in found if each is not None)
