"""The warning that the calendar ends: sixty days before, once for a year, to the supervisors."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.clock.workdays import DayKind
from cases.pen import read_content
from dispatch.calendar import ending, entering
from dispatch.calendar.changing import Stretch
from dispatch.calendar.entering import Change
from dispatch.calendar.versions import Made, Source
from dispatch.due import errands, moments
from dispatch.due.handlers import HANDLERS
from dispatch.transaction import Tx
from tests.dispatch.test_calendar_table import at, notice_of
from tests.stage import LINE, Stage

DEC = datetime(2026, 12, 24, tzinfo=UTC).date()


def enter(stage: Stage, change: Change) -> None:
    with stage.door.transaction(LINE) as tx:
        assert entering.enter(tx, change, Made(Source.NOTICE, "n.csv", "boss")) is not None


def run(stage: Stage) -> None:
    """What `timers` does that is due now."""
    doing = True
    while doing:
        with stage.door.transaction(LINE) as tx:
            doing = errands.do_next(tx, HANDLERS)


def told(stage: Stage) -> list[str]:
    with stage.door.transaction(LINE) as tx:
        rows = stage.rows("SELECT content_id FROM outbox WHERE purpose = 'calendar_ends' ORDER BY created_at, id")
        return [read_content(tx, row.content_id) for row in rows]  # type: ignore[arg-type]


def promised(stage: Stage) -> list[datetime]:
    rows = stage.rows("SELECT fires_at FROM errand WHERE kind = 'calendar_ends' AND state = 'open'")
    return [row.fires_at for row in rows]  # type: ignore[misc]


def promise(tx: Tx) -> None:
    ending.promise(tx, tx.day_table)


def test_supervisors_are_told_once_for_a_year_and_the_next_year_is_promised(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        supervisors = [w for w in tx.district.workers_of("xingfu") if w.role in ending.SUPERVISORS]
        promise(tx)
        promise(tx)
    assert len(promised(stage)) == 1
    run(stage)
    texts = told(stage)
    assert len(texts) == len(supervisors) > 0
    assert "2026-12-31" in texts[0]
    enter(stage, entering.of_day(DEC, DayKind.OFF, "own"))
    run(stage)
    assert told(stage) == texts, "once for a year, whatever else changes"
    enter(stage, entering.of_notice(notice_of(2027), whole=True))
    assert promised(stage) == [datetime(2027, 11, 1, 1, tzinfo=UTC)]
    stage.wind(promised(stage)[0] - datetime(2026, 11, 24, 2, tzinfo=UTC))
    run(stage)
    assert len(told(stage)) == 2 * len(supervisors)
    assert "2027-12-31" in told(stage)[-1]


def test_an_office_that_was_only_told_of_its_calendar_is_still_fresh(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        promise(tx)
    run(stage)
    assert told(stage)
    with stage.door.transaction(LINE) as tx:
        moments.set_back(tx, tx.now - timedelta(days=2))
    stage.text("你好")
    with pytest.raises(moments.NotFresh), stage.door.transaction(LINE) as tx:
        moments.set_back(tx, tx.now - timedelta(days=2))


def test_a_year_that_was_entered_in_time_needs_no_warning(stage: Stage) -> None:
    stage.wind(timedelta(days=-60))
    with stage.door.transaction(LINE) as tx:
        promise(tx)
    assert promised(stage) == [datetime(2026, 11, 2, 1, tzinfo=UTC)]
    enter(stage, entering.of_notice(notice_of(2027), whole=True))
    stage.wind(timedelta(days=60))
    run(stage)
    assert told(stage) == []
    assert datetime(2027, 11, 1, 1, tzinfo=UTC) in promised(stage)


def test_a_closure_keeps_who_made_it_and_why(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        change = entering.of_closure(tx, Stretch(at("2026-11-24T13:00"), at("2026-11-24T17:30"), "binhe"), "停电")
        made = Made(Source.CLOSURE, "停电", "boss")
        version = entering.enter(tx, change, made)
    assert version is not None
    [row] = stage.rows("SELECT source, why, made_by FROM calendar_version WHERE number = :n", n=version.number)
    assert tuple(row) == ("closure", "停电", "boss")
    with stage.door.transaction(LINE) as tx:
        assert tx.calendar.windows_on(at("2026-11-24T13:00").date()) != tx.hours(1).units["binhe"].windows_on(
            at("2026-11-24T13:00").date()
        )
