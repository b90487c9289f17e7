"""What stands around a case, for its page: who holds it since when, what it waits for, which cases it repeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.loop.models import approval, question, return_request
from cases.models import assignment, cases
from dispatch.models import outbox, staff, unit
from dispatch.reads.queries import within
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a case; rows with the named columns, None where there is none.

    `held`: since_at, signed_at. `returning`: code, asked_at, staff (a code). `asked`: channel, asked_at, next_at
    (when the question leaves, where it waits for the morning). `answered`: answer, ended_at. `missed` is how many
    calls reached nobody in this attempt. `proposed`: what, proposed_by, proposed_at. `repeats` is the number of
    the case that this one tells again, `repeated_by` those that tell this one again: within the scope only.
    """

    held: Any | None
    returning: Any | None
    asked: Any | None
    answered: Any | None
    missed: int
    proposed: Any | None
    repeats: str | None
    repeated_by: Sequence[str]


def around(tx: Tx, scope: str, case: Any) -> Around:
    """What stands around a case (its row)."""
    return Around(
        held=_one(tx, _held(case)),
        returning=_one(tx, _returning(case)),
        asked=_one(tx, _asked(case)),
        answered=_one(tx, _answered(case)),
        missed=tx.conn.execute(_missed(case)).scalar_one(),
        proposed=_one(tx, _proposed(case)),
        repeats=tx.conn.execute(_numbers(tx, scope).where(cases.c.id == case.repeat_of)).scalar(),
        repeated_by=tx.conn.execute(_numbers(tx, scope).where(cases.c.repeat_of == case.id)).scalars().all(),
    )


def _one(tx: Tx, wanted: sa.Select[Any]) -> Any | None:
    return tx.conn.execute(wanted.limit(1)).one_or_none()


def _held(case: Any) -> sa.Select[Any]:
    live = (assignment.c.case_id == case.id, assignment.c.until_at.is_(None))
    return sa.select(assignment.c.since_at, assignment.c.signed_at).where(*live)


def _returning(case: Any) -> sa.Select[Any]:
    return (
        sa.select(return_request.c.code, return_request.c.asked_at, staff.c.code.label("staff"))
        .outerjoin(staff, staff.c.id == return_request.c.staff_id)
        .where(return_request.c.case_id == case.id, return_request.c.decided_at.is_(None))
    )


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
    return sa.select(approval.c.what, approval.c.proposed_by, approval.c.proposed_at).where(*open_)


def _numbers(tx: Tx, scope: str) -> sa.Select[Any]:
    return (
        sa.select(cases.c.number)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, within(scope))
        .order_by(cases.c.number)
    )
