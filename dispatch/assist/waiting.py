"""Cases of which nobody here was sure: a row with the case, asked about later by `jobs`, where there is anybody to ask.

What comes of it is a line in the case's history, `suggested`, with a category and no level. It changes nothing else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cases import lifecycle
from cases.history import SYSTEM
from cases.models import cases
from cases.pen import read_content
from cases.privacy import redact
from cases.states import CLOSED
from dispatch.models import second_reading
from dispatch.transaction import Tx
from dispatch.understanding import Understood

WAITS, SUGGESTED, NOTHING, FAILED = "waits", "suggested", "nothing", "failed"
TRIES = 3
AGAIN = timedelta(minutes=2)  # after a failure, and for a reader that took it and died
_FRESH = timedelta(days=1)  # an older one has been decided on by people
_CLOSED = [str(state) for state in CLOSED]


@dataclass(frozen=True, slots=True)
class Question:
    """A case to ask about: its words without numbers, names and doors."""

    case_id: UUID
    words: str


def wait(tx: Tx, case_id: UUID, understood: Understood) -> None:
    """Of a new case: somebody else may be asked. Not about danger, nor about a complaint of the office's own people."""
    matter = understood.matter
    if matter.unsure and not matter.danger and not understood.complains_of:
        tx.put(
            second_reading, case_id=case_id, office_id=tx.office_id, state=WAITS, tries=0, next_at=tx.now,
            category=None, trouble=None,
        )  # fmt: skip


def take(tx: Tx) -> Question | None:
    """The next to ask about, leased to whoever asks; None where there is none."""
    due = (
        sa.select(second_reading.c.case_id, cases.c.content_id)
        .join(cases, cases.c.id == second_reading.c.case_id)
        .where(
            second_reading.c.office_id == tx.office_id, second_reading.c.state == WAITS,
            second_reading.c.next_at <= tx.now, cases.c.received_at > tx.now - _FRESH,
            cases.c.state.not_in(_CLOSED), cases.c.confidential.is_(False), cases.c.content_id.is_not(None),
        )
        .order_by(second_reading.c.next_at)
        .limit(1)
        .with_for_update(of=second_reading, skip_locked=True)
    )  # fmt: skip
    row = tx.conn.execute(due).one_or_none()
    if row is None:
        return None
    leased = {"tries": second_reading.c.tries + 1, "next_at": tx.now + AGAIN}
    tx.conn.execute(sa.update(second_reading).where(second_reading.c.case_id == row.case_id).values(leased))
    return Question(row.case_id, redact(read_content(tx, row.content_id)))


def answered(tx: Tx, question: Question, category: str | None) -> None:
    """What it said: a category of the catalogue becomes a line of history, anything else nothing."""
    good = category in tx.policy.categories
    if good:
        lifecycle.note(tx, question.case_id, "suggested", SYSTEM, facts={"category": category})
    _settle(tx, question, SUGGESTED if good else NOTHING, category=category if good else None)


def failed(tx: Tx, question: Question, trouble: str) -> None:
    """It was away, too slow, or spoke in tongues: asked again a little later, three times in all."""
    tried = second_reading.c.tries
    state = sa.case((tried >= TRIES, FAILED), else_=WAITS)
    _settle(tx, question, state, trouble=trouble[:200])


def suggested(tx: Tx, case_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The category that was proposed, by case."""
    rows = sa.select(second_reading.c.case_id, second_reading.c.category).where(
        second_reading.c.case_id.in_(case_ids), second_reading.c.state == SUGGESTED
    )
    return {row.case_id: row.category for row in tx.conn.execute(rows)}


def _settle(tx: Tx, question: Question, state: "str | sa.ColumnElement[str]", **values: str | None) -> None:
    mine = second_reading.c.case_id == question.case_id
    tx.conn.execute(
        sa.update(second_reading).where(mine, second_reading.c.state == WAITS).values(state=state, **values)
    )
