"""The invariants of the loop that a query shows: what closes a case, who asks, whether clocks can be believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa

from cases.clock.sla import due_at, parse_limit
from cases.models import cases, timer
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

QUERIES: Mapping[str, tuple[Query, ...]] = MappingProxyType(
    {
        "LOOP": (
            Query(
                "step_missing",
                f"""SELECT c.number, o.step FROM cases c JOIN office f ON f.id = c.office_id
                JOIN owed o ON o.case_id = c.id AND o.attempt = c.attempt
                WHERE c.office_id = :office AND c.state IN ('closed', 'archived')
                  AND o.is_owed AND o.done_at IS NULL
                  AND o.step IN ('visit', 'finding', 'told', 'verify', 'call_back') AND NOT ({_UNREACHED})""",  # noqa: S608
            ),
            Query(
                "no_kind",
                """SELECT c.number, '' FROM cases c WHERE c.office_id = :office
                 AND c.state IN ('closed', 'archived') AND (c.closing_kind IS NULL OR c.closed_at IS NULL)""",
            ),
            Query(
                "one_person_closed",
                """SELECT c.number, c.closing_kind FROM cases c WHERE c.office_id = :office
                 AND c.state IN ('closed', 'archived') AND c.kind <> 'enquiry'
                 AND c.closing_kind IN ('explained', 'not_substantiated')
                 AND NOT EXISTS (SELECT FROM approval a WHERE a.case_id = c.id AND a.attempt = c.attempt
                   AND a.decision = 'approved')""",
            ),
            Query(
                "weak_visit",
                """SELECT c.number, coalesce(o.kept_grade, 'none') FROM owed o JOIN cases c ON c.id = o.case_id
                WHERE o.office_id = :office AND o.step = 'visit' AND o.is_owed AND o.done_at IS NOT NULL
                  AND coalesce(array_position(ARRAY['photo', 'place', 'met'], o.kept_grade), 0)
                    < array_position(ARRAY['photo', 'place', 'met'], o.grade)""",
            ),
            Query(
                "told_without_proof",
                """SELECT c.number, '' FROM owed o JOIN cases c ON c.id = o.case_id
                WHERE o.office_id = :office AND o.step = 'told' AND o.is_owed AND o.done_at IS NOT NULL
                  AND NOT EXISTS (SELECT FROM evidence e WHERE e.case_id = c.id AND e.attempt = o.attempt
                    AND e.step = 'told' AND e.state = 'kept')""",
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
        ),
        "CLOCK": (
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


def miscounted(tx: Tx) -> list[tuple[str, str]]:
    """Timers whose stored deadline is not what their start and limit give: number and step (INV-CLOCK).

    Reckoned anew are the timers of a case's present attempt that never rested: their policy is the case's.
    """
    earlier = timer.alias()
    rested = sa.exists().where(
        earlier.c.case_id == timer.c.case_id, earlier.c.step == timer.c.step, earlier.c.attempt == timer.c.attempt,
        earlier.c.started_at == timer.c.started_at, earlier.c.id < timer.c.id,
    )  # fmt: skip
    rows = tx.conn.execute(
        sa.select(
            cases.c.number, cases.c.policy_version, timer.c.step, timer.c.limit_text, timer.c.started_at, timer.c.due_at
        )
        .join(cases, (cases.c.id == timer.c.case_id) & (cases.c.attempt == timer.c.attempt))
        .where(timer.c.office_id == tx.office_id, timer.c.due_at.is_not(None), ~rested)
    ).all()
    found = []
    for row in rows:
        limit = parse_limit(row.limit_text)
        calendar = tx.policy_at(row.policy_version).calendar
        if limit is None or due_at(limit, row.started_at, calendar) != row.due_at:
            found.append((row.number, row.step))
    return found
