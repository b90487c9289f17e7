"""The planner: each period's round and its tasks are made once, at the opening of the period's first working day.

It catches up: a period that passed while nothing ran is made when it is found, so that it counts as owed. The last
one stands overdue; one whose successor is over as well is missed from the start, and nobody is chased for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice, pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases.clock.workdays import Calendar
from cases.phrases import msg
from cases.steps import Level
from dispatch.district import Role
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import reach, telling
from dispatch.rounds.life import record
from dispatch.rounds.life.record import MissReason
from dispatch.rounds.models import round_plan, round_target, round_task, rounds
from dispatch.rounds.periods import Period, Window, periods, window
from dispatch.rounds.plans import calendar_of
from dispatch.transaction import Tx

_PLAN = sa.select(round_plan).where(round_plan.c.id == sa.bindparam("plan")).with_for_update()
_TARGETS = (
    sa.select(round_target.c.id)
    .where(round_target.c.plan_id == sa.bindparam("plan"), round_target.c.removed_at.is_(None))
    .order_by(round_target.c.position)
)

_QUEUE_UP = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:worker, 0))")
_TAKEN = sa.select(round_task.c.short).where(
    round_task.c.worker_id == sa.bindparam("worker"),
    sa.text("round_task.state = 'open' AND round_task.short IS NOT NULL"),
)


@dataclass(frozen=True, slots=True)
class _Due:
    """A period whose work has begun; `over` where its successor is over too."""

    period: Period
    window: Window
    over: bool


def make_rounds(tx: Tx, errand: Errand) -> None:
    """What a plan owes up to now, and the promise to look again when its next period begins."""
    plan = tx.conn.execute(_PLAN, {"plan": errand.ref}).one_or_none()
    if plan is None or plan.active_to is not None:
        return
    code = next((unit.code for unit in tx.district.units if unit.id == plan.unit_id), tx.district.units[0].code)
    due, coming, until = _owed(plan, calendar_of(tx, code), tx.now)
    for each in due:
        _make(tx, plan, code, each)
    tx.conn.execute(sa.update(round_plan).where(round_plan.c.id == plan.id).values(made_until=until))
    errands.put(tx, Kind.MAKE_ROUNDS, plan.id, coming)


def _owed(plan: Any, calendar: Calendar, now: datetime) -> tuple[list[_Due], datetime, Any]:
    """The periods that have begun and were not made, when the next begins, and the first day that is left."""
    due: list[_Due] = []
    for period, following in pairwise(periods(plan.rule, plan.active_from, plan.made_until)):
        found, after = window(period, calendar), window(following, calendar)
        if found is None:
            continue  # no working day, nothing owed
        if found.opens_at > now:
            return due, found.opens_at, period.start
        due.append(_Due(period, found, after is not None and after.due_at <= now))
    raise AssertionError("periods never end")


def _make(tx: Tx, plan: Any, code: str, due: _Due) -> None:
    targets = tx.conn.execute(_TARGETS, {"plan": plan.id}).scalars().all()
    if not targets:
        return
    worker_id = _holder(tx, plan.grid, code, due.window.due_at)
    row = {
        "id": tx.new_id(), "office_id": tx.office_id, "plan_id": plan.id, "period": due.period.start,
        "period_end": due.period.end, "unit_id": plan.unit_id, "grid": plan.grid, "worker_id": worker_id,
        "state": "missed" if due.over else "open", "policy_version": tx.policy_version,
        "opens_at": due.window.opens_at, "warn_at": due.window.warn_at, "due_at": due.window.due_at,
        "fired": 0, "made_at": tx.now, "ended_at": tx.now if due.over else None,
    }  # fmt: skip
    made = insert(rounds).values(row).on_conflict_do_nothing().returning(rounds.c.id)
    if tx.conn.execute(made).scalar() is None:
        return  # another planner made it
    _tasks(tx, row, targets)
    if due.over:
        record.write(tx, row["id"], record.MISSED, {"reason": str(MissReason.LAPSED)})
    else:
        errands.put(tx, Kind.ROUND_PRESSES, row["id"], due.window.warn_at)
        _tell(tx, plan, row, len(targets))


def _tasks(tx: Tx, row: dict[str, Any], targets: Sequence[UUID]) -> None:
    shorts: Iterator[int | None] = iter([None] * len(targets))
    if row["state"] == "open" and row["worker_id"] is not None:
        shorts = iter(numbers(tx, row["worker_id"], len(targets)))
    for target_id in targets:
        tx.put(
            round_task, id=tx.new_id(), office_id=tx.office_id, round_id=row["id"], plan_id=row["plan_id"],
            period=row["period"], target_id=target_id, worker_id=row["worker_id"], short=next(shorts),
            state=row["state"], due_at=row["due_at"], ended_at=row["ended_at"],
        )  # fmt: skip


def numbers(tx: Tx, worker_id: UUID, many: int) -> list[int]:
    """The lowest numbers that are free among a worker's open tasks; two rounds that begin at once get other ones."""
    tx.conn.execute(_QUEUE_UP, {"worker": f"round/{worker_id}"})
    taken = set(tx.conn.execute(_TAKEN, {"worker": worker_id}).scalars())
    return list(islice((number for number in count(1) if number not in taken), many))


def _holder(tx: Tx, grid: str | None, unit: str, until: datetime) -> UUID | None:
    """Who goes: the grid's worker, unless they are away for all of the time; else somebody of the unit, or above."""
    known = tx.district.grid(grid)
    worker = tx.district.worker(known.worker) if known else None
    if worker is not None and not _away(tx, worker.code, until):
        return worker.id
    but = {worker.id} if worker else set()
    found = reach.next_eligible(tx, unit, but, urgent=False, role=Role.GRID_WORKER if grid else Role.COURTYARD_MEMBER)
    return found.staff_id if found else None


def _away(tx: Tx, code: str, until: datetime) -> bool:
    back = reach.away_until(tx, code, tx.now)
    return back is not None and back >= until - timedelta(minutes=1)


def _tell(tx: Tx, plan: Any, row: dict[str, Any], places: int) -> None:
    template = tx.policy.rounds.get(plan.template)
    words = msg(
        f"rounds.text.{plan.kind}", name=template.name if template else plan.template, at=plan.grid or "", count=places,
        due=row["due_at"],
    )  # fmt: skip
    telling.tell_staff(tx, row["worker_id"], words, purpose="round", level=Level.L3)
