"""Who is left to decide on a draft: it is no use to anybody when every supervisor has written on it."""

from collections.abc import Collection

import sqlalchemy as sa

from dispatch.loop.desks import SUPERVISORS
from dispatch.models import account, staff
from dispatch.people.accounts import Role as AccountRole
from dispatch.transaction import Tx

_STAFF = sa.select(staff.c.code).where(
    staff.c.office_id == sa.bindparam("office_id"),
    staff.c.active,
    staff.c.role.in_([str(each) for each in SUPERVISORS]),
)
# An account acts as its member of staff while there is one (dispatch.loop.who).
_ACCOUNTS = sa.select(account.c.login).where(
    account.c.office_id == sa.bindparam("office_id"),
    account.c.role == str(AccountRole.SUPERVISOR),
    account.c.disabled_at.is_(None),
    ~sa.exists().where(staff.c.id == account.c.staff_id, staff.c.active),
)


def somebody_left(tx: Tx, hands: Collection[str]) -> bool:
    """Whether a supervisor of the office is not among those who wrote on a draft."""
    of = {"office_id": tx.office_id}
    staff_there = {f"staff:{code}" for code in tx.conn.execute(_STAFF, of).scalars()}
    accounts_there = {f"account:{login}" for login in tx.conn.execute(_ACCOUNTS, of).scalars()}
    return not (staff_there | accounts_there) <= set(hands)
