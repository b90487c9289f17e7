"""What breaks the invariants of rounds, by the name of the query that must find it."""

_PLAN = """WITH p AS (INSERT INTO round_plan (id, office_id, template, kind, unit_id, grid, rule, grade, active_from,
    made_until, made_by, made_at)
  SELECT gen_random_uuid(), office_id, 'weekly-round', 'round', unit_id, 'xingfuli-01', 'FREQ=DAILY', 'place',
    current_date, current_date, 'test', now() FROM cases LIMIT 1 RETURNING *)"""
_ROUND = """, r AS (INSERT INTO round (id, office_id, plan_id, period, period_end, unit_id, state, policy_version,
    opens_at, warn_at, due_at, fired, made_at)
  SELECT gen_random_uuid(), office_id, id, current_date, current_date + 1, unit_id, '{state}', 1, now(), now(), now(),
    0, now() FROM p RETURNING *)"""
_TASK = """, g AS (INSERT INTO round_target (id, office_id, plan_id, kind, code_sealed, position, added_at)
  SELECT gen_random_uuid(), office_id, id, 'point', '', 1, now() FROM p RETURNING *)
, t AS (INSERT INTO round_task (id, office_id, round_id, plan_id, period, target_id, state, due_at, visited_at,
    found_at, grade, outcome)
  SELECT gen_random_uuid(), r.office_id, r.id, r.plan_id, r.period, g.id, '{state}', now(), now(), now(), 'place',
    '{outcome}' FROM r, g RETURNING *)"""


def _planted(state: str, task: str, outcome: str, last: str) -> str:
    return _PLAN + _ROUND.format(state=state) + _TASK.format(state=task, outcome=outcome) + last


PLANTED = {
    "campaign_unclocked": """INSERT INTO campaign (id, office_id, unit_id, name, plan, due_at, fired, made_by, made_at)
        SELECT gen_random_uuid(), office_id, unit_id, 'x', 'y', now() + k.ahead + interval '1 day', 0, 'z', now()
        FROM cases, clock k LIMIT 1""",
    "plan_unplanned": f"{_PLAN} SELECT 1",
    "round_unclocked": _planted("open", "open", "nothing", " SELECT 1"),
    "round_after_end": _planted(
        "done", "done", "nothing",
        """ INSERT INTO errand (id, office_id, kind, ref, fires_at, state, tries)
        SELECT gen_random_uuid(), office_id, 'round_presses', id, now() + interval '1 day', 'open', 0 FROM r""",
    ),
    "misplaced": _planted("open", "open", "nothing", " SELECT 1"),
    "round_state": _planted("done", "open", "nothing", " SELECT 1"),
    "round_unproven": _planted("done", "done", "nothing", " SELECT 1"),
    "round_finding": _planted("done", "done", "finding", " SELECT 1"),
}  # fmt: skip
