"""Every invariant that `hotline check` shows is green on honest work, and red for a planted row."""

from datetime import timedelta

import pytest

from dispatch import outbox
from dispatch.reads import checks
from dispatch.reads.checks import QUERIES, Broken
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
            outbox.sent(tx, item.id, f"SM{number:032x}")
    return stage


PLANTED = {
    "ONCE a report of nothing": (
        "UPDATE report SET sid = 'SMnobody' WHERE id = (SELECT id FROM report LIMIT 1)",
        "ONCE",
    ),
    "ONCE the same words twice": (
        "UPDATE cases SET content_id = (SELECT content_id FROM cases LIMIT 1)",
        "ONCE",
    ),
    "ONCE a case from nowhere": (
        "UPDATE report SET case_id = NULL WHERE id = (SELECT id FROM report LIMIT 1)",
        "ONCE",
    ),
    "ONCE taken, not answered": (
        "INSERT INTO inbox (kind, key, line, received_at) VALUES ('text', 'SMx', 'main', now())",
        "ONCE",
    ),
    "OWNER nobody": (
        "UPDATE assignment SET until_at = now() WHERE id = (SELECT id FROM assignment LIMIT 1)",
        "OWNER",
    ),
    "OWNER another": ("UPDATE cases SET worker_id = NULL", "OWNER"),
    "ROUTE no reason": ("UPDATE cases SET reasons = '[]' WHERE id = (SELECT id FROM cases LIMIT 1)", "ROUTE"),
    "ROUTE no rule": ("UPDATE cases SET rule = '' WHERE id = (SELECT id FROM cases LIMIT 1)", "ROUTE"),
    "TIMER none": ("DELETE FROM timer WHERE case_id = (SELECT id FROM cases LIMIT 1)", "TIMER"),
    "TIMER after the end": ("UPDATE cases SET state = 'closed'", "TIMER"),
    "TIMER late": (
        "UPDATE timer SET fires_at = now() - interval '2 minutes' WHERE state = 'open' AND step = 'visit'",
        "TIMER",
    ),
    "TIMER without a moment": ("UPDATE timer SET fires_at = NULL WHERE state = 'open'", "TIMER"),
    "TIMER parked": ("UPDATE timer SET state = 'parked', trouble = 'poison' WHERE step = 'visit'", "TIMER"),
    "TIMER a dialogue parked": (
        """INSERT INTO dialogue (id, office_id, party_id, line, state, received_at, expires_at, tries)
           SELECT gen_random_uuid(), office_id, id, 'main', 'parked', now(), now(), 6 FROM party LIMIT 1""",
        "TIMER",
    ),
    "TIMER early": (
        """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
           SELECT gen_random_uuid(), office_id, id, 99, 'breached', now(), 'system',
             json_build_object('facts', json_build_object('due_at', now() + interval '1 hour'))::text, 'x'
           FROM cases LIMIT 1""",
        "TIMER",
    ),
    "TIMER twice": (
        """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
           SELECT gen_random_uuid(), office_id, id, n, 'warned', now(), 'system',
             '{"facts":{"step":"visit","due_at":"2020-01-01T00:00:00Z"}}', 'x'
           FROM (SELECT * FROM cases LIMIT 1) c, generate_series(98, 99) n""",
        "TIMER",
    ),
    "OUT sent by nobody": ("UPDATE outbox SET sid = NULL", "OUT"),
    "OUT waiting": (
        "UPDATE outbox SET state = 'pending', next_at = now() - interval '6 minutes'",
        "OUT",
    ),
    "OUT failed silently": ("UPDATE outbox SET state = 'failed', trouble = NULL", "OUT"),
    "OUT no order": ("DELETE FROM outbox WHERE purpose = 'order'", "OUT"),
    "STOP": ("UPDATE party SET stopped_at = now() - interval '1 hour'", "STOP"),
}


def test_honest_work_breaks_nothing(worked: Stage) -> None:
    assert found(worked) == []


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_row_is_found(worked: Stage, planted: tuple[str, str]) -> None:
    statement, name = planted
    worked.plant(statement)
    assert name in {row.name for row in found(worked)}


def test_every_query_is_shown_red() -> None:
    assert len(PLANTED) >= sum(len(queries) for queries in QUERIES.values())
    assert {name for _, name in PLANTED.values()} == set(QUERIES)


def test_time_alone_makes_unfired_timers_late(worked: Stage) -> None:
    worked.wind(timedelta(days=30))
    assert {row.name for row in found(worked)} >= {"TIMER"}
