"""How a case stands, as whoever is about to do something on it sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from dispatch.transaction import Tx

_LOOK = sa.text("""
SELECT c.number, c.state, c.level, c.kind, c.category, c.attempt, c.awaits, c.estate, c.building, c.entrance, c.road,
       c.due_at, u.code AS unit, s.code AS worker, a.short,
       (SELECT array_agg(o.step) FROM owed o WHERE o.case_id = c.id AND o.attempt = c.attempt AND o.is_owed
        AND o.done_at IS NULL) AS owing,
       (SELECT json_object_agg(t.step, t.due_at) FROM timer t WHERE t.case_id = c.id AND t.attempt = c.attempt
        AND t.state = 'open') AS dues
FROM cases c JOIN unit u ON u.id = c.unit_id LEFT JOIN staff s ON s.id = c.worker_id
LEFT JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL WHERE c.id = :id
""")

STEPS = ("sign_for", "visit", "finding", "told")


@dataclass(frozen=True, slots=True)
class Sight:
    """A case now. `owing` are the steps of this attempt that are owed and not kept, `dues` when those that run are
    due. `short` is the number by which its holder speaks of it; `named`: they were given one, in a text that left."""

    id: UUID
    now: datetime
    number: str
    state: str
    level: str
    kind: str
    category: str
    attempt: int
    awaits: str | None
    estate: str | None
    building: str | None
    entrance: str | None
    road: str | None
    due_at: datetime | None
    unit: str
    worker: str
    short: str
    named: bool
    owing: frozenset[str]
    dues: Mapping[str, datetime]

    @property
    def step(self) -> str:
        """What its holder owes next."""
        return next((step for step in STEPS if step in self.owing), "submit")

    @property
    def standing(self) -> tuple[object, ...]:
        """What must change for another deed to be next."""
        return self.state, self.attempt, self.awaits, self.step, self.worker

    @property
    def urgent(self) -> bool:
        return self.level in ("L1", "L2")


def look(tx: Tx, case_id: UUID) -> Sight:
    """How a case stands now."""
    row = tx.conn.execute(_LOOK, {"id": case_id}).one()._asdict()
    row["named"] = row["short"] is not None
    row["short"] = str(row["short"] or row["number"])
    row["owing"] = frozenset(row["owing"] or ())
    row["dues"] = {step: datetime.fromisoformat(at) for step, at in (row["dues"] or {}).items()}
    row["worker"] = row["worker"] or ""
    return Sight(case_id, tx.now, **row)
