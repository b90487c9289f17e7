"""What callers want of their own matters in the first words of a call; a person; and the ring-back of an empty call."""

from dataclasses import replace

import pytest

from dispatch.beside import ringbacks
from dispatch.beside.ringbacks import Reason, Result, RingBack
from hotline.events import TurnIn
from tests.dispatch.looping import at_desk
from tests.hotline.talking import Caller, Talker, all_cases, events
from tests.people import LI_HONGMEI, LU_SIYUAN
from tests.stage import LINE, Stage

WHOLE = "幸福里小区3号楼2单元电梯坏了"
LAMP = "幸福里小区5号楼楼道灯不亮"


@pytest.fixture
def caller(stage: Stage) -> Caller:
    return Caller(stage)


def waiting(stage: Stage) -> list[RingBack]:
    with stage.door.transaction(LINE) as tx:
        return list(ringbacks.waiting(tx))


def first(caller: Caller, words: str) -> str:
    caller.ring()
    return caller.say(words)


def dialed(caller: Caller, status: str, seconds: int | None = None) -> str:
    turn = TurnIn(LINE, caller.sid, 0, caller.number, dialed=status)
    return caller.next(replace(turn, dialed_seconds=seconds))


def test_the_matters_of_a_number_are_read_out_without_codes(caller: Caller) -> None:
    Talker(caller.stage).text(WHOLE)
    said = first(caller, "查一下我的事办得怎么样了")
    [case] = all_cases(caller.stage)
    assert " ".join(str(case.number)[:4]) in said
    assert "由幸福里" in said
    assert "<Hangup" in said
    caller.status("completed")
    assert waiting(caller.stage) == []
    assert len(all_cases(caller.stage)) == 1


def test_many_are_sent_by_text_too(caller: Caller) -> None:
    talker = Talker(caller.stage)
    for building in (1, 2, 3, 5):
        talker.text(f"幸福里小区{building}号楼楼道灯不亮")
    talker.news()
    assert "短信" in first(caller, "查进度")
    told = "".join(talker.news())
    assert all(case.number in told for case in all_cases(caller.stage))


def test_haste_opens_no_second_case(caller: Caller) -> None:
    Talker(caller.stage).text(WHOLE)
    assert "催" in first(caller, "我上次那个怎么还没人来")
    caller.status("completed")
    assert len(all_cases(caller.stage)) == 1
    assert "urged" in events(caller.stage)
    assert waiting(caller.stage) == []


def test_one_matter_ends_only_after_a_key(caller: Caller) -> None:
    Talker(caller.stage).text(WHOLE)
    asked = first(caller, "修好了，不用来了")
    assert "按1" in asked
    assert "<Gather" in asked
    assert all_cases(caller.stage)[0].state == "dispatched"
    assert "已经撤了" in caller.key("1")
    caller.status("completed")
    assert [case.state for case in all_cases(caller.stage)] == ["withdrawn"]


@pytest.mark.parametrize("no", ["2", ""])
def test_any_other_key_or_silence_keeps_it(caller: Caller, no: str) -> None:
    Talker(caller.stage).text(WHOLE)
    first(caller, "撤诉")
    answer = caller.key(no) if no else caller.silence()
    assert "不撤" in answer
    assert "<Gather" in answer
    assert all_cases(caller.stage)[0].state == "dispatched"


def test_another_matter_instead_of_a_key_is_heard(caller: Caller) -> None:
    Talker(caller.stage).text(WHOLE)
    first(caller, "撤诉")
    caller.say("和平一村2号楼垃圾没人收")
    assert [case.state for case in all_cases(caller.stage)] == ["dispatched", "dispatched"]


def test_danger_told_is_not_ended_by_a_key(caller: Caller) -> None:
    Talker(caller.stage).text("幸福里小区3号楼我不想活了")
    first(caller, "不用来了")
    assert "核实" in caller.key("1")
    assert all_cases(caller.stage)[0].state == "dispatched"


def test_of_several_which_is_asked_by_text(caller: Caller) -> None:
    talker = Talker(caller.stage)
    talker.text(WHOLE)
    talker.text(LAMP)
    talker.news()
    assert "短信" in first(caller, "我要撤诉")
    assert "撤诉 " in talker.news()[-1]


def test_with_nothing_open_the_call_goes_on(caller: Caller) -> None:
    said = first(caller, "我要撤诉")
    assert "没有在办" in said
    assert "<Gather" in said
    caller.say(WHOLE)
    assert len(all_cases(caller.stage)) == 1


def test_who_wants_a_person_is_connected(caller: Caller) -> None:
    said = first(caller, "转人工")
    assert "<Dial" in said
    assert "不要挂断" in said
    assert "<Hangup" in dialed(caller, "completed", 60)
    caller.status("completed")
    assert waiting(caller.stage) == []


def test_where_nobody_answers_a_message_is_taken_and_somebody_rings_back(caller: Caller) -> None:
    first(caller, "转人工")
    assert "<Record" in dialed(caller, "no-answer")
    caller.status("completed")
    [entry] = waiting(caller.stage)
    assert (entry.reason, entry.times) == (Reason.ASKED, 1)


def test_a_person_may_be_asked_for_after_the_matter_was_told(caller: Caller) -> None:
    caller.ring()
    caller.say("电梯坏了")
    assert "<Dial" in caller.say("转人工")
    caller.status("completed")
    [case] = all_cases(caller.stage)
    assert case.category == "lift"


def test_an_empty_call_leaves_one_entry_however_often_and_a_person_closes_it(caller: Caller) -> None:
    stage = caller.stage
    for _ in range(2):
        call = Caller(stage)
        call.ring()
        call.status("completed")
        call.status("completed")
    [entry] = waiting(stage)
    assert (entry.reason, entry.times, entry.reported) == (Reason.EMPTY, 2, "")
    with pytest.raises(Exception, match=r"[Nn]ot|worker"), at_desk(stage, LI_HONGMEI.worker) as (tx, who):
        ringbacks.number(tx, who, entry.id)
    with at_desk(stage, LU_SIYUAN.worker) as (tx, who):
        assert ringbacks.number(tx, who, entry.id) == caller.number
        ringbacks.end(tx, who, entry.id, Result.REACHED)
    assert stage.rows("SELECT actor FROM ring_back_look")[0][0] == f"staff:{LU_SIYUAN.worker}"
    assert waiting(stage) == []


def test_a_call_that_said_or_recorded_something_leaves_none(caller: Caller) -> None:
    caller.ring()
    caller.say("电梯坏了")
    caller.status("completed")
    other = Caller(caller.stage, "+8613800000002")
    other.ring()
    other.key("0")
    other.record("RE" + "c" * 32, 7)
    other.status("completed")
    assert waiting(caller.stage) == []
    assert len(all_cases(caller.stage)) == 2


def test_whoever_told_a_case_since_is_shown_with_it(caller: Caller) -> None:
    caller.ring()
    caller.status("completed")
    Talker(caller.stage).text(WHOLE)
    [entry] = waiting(caller.stage)
    assert entry.reported == all_cases(caller.stage)[0].number
