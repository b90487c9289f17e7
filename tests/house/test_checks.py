"""Every invariant that `hotline check` shows is green on honest work, and red for a planted row."""

from datetime import timedelta

import pytest

from dispatch import outbox
from dispatch.reads import checks
from dispatch.reads.checks import QUERIES, Broken
from tests.house import planted_rounds
from tests.stage import LINE, Stage


def found(stage: Stage) -> list[Broken]:
    with stage.door.transaction(LINE) as tx:
        return checks.broken(tx)


@pytest.fixture
def worked(stage: Stage) -> Stage:
    """Two cases, all of whose texts were sent."""
    stage.text("幸福里小区3号楼2单元楼道灯坏了")
    stage.text("和平一村5号楼下水道堵了", "+8613800000002")
    for number in range(10):
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
            if item is None:
                break
            outbox.sent(tx, item, f"SM{number:032x}")
    return stage


CLOSED = "state = 'closed', closed_at = now(), closing_kind = 'solved'"

# What is planted, by the name of the query that must find it.
PLANTED = planted_rounds.PLANTED | {
    "no_request": "UPDATE report SET sid = 'SMnobody' WHERE id = (SELECT id FROM report LIMIT 1)",
    "same_words": "UPDATE cases SET content_id = (SELECT content_id FROM cases LIMIT 1)",
    "no_report": "UPDATE report SET case_id = NULL WHERE id = (SELECT id FROM report LIMIT 1)",
    "no_answer": "INSERT INTO inbox (kind, key, line, received_at) VALUES ('text', 'SMx', 'main', now())",
    "owners": "UPDATE assignment SET until_at = now() WHERE id = (SELECT id FROM assignment LIMIT 1)",
    "other_owner": "UPDATE cases SET worker_id = NULL",
    "no_reason": "UPDATE cases SET reasons = '[]' WHERE id = (SELECT id FROM cases LIMIT 1)",
    "no_timer": "DELETE FROM timer WHERE case_id = (SELECT id FROM cases LIMIT 1)",
    "no_promise": "UPDATE timer SET state = 'ended' WHERE step = 'visit'",
    "next_due": "UPDATE cases SET next_due_at = NULL",
    "timer_after_end": "UPDATE cases SET state = 'closed'",
    "timer_late": """UPDATE timer SET fires_at = now() + (SELECT ahead FROM clock) - interval '2 minutes'
        WHERE state = 'open' AND step = 'visit'""",
    "timer_parked": "UPDATE timer SET state = 'parked', trouble = 'poison' WHERE step = 'visit'",
    "dialogue_parked": """INSERT INTO dialogue (id, office_id, party_id, line, state, received_at, expires_at, tries)
        SELECT gen_random_uuid(), office_id, id, 'main', 'parked', now(), now(), 6 FROM party LIMIT 1""",
    "likeness_parked": "UPDATE likeness SET tries = 3, trouble = 'poison'",
    "errand_late": """INSERT INTO errand (id, office_id, kind, fires_at, state, tries)
        SELECT gen_random_uuid(), o.id, 'digest', now() + k.ahead - interval '2 minutes', 'open', 0
        FROM office o, clock k""",
    "errand_parked": """INSERT INTO errand (id, office_id, kind, fires_at, state, tries)
        SELECT gen_random_uuid(), id, 'digest', now(), 'parked', 3 FROM office""",
    "recount_lost": """INSERT INTO calendar_recount (id, office_id, rounds, changed)
        SELECT gen_random_uuid(), id, 0, 0 FROM office""",
    "early": """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
        SELECT gen_random_uuid(), office_id, id, 99, 'breached', now(), 'system',
          json_build_object('facts', json_build_object('due_at', now() + interval '1 hour'))::text, 'x'
        FROM cases LIMIT 1""",
    "twice": """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
        SELECT gen_random_uuid(), office_id, id, n, 'warned', now(), 'system',
          '{"facts":{"step":"visit","due_at":"2020-01-01T00:00:00Z"}}', 'x'
        FROM (SELECT * FROM cases LIMIT 1) c, generate_series(98, 99) n""",
    "sent_no_id": "UPDATE outbox SET sid = NULL",
    "stuck": """UPDATE outbox SET state = 'pending',
        next_at = now() + (SELECT ahead FROM clock) - interval '6 minutes'""",
    "no_why": "UPDATE outbox SET state = 'failed', trouble = NULL",
    "no_order": "DELETE FROM outbox WHERE purpose = 'order'",
    "call_without_end": """UPDATE outbox SET channel = 'call', delivery = NULL,
        sent_at = now() + (SELECT ahead FROM clock) - interval '4 hours'""",
    "not_reached": """WITH moved AS (
          UPDATE assignment SET since_at = since_at - interval '3 days' WHERE until_at IS NULL),
        lost AS (UPDATE outbox SET delivery = 'undelivered', trouble = '30003 unreachable')
        UPDATE cases SET level = 'L2'""",
    "after_stop": "UPDATE party SET stopped_at = now() + (SELECT ahead FROM clock) - interval '1 hour'",
    "step_missing": f"UPDATE cases SET {CLOSED}",
    "no_kind": "UPDATE cases SET state = 'closed'",
    "one_person_closed": "UPDATE cases SET state = 'closed', closed_at = now(), closing_kind = 'explained'",
    "weak_visit": "UPDATE owed SET done_at = now(), kept_grade = 'claimed' WHERE step = 'visit'",
    "told_without_proof": "UPDATE owed SET done_at = now() WHERE step = 'told'",
    "no_archive": f"UPDATE cases SET {CLOSED}",
    "asked_by_handler": """INSERT INTO question
          (id, office_id, case_id, attempt, party_id, channel, staff_id, state, asked_at)
        SELECT gen_random_uuid(), office_id, id, 1, party_id, 'person', worker_id, 'unanswered', now()
        FROM cases WHERE worker_id IS NOT NULL LIMIT 1""",
    "backwards": "UPDATE event SET at = at - interval '1 day' WHERE seq = 2",
    "two_holders": """INSERT INTO assignment
          (id, office_id, case_id, attempt, unit_id, since_at, until_at, rule, reasons)
        SELECT gen_random_uuid(), office_id, case_id, 1, unit_id, since_at, since_at + interval '1 day', 'x', '[]'
        FROM assignment LIMIT 1""",
    "timer_moments": "UPDATE timer SET warn_at = due_at + interval '1 minute' WHERE state = 'open'",
    "hold_state": """INSERT INTO permission (id, office_id, case_id, attempt, unit_id, kind, code, asked_by, asked_at,
          decision, decided_by, decided_at, held_at)
        SELECT gen_random_uuid(), office_id, id, 1, unit_id, 'hold', 'court', 'staff:a', now(), 'granted', 'staff:b',
          now(), now() FROM cases LIMIT 1""",
    "hold_missing": "UPDATE cases SET state = 'suspended'",
    "hold_review": """WITH held AS (UPDATE cases SET state = 'suspended' RETURNING *)
        INSERT INTO permission (id, office_id, case_id, attempt, unit_id, kind, code, asked_by, asked_at,
          decision, decided_by, decided_at, held_at)
        SELECT gen_random_uuid(), office_id, id, 1, unit_id, 'hold', 'court', 'staff:a', now(), 'granted', 'staff:b',
          now(), now() FROM held""",
    "hold_clock": """WITH held AS (UPDATE cases SET state = 'suspended' RETURNING *)
        INSERT INTO permission (id, office_id, case_id, attempt, unit_id, kind, code, asked_by, asked_at,
          decision, decided_by, decided_at, held_at)
        SELECT gen_random_uuid(), office_id, id, 1, unit_id, 'hold', 'court', 'staff:a', now(), 'granted', 'staff:b',
          now(), now() FROM held""",
    "one_person_decided": """INSERT INTO permission (id, office_id, case_id, attempt, unit_id, kind, code, asked_by,
          asked_at, decision, decided_by, decided_at)
        SELECT gen_random_uuid(), office_id, id, 1, unit_id, 'waiver', 'no_place', 'staff:a', now(), 'granted',
          'system', now() FROM cases LIMIT 1""",
    "verified_by_handler": """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
        SELECT gen_random_uuid(), a.office_id, a.case_id, 99, 'verified', now(), 'staff:' || s.code,
          '{"facts": {"attempt": 1}}', 'x' FROM assignment a JOIN staff s ON s.id = a.worker_id LIMIT 1""",
    "sent_back_by_handler": """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
        SELECT gen_random_uuid(), a.office_id, a.case_id, 99, 'sent_back', now() + k.ahead, 'staff:' || s.code,
          '{}', 'x' FROM assignment a JOIN staff s ON s.id = a.worker_id, clock k LIMIT 1""",
    "asked_by_verifier": """WITH one AS (SELECT c.*, s.id AS asker, s.code, now() + k.ahead AS at
          FROM cases c, staff s, clock k WHERE s.role = 'verifier' LIMIT 1),
        verified AS (INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
          SELECT gen_random_uuid(), office_id, id, 99, 'verified', at, 'staff:' || code,
            '{"facts": {"attempt": 1}}', 'x' FROM one)
        INSERT INTO question (id, office_id, case_id, attempt, party_id, channel, staff_id, state, asked_at)
        SELECT gen_random_uuid(), office_id, id, 1, party_id, 'person', asker, 'unanswered', at FROM one""",
    "side_open": """WITH over AS (UPDATE cases SET state = 'withdrawn' RETURNING *)
        INSERT INTO side (id, office_id, case_id, attempt, kind, code, opened_by, opened_at)
        SELECT gen_random_uuid(), office_id, id, 1, 'flag', 'group', 'staff:a', now() FROM over""",
    "asked_of_closed": """WITH over AS (UPDATE cases SET state = 'withdrawn' RETURNING *)
        INSERT INTO permission (id, office_id, case_id, attempt, unit_id, kind, code, asked_by, asked_at)
        SELECT gen_random_uuid(), office_id, id, 1, unit_id, 'hold', 'court', 'staff:a', now() FROM over""",
    "miscounted": "UPDATE timer SET due_at = due_at + interval '1 minute' WHERE step = 'visit'",
}


def test_honest_work_breaks_nothing(worked: Stage) -> None:
    assert found(worked) == []


@pytest.mark.parametrize("says", PLANTED)
def test_a_planted_row_is_found(worked: Stage, says: str) -> None:
    worked.plant(PLANTED[says])
    assert f"desk.check.{says}" in {row.trouble.id for row in found(worked)}


def test_every_query_is_shown_red() -> None:
    assert set(PLANTED) == {query.says for queries in QUERIES.values() for query in queries} | {
        "miscounted",
        "misplaced",
    }


# What is planted on a complaint about a grid worker, and how it is told.
LEAKS = {
    "UPDATE cases SET worker_id = (SELECT id FROM staff WHERE code = 'xingfuli-grid-02') WHERE confidential": "held",
    """INSERT INTO outbox (id, office_id, case_id, party_id, line, channel, purpose, content_id, state, tries,
      created_at) SELECT gen_random_uuid(), c.office_id, c.id, s.party_id, 'main', 'text', 'urge', c.content_id,
      'failed', 0,
      now() + k.ahead + interval '1 hour' FROM cases c, staff s, clock k
    WHERE c.confidential AND s.code = 'xingfuli-grid-01'""": "told",
    """INSERT INTO notice (id, office_id, party_id, case_id, kind, message, created_at)
    SELECT gen_random_uuid(), c.office_id, s.party_id, c.id, 'warned', '[]', now() FROM cases c, staff s
    WHERE c.confidential AND s.code = 'xingfuli-grid-02'""": "told",
    """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
    SELECT gen_random_uuid(), c.office_id, c.id, 99, 'looked', now() + k.ahead + interval '1 hour',
      'staff:xingfuli-grid-02', '{}', 'x' FROM cases c, clock k WHERE confidential""": "looked",
    "UPDATE cases SET confidential = false WHERE confidential": "confidential",
    """UPDATE cases SET merged_into = (SELECT id FROM cases WHERE NOT confidential LIMIT 1)
    WHERE confidential""": "merged",
}


@pytest.mark.parametrize("planted", LEAKS)
def test_what_is_not_kept_from_those_whom_it_names_is_found(worked: Stage, planted: str) -> None:
    worked.text("我要投诉网格员李红梅，走访记录上的签字是假的，幸福里小区3号楼", "+8613800000003")
    assert not [row for row in found(worked) if row.name == "COI"]
    worked.plant(planted)
    told = [row.trouble.params["detail"] for row in found(worked) if row.name == "COI"]
    assert told, planted
    assert all(str(each).startswith(LEAKS[planted]) for each in told)


def test_time_alone_makes_unfired_timers_late(worked: Stage) -> None:
    worked.wind(timedelta(days=30))
    assert {row.name for row in found(worked)} >= {"TIMER"}
