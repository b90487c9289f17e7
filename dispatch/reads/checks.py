"""The invariants that a query shows: each gives the rows that break it, and none where all is well.

`hotline check` runs them; every one is shown red by a planted row in tests/house.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa

from cases.states import CLOSED
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that breaks an invariant: the invariant's name, what it is about, and what is wrong."""

    name: str
    subject: str
    trouble: str


_CLOSED = sorted(str(state) for state in CLOSED)

# Each selects (subject, trouble) of what breaks the invariant.
QUERIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ONCE": (
            """SELECT r.sid, 'a report without the request that it came from' FROM report r
               WHERE r.office_id = :office AND r.channel = 'text' AND r.sid IS NOT NULL
                 AND NOT EXISTS (SELECT FROM inbox i WHERE i.kind = 'text' AND i.key = r.sid)""",
            """SELECT c.number, 'opened from words that opened another case too' FROM cases c
               WHERE c.office_id = :office AND EXISTS (SELECT FROM cases o WHERE o.content_id = c.content_id
                 AND o.id <> c.id)""",
            """SELECT c.number, 'no report belongs to it' FROM cases c WHERE c.office_id = :office
                 AND NOT EXISTS (SELECT FROM report r WHERE r.case_id = c.id)""",
            """SELECT i.kind || ' ' || i.key, 'taken without an answer' FROM inbox i
               WHERE i.answer IS NULL""",
        ),
        "OWNER": (
            """SELECT c.number, count(a.id)::text || ' live owners' FROM cases c
                LEFT JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL
                WHERE c.office_id = :office AND c.state <> ALL(:closed)
                GROUP BY c.id HAVING count(a.id) <> 1""",
            """SELECT c.number, 'the case names another owner than its assignment' FROM cases c
                JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL
                WHERE c.office_id = :office AND c.state <> ALL(:closed)
                  AND (a.unit_id <> c.unit_id OR a.worker_id IS DISTINCT FROM c.worker_id)""",
        ),
        "ROUTE": (
            """SELECT c.number, 'no rule or no reason is kept for its route' FROM cases c
               WHERE c.office_id = :office AND (c.rule = '' OR c.reasons IN ('', '[]'))""",
        ),
        "TIMER": (
            """SELECT c.number, 'open, and nothing will ever fire' FROM cases c
                WHERE c.office_id = :office AND c.state <> ALL(:closed)
                  AND NOT EXISTS (SELECT FROM timer t WHERE t.case_id = c.id
                  AND t.state IN ('open', 'waiting', 'parked'))""",
            """SELECT c.number, 'closed, and a timer runs on' FROM cases c
                JOIN timer t ON t.case_id = c.id AND t.state IN ('open', 'waiting')
                WHERE c.office_id = :office AND c.state = ANY(:closed)""",
            """SELECT c.number, t.step || ' is late by more than a minute' FROM timer t
               JOIN cases c ON c.id = t.case_id
               WHERE t.office_id = :office AND t.state = 'open'
                 AND (t.fires_at IS NULL OR t.fires_at < CAST(:now AS timestamptz) - interval '1 minute')""",
            """SELECT c.number, t.step || ' is parked: ' || coalesce(t.trouble, '') FROM timer t
               JOIN cases c ON c.id = t.case_id WHERE t.office_id = :office AND t.state = 'parked'""",
            """SELECT 'dialogue ' || d.id, 'parked: ' || coalesce(d.trouble, '') FROM dialogue d
               WHERE d.office_id = :office AND d.state = 'parked'""",
            """SELECT c.number, 'told as broken before it was due' FROM event e
               JOIN cases c ON c.id = e.case_id
               WHERE e.office_id = :office AND e.kind IN ('breached', 'escalated', 'auto_signed')
                 AND (e.canonical::jsonb -> 'facts' ->> 'due_at')::timestamptz > e.at""",
            """SELECT c.number, e.canonical::jsonb -> 'facts' ->> 'step' || ' fired twice' FROM event e
               JOIN cases c ON c.id = e.case_id
               WHERE e.office_id = :office AND e.kind IN ('warned', 'breached', 'auto_signed', 'escalated')
               GROUP BY c.number, e.kind, e.canonical::jsonb -> 'facts' HAVING count(*) > 1""",
        ),
        "OUT": (
            """SELECT o.purpose || ' ' || o.id, 'marked as sent, without the carrier''s id' FROM outbox o
               WHERE o.office_id = :office AND o.state = 'sent' AND o.sid IS NULL""",
            """SELECT o.purpose || ' ' || o.id, o.state || ' for more than five minutes' FROM outbox o
               WHERE o.office_id = :office AND o.state IN ('pending', 'sending')
                 AND coalesce(o.next_at, o.created_at) < CAST(:now AS timestamptz) - interval '5 minutes'""",
            """SELECT o.purpose || ' ' || o.id, 'failed, and nothing says why' FROM outbox o
               WHERE o.office_id = :office AND o.state IN ('failed', 'unknown') AND o.trouble IS NULL""",
            """SELECT c.number, 'nobody was sent an order' FROM cases c WHERE c.office_id = :office
                 AND NOT EXISTS (SELECT FROM outbox o WHERE o.case_id = c.id AND o.purpose = 'order')
                 AND NOT EXISTS (SELECT FROM event e WHERE e.case_id = c.id AND e.kind = 'text_failed')""",
        ),
        "STOP": (
            """SELECT o.purpose || ' ' || o.id, 'left after the person stopped texts' FROM outbox o
               JOIN party p ON p.id = o.party_id
               WHERE o.office_id = :office AND o.channel = 'text' AND o.state = 'sent'
                 AND coalesce(o.taken_at, o.sent_at) > p.stopped_at""",
        ),
    }
)


def broken(tx: Tx) -> list[Broken]:
    """Every row of the office that breaks an invariant which a query shows."""
    found = []
    place = {"office": tx.office_id, "now": tx.now, "closed": _CLOSED}
    for name, queries in QUERIES.items():
        for query in queries:
            wanted = {key: value for key, value in place.items() if f":{key}" in query}
            found += [Broken(name, str(row[0]), str(row[1])) for row in tx.conn.execute(sa.text(query), wanted)]
    return found
