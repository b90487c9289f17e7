"""The invariants of holds and of what two people decide that a query shows."""

from collections.abc import Mapping
from types import MappingProxyType

from cases.steps import WORK
from dispatch.reads.loop_checks import Query

_WORK = ", ".join(f"'{step}'" for step in sorted(str(step) for step in WORK))
_HELD = "p.held_at IS NOT NULL AND p.ended_at IS NULL"

QUERIES: Mapping[str, tuple[Query, ...]] = MappingProxyType(
    {
        "HOLD": (
            Query(
                "hold_state",
                f"""SELECT c.number, c.state FROM permission p JOIN cases c ON c.id = p.case_id
                WHERE p.office_id = :office AND {_HELD} AND c.state <> 'suspended'""",  # noqa: S608
            ),
            Query(
                "hold_missing",
                f"""SELECT c.number, '' FROM cases c WHERE c.office_id = :office AND c.state = 'suspended'
                  AND NOT EXISTS (SELECT FROM permission p WHERE p.case_id = c.id AND p.kind = 'hold'
                    AND p.decision = 'granted' AND {_HELD})""",  # noqa: S608
            ),
            Query(
                "hold_review",
                f"""SELECT c.number, '' FROM permission p JOIN cases c ON c.id = p.case_id
                WHERE p.office_id = :office AND {_HELD} AND NOT EXISTS (SELECT FROM timer t
                  WHERE t.case_id = c.id AND t.step = 'hold_review' AND t.state IN ('open', 'parked'))""",  # noqa: S608
            ),
            Query(
                "hold_clock",
                f"""SELECT c.number, t.step FROM permission p JOIN cases c ON c.id = p.case_id
                JOIN timer t ON t.case_id = c.id AND t.state IN ('open', 'parked') AND t.step IN ({_WORK})
                WHERE p.office_id = :office AND {_HELD}""",  # noqa: S608
            ),
        ),
        "BESIDE": (
            Query(
                "side_open",
                """SELECT c.number, s.kind FROM side s JOIN cases c ON c.id = s.case_id
                WHERE s.office_id = :office AND s.ended_at IS NULL AND c.state = ANY(:closed)""",
            ),
            Query(
                "asked_of_closed",
                """SELECT c.number, a.what FROM (
                  SELECT p.case_id, p.office_id, p.kind AS what FROM permission p JOIN cases m ON m.id = p.case_id
                    WHERE p.decided_at IS NULL AND p.kind <> 'exclusion' AND m.state <> 'merged'
                  UNION ALL SELECT case_id, office_id, 'return' FROM return_request WHERE decided_at IS NULL
                  UNION ALL SELECT case_id, office_id, what FROM approval WHERE decided_at IS NULL) a
                JOIN cases c ON c.id = a.case_id WHERE a.office_id = :office AND c.state = ANY(:closed)""",
            ),
        ),
        "PEOPLE": (
            Query(
                "one_person_decided",
                """SELECT c.number, p.kind FROM permission p JOIN cases c ON c.id = p.case_id
                WHERE p.office_id = :office AND p.decision = 'granted'
                  AND (p.decided_by IS NULL OR p.decided_by IN (p.asked_by, 'system'))""",
            ),
        ),
    }
)
