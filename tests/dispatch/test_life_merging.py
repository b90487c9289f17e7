"""Merged into another case and taken out again: both know of each other, and no clock gains or loses."""

from datetime import timedelta

import pytest

from dispatch.acts.refusals import Refused
from dispatch.loop import visits
from dispatch.loop.verdicts import Answer
from tests.dispatch.looping import (
    LAMP,
    arrived,
    case,
    does,
    kinds,
    outbox_ids,
    question,
    running,
    says,
    sound,
    tell,
    to_found,
)  # fmt: skip
from tests.dispatch.test_life_leaving import act
from tests.stage import LINE, Stage

NEIGHBOUR = "+8613800000002"


def test_a_merged_case_hears_of_its_lead(stage: Stage) -> None:
    lead, merged = stage.text(LAMP), stage.text(LAMP, number=NEIGHBOUR)
    with pytest.raises(Refused) as no:
        act(stage, merged.case_id, "merge", lead=merged.number, why="同一盏灯")
    assert no.value.field == "lead"
    act(stage, merged.case_id, "merge", lead=lead.number, why="同一盏灯")
    assert (case(stage, merged).state, case(stage, merged).merged_into) == ("merged", lead.case_id)
    assert (kinds(stage, lead)[-1], kinds(stage, merged)[-1]) == ("merged_with", "merged")
    assert running(stage, merged) == {}
    assert lead.number in stage.texts(NEIGHBOUR)[-1]
    sound(stage)
    to_found(stage, lead)
    arrived(stage, tell(stage, lead, "灯已换好"))
    assert "灯已换好" in stage.texts(NEIGHBOUR)[-1]
    from dispatch.loop import submitting

    does(stage, submitting.submit, lead)
    says(stage, question(stage, lead), Answer.SATISFIED)
    assert case(stage, lead).state == "closed"
    assert len(outbox_ids(stage, "lead_closed")) == 1
    with pytest.raises(Refused):
        act(stage, merged.case_id, "merge", lead=lead.number, why="同一盏灯")
    sound(stage)


def test_taken_out_again_the_unit_goes_on_where_it_stopped(stage: Stage) -> None:
    lead, merged = stage.text(LAMP), stage.text(LAMP, number=NEIGHBOUR)
    does(stage, visits.sign, merged)
    before, promised = running(stage, merged), case(stage, merged).due_at
    stage.wind(timedelta(hours=1))
    act(stage, merged.case_id, "merge", lead=lead.number, why="同一盏灯")
    stage.wind(timedelta(hours=1))
    act(stage, merged.case_id, "unmerge", why="不是同一盏")
    row = case(stage, merged)
    assert (row.state, row.merged_into, row.closed_at) == ("dispatched", None, None)
    assert row.due_at == promised, "the promise to the resident stands"
    after = running(stage, merged)
    assert set(after) == {*before, "sign_for"}
    with stage.door.transaction(LINE) as tx:
        for step, due in before.items():
            gap = tx.calendar.working_time_between(due, after[step])
            assert timedelta(minutes=59) < gap < timedelta(minutes=61), f"{step}: the hour in which it was merged"
    assert len(outbox_ids(stage, "unmerged")) == 1
    sound(stage)
