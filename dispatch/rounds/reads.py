"""What pages and the command line ask of rounds: plans, a period's rounds, counts, and what is overdue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from cases.models import cases
from cases.phrases import Message, Name
from dispatch.figures.counting import Period
from dispatch.figures.rounds import RoundFacts
from dispatch.models import staff, unit
from dispatch.outbox import climbed
from dispatch.places import Place, shown
from dispatch.reads.queries import within
from dispatch.rounds.checklist import Checklist
from dispatch.rounds.models import round_case, round_plan, round_target, round_task, rounds
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which rounds are looked at: those of periods that begin between two days, of a grid, a kind, a state."""

    since: date | None = None
    until: date | None = None
    grid: str = ""
    kind: str = ""
    state: str = ""


ALL = Narrowed()
PRESSING = Narrowed(state="open")


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One plan's work of one period. `late`: its limit is over and it is open, so that it presses; `rung` counts from
    1 above the breach, as far as the carrier says that a text arrived."""

    id: UUID
    plan_id: UUID
    template: str
    name: Name
    kind: str
    period: date
    period_end: date
    unit: Name
    unit_code: str
    grid: str | None
    worker: Name | None
    state: str
    opens_at: datetime
    due_at: datetime
    tasks: int
    done: int
    score: Decimal | None
    rung: int
    late: bool


_DONE = round_task.c.state == "done"
_COUNTS = (
    sa.select(
        round_task.c.round_id, sa.func.count().label("tasks"), sa.func.count().filter(_DONE).label("done"),
        sa.func.count().filter(_DONE, round_task.c.ended_at > round_task.c.due_at).label("late"),
        sa.func.coalesce(sa.func.sum(round_task.c.score), 0).label("points"),
        sa.func.count(round_task.c.score).label("scored"),
    )
    .group_by(round_task.c.round_id)
    .subquery()
)  # fmt: skip


def listed(tx: Tx, scope: str, narrowed: Narrowed = ALL, most: int = 200) -> list[RoundRow]:
    """Rounds of a scope: what presses first, then the newest periods."""
    rows = tx.conn.execute(
        _selected(tx, scope, narrowed)
        .order_by(((rounds.c.state == "open") & (rounds.c.due_at <= tx.now)).desc(), rounds.c.period.desc())
        .order_by(unit.c.path, rounds.c.grid, rounds.c.id)
        .limit(most)
    )
    return [_row(tx, row) for row in rows]


def late_rounds(tx: Tx, scope: str) -> list[RoundRow]:
    """The rounds of a scope whose limit is over and that are not done."""
    return [each for each in listed(tx, scope, PRESSING, most=10_000) if each.late]


def one(tx: Tx, scope: str, round_id: UUID) -> RoundRow | None:
    """A round; None where there is none in the scope."""
    row = tx.conn.execute(_selected(tx, scope, ALL).where(rounds.c.id == round_id)).one_or_none()
    return _row(tx, row) if row else None


def _selected(tx: Tx, scope: str, narrowed: Narrowed) -> sa.Select[Any]:
    return (
        sa.select(
            rounds, round_plan.c.template, round_plan.c.kind, unit.c.code, unit.c.name_zh, unit.c.name_en,
            staff.c.name_zh.label("worker_zh"), staff.c.name_en.label("worker_en"), _COUNTS,
            climbed.of_rounds(rounds.c.id, rounds.c.fired).label("told"),
        )
        .join(round_plan, round_plan.c.id == rounds.c.plan_id)
        .join(unit, unit.c.id == rounds.c.unit_id)
        .join(_COUNTS, _COUNTS.c.round_id == rounds.c.id)
        .outerjoin(staff, staff.c.id == rounds.c.worker_id)
        .where(rounds.c.office_id == tx.office_id, within(scope), *_narrow(narrowed))
    )  # fmt: skip


def _narrow(narrowed: Narrowed) -> Iterator[ColumnElement[bool]]:
    if narrowed.since:
        yield rounds.c.period >= narrowed.since
    if narrowed.until:
        yield rounds.c.period < narrowed.until
    for value, column in (
        (narrowed.grid, rounds.c.grid),
        (narrowed.kind, round_plan.c.kind),
        (narrowed.state, rounds.c.state),
    ):
        if value:
            yield column == value


def name_of(tx: Tx, template: str) -> Name:
    """A kind of plan in words; its code where the policy in force has it no more."""
    known = tx.policy.rounds.get(template)
    return known.name if known else Name(template)


def _row(tx: Tx, row: Any) -> RoundRow:
    worker = Name(row.worker_zh, row.worker_en) if row.worker_zh else None
    return RoundRow(
        row.id, row.plan_id, row.template, name_of(tx, row.template), row.kind, row.period, row.period_end,
        Name(row.name_zh, row.name_en), row.code, row.grid, worker,
        row.state, row.opens_at, row.due_at, row.tasks, row.done,
        (row.points / row.scored).quantize(Decimal("0.1")) if row.scored else None,
        max(0, (row.told or 0) - climbed.BREACHED), row.state == "open" and row.due_at <= tx.now,
    )  # fmt: skip


def counts(tx: Tx, scope: str, narrowed: Narrowed = ALL, due: Period | None = None) -> list[RoundFacts]:
    """The rounds of a scope, counted, for the figures. `due`: those whose limit lies there."""
    lies = (rounds.c.due_at >= due.from_at, rounds.c.due_at < due.to_at) if due else ()
    found = _selected(tx, scope, narrowed).where(*lies).order_by(rounds.c.period, unit.c.path, rounds.c.grid)
    return [
        RoundFacts(
            str(row.id), row.kind, row.period, row.due_at, tx.district.committee_of(row.code) or "", row.code,
            row.grid or "", row.tasks, row.done, row.late, Decimal(row.points), row.scored,
        )
        for row in tx.conn.execute(found)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One place or household of a round. `place` never has the door."""

    id: UUID
    short: int | None
    place: Message
    household: bool
    state: str
    due_at: datetime
    visited_at: datetime | None
    grade: str | None
    outcome: str | None
    score: Decimal | None
    ended_at: datetime | None


def tasks_of(tx: Tx, round_id: UUID) -> list[TaskRow]:
    """The tasks of a round, in the order of its plan."""
    rows = tx.conn.execute(
        sa.select(round_task, round_target.c.kind.label("target"), *_PLACE)
        .join(round_target, round_target.c.id == round_task.c.target_id)
        .where(round_task.c.round_id == round_id)
        .order_by(round_target.c.position)
    )
    return [
        TaskRow(
            row.id, row.short, place_of(tx, row), row.target == "household", row.state, row.due_at, row.visited_at,
            row.grade, row.outcome, row.score, row.ended_at,
        )
        for row in rows
    ]  # fmt: skip


_PLACE = (round_target.c.estate, round_target.c.building, round_target.c.entrance, round_target.c.road)


def place_of(tx: Tx, row: Any) -> Message:
    """A target's place in words."""
    return shown(Place(estate=row.estate, building=row.building, unit=row.entrance, road=row.road), tx.district)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan. From `active_to` on no new period begins."""

    id: UUID
    name: Name
    kind: str
    unit: Name
    grid: str | None
    at: str  # the code of its grid, or of the courtyard where it is of the whole
    rule: str
    targets: int
    households: int
    active_from: date
    active_to: date | None


def plans(tx: Tx, scope: str) -> list[PlanRow]:
    """The plans of a scope, those that run first."""
    of = round_target.c.plan_id == round_plan.c.id
    there = (of, round_target.c.removed_at.is_(None))
    many = sa.select(sa.func.count()).where(*there).scalar_subquery()
    homes = sa.select(sa.func.count()).where(*there, round_target.c.kind == "household").scalar_subquery()
    rows = tx.conn.execute(
        sa.select(round_plan, unit.c.code, unit.c.name_zh, unit.c.name_en, many.label("many"), homes.label("homes"))
        .join(unit, unit.c.id == round_plan.c.unit_id)
        .where(round_plan.c.office_id == tx.office_id, within(scope))
        .order_by(round_plan.c.active_to.is_not(None), round_plan.c.template, unit.c.path, round_plan.c.grid)
    )
    return [
        PlanRow(
            row.id, name_of(tx, row.template), row.kind, Name(row.name_zh, row.name_en), row.grid,
            row.grid or row.code, row.rule, row.many, row.homes, row.active_from, row.active_to,
        )
        for row in rows
    ]  # fmt: skip


def cases_of(tx: Tx, round_id: UUID) -> Mapping[UUID, list[str]]:
    """The numbers of the cases that a round's tasks opened, by task."""
    rows = tx.conn.execute(
        sa.select(round_case.c.task_id, cases.c.number)
        .join(cases, cases.c.id == round_case.c.case_id)
        .join(round_task, round_task.c.id == round_case.c.task_id)
        .where(round_task.c.round_id == round_id)
        .order_by(cases.c.number)
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row.number)
    return found


def found_on(tx: Tx, scope: str, case_id: UUID) -> tuple[UUID, Name, date] | None:
    """The round of a scope on which a case was found: its id, what it is called, and the first day of its period."""
    row = tx.conn.execute(
        sa.select(rounds.c.id, rounds.c.period, round_plan.c.template)
        .join(round_task, round_task.c.round_id == rounds.c.id)
        .join(round_case, round_case.c.task_id == round_task.c.id)
        .join(round_plan, round_plan.c.id == rounds.c.plan_id)
        .join(unit, unit.c.id == rounds.c.unit_id)
        .where(round_case.c.case_id == case_id, within(scope))
    ).first()
    return (row.id, name_of(tx, row.template), row.period) if row else None


def checklist_of(tx: Tx, round_id: UUID) -> Checklist | None:
    """What a round is scored by; None for one that is not."""
    row = tx.conn.execute(
        sa.select(rounds.c.policy_version, round_plan.c.checklist)
        .join(round_plan, round_plan.c.id == rounds.c.plan_id)
        .where(rounds.c.id == round_id)
    ).one()
    return tx.policy_at(row.policy_version).checklists.get(row.checklist) if row.checklist else None
