"""A new version of the calendar: every open case reckoned anew in batches, each change in its history, and one text to
each person."""

import json
from datetime import date, datetime, timedelta

import pytest

from cases.pen import read_content
from dispatch.calendar import entering, recount
from dispatch.calendar.changing import Stretch
from dispatch.calendar.versions import Made, Source
from dispatch.due import errands
from dispatch.due.handlers import HANDLERS
from dispatch.reads import checks
from dispatch.reads.loop_checks import miscounted
from dispatch.rounds import plans, reads
from dispatch.rounds.life import record
from dispatch.rounds.plans import Wanted
from tests.dispatch.looping import running
from tests.dispatch.shifts import fire_all, wind_to
from tests.dispatch.test_calendar_table import at
from tests.dispatch.test_side_supervising import act
from tests.people import LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage

GRID = "xingfuli-02"
LAMP, DOOR = "幸福里小区3号楼2单元楼道灯坏了", "幸福里小区3号楼2单元的单元门关不上"


def close(stage: Stage, start: str, end: str, why: str = "台风") -> None:
    with stage.door.transaction(LINE) as tx:
        change = entering.of_closure(tx, Stretch(at(start), at(end)), why)
        assert entering.enter(tx, change, Made(Source.CLOSURE, why, "boss")) is not None


def step(stage: Stage) -> bool:
    with stage.door.transaction(LINE) as tx:
        return errands.do_next(tx, HANDLERS)


def run(stage: Stage) -> None:
    """What `timers` does until the last look is over."""
    for _ in range(2):
        while step(stage):
            pass
        stage.wind(timedelta(minutes=3))
    while step(stage):
        pass


def told(stage: Stage) -> list[str]:
    with stage.door.transaction(LINE) as tx:
        rows = stage.rows("SELECT content_id FROM outbox WHERE purpose = 'calendar_moved' ORDER BY created_at, id")
        return [read_content(tx, row.content_id) for row in rows]  # type: ignore[arg-type]


def lines(stage: Stage) -> list[tuple[object, ...]]:
    query = """SELECT c.summary, count(e.id) FROM cases c LEFT JOIN event e ON e.case_id = c.id AND e.kind = 'recounted'
               GROUP BY c.summary ORDER BY 1"""
    return [tuple(row) for row in stage.rows(query)]


def dues(stage: Stage) -> set[datetime]:
    return {row.due_at for row in stage.rows("SELECT due_at FROM cases")}  # type: ignore[misc]


def test_open_cases_move_each_says_so_and_each_person_is_told_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "BATCH", 1)
    first = stage.text(LAMP)
    stage.text(DOOR)
    was = dues(stage)
    close(stage, "2026-11-26T00:00", "2026-11-28T00:00")
    assert dues(stage) == was, "nothing is reckoned in the transaction that closes"
    assert step(stage)
    assert sorted(count for _, count in lines(stage)) == [0, 1]
    with pytest.raises(ZeroDivisionError), stage.door.transaction(LINE) as tx:  # a process that dies in the middle
        assert errands.do_next(tx, HANDLERS)
        raise ZeroDivisionError
    run(stage)
    assert [count for _, count in lines(stage)] == [1, 1]
    assert dues(stage) == {due + timedelta(days=2) for due in was}
    with stage.door.transaction(LINE) as tx:
        assert list(miscounted(tx)) == []
    [resident] = [text for text in stage.texts(RESIDENT) if "台风" in text]
    assert first.number in resident
    texts, whom = told(stage), stage.rows("SELECT DISTINCT party_id FROM outbox WHERE purpose = 'calendar_moved'")
    assert len(texts) == len(whom) == 3, texts  # the worker, who leads the unit, the resident
    assert all("2" in text and "台风" in text for text in texts)
    run(stage)
    assert told(stage) == texts


def test_a_case_that_cannot_be_reckoned_is_shown_and_the_others_go_on(stage: Stage) -> None:
    bad = stage.text(LAMP)
    stage.text(DOOR)
    stage.plant("UPDATE event SET canonical = 'torn' WHERE case_id = :id AND kind = 'dispatched'", id=bad.case_id)
    close(stage, "2026-11-26T00:00", "2026-11-28T00:00")
    for _ in range(4):
        run(stage)
    assert sorted(count for _, count in lines(stage)) == [0, 1]
    [row] = stage.rows("SELECT case_id, tries FROM errand WHERE kind = 'recount' AND state = 'parked'")
    assert (row.case_id, row.tries) == (bad.case_id, 3)


@pytest.mark.parametrize(("hours", "leaves"), [(0, "2026-11-24T10:03"), (12, "2026-11-25T08:00")])
def test_residents_hear_of_it_by_day_also_while_the_office_is_closed(stage: Stage, hours: int, leaves: str) -> None:
    stage.text(LAMP)
    stage.wind(timedelta(hours=hours))
    close(stage, "2026-11-24T10:00", "2026-11-28T00:00")
    run(stage)
    query = "SELECT o.next_at FROM outbox o JOIN calendar_moved m ON m.outbox_id = o.id WHERE m.role = 'resident'"
    [row] = stage.rows(query)
    assert timedelta() <= row.next_at - at(leaves) < timedelta(minutes=1)  # type: ignore[operator]


def test_who_was_told_a_date_that_came_back_is_not_told_of_it(stage: Stage) -> None:
    stage.text(LAMP)
    was = dues(stage)
    close(stage, "2026-11-26T00:00", "2026-11-28T00:00")
    assert step(stage)
    with stage.door.transaction(LINE) as tx:
        change = entering.of_reopening(tx, Stretch(at("2026-11-26T00:00"), at("2026-11-28T00:00")))
        assert entering.enter(tx, change, Made(Source.CLOSURE, "解除", "boss")) is not None
    run(stage)
    assert dues(stage) == was
    assert told(stage) == []


def test_what_is_owed_beside_a_case_moves_with_it_and_its_people_hear_once(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "supervise", why="居民多次来电", watch="1")
    act(stage, taken, "co-handle", by=LU_SIYUAN.worker, unit="heping", why="请协助")
    was = running(stage, taken)
    close(stage, "2026-11-25T00:00", "2026-11-27T00:00")
    run(stage)
    now = running(stage, taken)
    assert {step: now[step] - was[step] for step in ("supervise", "cohandle")} == {
        "supervise": timedelta(days=2), "cohandle": timedelta(days=4),  # and the weekend
    }  # fmt: skip
    [(facts,)] = stage.rows("SELECT canonical::json->'facts'->>'moved' FROM event WHERE kind = 'recounted'")
    assert {"supervise", "cohandle", "told"} <= {step for step, _, _ in json.loads(str(facts))}
    assert {row.role: row.told for row in stage.rows(MOVED)} == {
        "co_handler": True, "lead": True, "resident": True, "worker": True
    }  # fmt: skip
    with stage.door.transaction(LINE) as tx:
        assert list(miscounted(tx)) == []
    stage.plant("UPDATE timer SET due_at = due_at + interval '1 minute' WHERE step = 'supervise' AND state = 'open'")
    with stage.door.transaction(LINE) as tx:
        assert list(miscounted(tx)) == [(taken.number, "supervise")]


MOVED = "SELECT role, bool_and(outbox_id IS NOT NULL) AS told FROM calendar_moved GROUP BY role"


def test_open_rounds_move_and_their_holder_hears_of_all_in_one_text(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        for rule in ("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY"):
            kind = "weekly-round" if "W" in rule else "monthly-inspection"
            [draft] = plans.draft(tx, Wanted(kind, GRID, rule, date(2026, 11, 30)))
            plans.make(tx, draft, "test")
    wind_to(stage, at("2026-11-30T10:00"))
    fire_all(stage)
    assert rounds(stage) == [(0, at("2026-12-04T17:30")), (0, at("2026-11-30T17:30"))]
    wind_to(stage, at("2026-12-03T14:00"))
    stage.text(LAMP)
    wind_to(stage, at("2026-12-04T14:00"))
    fire_all(stage)
    assert rounds(stage)[0] == (1, at("2026-12-04T17:30")), "warned"
    close(stage, "2026-12-04T00:00", "2026-12-05T00:00")
    run(stage)
    weekly, *daily = rounds(stage)
    assert weekly == (2, at("2026-12-03T17:30")), "its last working day is gone: it was due the day before"
    assert daily[-1] == (0, at("2026-12-07T17:30")), "without a working day it has the next one"
    assert [row.due_at for row in stage.rows("SELECT DISTINCT due_at FROM round_task WHERE state = 'open'")] == [
        at("2026-12-03T17:30"), at("2026-12-07T17:30")
    ]  # fmt: skip
    assert [row.role for row in stage.rows("SELECT role FROM calendar_moved WHERE round_id IS NOT NULL")] == [
        "worker"
    ] * 2
    [text] = [text for text in told(stage) if "周走访" in text]
    assert "3 件" in text
    with stage.door.transaction(LINE) as tx:
        assert not [row for row in checks.broken(tx) if row.name in ("CLOCK", "ROUND")]
        [open_] = [row for row in reads.listed(tx, "xingfu") if row.name.zh == "周走访"]
        [line] = record.lines(tx, open_.id)
        assert "calendar changed (version 2)" in tx.say(line.what, "en")


def rounds(stage: Stage) -> list[tuple[object, ...]]:
    query = "SELECT fired, due_at FROM round WHERE state = 'open' ORDER BY period_end - period DESC, period"
    return [tuple(row) for row in stage.rows(query)]
