"""Who may do what on the pages of supervision. What is not for somebody looks as if it were not there."""

from uuid import UUID

from werkzeug.exceptions import NotFound

from console.entry.guard import me
from dispatch.district import Unit
from dispatch.people.accounts import Account, Role

OFFICE = (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)
PLANNERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN, Role.COMMITTEE)


def demand(*roles: Role) -> Account:
    """The account of this request, where it has one of these roles. Raises NotFound."""
    account = me()
    if account.role not in roles:
        raise NotFound(f"not for the role {account.role}")
    return account


def is_below(unit: Unit | None, scope: str) -> bool:
    """Whether a unit is the scope's own, or below it."""
    return unit is not None and f"{'/'.join(unit.path)}/".startswith(f"{scope}/")


def id_of(written: str) -> UUID:
    """An id out of an address. Raises NotFound for what is none."""
    try:
        return UUID(written)
    except ValueError:
        raise NotFound(f"{written!r} is no id") from None
