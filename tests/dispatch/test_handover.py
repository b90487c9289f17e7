"""Another line is to take a matter over: the resident rings it now, and the case stays until somebody has it."""

from datetime import timedelta

import pytest

from dispatch.acts import doing
from dispatch.acts.refusals import Refused
from dispatch.due import handlers
from tests.dispatch.looping import LAMP, at_desk, case, kinds, outbox_ids, running, sound
from tests.people import LI_HONGMEI, LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage

DISPATCHER, HER = LU_SIYUAN.worker, LI_HONGMEI.worker


def act(stage: Stage, case_id: object, name: str, by: str = DISPATCHER, **said: str) -> None:
    with at_desk(stage, by) as (tx, who):
        doing.act(tx, who, case_id, name, (said, 10**6))  # type: ignore[arg-type]


def pass_time(stage: Stage, ahead: timedelta) -> None:
    stage.wind(ahead)
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)


def test_the_resident_is_told_to_ring_now_and_the_case_stays_as_it_was(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before, clocks = case(stage, taken), running(stage, taken)
    act(stage, taken.case_id, "hand-over", line="119", why="有明火")
    row = case(stage, taken)
    assert (row.state, row.unit_id, row.worker_id) == (before.state, before.unit_id, before.worker_id)
    assert running(stage, taken) == clocks
    assert "请您现在就打119" in stage.texts(RESIDENT)[-1]
    assert len(outbox_ids(stage, "holder")) == 1, "whoever has it knows that it is still theirs"
    with pytest.raises(Refused):
        act(stage, taken.case_id, "hand-over", line="110", why="再转一次")
    sound(stage)


def test_it_ends_once_somebody_says_who_took_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(Refused):
        act(stage, taken.case_id, "confirm-handover", why="还没转")
    act(stage, taken.case_id, "hand-over", line="110", why="有人斗殴")
    with pytest.raises(Refused):
        act(stage, taken.case_id, "confirm-handover", by=HER, why="不是我能确认的")
    act(stage, taken.case_id, "confirm-handover", why="派出所王警官 10:20 接手")
    row = case(stage, taken)
    assert (row.state, row.next_due_at, running(stage, taken)) == ("handed_over", None, {})
    assert kinds(stage, taken)[-2:] == ["handing_over", "handed_over"]
    assert "110" in stage.texts(RESIDENT)[-1]
    assert "接手" in stage.texts(RESIDENT)[-1]
    pass_time(stage, timedelta(hours=3))
    assert outbox_ids(stage, "unconfirmed") == []
    sound(stage)


def test_until_then_the_desks_are_reminded(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken.case_id, "hand-over", line="119", why="有明火")
    pass_time(stage, timedelta(minutes=10))
    assert outbox_ids(stage, "unconfirmed") == []
    pass_time(stage, timedelta(minutes=6))
    assert len(outbox_ids(stage, "unconfirmed")) == 1
    pass_time(stage, timedelta(days=4))
    assert len(outbox_ids(stage, "unconfirmed")) >= 2
    sound(stage)


def test_a_case_that_ends_otherwise_waits_for_nobody(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken.case_id, "hand-over", line="119", why="有明火")
    act(stage, taken.case_id, "withdraw", why="居民说不用了")
    pass_time(stage, timedelta(days=1))
    assert outbox_ids(stage, "unconfirmed") == []
    assert stage.rows("SELECT result FROM side WHERE kind = 'handover'")[0][0] == "case_over"
    sound(stage)
