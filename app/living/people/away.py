"""Leaves: each week somebody is away for some days, and what they had goes to others."""

from datetime import date, datetime, time, timedelta
from functools import partial

from app.living.town import Town
from dispatch.district import Role
from dispatch.duty import leaves
from dispatch.duty.leaves import LeaveKind

_ROLES = (Role.GRID_WORKER, Role.LIAISON, Role.COURTYARD_MEMBER)
_KINDS = (LeaveKind.LEAVE, LeaveKind.LEAVE, LeaveKind.SICK, LeaveKind.TRAINING)


def plan_week(town: Town, monday: date) -> None:
    """On a Monday it is recorded who is away this week."""
    luck = town.luck(f"away/{monday}")
    people = [worker.code for worker in town.ground.district.workers if worker.role in _ROLES]
    for code in luck.sample(people, luck.randint(1, 2)):
        first = monday + timedelta(days=luck.randint(0, 4))
        last = first + timedelta(days=luck.randint(1, 4))
        kind = luck.choice(_KINDS)
        at = _at(town, monday, time(8, luck.randint(5, 55)))
        town.plan(at, partial(_leave, town, code, kind, (first, last)))


def _leave(town: Town, code: str, kind: LeaveKind, span: tuple[date, date]) -> None:
    first, last = (_at(town, day, time(8, 0)) for day in span)
    actor = f"staff:{town.ground.somebody(Role.SUPERVISOR)}"
    with town.transaction() as tx:
        leaves.leave(tx, code, kind, max(first, tx.now), last, actor)
    town.hand.opened = None


def _at(town: Town, day: date, at: time) -> datetime:
    return datetime.combine(day, at, town.ground.calendar.zone)
