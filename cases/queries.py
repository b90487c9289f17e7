"""Reads of the record for pages, commands and checks. Who may see a case is decided by the caller."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from cases.life.models import permission
from cases.life.reasons import Decision, Request
from cases.models import cases, event, owed, report, timer

_Rows = Sequence[Any]  # rows with the named columns as attributes


def timeline(conn: Connection, case_id: UUID) -> _Rows:
    """A case's events in order: seq, kind, at, actor, canonical, content_id."""
    return conn.execute(
        sa.select(event.c.seq, event.c.kind, event.c.at, event.c.actor, event.c.canonical, event.c.content_id)
        .where(event.c.case_id == case_id)
        .order_by(event.c.seq)
    ).all()


def timers(conn: Connection, case_id: UUID) -> _Rows:
    """A case's timers, the newest attempt first, each attempt in order of their starts."""
    return conn.execute(
        sa.select(timer)
        .where(timer.c.case_id == case_id)
        .order_by(timer.c.attempt.desc(), timer.c.started_at.asc().nulls_last(), timer.c.id)
    ).all()


def owed_steps(conn: Connection, case_id: UUID, attempt: int) -> _Rows:
    """The steps of an attempt, in the order in which they are taken: step, is_owed, grade, kept_grade, done_at,
    left_out (two people let it be)."""
    of_step = (
        permission.c.case_id == owed.c.case_id,
        permission.c.attempt == owed.c.attempt,
        permission.c.step == owed.c.step,
    )
    asked_for = permission.c.kind.in_((Request.WAIVER, Request.EXCEPTION))
    granted = sa.exists().where(*of_step, asked_for, permission.c.decision == Decision.GRANTED)
    left_out = sa.and_(owed.c.done_at.is_not(None), owed.c.kept_grade.is_(None), granted)
    return conn.execute(
        sa.select(
            owed.c.step, owed.c.is_owed, owed.c.grade, owed.c.kept_grade, owed.c.done_at, left_out.label("left_out")
        )
        .where(owed.c.case_id == case_id, owed.c.attempt == attempt)
        .order_by(owed.c.id)
    ).all()


def reports(conn: Connection, case_id: UUID) -> _Rows:
    """What came in for a case, in order: channel, role, sid, received_at."""
    return conn.execute(
        sa.select(report.c.channel, report.c.role, report.c.sid, report.c.received_at)
        .where(report.c.case_id == case_id)
        .order_by(report.c.received_at, report.c.id)
    ).all()


def case_list(conn: Connection, office: UUID) -> list[Mapping[str, Any]]:
    """All cases of an office with their reports, by number; moments as ISO 8601 in UTC."""
    rows = conn.execute(
        sa.select(cases.c.number, cases.c.state, report.c.id, report.c.sid, report.c.received_at)
        .outerjoin(report, report.c.case_id == cases.c.id)
        .where(cases.c.office_id == office)
        .order_by(cases.c.number, report.c.received_at, report.c.id)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        entry = found.setdefault(row.number, _entry(row.number, row.state))
        if row.id is not None:
            entry["reports"].append({"sid": row.sid, "received_at": row.received_at.isoformat()})
    return list(found.values())


def _entry(number: str, state: str) -> dict[str, Any]:
    return {
        "number": number,
        "state": state,
        "reports": [],
        "master": None,
        "repeat_of": None,
        "merge_proposals": [],
        "flags": [],
    }
