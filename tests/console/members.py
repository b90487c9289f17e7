"""Accounts of the console's tests that belong to somebody of the district."""

from dispatch.loop.who import by_code
from dispatch.people import accounts
from dispatch.people.accounts import NewAccount, Role
from tests.console.house import _HASH, House


def member(house: House, code: str, role: Role = Role.WORKER) -> str:
    """An account of a member of staff, who sees what their unit sees; its login, which is their code."""
    with house.door.transaction("xingfu") as tx:
        who = by_code(tx, code)
        accounts.create(tx, NewAccount(code, _HASH, role, who.name.zh, "zh_CN", who.unit, who.id))
    return code
