"""The record in the database: a case is born whole, its history grows and never lies, its timers fire."""

import json
from datetime import datetime, timedelta

import pytest

from cases import history, lifecycle
from cases.lifecycle import IllegalDeed
from cases.seal.breaks import Line
from cases.seal.proof import Judge
from cases.seal.signed import Signed
from dispatch import desk, escalation
from dispatch.desk import UnknownCase, UnknownUnit
from dispatch.reads import checks
from tests.dispatch.looping import PRAISE
from tests.dispatch.shifts import wind_to
from tests.stage import LINE, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"


def fire_all(stage: Stage) -> int:
    count = 0
    while True:
        with stage.door.transaction(LINE) as tx:
            if not escalation.fire_next(tx):
                return count
        count += 1


def kinds(stage: Stage) -> list[str]:
    return [row[0] for row in stage.rows("SELECT kind FROM event ORDER BY seq")]


def test_a_case_is_born_whole(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert kinds(stage) == ["registered", "accepted", "dispatched"]
    [case] = stage.rows("SELECT * FROM cases")
    assert (case.state, case.number, case.due_at) == ("dispatched", taken.number, taken.due_at)
    assert LAMP not in str(stage.rows("SELECT sealed FROM content"))
    owed = dict(stage.rows("SELECT step, is_owed FROM owed"))
    assert owed["visit"]
    assert owed["told"]
    timers = dict(stage.rows("SELECT step, state FROM timer"))
    assert timers == {
        "accept": "ended", "dispatch": "ended", "sign_for": "open", "first_contact": "open", "visit": "open",
        "told": "open", "finding": "waiting", "verify": "waiting", "call_back": "waiting",
    }  # fmt: skip
    [(promised, told)] = stage.rows(
        "SELECT c.due_at, t.due_at FROM cases c JOIN timer t ON t.case_id = c.id AND t.step = 'told'"
    )
    assert promised == told


def test_history_is_a_chain(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        desk.supplement(tx, taken.case_id, "三楼的也坏了")
        desk.urge(tx, taken.case_id)
    rows = stage.rows("SELECT seq, canonical, hash FROM event ORDER BY seq")
    lines = [Line(*row) for row in rows]
    assert Judge(Signed(lambda _body, _signature: True), 0).hear(taken.case_id, lines) == []
    assert [json.loads(line.canonical)["kind"] for line in lines][-2:] == ["supplemented", "urged"]
    [case] = stage.rows("SELECT last_seq, last_hash FROM cases")
    assert case == (5, lines[-1].hash)
    assert "三楼" not in "".join(line.canonical for line in lines)
    changed = [*lines[:1], Line(2, lines[1].canonical.replace("L3", "L4"), lines[1].hash), *lines[2:]]
    assert Judge(Signed(lambda _body, _signature: True), 0).hear(taken.case_id, changed)


def test_no_line_lies_before_the_one_above_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE cases SET last_at = last_at + interval '1 hour'")
    with stage.door.transaction(LINE) as tx:
        lifecycle.note(tx, taken.case_id, "urged", "resident")
        assert history.lock(tx, taken.case_id).at > tx.now
    moments = [row[0] for row in stage.rows("SELECT at FROM event ORDER BY seq")]
    assert moments == sorted(moments)


def test_a_case_that_is_none(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        with pytest.raises(LookupError, match="no case"):
            history.lock(tx, tx.new_id())
        with pytest.raises(UnknownCase):
            desk.reroute(tx, "20200101-000001", "heping", "错了", "dispatcher")
        with pytest.raises(UnknownUnit):
            desk.reroute(tx, taken.number, "nowhere", "错了", "dispatcher")
        with pytest.raises(ValueError, match="why is empty"):
            desk.reroute(tx, taken.number, "heping", "  ", "dispatcher")


def test_another_unit_gets_full_targets_and_the_promise_stands(stage: Stage) -> None:
    taken = stage.text(LAMP)
    [promised] = stage.rows("SELECT due_at FROM cases")
    stage.wind(timedelta(days=2))
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "heping", "楼道归和平居委会", "dispatcher")
        now = tx.now
    [case] = stage.rows("SELECT c.state, u.code, c.due_at FROM cases c JOIN unit u ON u.id = c.unit_id")
    assert case[:2] == ("dispatched", "heping")
    assert case[2] == promised[0]
    live = stage.rows(
        "SELECT step, state, started_at, u.code FROM timer t JOIN unit u ON u.id = t.unit_id "
        "WHERE state IN ('open', 'waiting') AND payer = 'unit' ORDER BY step"
    )
    assert [row[0] for row in live] == ["finding", "first_contact", "sign_for", "told", "visit"]
    assert {row[3] for row in live} == {"heping"}
    assert all(row[2] == now for row in live if row[1] == "open")
    assert kinds(stage)[-2:] == ["rerouted", "reason_given"]
    assert stage.rows("SELECT count(*) FROM assignment WHERE until_at IS NULL") == [(1,)]


def live(stage: Stage) -> dict[str, datetime]:
    """When the open timers of whoever holds the case are due."""
    return {
        str(row[0]): row[1]
        for row in stage.rows("SELECT step, due_at FROM timer WHERE state = 'open' AND payer = 'unit'")
    }


def give(stage: Stage, number: str, unit: str) -> None:
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, number, unit, "改派", "dispatcher")


def test_nobody_gains_time_by_being_given_the_case_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = live(stage)
    stage.wind(timedelta(hours=30))
    give(stage, taken.number, "xingfuli-south")
    assert live(stage) == before
    assert stage.rows("SELECT count(*) FROM assignment") == [(2,)]
    give(stage, taken.number, "heping")
    theirs = live(stage)
    assert theirs["visit"] > before["visit"]
    give(stage, taken.number, "xingfuli-south")  # at once: what was used stays used
    back = live(stage)
    assert set(back) == set(before)
    with stage.door.transaction(LINE) as tx:
        for step, due in back.items():  # a moment before closing time is moved on to the next morning
            assert tx.calendar.working_time_between(before[step], due) < timedelta(minutes=1), step
    fire_all(stage)
    with stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in ("TIMER", "OWNER")] == []


def test_the_time_that_others_had_it_is_not_charged(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = live(stage)
    give(stage, taken.number, "heping")
    stage.wind(timedelta(days=7))
    give(stage, taken.number, "xingfuli-south")
    assert live(stage)["told"] - before["told"] > timedelta(days=5)


def test_a_closed_case_is_not_rerouted(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE cases SET state = 'closed'")
    with stage.door.transaction(LINE) as tx, pytest.raises(IllegalDeed) as refused:
        desk.reroute(tx, taken.number, "heping", "错了", "dispatcher")
    assert refused.value.why.possible


def test_nothing_fires_early(stage: Stage) -> None:
    stage.text(LAMP)
    assert fire_all(stage) == 0


def test_timers_warn_sign_break_and_climb_in_order(stage: Stage) -> None:
    stage.text(LAMP)
    [(visit_due,)] = stage.rows("SELECT due_at FROM timer WHERE step = 'visit'")
    wind_to(stage, visit_due + timedelta(seconds=30))
    assert fire_all(stage) > 0
    events = stage.rows(
        "SELECT kind, canonical::jsonb -> 'facts' ->> 'step' FROM event "
        "WHERE kind IN ('warned', 'breached', 'auto_signed', 'escalated') ORDER BY seq"
    )
    assert events.index(("warned", "visit")) < events.index(("breached", "visit"))
    assert ("auto_signed", "sign_for") in events
    assert ("breached", "sign_for") not in events
    assert stage.rows("SELECT state FROM cases") == [("in_progress",)]
    assert stage.rows("SELECT state FROM timer WHERE step = 'sign_for'") == [("ended",)]
    [before] = stage.rows("SELECT fires_at > due_at, fired FROM timer WHERE step = 'visit'")
    assert before == (True, 2)
    stage.wind(timedelta(days=20))
    fire_all(stage)
    rungs = stage.rows(
        "SELECT (canonical::jsonb -> 'facts' ->> 'rung')::int FROM event WHERE kind = 'escalated' "
        "AND canonical::jsonb -> 'facts' ->> 'step' = 'visit' ORDER BY seq"
    )
    assert [row[0] for row in rungs] == list(range(1, len(rungs) + 1))
    assert len(rungs) > 3
    noticed = {row[0] for row in stage.rows("SELECT kind FROM notice")}
    assert noticed == {"warned", "breached", "escalated", "auto_signed"}


def test_a_poisoned_row_is_parked_and_its_neighbours_go_on(stage: Stage) -> None:
    stage.text(LAMP)
    stage.plant("UPDATE timer SET limit_text = 'none' WHERE step = 'visit'")
    for _ in range(8):
        stage.wind(timedelta(days=1))
        fire_all(stage)
    [poisoned] = stage.rows("SELECT state, trouble, tries FROM timer WHERE step = 'visit'")
    assert poisoned.state == "parked"
    assert "limit" in poisoned.trouble
    assert stage.rows("SELECT count(*) FROM event WHERE kind = 'breached'")[0][0] > 0
    assert stage.rows("SELECT count(*) FROM timer WHERE state = 'open' AND step = 'told'") == [(1,)]


def test_a_locked_case_is_passed_over(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text("和平一村5号楼下水道堵了")
    stage.wind(timedelta(days=1, hours=5))
    with stage.door.transaction(LINE) as tx:
        history.lock(tx, first.case_id)
        while True:
            with stage.door.transaction(LINE) as other:
                if not escalation.fire_next(other):
                    break
    fired = {
        row[0]
        for row in stage.rows("SELECT c.number FROM event e JOIN cases c ON c.id = e.case_id WHERE e.kind = 'warned'")
    }
    assert fired == {second.number}


def test_what_was_broken_is_not_said_broken_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.wind(timedelta(days=4))
    fire_all(stage)
    said = stage.rows("SELECT count(*) FROM event WHERE kind = 'breached'")
    assert said[0][0] > 0
    give(stage, taken.number, "heping")
    give(stage, taken.number, "xingfuli-south")
    fire_all(stage)
    assert stage.rows("SELECT count(*) FROM event WHERE kind = 'breached'") == said


def test_a_case_without_any_promise_is_reviewed_wherever_it_goes(stage: Stage) -> None:
    taken = stage.text(PRAISE)
    assert stage.rows("SELECT step FROM timer WHERE state <> 'ended'") == [("hold_review",)]
    give(stage, taken.number, "heping")
    assert stage.rows("SELECT step FROM timer WHERE state <> 'ended'") == [("hold_review",)]
    with stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in ("TIMER", "CLOCK")] == []
