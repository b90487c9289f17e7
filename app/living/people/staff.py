"""Who makes a move: of the office by role, whoever has a case, whoever speaks for its unit."""

from collections.abc import Iterable
from random import Random

from app.living.case.sight import Sight
from dispatch.district import District, Role, Unit, UnitKind, Worker

# Who speaks for a unit, the first before the next; for the office itself its leader.
_LEADS = (Role.LIAISON, Role.COMMITTEE_HEAD)


def of_role(district: District, role: Role, luck: Random, absent: Iterable[str]) -> str:
    """The code of somebody of a role who is there; the first one where nobody is."""
    found = [worker.code for worker in district.workers if worker.role is role]
    there = [code for code in found if code not in absent]
    return luck.choice(there or found[:1])


def lead(district: District, unit: str, absent: Iterable[str]) -> str:
    """The code of whoever speaks for a unit, or for the one above it."""
    named = district.unit(unit)
    path = named.path if named else ()
    inside = [worker for worker in district.workers if worker.unit in path and worker.code not in absent]
    ranked = sorted((worker for worker in inside if worker.role in _LEADS), key=lambda each: _LEADS.index(each.role))
    return next((worker.code for worker in ranked), _first(district.workers, Role.LEADER))


def cohandler(district: District, unit: str, absent: Iterable[str]) -> str:
    """The code of whoever answers for a unit that does a part of another's case; in the office that is its team."""
    named = district.unit(unit)
    office = named is not None and named.kind is UnitKind.OFFICE
    return _first(district.workers, Role.CITY_TEAM) if office else lead(district, unit, absent)


def other_unit(district: District, seen: Sight, luck: Random) -> str:
    """The code of a committee that does not have the case, nor a part of it below itself."""
    return luck.choice([unit.code for unit in district.units if _is_other(unit, district.unit(seen.unit))])


def _is_other(unit: Unit, has: Unit | None) -> bool:
    return unit.kind is UnitKind.COMMITTEE and (has is None or unit.code not in has.path)


def _first(workers: Iterable[Worker], role: Role) -> str:
    return next(worker.code for worker in workers if worker.role is role)
