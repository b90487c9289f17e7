"""A case is given to one person of its unit by somebody who answers for it; every clock goes on."""

from datetime import timedelta

import pytest

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from dispatch.duty import giving
from dispatch.loop.who import NotYours
from tests.dispatch.looping import HER, LAMP, at_desk, case, kinds, running, snapshot, sound, to_closed
from tests.people import LU_SIYUAN, WANG_DESHUN, WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import Stage

DISPATCHER, LIAISON = LU_SIYUAN.worker, WU_CHUNMEI.worker


@pytest.mark.parametrize("by", [DISPATCHER, LIAISON])
def test_the_new_person_gets_the_order_and_the_clocks_go_on(stage: Stage, by: str) -> None:
    taken = stage.text(LAMP)
    before = running(stage, taken)
    stage.wind(timedelta(hours=3))
    with at_desk(stage, by) as (tx, who):
        given = giving.give(tx, taken.case_id, ZHANG_AIMIN.worker, "李红梅在开会", who)
        assert given.row.worker_id == tx.district.worker(ZHANG_AIMIN.worker).id  # type: ignore[union-attr]
    assert running(stage, taken) == before
    assert kinds(stage, taken)[-2:] == ["moved", "reason_given"]
    assert taken.number in stage.texts(ZHANG_AIMIN.number)[-1]
    assert len(stage.texts("+8613900000032")) >= 1
    sound(stage)


def test_only_those_of_the_unit_who_are_there_are_offered(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with at_desk(stage, DISPATCHER) as (tx, who):
        codes = [worker.code for worker in giving.people(tx, standing(tx, taken.case_id))]
        assert HER not in codes
        assert WANG_DESHUN.worker not in codes
        assert codes == [ZHANG_AIMIN.worker]
        for code in (HER, WANG_DESHUN.worker, "nobody"):
            with pytest.raises(giving.UnknownPerson):
                giving.give(tx, taken.case_id, code, "换人", who)


def test_nobody_else_gives_and_nothing_without_a_reason(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = snapshot(stage)
    with pytest.raises(NotYours), at_desk(stage, HER) as (tx, who):
        giving.give(tx, taken.case_id, ZHANG_AIMIN.worker, "我不想去", who)
    with pytest.raises(ValueError, match="why is empty"), at_desk(stage, DISPATCHER) as (tx, who):
        giving.give(tx, taken.case_id, ZHANG_AIMIN.worker, " ", who)
    assert snapshot(stage) == before


def test_what_is_over_is_given_to_nobody(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    assert case(stage, taken).state == "closed"
    with pytest.raises(IllegalDeed), at_desk(stage, DISPATCHER) as (tx, who):
        giving.give(tx, taken.case_id, ZHANG_AIMIN.worker, "换人", who)
