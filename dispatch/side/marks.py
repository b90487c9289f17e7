"""The marks of what stands beside cases, for lists and pages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.life.models import side, summons, whistle
from cases.life.sides import End, Side
from cases.phrases import Message, msg
from dispatch.side.excluding import excluded
from dispatch.transaction import Tx

SECOND = 2
_OPEN = sa.select(side).where(
    side.c.office_id == sa.bindparam("office_id"),
    side.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))),
    sa.or_(side.c.ended_at.is_(None), side.c.result == str(End.ACCEPTED)),
).order_by(side.c.opened_at, side.c.id)  # fmt: skip


# Of a whistle that is not done with: how many were summoned, and came.
_CALLED = (
    sa.select(summons.c.case_id, sa.func.count().label("called"), sa.func.count(summons.c.came_at).label("came"))
    .join(whistle, whistle.c.id == summons.c.whistle_id)
    .where(
        whistle.c.ended_at.is_(None),
        summons.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))),
    )
    .group_by(summons.c.case_id)
)


# How often a matter was told, link by link; a case that repeats none is not looked at.
_TOLD = sa.text(
    """WITH RECURSIVE told AS (
         SELECT c.id AS case_id, c.repeat_of, 1 AS times FROM cases c WHERE c.id = ANY(:ids)
         UNION ALL SELECT told.case_id, c.repeat_of, told.times + 1 FROM told JOIN cases c ON c.id = told.repeat_of
           WHERE told.times < 99)
       SELECT case_id, max(times) AS times FROM told GROUP BY case_id"""
)


def marks(tx: Tx, cases: Sequence[Any]) -> Mapping[UUID, Sequence[Message]]:
    """The marks of these cases (their rows); a case without any is not named."""
    case_ids = [case.id for case in cases]
    again = [case.id for case in cases if case.repeat_of is not None]
    told = {row.case_id: row.times for row in tx.conn.execute(_TOLD, {"ids": again})} if again else {}
    found: dict[UUID, list[Any]] = {}
    for row in tx.conn.execute(_OPEN, {"office_id": tx.office_id, "ids": list(case_ids)}) if case_ids else ():
        found.setdefault(row.case_id, []).append(row)
    out, running = excluded(tx, case_ids), {event.case_id for event in tx.incidents}
    called = {row.case_id: row for row in tx.conn.execute(_CALLED, {"ids": list(case_ids)})} if case_ids else {}
    return {
        case_id: [
            *_marks(found.get(case_id, []), case_id in out),
            *_whistle(called.get(case_id)),
            *_repeat(told.get(case_id, 0)),
            *([msg("same.mark.storm")] if case_id in running else []),
        ]
        for case_id in {*found, *out, *told, *called, *running.intersection(case_ids)}
    }


def _whistle(row: Any) -> Iterable[Message]:
    if row is not None:
        yield msg("whistle.mark", came=row.came, all=row.called)


def _repeat(times: int) -> Iterable[Message]:
    """That it is told a second time has a mark of its own."""
    if times > SECOND:
        yield msg("side.mark.repeat", times=times)


def _marks(rows: Sequence[Any], is_out: bool) -> Iterable[Message]:
    for row in rows:
        if row.kind == Side.SUPERVISION:
            yield msg("side.mark.supervision", level=row.level)
        elif row.kind == Side.URGE:
            yield msg("side.mark.urge", times=row.times)
        elif row.kind == Side.HANDOVER:
            yield msg("handover.mark")
        elif row.kind == Side.FLAG:
            yield msg(f"side.mark.{row.code}")
    shared = [row for row in rows if row.kind == Side.COHANDLING]
    if any(row.ended_at is None for row in shared):
        done = sum(row.answered_at is not None for row in shared)
        yield msg("side.mark.cohandling", done=done, all=len(shared))
    if is_out:
        yield msg("side.mark.exclusion")
