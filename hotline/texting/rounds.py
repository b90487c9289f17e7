"""Rounds by text: a worker's word on a task, and what there is to visit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.phrases import Message, msg
from cases.report import segments
from dispatch.loop.who import by_id
from dispatch.rounds import visiting
from dispatch.rounds.checklist import BadAnswers
from dispatch.rounds.models import round_target, round_task
from dispatch.rounds.reads import place_of
from dispatch.rounds.visiting import FINDING, NOTHING, NoSuchTask, Said
from dispatch.transaction import Tx
from hotline.commands import RoundWords

MOST = 3  # segments of a text
_OPEN = (
    sa.select(
        round_task.c.short, round_task.c.due_at, round_target.c.estate, round_target.c.building,
        round_target.c.entrance, round_target.c.road,
    )
    .join(round_target, round_target.c.id == round_task.c.target_id)
    .where(
        round_task.c.worker_id == sa.bindparam("worker"),
        sa.text("round_task.state = 'open' AND round_task.short IS NOT NULL"),
    )
    .order_by(round_task.c.due_at, round_task.c.short)
)  # fmt: skip


def obey(tx: Tx, staff_id: UUID, said: RoundWords, media: Sequence[str] = ()) -> Message | None:
    """Keep what a text says of a task: the answer to it. None where that person has nothing to visit, so that it was
    an ordinary text."""
    who = by_id(tx, staff_id)
    try:
        task = visiting.by_short(tx, who, said.task)
    except NoSuchTask:
        there = tx.conn.execute(_OPEN, {"worker": staff_id}).first()
        return msg("rounds.work.unknown", n=said.task) if there else None
    outcome = {None: "", "": NOTHING}.get(said.found, FINDING)
    try:
        return visiting.report(
            tx, who, task, Said(said.code, said.place, media, outcome, said.found or "", said.answers)
        )
    except BadAnswers as bad:
        return bad.why


def listed(tx: Tx, staff_id: UUID, lang: str, orders: Message | None) -> Message | None:
    """What a person has to visit, behind the orders in hand, as many as fit into the segments of a text; None where
    there is nothing."""
    rows = tx.conn.execute(_OPEN, {"worker": staff_id}).all()
    for shown in range(len(rows), -1, -1):
        whole = _listed(tx, rows, shown, orders)
        if whole is not None and segments(tx.say(whole, lang)) <= MOST:
            return whole
    return None


def _listed(tx: Tx, rows: Sequence[Any], shown: int, orders: Message | None) -> Message | None:
    if not rows:
        return None
    said: Message | str = ""
    for row in reversed(rows[:shown]):
        item = msg("rounds.work.item", n=row.short, place=place_of(tx, row))
        said = msg("desk.work.items", first=item, rest=said)
    more = msg("rounds.work.more", count=len(rows) - shown) if shown < len(rows) else ""
    due: datetime = rows[0].due_at
    return msg("rounds.work.list", orders=orders or "", count=len(rows), due=due, items=said, more=more)
