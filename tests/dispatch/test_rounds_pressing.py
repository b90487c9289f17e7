"""A round that is not done presses: its holder, then those above; until it is done or its successor is over too."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from dispatch.due import handlers, moments
from dispatch.figures.rounds import coverage, coverage_by
from dispatch.loop.who import by_code
from dispatch.reads import checks
from dispatch.rounds import plans, reads, visiting
from dispatch.rounds.plans import Wanted
from dispatch.rounds.visiting import NOTHING, Said
from tests.people import LI_HONGMEI, ZHOU_GUILAN
from tests.stage import LINE, Stage

GRID = "xingfuli-02"


def at(*moment: int) -> datetime:
    """A moment on the office's clock."""
    return datetime(*moment, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[misc,arg-type]


def planned(stage: Stage, rule: str = "FREQ=WEEKLY;BYDAY=MO") -> None:
    with stage.door.transaction(LINE) as tx:
        [draft] = plans.draft(tx, Wanted("weekly-round", GRID, rule))
        assert plans.make(tx, draft, "command")


def until(stage: Stage, moment: datetime) -> None:
    """Time passes, and everything happens when it is due."""
    while True:
        with stage.door.transaction(LINE) as tx:
            coming = handlers.fire_due(tx)
        with stage.owner.begin() as conn:
            moments.show(conn, min(coming or moment, moment))
        if coming is None or coming > moment:
            return


def rounds(stage: Stage) -> list[tuple[object, ...]]:
    return [tuple(row) for row in stage.rows("SELECT period, state, fired FROM round ORDER BY period")]


def told(stage: Stage) -> list[tuple[object, ...]]:
    """Who was told what of rounds, in order."""
    query = """SELECT s.code, n.kind FROM notice n JOIN staff s USING (party_id)
        WHERE n.round_id IS NOT NULL ORDER BY n.created_at"""
    return [tuple(row) for row in stage.rows(query)]


def test_a_missed_round_climbs_and_is_over_with_its_successor(stage: Stage) -> None:
    planned(stage)
    until(stage, at(2026, 11, 30, 9, 1))
    assert rounds(stage) == [(date(2026, 11, 30), "open", 0)]
    until(stage, at(2026, 12, 3, 17, 0))
    assert told(stage) == [("xingfuli-grid-02", "warned")]
    until(stage, at(2026, 12, 4, 17, 31))
    assert told(stage)[1:] == [("xingfuli-grid-02", "breached")]
    with stage.door.transaction(LINE) as tx:
        [late] = reads.listed(tx, "xingfu")
    assert (late.late, late.tasks, late.done) == (True, 1, 0)
    until(stage, at(2026, 12, 11, 17, 0))
    climbed = [who for who, kind in told(stage) if kind == "escalated"]
    assert len(climbed) == 1  # half of the week's working time after its end
    assert climbed == [ZHOU_GUILAN.worker], "the courtyard has no head of its own"
    until(stage, at(2026, 12, 11, 17, 31))
    assert [row[:2] for row in rounds(stage)] == [(date(2026, 11, 30), "missed"), (date(2026, 12, 7), "open")]
    assert stage.rows("SELECT state FROM round_task ORDER BY period") == [("missed",), ("open",)]
    texts = stage.texts(LI_HONGMEI.number)
    assert any("周走访（xingfuli-02，剩1处）超期" in text for text in texts), texts
    with stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in ("ROUND", "TIMER")] == []


def test_what_is_done_late_counts_and_presses_no_more(stage: Stage) -> None:
    planned(stage)
    until(stage, at(2026, 12, 5, 9, 0))
    with stage.door.transaction(LINE) as tx:
        who = by_code(tx, "xingfuli-grid-02")
        [task] = tx.conn.execute(sa.text("SELECT id FROM round_task")).scalars()
        said = Said(place="幸福里小区3号楼", outcome=NOTHING)
        assert visiting.report(tx, who, visiting.task_of(tx, task), said).id == "rounds.work.all_done"
    with stage.door.transaction(LINE) as tx:
        [counted] = reads.counts(tx, "xingfu")
        covered = coverage([counted], tx.now)
    assert (covered.yes, covered.of, counted.late) == ((counted.number,), (counted.number,), 1)
    until(stage, at(2026, 12, 7, 8, 0))
    assert [kind for _, kind in told(stage)] == ["warned", "breached"]


def test_two_weeks_without_a_planner_are_caught_up_with(stage: Stage) -> None:
    planned(stage)
    with stage.owner.begin() as conn:
        moments.show(conn, at(2026, 12, 22, 10, 0))
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)
    assert [row[:2] for row in rounds(stage)] == [
        (date(2026, 11, 30), "missed"),
        (date(2026, 12, 7), "missed"),
        (date(2026, 12, 14), "open"),
        (date(2026, 12, 21), "open"),
    ]
    assert set(told(stage)) == {("xingfuli-grid-02", "warned"), ("xingfuli-grid-02", "breached")}
    with stage.door.transaction(LINE) as tx:
        by_round = coverage_by(reads.counts(tx, "xingfu"), "number", tx.now).values()
    assert [(len(each.of), len(each.yes)) for each in by_round] == [(1, 0), (1, 0), (1, 0), (0, 0)]


def test_a_plan_that_has_ended_makes_no_more(stage: Stage) -> None:
    planned(stage, "FREQ=DAILY")
    until(stage, at(2026, 11, 24, 10, 30))
    with stage.door.transaction(LINE) as tx:
        [plan] = reads.plans(tx, "xingfu")
        assert plans.end(tx, plan.id)
        assert not plans.end(tx, plan.id)
        [draft] = plans.draft(tx, Wanted("weekly-round", GRID))  # another can follow
    until(stage, at(2026, 11, 30, 12, 0))
    assert [row[0] for row in rounds(stage)] == [date(2026, 11, 24)]
    assert draft.rule == "FREQ=WEEKLY;BYDAY=MO"
