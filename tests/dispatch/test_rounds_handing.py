"""A round goes to somebody else: by leave, a shift's end, STOP, or a supervisor; never what can stay."""

from datetime import timedelta

import pytest

from dispatch.duty import moves
from dispatch.duty.giving import UnknownPerson
from dispatch.loop.who import by_code
from dispatch.people import parties
from dispatch.reads import checks
from dispatch.rounds import plans, reads, visiting
from dispatch.rounds.life import handing, record
from dispatch.rounds.plans import Wanted
from dispatch.rounds.visiting import Said
from tests.dispatch.shifts import at, away, fire_all, staff_id, waiting, wind_to
from tests.people import LI_HONGMEI, ZHANG_AIMIN
from tests.stage import LINE, Stage

GRID = "xingfuli-02"


@pytest.fixture
def begun(stage: Stage) -> Stage:
    """The grid's week has begun on Monday, and so has its month: both with 李红梅."""
    with stage.door.transaction(LINE) as tx:
        for template in ("weekly-round", "monthly-inspection"):
            [draft] = plans.draft(tx, Wanted(template, GRID))
            plans.make(tx, draft, "test")
    wind_to(stage, at(30, 10))
    fire_all(stage)
    assert held(stage) == [("weekly-round", LI_HONGMEI.worker, [1])]
    return stage


def held(stage: Stage) -> list[tuple[object, ...]]:
    """Each open round, who has it, and the numbers of its tasks."""
    return [
        tuple(row) for row in stage.rows(
            """SELECT p.template, s.code, array_agg(t.short ORDER BY t.short) FROM round r
            JOIN round_plan p ON p.id = r.plan_id JOIN round_task t ON t.round_id = r.id AND t.worker_id = r.worker_id
            JOIN staff s ON s.id = r.worker_id WHERE r.state = 'open' GROUP BY r.id, p.template, s.code ORDER BY r.id"""
        )
    ]  # fmt: skip


def told(stage: Stage) -> list[str]:
    """The record of the round in words."""
    with stage.door.transaction(LINE) as tx:
        [open_] = reads.listed(tx, "xingfu")
        return [tx.say(line.what, "en") for line in record.lines(tx, open_.id)]


def test_leave_of_a_day_takes_what_is_not_begun(begun: Stage) -> None:
    away(begun, LI_HONGMEI.worker, at(30, 10), at(30, 11))
    assert held(begun)[0][1] == LI_HONGMEI.worker, "an hour takes nothing"
    away(begun, LI_HONGMEI.worker, at(30, 10), at(30, 11) + timedelta(days=2))
    [(_, now, numbers)] = held(begun)
    assert (now, numbers) == (ZHANG_AIMIN.worker, [1])
    assert told(begun) == ["Handed on: Li Hongmei → Zhang Aimin (whoever had it is on leave)"]
    assert [code for code, _ in waiting(begun, "round")][-2:] == [ZHANG_AIMIN.worker, LI_HONGMEI.worker]
    with begun.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in ("ROUND", "CLOCK")] == []


def test_what_is_begun_stays_and_what_ends_before_they_are_back_does_not(begun: Stage) -> None:
    with begun.door.transaction(LINE) as tx:
        who = by_code(tx, LI_HONGMEI.worker)
        [task] = tx.conn.exec_driver_sql("SELECT id FROM round_task").scalars()
        visiting.report(tx, who, visiting.task_of(tx, task), Said(place="幸福里小区3号楼"))
    away(begun, LI_HONGMEI.worker, at(30, 10), at(30, 11) + timedelta(days=2))
    assert held(begun)[0][1] == LI_HONGMEI.worker
    away(begun, LI_HONGMEI.worker, at(30, 10), at(30, 11) + timedelta(days=10))
    assert held(begun)[0][1] == ZHANG_AIMIN.worker


def test_who_stopped_texts_has_it_no_more(begun: Stage) -> None:
    with begun.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, LI_HONGMEI.number).id)
        moves.stopped(tx, staff_id(begun, LI_HONGMEI.worker))
    fire_all(begun)
    assert held(begun)[0][1] == ZHANG_AIMIN.worker


def test_a_supervisor_gives_it_to_somebody_near(begun: Stage) -> None:
    with begun.door.transaction(LINE) as tx:
        [open_] = reads.listed(tx, "xingfu")
        there = {worker.code for worker in handing.people(tx, open_.id)}
        assert ZHANG_AIMIN.worker in there
        assert not there & {LI_HONGMEI.worker, "heping-head"}
        with pytest.raises(UnknownPerson):
            handing.give(tx, open_.id, "heping-head", "near", "account:boss")
        with pytest.raises(ValueError, match="why is empty"):
            handing.give(tx, open_.id, ZHANG_AIMIN.worker, " ", "account:boss")
        handing.give(tx, open_.id, ZHANG_AIMIN.worker, "he knows it", "account:boss")
        [line] = record.lines(tx, open_.id)
    assert (line.actor, line.words) == ("account:boss", "he knows it")
    assert held(begun)[0][1] == ZHANG_AIMIN.worker
