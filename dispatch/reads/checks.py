"""The invariants that a query shows: each gives the rows that break it, and none where all is well.

`hotline check` runs them; every one is shown red by a planted row in tests/house.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa

from cases.phrases import Message, msg
from cases.states import CLOSED
from dispatch.coi import checks as coi_checks
from dispatch.life import checks as life_checks
from dispatch.reads import loop_checks
from dispatch.reads.loop_checks import Query
from dispatch.rounds import checks as round_checks
from dispatch.rounds.life import moving
from dispatch.same.models import FAILED
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that breaks an invariant: the invariant's name, what it is about, and what is wrong."""

    name: str
    subject: str
    trouble: Message


_CLOSED = sorted(str(state) for state in CLOSED)


QUERIES: Mapping[str, tuple[Query, ...]] = MappingProxyType(
    {
        **loop_checks.QUERIES,
        **life_checks.QUERIES,
        **round_checks.QUERIES,
        "ONCE": (
            Query(
                "no_request",
                """SELECT r.sid, '' FROM report r
               WHERE r.office_id = :office AND r.channel = 'text' AND r.sid IS NOT NULL
                 AND NOT EXISTS (SELECT FROM inbox i WHERE i.kind = 'text' AND i.key = r.sid)""",
            ),
            Query(
                "same_words",
                """SELECT c.number, '' FROM cases c
               WHERE c.office_id = :office AND EXISTS (SELECT FROM cases o WHERE o.content_id = c.content_id
                 AND o.id <> c.id)""",
            ),
            Query(
                "no_report",
                """SELECT c.number, '' FROM cases c WHERE c.office_id = :office
                 AND NOT EXISTS (SELECT FROM report r WHERE r.case_id = c.id)""",
            ),
            Query(
                "no_answer",
                """SELECT i.kind || ' ' || i.key, '' FROM inbox i
               WHERE i.answer IS NULL""",
            ),
        ),
        "OWNER": (
            Query(
                "owners",
                """SELECT c.number, count(a.id)::text FROM cases c
                LEFT JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL
                WHERE c.office_id = :office AND c.state <> ALL(:closed)
                GROUP BY c.id HAVING count(a.id) <> 1""",
            ),
            Query(
                "other_owner",
                """SELECT c.number, '' FROM cases c
                JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL
                WHERE c.office_id = :office AND c.state <> ALL(:closed)
                  AND (a.unit_id <> c.unit_id OR a.worker_id IS DISTINCT FROM c.worker_id)""",
            ),
        ),
        "ROUTE": (
            Query(
                "no_reason",
                """SELECT c.number, '' FROM cases c
               WHERE c.office_id = :office AND (c.rule = '' OR c.reasons IN ('', '[]'))""",
            ),
        ),
        "TIMER": (
            Query(
                "no_timer",
                """SELECT c.number, '' FROM cases c
                WHERE c.office_id = :office AND c.state <> ALL(:closed)
                  AND NOT EXISTS (SELECT FROM timer t WHERE t.case_id = c.id AND t.state IN ('open', 'parked'))
                  AND NOT EXISTS (SELECT FROM errand e WHERE e.case_id = c.id AND e.state IN ('open', 'parked'))""",
            ),
            Query(
                "no_promise",
                """SELECT c.number, o.step FROM owed o JOIN cases c ON c.id = o.case_id AND c.attempt = o.attempt
                WHERE o.office_id = :office AND o.is_owed AND o.done_at IS NULL
                  AND c.state IN ('dispatched', 'in_progress', 'rework')
                  AND o.step IN ('sign_for', 'first_contact', 'visit', 'finding', 'told')
                  AND EXISTS (SELECT FROM timer t WHERE t.case_id = c.id AND t.attempt = c.attempt AND t.step = o.step
                    AND coalesce(t.ended_at, 'infinity') > coalesce((SELECT max(e.at) FROM event e
                      WHERE e.case_id = c.id AND e.kind = 'corrected'), '-infinity'))
                  AND NOT EXISTS (SELECT FROM timer t WHERE t.case_id = c.id AND t.attempt = c.attempt
                    AND t.step = o.step AND t.state IN ('waiting', 'open', 'parked'))""",
            ),
            Query(
                "next_due",
                """SELECT c.number, '' FROM cases c
                WHERE c.office_id = :office AND c.state <> ALL(:closed) AND c.next_due_at IS DISTINCT FROM
                  (SELECT min(t.due_at) FROM timer t WHERE t.case_id = c.id AND t.state IN ('open', 'parked'))""",
            ),
            Query(
                "errand_late",
                """SELECT e.kind || ' ' || e.id, coalesce(c.number, '') FROM errand e
                LEFT JOIN cases c ON c.id = e.case_id
                WHERE e.office_id = :office AND e.state = 'open'
                  AND e.fires_at < CAST(:now AS timestamptz) - interval '1 minute'""",
            ),
            Query(
                "errand_parked",
                """SELECT e.kind || ' ' || e.id, coalesce(e.trouble, '') FROM errand e
                WHERE e.office_id = :office AND e.state = 'parked'""",
            ),
            Query(
                "timer_after_end",
                """SELECT c.number, '' FROM cases c
                JOIN timer t ON t.case_id = c.id AND t.state IN ('open', 'waiting')
                WHERE c.office_id = :office AND c.state = ANY(:closed)""",
            ),
            Query(
                "timer_late",
                """SELECT c.number, t.step FROM timer t
               JOIN cases c ON c.id = t.case_id
               WHERE t.office_id = :office AND t.state = 'open'
                 AND (t.fires_at IS NULL OR t.fires_at < CAST(:now AS timestamptz) - interval '1 minute')""",
            ),
            Query(
                "timer_parked",
                """SELECT c.number, t.step || ': ' || coalesce(t.trouble, '') FROM timer t
               JOIN cases c ON c.id = t.case_id WHERE t.office_id = :office AND t.state = 'parked'""",
            ),
            Query(
                "likeness_parked",
                f"""SELECT c.number, coalesce(l.trouble, '') FROM likeness l JOIN cases c ON c.id = l.case_id
                WHERE l.office_id = :office AND l.{FAILED}""",  # noqa: S608 - a constant
            ),
            Query(
                "dialogue_parked",
                """SELECT 'dialogue ' || d.id, coalesce(d.trouble, '') FROM dialogue d
               WHERE d.office_id = :office AND d.state = 'parked'""",
            ),
            Query(
                "early",
                """SELECT c.number, '' FROM event e
               JOIN cases c ON c.id = e.case_id
               WHERE e.office_id = :office AND e.kind IN ('breached', 'escalated', 'auto_signed')
                 AND (e.canonical::jsonb -> 'facts' ->> 'due_at')::timestamptz > e.at""",
            ),
            Query(
                "twice",
                """SELECT c.number, e.canonical::jsonb -> 'facts' ->> 'step' FROM event e
               JOIN cases c ON c.id = e.case_id
               WHERE e.office_id = :office AND e.kind IN ('warned', 'breached', 'auto_signed', 'escalated')
               GROUP BY c.number, e.kind, e.canonical::jsonb -> 'facts' HAVING count(*) > 1""",
            ),
        ),
        "OUT": (
            Query(
                "sent_no_id",
                """SELECT o.purpose || ' ' || o.id, '' FROM outbox o
               WHERE o.office_id = :office AND o.state = 'sent' AND o.sid IS NULL""",
            ),
            Query(
                "stuck",
                """SELECT o.purpose || ' ' || o.id, o.state FROM outbox o
               WHERE o.office_id = :office AND o.state IN ('pending', 'sending')
                 AND coalesce(o.next_at, o.created_at) < CAST(:now AS timestamptz) - interval '5 minutes'""",
            ),
            Query(
                "call_without_end",
                """SELECT o.purpose || ' ' || o.id, '' FROM outbox o
               WHERE o.office_id = :office AND o.channel = 'call' AND o.state = 'sent' AND o.delivery IS NULL
                 AND o.sent_at < CAST(:now AS timestamptz) - interval '3 hours'
                 AND NOT EXISTS (SELECT FROM errand e WHERE e.ref = o.id AND e.kind = 'ring_over')""",
            ),
            Query(
                "no_why",
                """SELECT o.purpose || ' ' || o.id, '' FROM outbox o
               WHERE o.office_id = :office AND o.state IN ('failed', 'unknown') AND o.trouble IS NULL""",
            ),
            Query(
                "no_order",
                """SELECT c.number, '' FROM cases c WHERE c.office_id = :office
                 AND EXISTS (SELECT FROM event e WHERE e.case_id = c.id AND e.kind = 'dispatched')
                 AND NOT EXISTS (SELECT FROM outbox o WHERE o.case_id = c.id AND o.purpose = 'order')
                 AND NOT EXISTS (SELECT FROM event e WHERE e.case_id = c.id AND e.kind = 'text_failed')""",
            ),
        ),
        "REACH": (
            Query(
                "not_reached",
                """SELECT c.number, c.level FROM cases c
               JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL
               LEFT JOIN staff s ON s.id = a.worker_id
               WHERE c.office_id = :office AND c.level IN ('L1', 'L2')
                 AND c.state IN ('dispatched', 'in_progress', 'rework')
                 AND a.since_at < CAST(:now AS timestamptz) - (SELECT t.due_at - t.started_at FROM timer t
                   WHERE t.case_id = c.id AND t.attempt = c.attempt AND t.step = 'sign_for'
                   ORDER BY t.started_at DESC NULLS LAST LIMIT 1)
                 AND NOT EXISTS (SELECT FROM outbox o
                   WHERE o.case_id = c.id AND o.party_id = s.party_id AND o.state = 'sent'
                     AND o.created_at >= a.since_at - interval '1 minute'
                     AND CASE o.channel
                       WHEN 'call' THEN o.delivery IN ('in-progress', 'answered', 'completed', 'connected')
                       ELSE coalesce(o.delivery, '') NOT IN ('undelivered', 'failed', 'canceled') END)
                 AND NOT EXISTS (SELECT FROM event e WHERE e.case_id = c.id AND e.actor = 'staff:' || s.code
                   AND e.at >= a.since_at)""",
            ),
        ),
        "STOP": (
            Query(
                "after_stop",
                """SELECT o.purpose || ' ' || o.id, '' FROM outbox o
               JOIN party p ON p.id = o.party_id
               WHERE o.office_id = :office AND o.channel = 'text' AND o.state = 'sent'
                 AND coalesce(o.taken_at, o.sent_at) > p.stopped_at""",
            ),
        ),
    }
)


def broken(tx: Tx) -> list[Broken]:
    """Every row of the office that breaks an invariant which a query shows."""
    found = []
    place = {"office": tx.office_id, "now": tx.now, "closed": _CLOSED, "small": tx.small}
    for name, queries in QUERIES.items():
        for query in queries:
            wanted = {key: value for key, value in place.items() if f":{key}" in query.sql}
            rows = tx.conn.execute(sa.text(query.sql), wanted)
            found += [Broken(name, str(row[0]), msg(f"desk.check.{query.says}", detail=row[1])) for row in rows]
    found += [Broken("COI", number, msg("coi.check.leaked", detail=what)) for number, what in coi_checks.leaked(tx)]
    wrong = loop_checks.miscounted(tx)
    found += [Broken("CLOCK", number, msg("desk.check.miscounted", detail=step)) for number, step in wrong]
    return found + [Broken("CLOCK", each, msg("desk.check.misplaced")) for each in moving.misplaced(tx)]
