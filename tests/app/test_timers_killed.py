"""Two `timers` fire what falls due together; one is killed between the work and its commit. Nothing is lost, nothing
is done twice."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.many_timers import fill, timers, until
from tests.stage import Stage

CASES = 400
LEFT = "SELECT count(*) FROM timer WHERE state = 'open' AND fired = 0"


@pytest.mark.parametrize("point", ["commit.before", "commit.after"])
def test_a_kill_in_the_middle_loses_and_doubles_nothing(stage: Stage, tmp_path: Path, point: str) -> None:
    count = fill(stage, CASES, timedelta())
    dying = {"HOTLINE__REHEARSAL__CRASH_AT": f'{{"{point}": 4}}'}
    with timers(stage, tmp_path, dying, {}) as (first, second):
        until(stage, LEFT, 0)
        assert first.wait(30) == -9
        assert second.poll() is None
    fired = stage.rows(
        """SELECT t.fired, count(e.id), t.fires_at = t.due_at FROM timer t JOIN event e ON e.case_id = t.case_id
            AND e.kind = 'warned' AND e.canonical::json -> 'facts' ->> 'step' = t.step
        WHERE t.state = 'open' GROUP BY t.id"""
    )
    assert [tuple(row) for row in fired] == [(1, 1, True)] * count
    assert told(stage) == count
    assert (tmp_path / "log" / "crashed.log").read_text() == f"timers {point}\n"


def told(stage: Stage) -> int:
    """Of how many firings somebody is told, once each, by a text or the next digest."""
    notices = stage.rows("SELECT count(*), count(DISTINCT (case_id, message)) FROM notice WHERE kind = 'warned'")
    texts = stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'warned'")
    [(made, different)], [(sent,)] = notices, texts
    assert made == different
    return int(str(made)) + int(str(sent))
