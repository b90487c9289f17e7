"""INV-REVEAL: a look at an identity is recorded before it is shown; who may, and what they see."""

import pytest

from cases.loop.deeds import standing
from dispatch.loop import visits
from dispatch.loop.who import NotYours
from dispatch.people import reveal
from dispatch.people.reveal import Contact, Look
from tests.dispatch.looping import HER, anonymous, at_desk, does, kinds, snapshot
from tests.people import LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import RESIDENT, Stage

DISPATCHER = LU_SIYUAN.worker
AT_HOME = "幸福里小区3号楼2单元502室下水道堵了"


def test_the_look_stands_in_the_history_with_its_reason(stage: Stage) -> None:
    taken = stage.text(AT_HOME)
    with at_desk(stage, DISPATCHER) as (tx, who):
        assert reveal.reveal(tx, who, taken.case_id, " 回电给13812345678 ") == Contact("", RESIDENT, "502")
        [look] = reveal.looks(tx, taken.case_id)
        assert look == Look(tx.now, f"staff:{DISPATCHER}", "contact", look.why)
        assert "13812345678" not in look.why
    assert kinds(stage, taken)[-1] == "revealed"


@pytest.mark.parametrize(
    ("code", "may"),
    [
        (DISPATCHER, True), (SHEN_YUEHUA.worker, True), ("caller-back", True), ("agent-1", True), ("duty_desk", True),
        (HER, False), (ZHANG_AIMIN.worker, False), (WU_CHUNMEI.worker, False), ("verifier", False),
    ],
)  # fmt: skip
def test_who_may_look(stage: Stage, code: str, may: bool) -> None:
    taken = stage.text(AT_HOME)
    before = snapshot(stage)
    with at_desk(stage, code) as (tx, who):
        assert reveal.may_reveal(tx, who, standing(tx, taken.case_id)) == may
    if not may:
        with pytest.raises(NotYours), at_desk(stage, code) as (tx, who):
            reveal.reveal(tx, who, taken.case_id, "想看看")
        assert snapshot(stage) == before


def test_whoever_holds_it_may_once_they_have_signed(stage: Stage) -> None:
    taken = stage.text(AT_HOME)
    with pytest.raises(NotYours), at_desk(stage) as (tx, who):
        reveal.reveal_door(tx, who, taken.case_id)
    does(stage, visits.sign, taken)
    with at_desk(stage) as (tx, who):
        assert reveal.reveal(tx, who, taken.case_id, "上门前联系").number == RESIDENT
        assert reveal.reveal_door(tx, who, taken.case_id) == "502"
        assert [look.what for look in reveal.looks(tx, taken.case_id)] == ["door", "contact"]
    with pytest.raises(NotYours), at_desk(stage, DISPATCHER) as (tx, who):
        reveal.reveal_door(tx, who, taken.case_id)


def test_no_look_without_a_reason(stage: Stage) -> None:
    taken = stage.text(AT_HOME)
    with pytest.raises(ValueError, match="why is empty"), at_desk(stage, DISPATCHER) as (tx, who):
        reveal.reveal(tx, who, taken.case_id, "  ")
    assert "revealed" not in kinds(stage, taken)


def test_where_nobody_is_known_nothing_is_shown(stage: Stage) -> None:
    taken = anonymous(stage)
    with at_desk(stage, DISPATCHER) as (tx, who):
        assert reveal.reveal(tx, who, taken.case_id, "看看是谁") == Contact("", "", "")
    does(stage, visits.sign, taken)
    with at_desk(stage) as (tx, who):
        assert reveal.reveal_door(tx, who, taken.case_id) == ""
    assert kinds(stage, taken).count("revealed") == 1, "where no door was named none was told"
