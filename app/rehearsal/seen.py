"""A case as the tour looks at it: what is kept, who has it, what comes next."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import assignment, cases, event, owed, report, timer
from cases.phrases import Name
from cases.states import CLOSED, State
from cases.steps import Step
from console.phone.parts import Seen
from dispatch.models import outbox, staff
from dispatch.people.parties import number_of
from dispatch.transaction import Tx
from hotline.models import dialogue
from hotline.texting.standing import SAME_ASKED

_AWAITED = ("order", "question")  # texts without which the tour cannot go on
_UNDER_WAY = ("pending", "sending", "unknown")


def seen(tx: Tx, sids: Sequence[str]) -> Seen | None:
    """The case of one of these SIDs, the latest first; None where none of them became one."""
    latest = latest_of(tx, sids)
    return None if latest is None else _seen(tx, latest)


def asks(tx: Tx, sid: str) -> bool:
    """Whether the line waits for an answer whether this text is about a matter told before."""
    waiting = sa.select(dialogue.c.id).where(dialogue.c.party_id == report.c.party_id, dialogue.c.state == SAME_ASKED)
    mine = sa.select(report.c.sid).where(
        report.c.office_id == tx.office_id, report.c.sid == sid, report.c.case_id.is_(None), waiting.exists()
    )
    return tx.conn.execute(mine).first() is not None


def latest_of(tx: Tx, sids: Sequence[str]) -> Any | None:
    """The row of that case."""
    rows = tx.conn.execute(
        sa.select(
            report.c.sid,
            cases.c.id,
            cases.c.number,
            cases.c.state,
            cases.c.attempt,
            cases.c.party_id,
            staff.c.party_id.label("worker"),
            staff.c.name_zh,
            staff.c.name_en,
            assignment.c.short,
            assignment.c.signed_at,
        )
        .join(cases, cases.c.id == report.c.case_id)
        .outerjoin(assignment, sa.and_(assignment.c.case_id == cases.c.id, assignment.c.until_at.is_(None)))
        .outerjoin(staff, staff.c.id == cases.c.worker_id)
        .where(report.c.office_id == tx.office_id, report.c.sid.in_(sids))
    ).all()
    return max(rows, key=lambda row: sids.index(row.sid), default=None)


def _seen(tx: Tx, case: Any) -> Seen:
    steps = sa.select(owed.c.step).where(
        owed.c.case_id == case.id, owed.c.attempt == case.attempt, owed.c.done_at.is_not(None)
    )
    waiting = _waiting(tx, case.id)
    later = [row for row in waiting if row.state == "pending" and row.next_at > tx.now]  # not one that leaves now
    held_back = [row.next_at for row in later if row.purpose in _AWAITED]
    return Seen(
        number=case.number,
        state=case.state,
        resident=number_of(tx, case.party_id) if case.party_id else "",
        worker=number_of(tx, case.worker) if case.worker else "",
        worker_name=Name(case.name_zh or "", case.name_en or ""),
        short=case.short,
        signed=case.signed_at is not None,
        kept=frozenset(tx.conn.execute(steps).scalars()),
        settled=len(later) == len(waiting),
        late=_is_late(tx, case.id),
        closed=State(case.state) in CLOSED,
        waits_until=min(held_back, default=None),
        breaks_at=_breaks_at(tx, case.id),
    )


def _waiting(tx: Tx, case_id: UUID) -> Sequence[Any]:
    return tx.conn.execute(
        sa.select(
            outbox.c.purpose, outbox.c.state, sa.func.coalesce(outbox.c.next_at, sa.literal(tx.now)).label("next_at")
        ).where(outbox.c.case_id == case_id, outbox.c.state.in_(_UNDER_WAY))
    ).all()


def _is_late(tx: Tx, case_id: UUID) -> bool:
    found = sa.exists().where(event.c.case_id == case_id, event.c.kind == "breached")
    return bool(tx.conn.execute(sa.select(found)).scalar())


def _breaks_at(tx: Tx, case_id: UUID) -> Any:
    """When its next promise ends; not that of signing, which the system keeps at its limit."""
    return tx.conn.execute(
        sa.select(sa.func.min(timer.c.due_at)).where(
            timer.c.case_id == case_id, timer.c.state == "open", timer.c.step != str(Step.SIGN_FOR)
        )
    ).scalar()
