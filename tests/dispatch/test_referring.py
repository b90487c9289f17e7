"""The resident is told by text where to go or whom to call; the case goes on as it stands."""

import pytest

from cases.loop.deeds import standing
from dispatch.acts.refusals import Refused
from dispatch.people import parties
from dispatch.reads import possible
from dispatch.reports import Taken
from tests.dispatch.looping import LAMP, at_desk, case, kinds, sound
from tests.dispatch.test_life_leaving import act
from tests.people import LI_HONGMEI, LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage

AID = "滨河花园2号楼，想问低保怎么申请"
DISPATCHER = LU_SIYUAN.worker


def offers(stage: Stage, taken: Taken, by: str) -> bool:
    with at_desk(stage, by) as (tx, who):
        return "refer" in possible.possible(tx, who, standing(tx, taken.case_id).row)


def test_the_text_has_all_that_is_needed_to_go_there(stage: Stage) -> None:
    taken = stage.text(AID)
    before = case(stage, taken)
    act(stage, taken.case_id, "refer", refer_to="binhe-station")
    said = stage.texts(RESIDENT)[-1]
    for part in (
        taken.number,
        "滨河社区服务站",
        "滨河大道120号",
        "星期一至星期五 09:00–12:00 13:00–17:00",
        "021-55500003",
    ):
        assert part in said, said
    after = case(stage, taken)
    assert (after.state, after.worker_id, after.next_due_at) == (before.state, before.worker_id, before.next_due_at)
    assert kinds(stage, taken)[-1] == "referred"
    sound(stage)


def test_a_line_is_told_by_its_name_and_number(stage: Stage) -> None:
    taken = stage.text("春风苑2号楼我家被骗子诈骗了，要转账")
    act(stage, taken.case_id, "refer", refer_to="96110")
    assert "反诈专线 96110" in stage.texts(RESIDENT)[-1]


def test_it_is_offered_where_there_is_something_to_tell_and_somebody_to_tell_it(stage: Stage) -> None:
    aid, lamp = stage.text(AID), stage.text(LAMP, number="+8613800000066")
    assert offers(stage, aid, DISPATCHER)
    assert offers(stage, aid, "aid-desk"), "who has it"
    assert not offers(stage, aid, LI_HONGMEI.worker), "who has nothing to do with it"
    assert not offers(stage, lamp, DISPATCHER)
    for code in ("heping-station", "96110", "nowhere", ""):
        with pytest.raises(Refused) as no:
            act(stage, aid.case_id, "refer", refer_to=code)
        assert no.value.field == "refer_to"
    with pytest.raises(Refused):
        act(stage, lamp.case_id, "refer", refer_to="binhe-station")


def test_whoever_stopped_texts_gets_none(stage: Stage) -> None:
    taken = stage.text(AID)
    before = len(stage.texts(RESIDENT))
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)
    assert not offers(stage, taken, DISPATCHER)
    with pytest.raises(Refused):
        act(stage, taken.case_id, "refer", refer_to="binhe-station")
    assert len(stage.texts(RESIDENT)) == before
    assert not stage.rows("SELECT 1 FROM event WHERE kind = 'referred'"), "the record says what was done"
