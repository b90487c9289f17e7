"""What is known of those who may be chosen: cases in hand, their last order, who knows the caller and the building.

One look, by indexes alone: a few entries for each person, whatever the size of the office.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cases.models import IS_IN_UNIT
from cases.phrases import msg
from dispatch.choice import Background, Burden, Carried
from dispatch.district.model import FIELD_ROLES, Worker
from dispatch.reading.cells import Fault
from dispatch.transaction import Tx

MOST = 1000  # further cases of one person are not counted: they are full, whatever the number

# Of each person of `people` (s.id) what they have. In literals, so that the planner knows the partial index by it.
BURDEN = f"""
    (SELECT count(*) FROM (SELECT FROM cases h WHERE h.office_id = %(office)s AND h.worker_id = s.id
        AND h.{IS_IN_UNIT} LIMIT {MOST}) held),
    (SELECT a.since_at FROM assignment a WHERE a.office_id = %(office)s AND a.worker_id = s.id
        ORDER BY a.since_at DESC LIMIT 1)
"""  # noqa: S608 - constants of ours
_LOOK = f"""
SELECT 'has', s.id, {BURDEN} FROM unnest(%(people)s::uuid[]) AS s (id)
UNION ALL (
    SELECT 'caller', c.worker_id, 0, NULL FROM cases c
    WHERE c.office_id = %(office)s AND c.party_id = %(party)s AND c.received_at > %(since)s
        AND c.worker_id IS NOT NULL AND c.id IS DISTINCT FROM %(case)s
    ORDER BY c.received_at DESC LIMIT 1)
UNION ALL (
    SELECT 'building', c.worker_id, 0, NULL FROM cases c
    WHERE c.office_id = %(office)s AND c.estate = %(estate)s AND c.building = %(building)s
        AND c.received_at > %(since)s AND c.worker_id IS NOT NULL AND c.id IS DISTINCT FROM %(case)s
    ORDER BY c.received_at DESC LIMIT 1)
"""  # noqa: S608 - constants of ours


# Along with a caller (`known`): who handled their last case, and what everybody has who goes out for its committee, the
# courtyards there, and the office: mostly the next one is of the same part of the district.
CARRIED = f"""near AS (
        SELECT u.path, CASE WHEN c.received_at > %(since)s THEN c.worker_id END AS caller
        FROM cases c JOIN unit u ON u.id = c.unit_id
        WHERE c.office_id = %(office)s AND c.party_id = (SELECT id FROM known)
        ORDER BY c.received_at DESC LIMIT 1),
    carried AS (
        SELECT near.caller, (SELECT json_agg(json_build_array(s.id, {BURDEN.strip()}))
            FROM staff s JOIN unit u ON u.id = s.unit_id
            WHERE s.office_id = %(office)s AND s.active AND s.role = ANY(%(roles)s)
                AND (u.parent_id IS NULL OR split_part(u.path, '/', 2) = split_part(near.path, '/', 2))) AS burdens
        FROM near)"""  # noqa: S608 - constants of ours


def carried_values(tx: Tx) -> dict[str, object]:
    """What `CARRIED` asks for."""
    terms = tx.policy.choosing
    roles = [str(role) for role in FIELD_ROLES]
    return {"since": tx.now - terms.continuity, "roles": roles}


def carry(tx: Tx, party_id: UUID, caller: UUID | None, burdens: Collection[Any] | None) -> None:
    """What came along with a caller; a new matter of theirs in this transaction is chosen for by it."""
    known = {UUID(each[0]): Burden(each[1], _moment(each[2])) for each in burdens or ()}
    tx.carried = Carried(party_id, Background(known, caller))


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said).astimezone(UTC) if said else None


@dataclass(frozen=True, slots=True)
class About:
    """Whose matter it is and where; `case_id` None: it is no case yet."""

    party_id: UUID | None = None
    estate: str | None = None
    building: str | None = None
    case_id: UUID | None = None


def look(tx: Tx, people: Collection[UUID], about: About) -> Background:
    """What is known of these people (staff ids)."""
    terms = tx.policy.choosing
    asked = {
        "office": tx.office_id, "people": list(people), "party": about.party_id, "case": about.case_id,
        "estate": about.estate, "building": about.building,
        "since": tx.now - terms.continuity,
    }  # fmt: skip
    rows = tx.conn.exec_driver_sql(_LOOK, asked).all()
    return _background(rows)


def _background(rows: Collection[Any]) -> Background:
    burdens = {row[1]: Burden(row[2], row[3]) for row in rows if row[0] == "has"}
    known = {row[0]: row[1] for row in rows if row[0] != "has"}
    return Background(burdens, known.get("caller"), known.get("building"))


def full(tx: Tx) -> tuple[Fault, ...]:
    """Who has as many cases in hand as they can have, or more: what comes now goes to others."""
    known = look(tx, [worker.id for worker in tx.district.workers], About())
    found = ((worker, _room(tx, worker, known)) for worker in tx.district.workers)
    return tuple(_full(worker, room) for worker, room in found if room is not None)


def _room(tx: Tx, worker: Worker, known: Background) -> tuple[int, int] | None:
    has, most = known.of(worker).open, worker.capacity or tx.policy.choosing.capacity
    return (has, most) if has >= most else None


def _full(worker: Worker, found: tuple[int, int]) -> Fault:
    has, most = found
    trouble = msg("choice.fault.full", open=has, most=most)
    return Fault(f"workers {worker.code}", trouble, msg("choice.fault.full.do"))
