"""The call-back list: whose verdict a person has to ask by telephone, what is due first before.

Whoever handled the attempt is not offered it (INV-ROLES); how many such there are is said. Who it is, is not read
here: a look at that is recorded before (dispatch.people.reveal).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select

from cases import history
from cases.loop.models import question
from cases.models import assignment, cases, event, party, timer
from cases.states import State
from cases.steps import Step
from dispatch.loop.who import Who
from dispatch.models import unit
from dispatch.reads.queries import within
from dispatch.transaction import Tx

PAGE = 30


@dataclass(frozen=True, slots=True)
class CallBack:
    """A case to ring about. `told` is what the resident was told, without what identifies anybody; `missed` how many
    calls reached nobody; `due_at` None where nothing is promised. `case` is the case's row, with `lang` of the
    resident."""

    case: Any
    due_at: datetime | None
    since: datetime
    told: str
    missed: int


@dataclass(frozen=True, slots=True)
class CallBacks:
    """The first of the list, how many it has, and how many more wait that whoever looks handled."""

    rows: Sequence[CallBack]
    count: int
    handled: int


def call_backs(tx: Tx, scope: str, who: Who) -> CallBacks:
    """The list of a scope for whoever is to ring; PAGE of it."""
    mine = _handled(who)
    counted = _waiting(tx, scope, sa.func.count().filter(~mine), sa.func.count().filter(mine))
    count, handled = tx.conn.execute(counted).one()
    found = _waiting(tx, scope, cases, party.c.lang, _DUE, _SINCE, _MISSED, _TOLD).where(~mine)
    rows = tx.conn.execute(found.order_by(sa.text("due NULLS LAST"), cases.c.id).limit(PAGE)).all()
    return CallBacks([_read(tx, row) for row in rows], count, handled)


def call_back(tx: Tx, scope: str, who: Who, number: str) -> CallBack | None:
    """One case of the list; None where it is not on it for whoever asks."""
    found = _waiting(tx, scope, cases, party.c.lang, _DUE, _SINCE, _MISSED, _TOLD)
    row = tx.conn.execute(found.where(~_handled(who), cases.c.number == number)).one_or_none()
    return _read(tx, row) if row is not None else None


def _read(tx: Tx, row: Any) -> CallBack:
    told = history.words_of(tx, row.told) if row.told is not None else ""
    return CallBack(row, row.due, row.since or row.last_at, told, row.missed)


def _waiting(tx: Tx, scope: str, *columns: Any) -> Select[Any]:
    """Cases that wait for a verdict, with no question under way."""
    asked = sa.exists().where(question.c.case_id == cases.c.id, question.c.state == "open")
    return (
        sa.select(*columns)
        .select_from(cases)
        .join(unit, unit.c.id == cases.c.unit_id)
        .join(party, party.c.id == cases.c.party_id)
        .where(
            cases.c.office_id == tx.office_id, _is_asked(), cases.c.awaits.is_(None),
            within(scope), ~asked,
        )
    )  # fmt: skip


def _is_asked() -> sa.ColumnElement[bool]:
    """Of a direct answer nobody is asked before it has arrived: then a question was put."""
    mine = (question.c.case_id == cases.c.id, question.c.attempt == cases.c.attempt)
    put = (cases.c.state == str(State.ANSWERED)) & sa.exists().where(*mine)
    return (cases.c.state == str(State.TO_CALL_BACK)) | put


def _handled(who: Who) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        assignment.c.case_id == cases.c.id, assignment.c.attempt == cases.c.attempt, assignment.c.worker_id == who.id
    )


_DUE = (
    sa.select(sa.func.min(timer.c.due_at))
    .where(timer.c.case_id == cases.c.id, timer.c.step == str(Step.CALL_BACK), timer.c.state.in_(("open", "parked")))
    .scalar_subquery()
    .label("due")
)
_SINCE = (
    sa.select(sa.func.max(event.c.at))
    .where(event.c.case_id == cases.c.id, event.c.kind == "verified")
    .scalar_subquery()
    .label("since")
)
_MISSED = (
    sa.select(sa.func.count())
    .where(
        question.c.case_id == cases.c.id, question.c.attempt == cases.c.attempt, question.c.state == "unanswered",
        question.c.channel != "text",
    )
    .scalar_subquery()
    .label("missed")
)  # fmt: skip
_TOLD = (
    sa.select(event.c.content_id)
    .where(event.c.case_id == cases.c.id, event.c.kind.in_(("telling", "told")), event.c.content_id.is_not(None))
    .order_by(event.c.seq.desc())
    .limit(1)
    .scalar_subquery()
    .label("told")
)
