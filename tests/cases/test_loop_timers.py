"""Beginning a promise that waited for its deed."""

from datetime import datetime, timedelta

import pytest

from cases import timers
from cases.clock.sla import due_at, parse_limit, warn_at
from cases.steps import Step
from cases.timers import Promise
from dispatch.transaction import Tx
from tests.dispatch.looping import LAMP, case, one, value
from tests.stage import LINE, Stage


@pytest.mark.parametrize("text", ["30 min", "2 h", "4 wh", "1 wd", "5 wd", "30 d"])
def test_a_waiting_promise_begins_as_if_it_had_been_made_just_then(stage: Stage, text: str) -> None:
    taken = stage.text(LAMP)
    limit = parse_limit(text)
    assert limit is not None
    stage.plant("DELETE FROM timer")
    stage.wind(timedelta(hours=10))  # Tuesday evening

    def begun(tx: Tx) -> datetime:
        timers.wait(tx, Promise(taken.case_id, Step.FINDING, 1, case(stage, taken).unit_id), limit)
        [(id_, state, due)] = tx.conn.exec_driver_sql("SELECT id, state, due_at FROM timer").all()
        assert (state, due) == ("waiting", None)
        return timers.begin(tx, id_, limit, tx.now)

    with stage.door.transaction(LINE) as tx:
        due, now = begun(tx), tx.now
        assert due == due_at(limit, now, tx.calendar)
        warn = warn_at(limit, now, due, tx.calendar)
        assert tx.next_firing == warn, "timers is woken for it"
    row = one(stage, "SELECT state, started_at, warn_at, due_at, fires_at, fired, ended_at FROM timer")
    assert tuple(row) == ("open", now, warn, due, warn, 0, None)
    assert now < warn < due


def test_only_the_one_that_is_meant_begins(stage: Stage) -> None:
    taken = stage.text(LAMP)
    limit = parse_limit("1 wd")
    assert limit is not None
    before = stage.rows("SELECT id, state, due_at FROM timer WHERE step <> 'finding' ORDER BY id")
    id_ = value(stage, "SELECT id FROM timer WHERE step = 'finding'")
    with stage.door.transaction(LINE) as tx:
        timers.begin(tx, id_, limit, tx.now)
    assert stage.rows("SELECT id, state, due_at FROM timer WHERE step <> 'finding' ORDER BY id") == before
    assert taken.number
