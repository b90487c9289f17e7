"""The invariants of rounds that a query shows."""

from collections.abc import Mapping
from types import MappingProxyType

from dispatch.reads.loop_checks import Query

_CALLED = "p.template || ' ' || coalesce(r.grid, '') || ' ' || r.period"

QUERIES: Mapping[str, tuple[Query, ...]] = MappingProxyType(
    {
        "ROUND": (
            Query(
                "plan_unplanned",
                """SELECT p.template || ' ' || coalesce(p.grid, ''), '' FROM round_plan p
                WHERE p.office_id = :office AND p.active_to IS NULL AND NOT EXISTS (SELECT FROM errand e
                  WHERE e.kind = 'make_rounds' AND e.ref = p.id AND e.state IN ('open', 'parked'))""",
            ),
            Query(
                "round_unclocked",
                f"""SELECT {_CALLED}, '' FROM round r JOIN round_plan p ON p.id = r.plan_id
                WHERE r.office_id = :office AND r.state = 'open' AND NOT EXISTS (SELECT FROM errand e
                  WHERE e.kind = 'round_presses' AND e.ref = r.id AND e.state IN ('open', 'parked'))""",  # noqa: S608
            ),
            Query(
                "round_after_end",
                f"""SELECT {_CALLED}, '' FROM round r JOIN round_plan p ON p.id = r.plan_id
                JOIN errand e ON e.kind = 'round_presses' AND e.ref = r.id AND e.state = 'open'
                WHERE r.office_id = :office AND r.state <> 'open'""",  # noqa: S608
            ),
            Query(
                "round_state",
                f"""SELECT {_CALLED}, r.state FROM round r JOIN round_plan p ON p.id = r.plan_id
                WHERE r.office_id = :office AND r.state <> (SELECT CASE WHEN bool_or(t.state = 'open') THEN 'open'
                  WHEN bool_or(t.state = 'missed') THEN 'missed' ELSE 'done' END
                  FROM round_task t WHERE t.round_id = r.id)""",  # noqa: S608
            ),
            Query(
                "round_unproven",
                """SELECT p.template || ' ' || t.period, coalesce(t.grade, '') FROM round_task t
                JOIN round_plan p ON p.id = t.plan_id
                WHERE t.office_id = :office AND t.state = 'done' AND (t.visited_at IS NULL OR t.found_at IS NULL
                  OR t.grade IS NULL OR t.grade = 'claimed'
                  OR NOT EXISTS (SELECT FROM round_result x WHERE x.task_id = t.id AND x.kind = 'visited'))""",
            ),
            Query(
                "campaign_unclocked",
                """SELECT c.name, '' FROM campaign c
                WHERE c.office_id = :office AND c.ended_at IS NULL AND c.due_at > CAST(:now AS timestamptz)
                  AND NOT EXISTS (SELECT FROM errand e WHERE e.kind = 'campaign_presses' AND e.ref = c.id
                    AND e.state IN ('open', 'parked'))""",
            ),
            Query(
                "round_finding",
                """SELECT p.template || ' ' || t.period, '' FROM round_task t JOIN round_plan p ON p.id = t.plan_id
                WHERE t.office_id = :office AND coalesce(t.outcome = 'finding', false)
                  <> EXISTS (SELECT FROM round_case l WHERE l.task_id = t.id)""",
            ),
        ),
    }
)
