"""The ways in which a case leaves: declined, handed over, taken back, void; by whom, and what is heard of it."""

import pytest

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from dispatch.acts import doing
from dispatch.acts.refusals import Refused
from dispatch.loop import visits
from dispatch.loop.who import NotYours
from tests.dispatch.looping import LAMP, at_desk, case, does, kinds, outbox_ids, running, sound, to_asked
from tests.people import LI_HONGMEI, LU_SIYUAN, SHEN_YUEHUA
from tests.stage import RESIDENT, Stage

DISPATCHER, SUPERVISOR, HER = (one.worker for one in (LU_SIYUAN, SHEN_YUEHUA, LI_HONGMEI))
LAST = 10**6


def act(stage: Stage, case_id: object, name: str, by: str = DISPATCHER, **said: str) -> None:
    """A deed of the table, as a page does it."""
    with at_desk(stage, by) as (tx, who):
        told = doing.act(tx, who, case_id, name, (said, LAST))  # type: ignore[arg-type]
        if told is not None:
            assert tx.say(told, "zh_CN")
            assert tx.say(told, "en")


WAYS = {
    "declined": ("decline", {"decline_reason": "beyond_remit", "why": "市政道路"}, "市政道路"),
    "withdrawn": ("withdraw", {"why": "自己修好了"}, "撤销"),
}


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("end", WAYS)
def test_a_case_that_leaves_owes_nothing_and_all_hear_of_it(stage: Stage, end: str, begun: bool) -> None:
    name, said, words = WAYS[end]
    taken = stage.text(LAMP)
    if begun:
        does(stage, visits.sign, taken)
    act(stage, taken.case_id, name, **said)
    row = case(stage, taken)
    assert (row.state, row.closing_kind, row.next_due_at) == (end, None, None)
    assert row.closed_at is not None
    assert running(stage, taken) == {}
    assert kinds(stage, taken)[-1] == end
    [text] = [text for text in stage.texts(RESIDENT) if words in text]
    assert taken.number in text
    assert len(outbox_ids(stage, "left")) == 1, "whoever had it"
    sound(stage)
    with pytest.raises(Refused):
        act(stage, taken.case_id, name, **said)


def test_another_line_is_named(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(Refused) as no:
        act(stage, taken.case_id, "hand-over", line="named", why="燃气公司的管道")
    assert no.value.field == "line_name"
    act(stage, taken.case_id, "hand-over", line="named", line_name="燃气热线 962777", why="燃气公司的管道")
    assert any("燃气热线 962777" in text for text in stage.texts(RESIDENT))


def test_a_line_of_the_district_is_told_by_its_name(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken.case_id, "hand-over", line="named", line_name="12345", why="市级部门的政策")
    assert any("市政务服务热线 12345" in text for text in stage.texts(RESIDENT))


def test_what_is_done_is_not_declined_any_more(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    from dispatch.life import leaving
    from dispatch.life.leaving_reasons import DeclineReason

    with pytest.raises(IllegalDeed), at_desk(stage, DISPATCHER) as (tx, who):
        leaving.decline(tx, who, standing(tx, taken.case_id, lock=True), DeclineReason.TOO_VAGUE, "说不清")
    with pytest.raises(NotYours), at_desk(stage, HER) as (tx, who):
        leaving.take_back(tx, who, standing(tx, taken.case_id, lock=True), "不要了")
    act(stage, taken.case_id, "withdraw", why="不想再说")
    assert case(stage, taken).state == "withdrawn"
    assert [row.state for row in stage.rows("SELECT state FROM question")] == ["void"]
    sound(stage)


def test_void_takes_two_people(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(Refused):
        act(stage, taken.case_id, "propose", kind="void", why="测试")
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="void", why="重复登记的测试")
    assert kinds(stage, taken)[-1] == "void_proposed"
    with pytest.raises(Refused):
        act(stage, taken.case_id, "approve", by=SUPERVISOR)
    act(stage, taken.case_id, "refuse", by="leader")
    assert case(stage, taken).state == "dispatched"
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="void", why="重复登记的测试")
    act(stage, taken.case_id, "approve", by="leader")
    assert (case(stage, taken).state, running(stage, taken)) == ("void", {})
    assert stage.rows("SELECT decision FROM approval ORDER BY proposed_at, id")[-1].decision == "approved"
    sound(stage)
