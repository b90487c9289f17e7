"""The invariants of the loop that a query shows: what closes a case, who asks, whether clocks can be believed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import timers
from cases.clock.lines import KINDS, Line
from cases.clock.reckoning import told_of
from cases.loop import clocks
from cases.models import cases, event, timer
from cases.states import State
from cases.steps import BESIDE
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Query:
    """Selects (subject, detail) of what breaks an invariant; `desk.check.<says>` says what is wrong."""

    says: str
    sql: str


# A verdict that nobody could give is replaced by calls that reached nobody, on two days of the office.
_UNREACHED = """c.closing_kind = 'unreachable' AND o.step = 'call_back' AND 3 <= (
    SELECT count(*) FROM question q WHERE q.case_id = c.id AND q.attempt = c.attempt
      AND q.state = 'unanswered' AND q.channel <> 'text')
  AND 2 <= (SELECT count(DISTINCT (q.asked_at AT TIME ZONE f.zone)::date) FROM question q
    WHERE q.case_id = c.id AND q.attempt = c.attempt AND q.state = 'unanswered' AND q.channel <> 'text')"""

# Somebody asked that the step be left out, and somebody else granted it.
_LEFT_OUT = """EXISTS (SELECT FROM permission p WHERE p.case_id = o.case_id AND p.attempt = o.attempt
    AND p.step = o.step AND p.kind IN ('waiver', 'exception') AND p.decision = 'granted')"""

# Two people decided that it ends so.
_DECIDED = """EXISTS (SELECT FROM approval a WHERE a.case_id = c.id AND a.attempt = c.attempt
    AND a.decision = 'approved')"""
_BY_TWO = f"c.closing_kind IN ('planned', 'partly_solved', 'settled_by_residents') AND {_DECIDED}"

QUERIES: Mapping[str, tuple[Query, ...]] = MappingProxyType(
    {
        "LOOP": (
            Query(
                "step_missing",
                f"""SELECT c.number, o.step FROM cases c JOIN office f ON f.id = c.office_id
                JOIN owed o ON o.case_id = c.id AND o.attempt = c.attempt
                WHERE c.office_id = :office AND c.state IN ('closed', 'archived')
                  AND o.is_owed AND o.done_at IS NULL
                  AND o.step IN ('visit', 'finding', 'told', 'verify', 'call_back')
                  AND NOT ({_UNREACHED}) AND NOT ({_BY_TWO})""",  # noqa: S608
            ),
            Query(
                "no_kind",
                """SELECT c.number, '' FROM cases c WHERE c.office_id = :office
                 AND c.state IN ('closed', 'archived') AND (c.closing_kind IS NULL OR c.closed_at IS NULL)""",
            ),
            Query(
                "one_person_closed",
                f"""SELECT c.number, coalesce(c.closing_kind, c.state) FROM cases c WHERE c.office_id = :office
                 AND (c.state = 'void' OR c.state IN ('closed', 'archived') AND (c.closing_kind IN
                     ('planned', 'partly_solved', 'settled_by_residents')
                   OR c.kind <> 'enquiry' AND c.closing_kind IN ('explained', 'not_substantiated')))
                 AND NOT {_DECIDED}""",  # noqa: S608
            ),
            Query(
                "weak_visit",
                f"""SELECT c.number, coalesce(o.kept_grade, 'none') FROM owed o JOIN cases c ON c.id = o.case_id
                WHERE o.office_id = :office AND o.step = 'visit' AND o.is_owed AND o.done_at IS NOT NULL
                  AND coalesce(array_position(ARRAY['photo', 'place', 'met'], o.kept_grade), 0)
                    < array_position(ARRAY['photo', 'place', 'met'], o.grade) AND NOT {_LEFT_OUT}""",  # noqa: S608
            ),
            Query(
                "told_without_proof",
                f"""SELECT c.number, '' FROM owed o JOIN cases c ON c.id = o.case_id
                WHERE o.office_id = :office AND o.step = 'told' AND o.is_owed AND o.done_at IS NOT NULL
                  AND NOT EXISTS (SELECT FROM evidence e WHERE e.case_id = c.id AND e.attempt = o.attempt
                    AND e.step = 'told' AND e.state = 'kept') AND NOT {_LEFT_OUT}""",  # noqa: S608
            ),
            Query(
                "no_archive",
                """SELECT c.number, '' FROM cases c WHERE c.office_id = :office AND c.state = 'closed'
                 AND NOT EXISTS (SELECT FROM errand e WHERE e.case_id = c.id AND e.kind = 'archive'
                   AND e.state IN ('open', 'parked'))""",
            ),
        ),
        "ROLES": (
            Query(
                "asked_by_handler",
                """SELECT c.number, s.code FROM question q JOIN cases c ON c.id = q.case_id
                JOIN staff s ON s.id = q.staff_id
                WHERE q.office_id = :office AND EXISTS (SELECT FROM assignment a
                  WHERE a.case_id = q.case_id AND a.attempt = q.attempt AND a.worker_id = q.staff_id)""",
            ),
            Query(
                "verified_by_handler",
                """SELECT c.number, e.actor FROM event e JOIN cases c ON c.id = e.case_id
                JOIN assignment a ON a.case_id = c.id JOIN staff s ON s.id = a.worker_id
                WHERE e.office_id = :office AND e.kind = 'verified' AND e.actor = 'staff:' || s.code
                  AND a.attempt = (e.canonical::jsonb -> 'facts' ->> 'attempt')::int""",
            ),
            Query(
                "sent_back_by_handler",
                """SELECT c.number, e.actor FROM event e JOIN cases c ON c.id = e.case_id
                JOIN assignment a ON a.case_id = c.id JOIN staff s ON s.id = a.worker_id
                WHERE e.office_id = :office AND e.kind = 'sent_back' AND e.actor = 'staff:' || s.code
                  AND a.attempt = (SELECT max(b.attempt) FROM assignment b
                    WHERE b.case_id = c.id AND b.since_at <= e.at)""",
            ),
            Query(
                "asked_by_verifier",
                """SELECT c.number, s.code FROM question q JOIN cases c ON c.id = q.case_id
                JOIN staff s ON s.id = q.staff_id
                WHERE q.office_id = :office AND NOT :small AND q.channel = 'person' AND 'staff:' || s.code = (
                  SELECT e.actor FROM event e WHERE e.case_id = c.id AND e.kind = 'verified' AND e.at <= q.asked_at
                  ORDER BY e.seq DESC LIMIT 1)""",
            ),
        ),
        "CLOCK": (
            Query(
                "recount_lost",
                """SELECT coalesce(v.number::text, '–'), '' FROM calendar_recount r
                LEFT JOIN calendar_version v ON v.id = r.id
                WHERE r.office_id = :office AND r.done_at IS NULL AND NOT EXISTS (
                  SELECT FROM errand e WHERE e.kind = 'recount' AND e.ref = r.id AND e.state = 'open')""",
            ),
            Query(
                "backwards",
                """SELECT c.number, b.kind FROM event a
                JOIN event b ON b.case_id = a.case_id AND b.seq = a.seq + 1 JOIN cases c ON c.id = a.case_id
                WHERE a.office_id = :office AND b.at < a.at""",
            ),
            Query(
                "two_holders",
                """SELECT c.number, '' FROM assignment a
                JOIN assignment b ON b.case_id = a.case_id AND b.id > a.id JOIN cases c ON c.id = a.case_id
                WHERE a.office_id = :office AND a.since_at < coalesce(b.until_at, 'infinity')
                  AND b.since_at < coalesce(a.until_at, 'infinity')""",
            ),
            Query(
                "timer_moments",
                """SELECT c.number, t.step FROM timer t JOIN cases c ON c.id = t.case_id
                WHERE t.office_id = :office AND (t.warn_at > t.due_at OR t.started_at > t.warn_at
                  OR t.ended_at < t.started_at)""",
            ),
        ),
    }
)


_MANY = 500  # cases looked at in one go
_LOOKED_AT = (
    sa.select(cases)
    .where(cases.c.office_id == sa.bindparam("office"), cases.c.state != str(State.ARCHIVED))
    .where(cases.c.id > sa.bindparam("after"))
    .order_by(cases.c.id)
    .limit(_MANY)
)
_FIRST = UUID(int=0)


def miscounted(tx: Tx) -> Iterator[tuple[str, str]]:
    """What is stored otherwise than the case's history alone says: number, and the step whose timer it is, or what else
    (INV-CLOCK). Case by case the life is played once more: every open timer, the promise to the resident, and whether
    the times for which somebody pays add up."""
    after = _FIRST
    while rows := tx.conn.execute(_LOOKED_AT, {"office": tx.office_id, "after": after}).all():
        after = rows[-1].id
        lines, stored = _by_case(tx, rows)
        for row in rows:
            found = _wrong(tx, clocks.Known(row, lines.get(row.id, ()), stored.get(row.id, ())))
            yield from ((row.number, what) for what in found)


def _by_case(tx: Tx, rows: Sequence[Any]) -> tuple[Mapping[UUID, Sequence[Line]], Mapping[UUID, Sequence[Any]]]:
    """The lines of history that move clocks, and the timers that run, of many cases."""
    ids = {"ids": [row.id for row in rows]}
    lines: dict[UUID, list[Line]] = {}
    for each in tx.conn.execute(_LINES, ids):
        lines.setdefault(each.case_id, []).append(clocks.line_of(each))
    stored: dict[UUID, list[Any]] = {}
    for each in tx.conn.execute(_RUNNING, ids):
        stored.setdefault(each.case_id, []).append(each)
    return lines, stored


_IDS = sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)))
_LINES = (
    sa.select(event.c.case_id, event.c.kind, event.c.at, event.c.actor, event.c.canonical)
    .where(event.c.case_id == _IDS, event.c.kind.in_(sorted(KINDS)))
    .order_by(event.c.case_id, event.c.seq)
)
_RUNNING = sa.select(timer).where(timer.c.case_id == _IDS, timer.c.state.in_(("open", "parked")))


def _wrong(tx: Tx, known: clocks.Known) -> Iterator[str]:
    case = known.case
    try:
        life = clocks.played(tx, case, known.lines)
    except (KeyError, ValueError):
        yield "history"  # facts are missing, or are none
        return
    if life.at is None:
        return
    hours = tx.hours(case.policy_version)
    due = clocks.due_of(life, hours, life.at)
    reckoned = {(str(step), each.attempt, each.started_at, each.due_at) for step, each in due.running.items()}
    loop = [row for row in known.timers if row.step not in BESIDE]
    stored = {(row.step, row.attempt, row.started_at, row.due_at) for row in loop}
    yield from sorted({step for step, *_ in reckoned ^ stored})
    yield from _wrong_beside(tx, [row for row in known.timers if row.step in BESIDE])
    if due.promised_at not in (None, case.due_at) and life.state is not State.SUSPENDED:
        yield "promise"
    charges = told_of(life, hours, life.at).charges
    if charges and sum((each.time for each in charges), timedelta()) != charges[-1].end - charges[0].start:
        yield "intervals"


def _wrong_beside(tx: Tx, running: Sequence[Any]) -> Iterator[str]:
    """What is owed beside the loop runs from when it was asked for, by the office's hours, and never stands."""
    for row in running:
        if timers.course_of(row, tx.calendar).due_at != row.due_at:
            yield str(row.step)
