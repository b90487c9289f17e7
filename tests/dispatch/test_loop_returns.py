"""Returns: asked within their time and once, decided by a dispatcher, and nobody gains time by asking."""

from datetime import timedelta

import pytest

from cases.lifecycle import IllegalDeed
from dispatch import desk
from dispatch.duty import moves
from dispatch.loop import returns, visits
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.returns import CODES, Reason
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import NotYours
from dispatch.reports import UnknownCase, UnknownUnit
from tests.dispatch.looping import (
    HER,
    LAMP,
    at_desk,
    case,
    does,
    kinds,
    one,
    outbox_ids,
    running,
    says,
    snapshot,
    sound,
    to_asked,
    value,
)
from tests.dispatch.shifts import fire_all, holder
from tests.dispatch.test_side_supervising import act
from tests.people import LU_SIYUAN, MENG_HAITAO, SHEN_YUEHUA, WU_CHUNMEI
from tests.stage import Stage

SHE = LU_SIYUAN.worker


def uphold(stage: Stage, number: str, unit: str = "heping", why: str = "地点属和平", by: str = SHE) -> None:
    with at_desk(stage, by) as (tx, who):
        returns.uphold(tx, number, unit, why, who)


def reject(stage: Stage, number: str, why: str = "归楼院", by: str = SHE) -> None:
    with at_desk(stage, by) as (tx, who):
        returns.reject(tx, number, why, who)


def test_the_digits_are_the_reasons() -> None:
    assert [str(CODES[digit]) for digit in "12345"] == [
        "not_ours", "wrong_place", "unclear", "duplicate", "beyond_means",
    ]  # fmt: skip


def test_a_return_is_asked_in_its_time_and_signs_for_the_order(stage: Stage) -> None:
    taken = stage.text(LAMP)
    clocks = running(stage, taken)
    said = does(stage, returns.request, taken, Reason.NOT_OURS, "  属物业  ")
    assert said.id == "desk.work.return_asked"
    assert case(stage, taken).state == "return_pending"
    assert kinds(stage, taken)[-2:] == ["signed", "return_asked"]
    after = running(stage, taken)
    assert after.pop("return_review") > case(stage, taken).last_at
    assert after == {step: due for step, due in clocks.items() if step != "sign_for"}, "the clocks go on"
    assert len(outbox_ids(stage, "return_asked")) == 1, "a dispatcher is told"
    sound(stage)


def test_a_late_return_is_refused(stage: Stage) -> None:
    taken = stage.text(LAMP)  # on Tuesday at ten: until Wednesday, 17:30
    stage.wind(timedelta(days=1, hours=7, minutes=29))
    fire_all(stage)
    early = stage.text(LAMP)
    stage.wind(timedelta(minutes=2))
    fire_all(stage)
    said = does(stage, returns.request, taken, Reason.NOT_OURS)
    assert said.id == "desk.work.return_late"
    assert case(stage, taken).state == "in_progress"
    assert stage.rows("SELECT 1 FROM return_request") == []
    assert does(stage, returns.request, early, Reason.NOT_OURS).id == "desk.work.return_asked"
    sound(stage)


def test_a_return_in_the_last_minute_is_in_time(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.wind(timedelta(days=1, hours=7, minutes=29))
    fire_all(stage)
    assert does(stage, returns.request, taken, Reason.WRONG_PLACE).id == "desk.work.return_asked"


def test_another_person_of_the_unit_has_no_new_time_to_return(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.wind(timedelta(days=1, hours=7, minutes=20))
    fire_all(stage)
    with at_desk(stage) as (tx, _):
        moves.hand_on(tx, taken.case_id, "cannot")
    now = holder(stage, taken.number)
    assert now != HER
    stage.wind(timedelta(minutes=15))
    fire_all(stage)
    assert does(stage, returns.request, taken, Reason.NOT_OURS, by=now).id == "desk.work.return_late"


def test_a_second_return_after_a_rejection_is_refused(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.NOT_OURS)
    with pytest.raises(IllegalDeed):
        does(stage, returns.request, taken, Reason.NOT_OURS)
    reject(stage, taken.number)
    assert case(stage, taken).state == "in_progress"
    assert "return_review" not in running(stage, taken)
    assert len(outbox_ids(stage, "return_rejected")) == 1
    assert does(stage, returns.request, taken, Reason.BEYOND_MEANS).id == "desk.work.return_again"
    assert case(stage, taken).state == "in_progress"
    assert len(stage.rows("SELECT 1 FROM return_request")) == 1
    sound(stage)


def test_the_next_unit_may_ask_although_the_first_was_rejected(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.NOT_OURS)
    reject(stage, taken.number)
    with at_desk(stage) as (tx, _):
        desk.reroute(tx, taken.number, "heping", "属和平", "lu.siyuan")
    now = holder(stage, taken.number)
    assert does(stage, returns.request, taken, Reason.WRONG_PLACE, by=now).id == "desk.work.return_asked"
    sound(stage)


def test_decisions_that_cannot_be_are_refused_and_change_nothing(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(NothingToDecide):
        uphold(stage, taken.number)
    with pytest.raises(NothingToDecide):
        reject(stage, taken.number)
    does(stage, returns.request, taken, Reason.NOT_OURS)
    before = snapshot(stage)
    with pytest.raises(UnknownUnit):
        uphold(stage, taken.number, "nowhere")
    with pytest.raises(ValueError, match="name another unit"):
        uphold(stage, taken.number, "xingfuli-south")
    for why in ("", "  "):
        with pytest.raises(ValueError, match="why is empty"):
            uphold(stage, taken.number, why=why)
        with pytest.raises(ValueError, match="why is empty"):
            reject(stage, taken.number, why=why)
    with pytest.raises(UnknownCase):
        uphold(stage, "20261124-999999")
    for stranger in (HER, WU_CHUNMEI.worker, "caller-back", "verifier", "agent-1"):
        with pytest.raises(NotYours):
            uphold(stage, taken.number, by=stranger)
        with pytest.raises(NotYours):
            reject(stage, taken.number, by=stranger)
    assert snapshot(stage) == before


@pytest.mark.parametrize("by", [SHE, SHEN_YUEHUA.worker, MENG_HAITAO.worker, "leader"])
def test_who_decides_returns(stage: Stage, by: str) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.NOT_OURS)
    reject(stage, taken.number, by=by)
    row = one(stage, "SELECT decision, decided_by FROM return_request")
    assert tuple(row) == ("rejected", f"staff:{by}")
    with pytest.raises(NothingToDecide):
        uphold(stage, taken.number, by=by)


def test_an_upheld_return_gives_the_next_unit_its_whole_time(stage: Stage) -> None:
    taken = stage.text(LAMP)
    clocks, promised = running(stage, taken), case(stage, taken).due_at
    stage.wind(timedelta(days=1))
    fire_all(stage)
    does(stage, returns.request, taken, Reason.WRONG_PLACE)
    uphold(stage, taken.number)
    row, after = case(stage, taken), running(stage, taken)
    assert (row.state, row.due_at) == ("dispatched", promised), "the promise to the resident stands"
    assert set(after) == set(clocks)
    gained = {step: (after[step] - clocks[step]).days for step in clocks}
    assert gained == {"sign_for": 1, "first_contact": 1, "visit": 3, "told": 1}, "three working days end on Monday"
    assert kinds(stage, taken)[-3:] == ["return_upheld", "rerouted", "reason_given"]
    assert holder(stage, taken.number).startswith("heping")
    assert stage.rows("SELECT 1 FROM owed WHERE step = 'sign_for' AND done_at IS NOT NULL") == []
    assert len(outbox_ids(stage, "order")) == 2
    sound(stage)


def test_without_a_unit_the_one_above_has_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.BEYOND_MEANS)
    uphold(stage, taken.number, "")
    unit = value(stage, "SELECT u.code FROM cases c JOIN unit u ON u.id = c.unit_id")
    assert unit == "xingfuli"
    sound(stage)


@pytest.mark.parametrize("way", ["by hand", "adjudicated"])
def test_a_unit_that_gets_it_back_has_the_time_that_it_had_left(stage: Stage, way: str) -> None:
    taken = stage.text(LAMP)
    stage.wind(timedelta(hours=4))  # Tuesday, 14:00
    does(stage, visits.sign, taken)
    clocks = running(stage, taken)
    does(stage, returns.request, taken, Reason.WRONG_PLACE)
    uphold(stage, taken.number)
    stage.wind(timedelta(hours=2))  # two working hours with the other unit
    if way == "by hand":
        with at_desk(stage, SHE) as (tx, who):
            desk.reroute(tx, taken.number, "xingfuli-south", "本就属幸福里", who.actor)
    else:
        does(stage, returns.request, taken, Reason.WRONG_PLACE, by=holder(stage, taken.number))
        uphold(stage, taken.number, "xingfuli-south", "本就属幸福里")
        act(stage, taken, "adjudicate", by=SHEN_YUEHUA.worker, unit="xingfuli-south", why="楼道灯归楼院")
    after = running(stage, taken)
    with at_desk(stage) as (tx, _):
        for step in ("visit", "first_contact"):
            moved = tx.calendar.working_minutes_between(clocks[step], after[step])
            assert moved == pytest.approx(120, abs=1), step
    fire_all(stage)  # the resident hears once that others come
    sound(stage)


def test_a_case_that_is_done_again_is_not_given_back(stage: Stage) -> None:
    """Rework has no return: the table of limits gives it no time to ask."""
    taken = stage.text(LAMP)
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    with pytest.raises(IllegalDeed):
        does(stage, returns.request, taken, Reason.NOT_OURS)
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("rework", 2)
    assert stage.rows("SELECT 1 FROM return_request") == []
    assert outbox_ids(stage, "return_asked") == []
    sound(stage)


def test_a_case_that_is_done_again_is_not_given_back_after_nobody_made_contact(stage: Stage) -> None:
    """As above, where the resident's "nobody made contact" led it back to the unit."""
    taken = stage.text(LAMP)
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    says(stage, to_asked(stage, taken), Answer.NOT_CONTACTED)
    assert case(stage, taken).attempt == 2
    assert does(stage, returns.request, taken, Reason.NOT_OURS).id == "desk.work.return_rework"
    assert stage.rows("SELECT 1 FROM return_request") == []
