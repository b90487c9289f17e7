"""A year of rounds for forty grids under a hand-moved clock, with fifty restarts and two planners."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Thread

import pytest
import sqlalchemy as sa

from app.phrasebook import Catalogues
from cases.clock.workdays import DayKind
from dispatch.calendar import versions
from dispatch.calendar.changing import with_day
from dispatch.calendar.table import DayTable
from dispatch.calendar.versions import Made, Source
from dispatch.due import handlers, moments
from dispatch.figures.rounds import coverage, coverage_by
from dispatch.reads import checks
from dispatch.rounds import plans, reads
from dispatch.rounds.plans import Wanted
from dispatch.transaction import Door
from tests.stage import LINE, MORNING, Stage

FIRST, LAST = date(2026, 11, 30), date(2027, 11, 29)
RESTARTS = 50
# The weeks without a single working day: none in the year that is not published yet, so one is planted.
CLOSED = [date(2027, 2, 8) + timedelta(days=n) for n in range(7)]


class Crash(Exception):
    """A process that dies in the middle."""


def opened(stage: Stage) -> Door:
    """A process after a restart: it remembers nothing."""
    return Door(sa.create_engine(stage.database.url), stage.vault, Catalogues, lambda who, at: None)


def show(stage: Stage, at: datetime) -> None:
    with stage.owner.begin() as conn:
        moments.show(conn, at)


def planners(doors: list[Door]) -> None:
    """Both at once, until neither finds anything due."""

    def work(door: Door) -> None:
        while True:
            with door.transaction(LINE) as tx:
                if not handlers.fire_some(tx):
                    return

    threads = [Thread(target=work, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def crash(door: Door) -> None:
    """Some of what is due is done, and the process dies before it commits."""
    with pytest.raises(Crash), door.transaction(LINE) as tx:
        for _ in range(3):
            handlers.fire_next(tx)
        raise Crash


def visits(stage: Stage, random: Random) -> None:
    """In most grids everything that is open is done; the others are left to be chased."""
    grids = [f"{row[0]}" for row in stage.rows("SELECT DISTINCT grid FROM round WHERE state = 'open'")]
    chosen = sorted(grid for grid in grids if random.random() < 0.95)
    stage.plant(
        """WITH gone AS (SELECT r.id FROM round r WHERE r.state = 'open' AND r.grid = ANY(:grids)),
        done AS (UPDATE round_task t SET state = 'done', visited_at = now() + k.ahead, grade = 'place',
          found_at = now() + k.ahead, outcome = 'nothing', ended_at = now() + k.ahead
          FROM clock k WHERE t.round_id IN (SELECT id FROM gone) AND t.state = 'open' RETURNING t.*),
        proven AS (INSERT INTO round_result (id, office_id, task_id, kind, at, actor, facts)
          SELECT gen_random_uuid(), office_id, id, 'visited', visited_at, 'staff:test', '{}' FROM done),
        ended AS (UPDATE errand SET state = 'done' WHERE kind = 'round_presses' AND state = 'open'
          AND ref IN (SELECT id FROM gone))
        UPDATE round r SET state = 'done', ended_at = now() + k.ahead FROM clock k
        WHERE r.id IN (SELECT id FROM gone)""",
        grids=chosen,
    )


def days() -> Iterator[datetime]:
    """When the processes of the year look: every Monday and Wednesday at eleven, and the first of each month; twice
    they stand still for two weeks."""
    day = MORNING
    while day < datetime(2027, 11, 29, 0, 0, tzinfo=UTC):
        stopped = date(2027, 3, 22) <= day.date() < date(2027, 4, 7) or date(2027, 8, 2) <= day.date() < date(
            2027, 8, 18
        )
        if not stopped and (day.weekday() in (0, 2) or day.day == 1):
            yield day.replace(hour=3)
        day += timedelta(days=1)


def mondays() -> list[date]:
    return [FIRST + timedelta(weeks=n) for n in range((LAST - FIRST).days // 7)]


def firsts() -> list[date]:
    return [date(2026 + (11 + n) // 12, (11 + n) % 12 + 1, 1) for n in range(12)]


def make_plans(stage: Stage) -> Counter[str]:
    """A weekly round and a monthly inspection for each grid; how many places each kind visits in all."""
    places: Counter[str] = Counter()
    with stage.door.transaction(LINE) as tx:
        for template in ("weekly-round", "monthly-inspection"):
            drafts = plans.draft(tx, Wanted(template))
            assert len(drafts) == 40
            assert all(plans.make(tx, each, "command") for each in drafts)
            places[template] = sum(len(each.places) for each in drafts)
            assert plans.draft(tx, Wanted(template)) == ()
    return places


def close(stage: Stage) -> None:
    """Nobody works in a week of February."""

    def changed(table: DayTable) -> DayTable:
        for day in CLOSED:
            table = with_day(table, day, DayKind.OFF, "storm")
        return table

    with stage.door.transaction(LINE) as tx:
        assert versions.edit(tx, changed, Made(Source.EDIT, "storm", "test"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_year_of_rounds(stage: Stage) -> None:
    close(stage)
    places = make_plans(stage)
    doors = [opened(stage), opened(stage)]
    try:
        live(stage, doors)
    finally:
        for door in doors:
            door.engine.dispose()
    told(stage, places)


def live(stage: Stage, doors: list[Door]) -> None:
    """The year; whoever is restarted dies in the middle of what is due."""
    random, restarts = Random(6), 0
    for at in days():
        show(stage, at)
        if restarts < RESTARTS:
            crash(doors[restarts % 2])
            doors[restarts % 2].engine.dispose()
            doors[restarts % 2] = opened(stage)
            restarts += 1
        planners(doors)
        if at.weekday() == 2:
            visits(stage, random)
    assert restarts == RESTARTS


def told(stage: Stage, places: Counter[str]) -> None:
    """Each task of each period once, none for the week without a working day; and what the figures say of them."""
    made = Counter(
        {
            (row[0], row[1]): row[2]
            for row in stage.rows(
                """SELECT p.template, t.period, count(*) FROM round_task t JOIN round_plan p ON p.id = t.plan_id
                GROUP BY p.template, t.period"""
            )
        }
    )
    expected = {("weekly-round", day): places["weekly-round"] for day in mondays() if day != CLOSED[0]}
    expected |= {("monthly-inspection", day): places["monthly-inspection"] for day in firsts()}
    assert made == expected
    [(tasks, different)] = stage.rows("SELECT count(*), count(DISTINCT (plan_id, period, target_id)) FROM round_task")
    assert tasks == different == sum(expected.values())
    with stage.door.transaction(LINE) as tx:
        counted = reads.counts(tx, "xingfu")
        broken = [row for row in checks.broken(tx) if row.name in ("ROUND", "TIMER")]
        now = tx.now
    whole = coverage(counted, now)
    [(due, done)] = stage.rows(
        """SELECT count(*), count(*) FILTER (WHERE state = 'done') FROM round_task, clock
        WHERE due_at <= now() + ahead"""
    )
    assert (len(whole.of), len(whole.yes)) == (due, done)
    for name in ("committee", "unit", "grid"):
        parts = coverage_by(counted, name, now).values()
        assert sum(len(part.yes) for part in parts) == done
        assert sum(len(part.of) for part in parts) == due
    assert 0 < done < due
    assert broken == []
