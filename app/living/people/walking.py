"""Going out unasked: grid workers walk their rounds on the days that suit them; some of what they find is a case."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.living.people.words import Saying, sayings
from app.living.town import Town
from cases.phrases import ZH
from dispatch.loop.who import by_id
from dispatch.rounds import plans, visiting
from dispatch.rounds.models import round_case, round_plan, round_target, round_task
from dispatch.rounds.plans import Wanted
from dispatch.rounds.visiting import FINDING, NOTHING, Said
from dispatch.transaction import Tx

Found = Callable[[Random, Saying, UUID], None]
_FORGOTTEN = 0.07  # of the tasks: nobody goes, they are missed
_FINDS = 0.02
_HOURS = (time(10, 40), time(15, 10))
_SEEN = ("stairwell", "courtyard")  # what a saying is about, where somebody who walks past can see it
_OPEN = (
    sa.select(
        round_task.c.id, round_task.c.worker_id, round_task.c.period, round_plan.c.template, round_plan.c.grid,
        round_target.c.position, round_target.c.estate, round_target.c.building, round_target.c.road,
    )
    .join(round_plan, round_plan.c.id == round_task.c.plan_id)
    .join(round_target, round_target.c.id == round_task.c.target_id)
    .where(round_task.c.office_id == sa.bindparam("office"), sa.text("round_task.state = 'open'"))
    .order_by(round_plan.c.template, round_plan.c.grid, round_task.c.period, round_target.c.position)
)  # fmt: skip


def begin(town: Town) -> None:
    """Every grid has the plans that the policy knows."""
    with town.transaction() as tx:
        for template in tx.policy.rounds:
            for each in plans.draft(tx, Wanted(template)):
                plans.make(tx, each, "system")


def plan_day(town: Town, day: date, found: Found) -> None:
    """On a working day people go out in the morning and in the afternoon."""
    for at in _HOURS:
        moment = datetime.combine(day, at, town.ground.calendar.zone)
        town.plan(moment, partial(_walk, town, f"{day}/{at}", found))


def _walk(town: Town, name: str, found: Found) -> None:
    """Whoever has something to visit and finds the time goes there; each place has its own lot in each half day."""
    with town.transaction() as tx:
        tasks = tx.conn.execute(_OPEN, {"office": tx.office_id}).all()
        opened = [each for task in tasks if (each := _visit(tx, town, name, task)) is not None]
    for luck, saying, case_id in opened:
        found(luck, saying, case_id)


def _visit(tx: Tx, town: Town, name: str, task: Any) -> tuple[Random, Saying, UUID] | None:
    """The case that a visit opened, what it is about, and its lots; None where it opened none, or nobody went."""
    called = f"round/{task.template}/{task.grid}/{task.period}/{task.position}"
    often = 0.25 if task.template.startswith("weekly") else 0.08
    goes = town.luck(called).random() >= _FORGOTTEN and town.luck(f"{called}/{name}").random() < often
    if task.worker_id is None or not goes:
        return None
    luck = town.luck(f"{called}/found")
    place = task.road or f"{task.estate}{task.building or ''}{'号楼' if task.building else ''}"
    saying = _seen(luck) if luck.random() < _FINDS and task.building else None
    row = visiting.task_of(tx, task.id)
    visiting.report(tx, by_id(tx, task.worker_id), row, _said(tx, row, (luck, place, saying)))
    if saying is None:
        return None
    case_id: UUID = tx.conn.execute(
        sa.select(round_case.c.case_id).where(round_case.c.task_id == task.id).order_by(round_case.c.at.desc()).limit(1)
    ).scalar_one()
    return luck, saying, case_id


def _said(tx: Tx, row: Any, of: tuple[Random, str, Saying | None]) -> Said:
    luck, place, saying = of
    words = saying.report(luck, ZH, place) if saying else ""
    listed = visiting.checklist_of(tx, row)
    answers: Sequence[int] = [luck.randint(item.most // 2, item.most) for item in listed.items] if listed else ()
    return Said("", place, (), FINDING if saying else NOTHING, words, tuple(answers))


def _seen(luck: Random) -> Saying:
    """Something that stands in the open."""
    return luck.choice([each for each in sayings() if each.often and each.place in _SEEN])
