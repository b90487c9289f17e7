"""What presses: promises that are late or in their warning zone, by step and unit, and how high each has climbed.

A promise is seen with its case: within a scope (dispatch.reads.queries), by the unit that has the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from cases.models import PRESSES, cases, timer
from cases.phrases import Message, Name, msg
from cases.steps import PAYER, Payer, Step
from dispatch.duty import reach
from dispatch.models import staff, unit
from dispatch.outbox import climbed
from dispatch.outbox.climbed import BREACHED
from dispatch.reads.queries import Cursor, below, within
from dispatch.side.confiding import veiled
from dispatch.transaction import Tx

PAGE = 50
_TOLD = PRESSES.replace("state", "timer.state")
WARNED = 1  # of `fired`


class Side(StrEnum):
    """On which side of its moment a promise is: late, or in the last quarter of its time."""

    OVER = "over"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is looked at; empty means all. `unit` is a code: that unit and all below it."""

    time: str = ""
    step: str = ""
    unit: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told. `who` is nobody, warned or holder (the holder, of the warning or the breach), signed (the system
    signs), or a rung of the ladder in the policy (worker, courtyard, …); `name` is the unit that stands on it, or
    the person who was told."""

    who: str
    name: Name | None = None

    @property
    def label(self) -> Message:
        who = msg(f"supervise.rung.{self.who}")
        return msg("supervise.rung.named", who=who, name=self.name) if self.name else who


@dataclass(frozen=True, slots=True)
class Pressing:
    """A promise that is late or soon will be, and its case. `worker` is None where a desk of the office owes the
    step, or nobody holds the case. `reached` has been told: the carrier says so; `underway` is who is being told
    and may not know yet, None where that is nobody. `next` is told at `next_at`; both None where the timer is parked.
    """

    id: UUID
    case: Any
    step: Step
    payer: Payer
    unit: Name
    worker: Name | None
    due_at: datetime
    reached: Rung
    underway: Rung | None
    next: Rung | None
    next_at: datetime | None

    @property
    def again(self) -> bool:
        """Whether the same is told once more: above the top rung, once a day."""
        told = self.underway or self.reached
        return self.next is not None and self.next.who == told.who


@dataclass(frozen=True, slots=True)
class Count:
    """How many promises of one step a unit itself has, late and soon late."""

    unit: str
    step: Step
    over: int
    soon: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, and where the next begins (None: this was the last)."""

    rows: Sequence[Pressing]
    after: Cursor | None


_CASE = (
    cases.c.id.label("case_id"), cases.c.number, cases.c.level, cases.c.state, cases.c.category, cases.c.service_line,
    cases.c.summary, cases.c.estate, cases.c.building, cases.c.entrance, cases.c.road, cases.c.place_kind,
    cases.c.grid, cases.c.confidential,
)  # fmt: skip
_TIMER = (timer.c.id, timer.c.step, timer.c.due_at, timer.c.fires_at, timer.c.fired, timer.c.state.label("running"))
_NAMES = (
    unit.c.code.label("unit_code"), unit.c.name_zh, unit.c.name_en, staff.c.name_zh.label("worker_zh"),
    staff.c.name_en.label("worker_en"),
)  # fmt: skip
_TOLD_TO = climbed.of_timers()


def pressing(tx: Tx, scope: str, narrowed: Narrowed, after: Cursor | None = None, size: int = PAGE) -> Page:
    """A page of what presses, the latest first: the earliest moment stands above."""
    found = _narrow(_seen(tx, scope, *_CASE, *_TIMER, *_NAMES, *_TOLD_TO.c), tx.now, narrowed)
    found = found.outerjoin(_TOLD_TO, sa.true())
    if after is not None:
        start = sa.tuple_(sa.literal(after.due_at, timer.c.due_at.type), sa.literal(after.id, sa.Uuid))
        found = found.where(sa.tuple_(timer.c.due_at, timer.c.id) > start)
    rows = tx.conn.execute(found.order_by(timer.c.due_at, timer.c.id).limit(size + 1)).all()
    last = rows[size - 1] if len(rows) > size else None
    return Page([_pressing(tx, row) for row in rows[:size]], Cursor(last.due_at, last.id) if last else None)


def counts(tx: Tx, scope: str, level: str = "") -> list[Count]:
    """How many there are, for each unit and step that has any."""
    over = sa.func.count().filter(_over(tx.now)).label("over")
    soon = sa.func.count().filter(sa.not_(_over(tx.now))).label("soon")
    found = _narrow(_seen(tx, scope, unit.c.code, timer.c.step, over, soon), tx.now, Narrowed(level=level))
    rows = tx.conn.execute(found.group_by(unit.c.code, timer.c.step))
    return [Count(row.code, Step(row.step), row.over, row.soon) for row in rows]


def _seen(tx: Tx, scope: str, *columns: Any) -> Select[Any]:
    return (
        sa.select(*columns)
        .select_from(timer)
        .join(cases, cases.c.id == timer.c.case_id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .outerjoin(staff, staff.c.id == cases.c.worker_id)
        .where(timer.c.office_id == tx.office_id, within(scope))
    )


def _over(now: datetime) -> ColumnElement[bool]:
    return timer.c.due_at <= now


def _narrow(found: Select[Any], now: datetime, narrowed: Narrowed) -> Select[Any]:
    # Both halves of the second condition are small partial indexes; what fires this moment is in the other one.
    fires = sa.and_(sa.text("timer.state = 'open'"), timer.c.fires_at <= now)
    found = found.where(sa.func.coalesce(timer.c.warn_at, timer.c.due_at) <= now, sa.or_(sa.text(_TOLD), fires))
    if narrowed.time == Side.OVER:
        found = found.where(_over(now))
    if narrowed.time == Side.SOON:
        found = found.where(sa.not_(_over(now)))
    if narrowed.step:
        found = found.where(timer.c.step == narrowed.step)
    if narrowed.level:
        found = found.where(cases.c.level == narrowed.level)
    return found.where(below(narrowed.unit)) if narrowed.unit else found


def _pressing(tx: Tx, row: Any) -> Pressing:
    step = Step(row.step)
    runs = row.running == "open"
    holds = PAYER[step] is Payer.UNIT and row.worker_zh
    told = row.told or 0
    reached = _rung(tx, row, row.fired if step is Step.SIGN_FOR else told)
    return Pressing(
        row.id, veiled(row), step, PAYER[step], Name(row.name_zh, row.name_en),
        Name(row.worker_zh, row.worker_en) if holds else None, row.due_at,
        replace(reached, name=Name(row.told_zh, row.told_en)) if row.told_zh and told > BREACHED else reached,
        _rung(tx, row, row.fired) if told < row.fired and step is not Step.SIGN_FOR else None,
        _rung(tx, row, row.fired + 1) if runs else None, row.fires_at if runs else None,
    )  # fmt: skip


def _rung(tx: Tx, row: Any, fired: int) -> Rung:
    """Who is told once a timer has fired so often."""
    if fired < BREACHED:
        return Rung("warned" if fired == WARNED else "nobody")
    if fired == BREACHED:
        return Rung("signed" if row.step == Step.SIGN_FOR else "holder")
    ladder = tx.policy.ladder
    step = ladder[min(fired - BREACHED, len(ladder) - 1)]
    above = (each.name for each in reach.upwards(tx, row.unit_code) if each.kind == step.who)
    return Rung(step.heard_by, next(above, step.contact if step.number else None))
