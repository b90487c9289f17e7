"""Who acts: from a verdict and a place to one unit and, where somebody is there, one person.

The way leads from the place upwards (courtyard, committee, office) and always ends at the duty desk.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from cases.phrases import Message, msg
from cases.steps import URGENT
from dispatch.district.model import District, Role, Unit, UnitKind, Worker
from dispatch.places.model import Place
from dispatch.policy.model import Destination
from dispatch.rules import Verdict

_BY_PLACE = (Destination.GRID_WORKER, Destination.COURTYARD)


@dataclass(frozen=True, slots=True)
class Choice:
    """The unit that holds the matter and the person who goes.

    `worker` is None only where the duty desk itself has nobody. `tries` has the codes of the units that
    were asked, the chosen one last.
    """

    unit: Unit
    worker: Worker | None
    tries: tuple[str, ...]
    reasons: tuple[Message, ...]


def choose(
    verdict: Verdict,
    place: Place | None,
    district: District,
    now_local: datetime,
    absent: Collection[str] = (),
) -> Choice:
    """The unit and person for a matter. Always exactly one unit.

    L1 and L2 need somebody who is on duty at `now_local`; otherwise the grid's own worker or the wanted
    role keeps the matter, whatever the hour. Who is `absent` (codes) gets nothing.
    """
    asked: dict[str, None] = {}
    reasons = _passed_over(verdict, place, district, absent)
    district = _present(district, absent)
    if verdict.outcome.to is not Destination.DUTY_DESK or verdict.outcome.unit:
        for unit in _ways(verdict, place, district, reasons):
            if unit.code in asked:
                continue
            asked[unit.code] = None
            found = _person(unit, verdict, place, district, now_local)
            if found:
                worker, why = found
                return Choice(unit, worker, tuple(asked), (*reasons, why))
            reasons.append(msg("dispatch.route.nobody", unit=unit.name))
    return _desk(district, now_local, (*asked,), tuple(reasons))


def _passed_over(verdict: Verdict, place: Place | None, district: District, absent: Collection[str]) -> list[Message]:
    """The grid's own worker who is on leave is passed over, and that is said."""
    if verdict.outcome.unit or verdict.outcome.to not in _BY_PLACE:
        return []
    grid = district.grid(place.grid) if place else None
    own = district.worker(grid.worker) if grid else None
    if grid is None or own is None or own.code not in absent:
        return []
    return [msg("dispatch.route.away", worker=own.name, grid=grid.code)]


def _present(district: District, absent: Collection[str]) -> District:
    """The district as if those on leave were not in it."""
    if not absent:
        return district
    return replace(district, workers=tuple(worker for worker in district.workers if worker.code not in absent))


def _ways(verdict: Verdict, place: Place | None, district: District, reasons: list[Message]) -> Iterator[Unit]:
    """The units to ask: where the verdict points, then upwards. What does not exist gets a reason."""
    here = place or Place()
    outcome = verdict.outcome
    if outcome.unit:
        named = district.unit(outcome.unit)
        if named:
            yield from _upwards(named, district)
        else:
            reasons.append(msg("dispatch.route.no_such_unit", unit=outcome.unit))
    elif outcome.to in _BY_PLACE:
        courtyard = district.unit(here.courtyard)
        if courtyard:
            yield from _upwards(courtyard, district)
        else:
            reasons.append(msg("dispatch.route.no_courtyard"))
    if outcome.to in (*_BY_PLACE, Destination.COMMITTEE):
        committee = district.unit(here.committee)
        if committee:
            yield from _upwards(committee, district)
        else:
            reasons.append(msg("dispatch.route.no_committee"))
    yield from (unit for unit in district.units if unit.kind is UnitKind.OFFICE)


def _upwards(unit: Unit, district: District) -> Iterator[Unit]:
    above = (district.unit(code) for code in reversed(unit.path))
    yield unit
    yield from (each for each in above if each is not None)


def _person(
    unit: Unit, verdict: Verdict, place: Place | None, district: District, now_local: datetime
) -> tuple[Worker, Message] | None:
    """Who acts for this unit, and why that one; None where nobody can."""
    grid = district.grid(place.grid) if place and unit.kind is UnitKind.COURTYARD else None
    own = district.worker(grid.worker) if grid else None
    on_duty = district.on_duty(unit.code, now_local)
    if verdict.level in URGENT:
        return _on_duty_now(unit, verdict.outcome.role, own, on_duty)
    wants_own = verdict.outcome.role in (None, Role.GRID_WORKER)
    if own and grid and wants_own:
        return own, msg("dispatch.route.grid_worker", worker=own.name, grid=grid.code)
    staff = district.workers_of(unit.code)
    wanted = [worker for worker in staff if worker.role is verdict.outcome.role]
    if wanted:
        return wanted[0], msg("dispatch.route.role", unit=unit.name, worker=wanted[0].name)
    anybody = [*on_duty, *staff]
    return (anybody[0], msg("dispatch.route.unit", unit=unit.name, worker=anybody[0].name)) if anybody else None


def _on_duty_now(
    unit: Unit, role: Role | None, own: Worker | None, on_duty: tuple[Worker, ...]
) -> tuple[Worker, Message] | None:
    """Who is there at this hour: the grid's own worker, the wanted role, else the first of the table."""
    if own in on_duty and own is not None:
        return own, msg("dispatch.route.own_on_duty", unit=unit.name, worker=own.name)
    best = next((worker for worker in on_duty if worker.role is role), next(iter(on_duty), None))
    return (best, msg("dispatch.route.on_duty", unit=unit.name, worker=best.name)) if best else None


def _desk(district: District, now_local: datetime, asked: tuple[str, ...], reasons: tuple[Message, ...]) -> Choice:
    desk = district.duty_desk
    there = (*district.on_duty(desk.unit.code, now_local), *district.workers_of(desk.unit.code))
    worker = min(there, key=lambda each: each.role is not Role.DUTY, default=None)
    why = msg("dispatch.route.duty_desk", desk=desk.name)
    return Choice(
        desk.unit,
        worker,
        (*(code for code in asked if code != desk.unit.code), desk.unit.code),
        (*reasons, why),
    )
