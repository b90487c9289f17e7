"""What is late: each promise whose limit is over, by step and unit, and how high it has climbed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.models import cases, timer
from cases.phrases import Name
from cases.steps import Step
from dispatch.models import staff, unit
from dispatch.outbox import climbed
from dispatch.outbox.climbed import BREACHED
from dispatch.transaction import Tx

_TOLD = climbed.of_timers()


@dataclass(frozen=True, slots=True)
class Late:
    """A promise that is broken: the case, whose step it is, since when. `rung` counts from 1 above the breach, as far
    as the carrier says that a text arrived; 0: at most the holder was told. `rung_name` is who hears it there
    (courtyard, office, leader, …), empty for 0; `underway` the rung that is being told, where that is a higher one."""

    number: str
    level: str
    step: Step
    unit: Name
    unit_code: str
    worker: Name | None
    due_at: datetime
    rung: int
    rung_name: str
    underway: int


def overdue(tx: Tx) -> list[Late]:
    """All there are in the office: by step in the order of the loop, then by unit, the latest first."""
    rows = tx.conn.execute(
        sa.select(
            cases.c.number, cases.c.level, timer.c.step, timer.c.due_at, timer.c.fired, _TOLD.c.told,
            unit.c.code, unit.c.path, unit.c.name_zh, unit.c.name_en,
            staff.c.name_zh.label("worker_zh"), staff.c.name_en.label("worker_en"),
        )
        .join(cases, cases.c.id == timer.c.case_id)
        .join(unit, unit.c.id == timer.c.unit_id)
        .outerjoin(staff, staff.c.id == cases.c.worker_id)
        .outerjoin(_TOLD, sa.true())
        .where(timer.c.office_id == tx.office_id, timer.c.state.in_(("open", "parked")), timer.c.due_at <= tx.now)
    ).all()  # fmt: skip
    ordered = sorted(rows, key=lambda row: (list(Step).index(Step(row.step)), row.path, row.due_at, row.number))
    return [_late(tx, row) for row in ordered]


def _late(tx: Tx, row: Any) -> Late:
    ladder = tx.policy.ladder
    rung, meant = (min(max(times - BREACHED, 0), len(ladder) - 1) for times in (row.told or 0, row.fired))
    worker = Name(row.worker_zh, row.worker_en) if row.worker_zh else None
    return Late(
        row.number, row.level, Step(row.step), Name(row.name_zh, row.name_en), row.code, worker, row.due_at,
        rung, ladder[rung].heard_by if rung else "", meant if meant > rung else 0,
    )  # fmt: skip
