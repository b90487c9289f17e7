from datetime import UTC, datetime

import pytest

from hotline.carriers.port import CarrierSilent, ListedCall, ListedText
from hotline.catchup import catch_up
from tests.hotline.shelf import Shelf
from tests.hotline.talking import Caller, Talker, all_cases, reports
from tests.stage import LINE, RESIDENT, Stage

SINCE = datetime(2026, 11, 24, tzinfo=UTC)
WHOLE = "幸福里小区3号楼2单元电梯坏了"


def listed_text(sid: str, body: str, sender: str = RESIDENT, to: str = LINE.number) -> ListedText:
    return ListedText(sid, sender, to, body, "received", to == LINE.number, None)


def listed_call(sid: str, status: str = "completed", caller: str = RESIDENT) -> ListedCall:
    return ListedCall(sid, caller, LINE.number, status, True, None)


def again(stage: Stage, shelf: Shelf) -> int:
    return catch_up(stage.door, shelf, [LINE], SINCE)


def test_texts_that_never_reached_us_are_taken_in_oldest_first_and_once(stage: Stage) -> None:
    shelf = Shelf(texts=[listed_text("SM2", "幸福里3号楼"), listed_text("SM1", "楼道灯不亮\x00")])
    assert again(stage, shelf) == 2
    (case,) = all_cases(stage)
    assert (case.category, case.building) == ("stairwell-light", "3")
    assert [(sid, role) for sid, role, _ in reports(stage)] == [("SM1", "matter"), ("SM2", "place")]
    assert again(stage, shelf) == 0
    assert stage.rows("SELECT count(*) FROM inbox WHERE answer IS NOT NULL") == [(2,)]


def test_what_reached_us_is_left_alone(stage: Stage) -> None:
    stage.text(WHOLE, sid="SM1")
    assert again(stage, Shelf(texts=[listed_text("SM1", WHOLE)])) == 0
    assert len(all_cases(stage)) == 1


def test_our_own_texts_and_other_lines_are_no_business_of_ours(stage: Stage) -> None:
    shelf = Shelf(
        texts=[
            listed_text("SM1", "已受理", LINE.number, RESIDENT),
            listed_text("SM2", WHOLE, to="+8610000000"),
        ]
    )
    assert again(stage, shelf) == 0


def test_who_called_in_vain_is_asked_by_text_once(stage: Stage) -> None:
    resident = Talker(stage)
    shelf = Shelf(calls=[listed_call("CA1"), listed_call("CA2", "in-progress")])
    assert again(stage, shelf) == 1
    (asked,) = resident.news()
    assert "热线故障" in asked
    assert again(stage, shelf) == 0
    assert stage.rows("SELECT sid, status, stage FROM call") == [("CA1", "completed", "ring")]
    resident.text(WHOLE)
    assert len(all_cases(stage)) == 1


@pytest.mark.parametrize("number", ["", "anonymous"])
def test_a_hidden_caller_is_noted(stage: Stage, number: str) -> None:
    assert again(stage, Shelf(calls=[listed_call("CA1", caller=number)])) == 1
    assert stage.rows("SELECT party_id FROM call") == [(None,)]


def test_who_stopped_texts_is_not_asked(stage: Stage) -> None:
    resident = Talker(stage)
    resident.text("退订")
    assert again(stage, Shelf(calls=[listed_call("CA1")])) == 1
    assert resident.news() == []


def test_a_call_that_was_spoken_with_is_not_missed(stage: Stage) -> None:
    caller = Caller(stage)
    caller.turn = 0  # its first turn never came
    caller.say(WHOLE)
    before = len(Talker(stage).news())
    assert again(stage, Shelf(calls=[listed_call(caller.sid)])) == 1
    assert len(stage.texts(RESIDENT)) == before


def test_a_list_that_cannot_be_read_is_said(stage: Stage) -> None:
    with pytest.raises(CarrierSilent):
        again(stage, Shelf(silent=True))
