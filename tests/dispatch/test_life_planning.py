"""What two people close otherwise: planned for a date on which it opens again, partly solved, settled."""

from datetime import timedelta

import pytest

from dispatch.acts.refusals import Refused
from dispatch.due.handlers import fire_due
from dispatch.loop import visits
from tests.dispatch.looping import LAMP, at_desk, case, does, kinds, outbox_ids, running, sound, to_asked, to_second_no
from tests.dispatch.test_life_leaving import SUPERVISOR, act
from tests.stage import RESIDENT, Stage


def test_what_is_planned_opens_on_its_date(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    for until in ("", "2026-11-20", "明年"):
        with pytest.raises(Refused) as no:
            act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="planned", until=until, why="等春季施工")
        assert no.value.field == "until"
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="planned", until="2027-03-01", why="等春季施工")
    act(stage, taken.case_id, "approve", by="leader")
    row = case(stage, taken)
    assert (row.state, row.closing_kind, running(stage, taken)) == ("closed", "planned", {})
    assert any("已列入计划，2027年3月1日 再办" in text for text in stage.texts(RESIDENT))
    sound(stage)
    stage.wind(timedelta(days=60))
    with at_desk(stage) as (tx, _):
        fire_due(tx)
    assert case(stage, taken).state == "closed", "neither archived nor opened before its date"
    stage.wind(timedelta(days=37))
    with at_desk(stage) as (tx, _):
        fire_due(tx)
    row = case(stage, taken)
    assert (row.state, row.attempt, row.closing_kind) == ("rework", 2, None)
    assert "reopened" in kinds(stage, taken)
    assert len(outbox_ids(stage, "planned_now")) == 1
    sound(stage)


@pytest.mark.parametrize("kind", ["partly_solved", "settled_by_residents"])
def test_two_people_close_what_is_not_whole(stage: Stage, kind: str) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(Refused) as no:
        act(stage, taken.case_id, "propose", by=SUPERVISOR, kind=kind, why="邻里已商定")
    assert no.value.field == "kind", "nobody has begun"
    to_asked(stage, taken)
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind=kind, why="邻里已商定")
    act(stage, taken.case_id, "approve", by="leader")
    assert (case(stage, taken).state, case(stage, taken).closing_kind) == ("closed", kind)
    assert len(outbox_ids(stage, f"closed_{kind}")) == 1
    sound(stage)


def test_a_second_no_is_closed_as_before(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="explained", why="属业主产权")
    act(stage, taken.case_id, "approve", by="leader")
    assert case(stage, taken).closing_kind == "explained"
    sound(stage)
