"""What stands around a case, for its page: who holds it since when, what it waits for, which cases it repeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.life.models import permission, side
from cases.life.sides import Side
from cases.loop.models import approval, question, return_request
from cases.models import assignment, cases, event, timer
from cases.steps import Step
from dispatch.life.deciding import OF_CASE
from dispatch.models import outbox, staff, unit
from dispatch.reads.queries import within
from dispatch.same import proposals, storms
from dispatch.side.calls import Summoned, summoned
from dispatch.transaction import Tx
from dispatch.triage import lane


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a case; rows with the named columns, None where there is none.

    `held`: since_at, signed_at. `returning`: code, asked_at, staff (a code), content_id (the words). `disputed`, the
    last line about whose case it is: kind (disputed, adjudicated), at, actor, canonical, content_id. `asked`: channel,
    asked_at, next_at (when the question leaves, where it waits for the morning). `answered`: answer, ended_at. `missed`
    is how many calls reached nobody in this attempt. `proposed`: what, proposed_by, proposed_at, content_id. `repeats`
    is the number of the case that this one tells again, `repeated_by` those that tell this one again: within the scope
    only. `asked_for` is what was asked about this attempt and a second person decides: the columns of `permission`, and
    `said` (the id of the words). `beside` is what stands beside the case now: the columns of `side`, `due_at` of the
    answer that is owed, and `unit_code` of a co-handler. `summoned` are the units that whistles called.
    `proposals` are those to merge it, with `lead_number` and `score`; `led` counts those that may be merged into it;
    `storm` is the event that is dealt with in it, which so many `joined`. `told_with` are the numbers of the cases that
    one message told together with it.
    """

    held: Any | None
    returning: Any | None
    disputed: Any | None
    asked: Any | None
    answered: Any | None
    missed: int
    proposed: Any | None
    repeats: str | None
    repeated_by: Sequence[str]
    asked_for: Sequence[Any]
    beside: Sequence[Any]
    summoned: Sequence[Summoned]
    proposals: Sequence[Any] = ()
    led: int = 0
    storm: Any | None = None
    joined: int = 0
    told_with: Sequence[str] = ()


def around(tx: Tx, scope: str, case: Any) -> Around:
    """What stands around a case (its row)."""
    storm = storms.running(tx, case.id)
    return Around(
        told_with=lane.told_with(tx, case),
        held=_one(tx, _held(case)),
        returning=_one(tx, _returning(case)),
        disputed=_one(tx, _disputed(case)),
        asked=_one(tx, _asked(case)),
        answered=_one(tx, _answered(case)),
        missed=tx.conn.execute(_missed(case)).scalar_one(),
        proposed=_one(tx, _proposed(case)),
        repeats=tx.conn.execute(_numbers(tx, scope).where(cases.c.id == case.repeat_of)).scalar(),
        repeated_by=tx.conn.execute(_numbers(tx, scope).where(cases.c.repeat_of == case.id)).scalars().all(),
        asked_for=tx.conn.execute(_asked_for(case)).all(),
        beside=tx.conn.execute(_beside(case)).all(),
        summoned=summoned(tx, case.id),
        proposals=proposals.waiting(tx, case.id),
        led=proposals.led(tx, case.id),
        storm=storm,
        joined=storms.joined_by(tx, storm.id) if storm is not None else 0,
    )


def _one(tx: Tx, wanted: sa.Select[Any]) -> Any | None:
    return tx.conn.execute(wanted.limit(1)).one_or_none()


def _held(case: Any) -> sa.Select[Any]:
    live = (assignment.c.case_id == case.id, assignment.c.until_at.is_(None))
    return sa.select(assignment.c.since_at, assignment.c.signed_at).where(*live)


def _returning(case: Any) -> sa.Select[Any]:
    return (
        sa.select(
            return_request.c.code, return_request.c.asked_at, staff.c.code.label("staff"), _said(case, "return_asked")
        )
        .outerjoin(staff, staff.c.id == return_request.c.staff_id)
        .where(return_request.c.case_id == case.id, return_request.c.decided_at.is_(None))
    )


def _disputed(case: Any) -> sa.Select[Any]:
    lines = (event.c.case_id == case.id, event.c.kind.in_(("disputed", "adjudicated")))
    told = (event.c.kind, event.c.at, event.c.actor, event.c.canonical, event.c.content_id)
    return sa.select(*told).where(*lines).order_by(event.c.seq.desc())


def _of_attempt(case: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (question.c.case_id == case.id, question.c.attempt == case.attempt)


def _asked(case: Any) -> sa.Select[Any]:
    leaves = sa.case((outbox.c.state == "pending", outbox.c.next_at)).label("next_at")
    return (
        sa.select(question.c.channel, question.c.asked_at, leaves)
        .outerjoin(outbox, outbox.c.id == question.c.outbox_id)
        .where(*_of_attempt(case), question.c.state == "open")
    )


def _answered(case: Any) -> sa.Select[Any]:
    return (
        sa.select(question.c.answer, question.c.ended_at)
        .where(*_of_attempt(case), question.c.state == "answered")
        .order_by(question.c.ended_at.desc())
    )


def _missed(case: Any) -> sa.Select[Any]:
    calls = (question.c.state == "unanswered", question.c.channel != "text")
    return sa.select(sa.func.count()).select_from(question).where(*_of_attempt(case), *calls)


def _proposed(case: Any) -> sa.Select[Any]:
    open_ = (approval.c.case_id == case.id, approval.c.decided_at.is_(None))
    what = (approval.c.what, approval.c.proposed_by, approval.c.proposed_at)
    return sa.select(*what, _said(case, "closing_proposed")).where(*open_)


def _asked_for(case: Any) -> sa.Select[Any]:
    lines = sa.select(event.c.content_id).where(
        event.c.case_id == case.id, event.c.kind == permission.c.kind + "_asked"
    )
    said = lines.order_by(event.c.seq.desc()).limit(1).scalar_subquery().label("said")
    mine = (permission.c.case_id == case.id, sa.or_(permission.c.attempt == case.attempt, OF_CASE))
    return sa.select(permission, said).where(*mine).order_by(permission.c.asked_at, permission.c.id)


def _beside(case: Any) -> sa.Select[Any]:
    step = sa.case((side.c.kind == str(Side.COHANDLING), str(Step.COHANDLE)), else_=str(Step.SUPERVISE))
    whose = sa.or_(side.c.unit_id.is_(None), side.c.unit_id == timer.c.unit_id)
    runs = (timer.c.case_id == case.id, timer.c.state.in_(("open", "parked")), timer.c.step == step, whose)
    due = sa.select(timer.c.due_at).where(*runs).limit(1).scalar_subquery().label("due_at")
    mine = (side.c.case_id == case.id, side.c.ended_at.is_(None))
    found = sa.select(side, due, unit.c.code.label("unit_code")).outerjoin(unit, unit.c.id == side.c.unit_id)
    return found.where(*mine).order_by(side.c.opened_at, side.c.id)


def _said(case: Any, kind: str) -> sa.Label[Any]:
    """What was said in the newest line of this kind."""
    lines = sa.select(event.c.content_id).where(event.c.case_id == case.id, event.c.kind == kind)
    return lines.order_by(event.c.seq.desc()).limit(1).scalar_subquery().label("content_id")


def _numbers(tx: Tx, scope: str) -> sa.Select[Any]:
    return (
        sa.select(cases.c.number)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, within(scope))
        .order_by(cases.c.number)
    )
