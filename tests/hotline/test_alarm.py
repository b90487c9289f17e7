"""Danger by text (INV-DANGER): what saves is the first answer, the case stands at once, then the place is asked for."""

import pytest
import sqlalchemy as sa

from cases.danger import Danger
from cases.models import cases
from cases.phrases import LANGUAGES, Name
from cases.report import segments
from dispatch.matters.saving import receipt
from dispatch.models import outbox, unit
from tests.dispatch.sample import phrasebook
from tests.hotline.dangers import DANGERS
from tests.hotline.talking import Talker, all_cases
from tests.stage import Stage

GAS = "厨房里一股臭鸡蛋味，头晕得厉害"
WHERE = "在幸福里3号楼2单元"


@pytest.fixture
def resident(stage: Stage) -> Talker:
    return Talker(stage)


def held_by(stage: Stage) -> set[str]:
    """The units that hold the cases."""
    with stage.owner.connect() as conn:
        return set(conn.execute(sa.select(unit.c.code).join(cases, cases.c.unit_id == unit.c.id)).scalars())


def rung(stage: Stage) -> set[str]:
    """Whom an order call waits for or has reached, by the purpose of the calls."""
    with stage.door.transaction("xingfu") as tx:
        rows = tx.conn.execute(sa.select(outbox.c.purpose).where(outbox.c.channel == "call")).scalars()
        return set(rows)


@pytest.mark.parametrize(("words", "saves"), DANGERS.values(), ids=DANGERS)
def test_what_saves_is_the_first_answer_and_the_case_stands(resident: Talker, words: str, saves: str) -> None:
    (answer,) = resident.text(words)
    assert saves in answer
    assert "走访码" not in answer
    assert "查询码" not in answer
    (case,) = all_cases(resident.stage)
    assert (case.level, case.estate, case.road) == ("L1", None, None)
    assert held_by(resident.stage) == {"xingfu"}, "the duty desk has it while nobody knows where it is"
    assert "order_call" in rung(resident.stage)


def test_whoever_wants_to_die_is_given_no_number(resident: Talker) -> None:
    (answer,) = resident.text("活着没意思，我想跳楼")
    (case,) = all_cases(resident.stage)
    assert case.number not in answer
    assert "您不是一个人" in answer


def test_the_place_that_is_told_afterwards_brings_it_where_it_belongs(resident: Talker) -> None:
    resident.text(GAS)
    (answer,) = resident.text(WHERE)
    assert "幸福里小区3号楼2单元" in answer
    (case,) = all_cases(resident.stage)
    assert (case.estate, case.building, held_by(resident.stage)) == ("幸福里小区", "3", {"xingfuli"})


def test_another_cry_of_the_same_is_no_second_case(resident: Talker) -> None:
    resident.text(GAS)
    (answer,) = resident.text("煤气味越来越大了，快点啊")
    assert "离开" in answer
    assert len(all_cases(resident.stage)) == 1


def test_words_without_a_place_go_onto_it_and_the_place_is_asked_for_again(resident: Talker) -> None:
    resident.text(GAS)
    (answer,) = resident.text("我是租房子的")
    assert "小区" in answer
    assert len(all_cases(resident.stage)) == 1


def test_another_matter_meanwhile_is_one_of_its_own(resident: Talker) -> None:
    resident.text(GAS)
    resident.text("幸福里3号楼2单元楼道灯坏了")
    assert {case.category for case in all_cases(resident.stage)} == {"gas-smell", "stairwell-light"}


@pytest.mark.parametrize("how", ["补充 我闻到煤气味，头晕", "补充：家里煤气味很重"])
def test_danger_in_a_further_word_is_a_case_of_its_own(resident: Talker, how: str) -> None:
    resident.text("幸福里3号楼2单元楼道灯坏了")
    (answer,) = resident.text(how)
    assert "离开" in answer
    assert sorted(case.level for case in all_cases(resident.stage)) == ["L1", "L3"]


def test_danger_in_the_answer_where_is_heard(resident: Talker) -> None:
    resident.text("楼道灯不亮")
    (answer,) = resident.text("幸福里3号楼2单元，等等，隔壁着火了")
    assert "119" in answer
    (case,) = all_cases(resident.stage)
    assert (case.level, case.estate) == ("L1", "幸福里小区")


def test_a_place_in_the_first_words_is_not_asked_for(resident: Talker) -> None:
    (answer,) = resident.text("幸福里3号楼2单元着火了")
    assert "请回复在哪里" not in answer
    (case,) = all_cases(resident.stage)
    assert (held_by(resident.stage), case.estate) == ({"xingfuli"}, "幸福里小区")
    assert resident.text("谢谢") == []
    with resident.stage.door.transaction("xingfu") as tx:
        assert tx.conn.execute(sa.select(sa.func.count()).select_from(cases)).scalar_one() == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("danger", Danger)
def test_what_saves_fits_into_three_segments(danger: Danger, lang: str) -> None:
    office = Name("幸福里第二街道办事处", "Xingfuli Second Sub-district Office")
    for known in (True, False):
        text = phrasebook().say(receipt((danger,), office, "20261202-000123", place_known=known), lang)
        assert segments(text) <= 3, text
        assert ("12356" in text) is (danger is Danger.CRISIS)
        assert ("20261202" in text) is (danger is not Danger.CRISIS)
