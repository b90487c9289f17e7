"""Several matters in one text, a text that says nothing, a correction: what residents hear."""

import pytest

from cases.report import segments
from hotline.commands import Correct, read
from tests.hotline.talking import Talker, all_cases
from tests.stage import Stage

PLACE = "幸福里小区3号楼2单元"
TWO = f"{PLACE}楼道灯坏了。另外门口垃圾桶满了没人收"


@pytest.fixture
def resident(stage: Stage) -> Talker:
    return Talker(stage)


def test_two_matters_are_two_cases_with_one_receipt(resident: Talker) -> None:
    (receipt,) = resident.text(TWO)
    first, second = sorted(all_cases(resident.stage), key=lambda case: case.number)
    assert {first.category, second.category} == {"stairwell-light", "rubbish-overflow"}
    assert first.number in receipt
    assert second.number in receipt
    assert "更正 2" in receipt
    assert segments(receipt) <= 3
    assert first.told_with == second.told_with is not None
    assert (first.estate, second.estate) == (first.estate, first.estate)
    orders = resident.stage.rows("SELECT count(DISTINCT case_id) FROM outbox WHERE purpose = 'order'")
    assert orders == [(2,)]


def test_the_first_has_all_the_words_and_each_other_those_that_tell_it(resident: Talker) -> None:
    resident.text(TWO)
    first, second = sorted(all_cases(resident.stage), key=lambda case: case.number)
    own = {"stairwell-light": "楼道灯", "rubbish-overflow": "垃圾桶"}
    assert all(words in first.summary for words in own.values())
    assert own[second.category] in second.summary
    assert own[first.category] not in second.summary


def test_a_correction_names_its_place_in_the_receipt(resident: Talker) -> None:
    resident.text(TWO)
    second = max(all_cases(resident.stage), key=lambda case: case.number)
    (answer,) = resident.text("更正 2 不是垃圾桶，是大件家具")
    assert second.number in answer
    lane = [case.number for case in all_cases(resident.stage) if case.triage == "correction"]
    assert lane == [second.number]
    told = resident.stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'correction'")
    assert told == [(1,)]


def test_what_says_nothing_is_asked_for_and_then_closed_without_a_word_to_any_worker(resident: Talker) -> None:
    for _ in range(2):
        (question,) = resident.text("你好")
        assert "编号" not in question
    (receipt,) = resident.text("在吗")
    (case,) = all_cases(resident.stage)
    assert (case.state, case.triage) == ("to_dispatch", "unclear")
    assert case.number in receipt
    staff = resident.stage.rows("SELECT count(*) FROM outbox o JOIN staff s ON s.party_id = o.party_id")
    assert staff == [(0,)]


@pytest.mark.parametrize("words", ["请问办居住证要带什么材料", "建议在小区多装几个充电桩"])
def test_what_needs_no_place_is_taken_at_once(resident: Talker, words: str) -> None:
    (receipt,) = resident.text(words)
    (case,) = all_cases(resident.stage)
    assert case.number in receipt


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("更正", Correct()),
        ("更正 2", Correct("", 2)),
        ("更正2", Correct("", 2)),
        ("更正 第2件 不是漏水", Correct("不是漏水", 2)),
        ("更正：不是漏水，是停水", Correct("不是漏水，是停水")),
        ("更正 3号楼，不是5号楼", Correct("3号楼，不是5号楼")),
        ("更正 20261124-000001 是3号楼", Correct("是3号楼", 0, "20261124-000001")),
        ("correct 2", Correct("", 2)),
        ("correct", Correct()),
        ("correct me if I am wrong, the lamp is out", None),
    ],
)
def test_the_word_for_a_correction(text: str, wanted: Correct | None) -> None:
    assert read(text) == wanted
