"""The invariant COI, by what is stored: nobody from whom a case is kept holds it, was told of it, looked at it or
co-handles it."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from cases.life.models import case_accused
from dispatch.coi import record
from dispatch.transaction import Tx

_NAMING = sa.select(case_accused.c.case_id).where(case_accused.c.office_id == sa.bindparam("office")).distinct()
# Each thing that somebody did, had or was told of a case since it names somebody; `staff_id` is whose.
_FOUND = sa.text("""
SELECT c.id AS case_id, c.number, 'held' AS what, c.worker_id AS staff_id FROM cases c
WHERE c.id = ANY(:ids) AND c.worker_id IS NOT NULL
UNION ALL
SELECT c.id, c.number, 'held', a.worker_id FROM assignment a JOIN cases c ON c.id = a.case_id
WHERE c.id = ANY(:ids) AND a.worker_id IS NOT NULL
  AND a.since_at >= (SELECT max(e.at) FROM event e WHERE e.case_id = c.id AND e.kind = 'confided')
UNION ALL
SELECT c.id, c.number, 'told', s.id FROM outbox o JOIN cases c ON c.id = o.case_id
JOIN staff s ON s.party_id = o.party_id AND s.active
WHERE c.id = ANY(:ids) AND o.party_id IS DISTINCT FROM c.party_id
  AND o.created_at >= (SELECT max(e.at) FROM event e WHERE e.case_id = c.id AND e.kind = 'confided')
UNION ALL
SELECT c.id, c.number, 'told', s.id FROM notice n JOIN cases c ON c.id = n.case_id
JOIN staff s ON s.party_id = n.party_id AND s.active WHERE c.id = ANY(:ids)
UNION ALL
SELECT c.id, c.number, 'looked', s.id FROM event e JOIN cases c ON c.id = e.case_id
JOIN staff s ON 'staff:' || s.code = e.actor AND s.office_id = c.office_id
WHERE c.id = ANY(:ids) AND e.kind <> 'registered'
  AND e.at >= (SELECT max(o.at) FROM event o WHERE o.case_id = c.id AND o.kind = 'confided')
""")


def leaked(tx: Tx) -> Iterator[tuple[str, str]]:
    """What was leaked: the case's number, and how and to whom."""
    ids: list[UUID] = list(tx.conn.execute(_NAMING, {"office": tx.office_id}).scalars())
    record.load(tx, ids)
    names = {worker.id: worker.code for worker in tx.district.workers}
    for row in tx.conn.execute(_FOUND, {"ids": ids}).all() if ids else ():
        accusation = record.of(tx, row.case_id)
        if accusation is not None and accusation.keeps_out(row.staff_id):
            yield row.number, f"{row.what} {names.get(row.staff_id, row.staff_id)}"
    yield from _open_to_all(tx, ids)


def _open_to_all(tx: Tx, ids: list[UUID]) -> Iterator[tuple[str, str]]:
    """What names somebody and is not confidential, or is dealt with in another case."""
    wanted = sa.text(
        "SELECT number, CASE WHEN confidential THEN 'merged' ELSE 'confidential' END FROM cases"
        " WHERE id = ANY(:ids) AND (NOT confidential OR merged_into IS NOT NULL"
        " OR EXISTS (SELECT FROM cases o WHERE o.merged_into = cases.id))"
    )
    for row in tx.conn.execute(wanted, {"ids": ids}) if ids else ():
        yield row[0], row[1]
