"""Corrections: what a case is about is put right, and rules, clocks, holders and the resident follow."""

from datetime import timedelta

import pytest

from cases.loop.deeds import standing
from dispatch.acts import doing
from dispatch.acts.refusals import Refused
from dispatch.reads.matters.lessons import lessons
from dispatch.reports import Taken
from tests.dispatch import looping as L
from tests.dispatch.shifts import holder
from tests.dispatch.test_clock_story import agreed
from tests.dispatch.test_life_holds import DISPATCHER, LIAISON
from tests.stage import LINE, Stage


def correct(stage: Stage, taken: Taken, by: str = DISPATCHER, **values: str) -> object:
    """Somebody corrects a case as the page does."""
    with L.at_desk(stage, by) as (tx, who):
        seen = standing(tx, taken.case_id).row.last_seq
        return doing.act(tx, who, taken.case_id, "correct", ({"why": "听错了", **values}, seen))


def test_a_tighter_level_counts_from_when_it_is_said_and_the_promise_from_receipt(stage: Stage) -> None:
    taken = stage.text(L.LAMP)  # L3
    before, row = L.running(stage, taken), L.case(stage, taken)
    stage.wind(timedelta(hours=6))
    correct(stage, taken, level="L2")
    after, now = L.running(stage, taken), L.case(stage, taken)
    assert now.level == "L2"
    assert now.due_at == row.received_at + timedelta(hours=24)
    [said] = stage.rows("SELECT at FROM event WHERE case_id = :id AND kind = 'corrected'", id=taken.case_id)
    assert after["visit"] == said.at + timedelta(hours=4)
    assert after["first_contact"] == said.at + timedelta(hours=1), "nobody is late by what they had not been told"
    assert after["visit"] != before["visit"]
    assert L.kinds(stage, taken)[-1] != "rerouted"
    agreed(stage, taken)
    L.sound(stage)


def test_another_place_gives_another_unit_full_targets_and_the_promise_stands(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    row = L.case(stage, taken)
    correct(stage, taken, place="和平一村3号楼2单元")
    now = L.case(stage, taken)
    assert (now.estate, now.building, now.entrance) == ("和平一村", "3", "2")
    assert now.unit_id != row.unit_id
    assert holder(stage, taken.number).startswith("heping-grid")
    assert now.due_at == row.due_at, "the promise to the resident stands"
    [moved] = stage.rows("SELECT at FROM event WHERE case_id = :id AND kind = 'rerouted'", id=taken.case_id)
    begun = stage.rows("SELECT step, started_at FROM timer WHERE case_id = :id AND state = 'open'", id=taken.case_id)
    assert {each.started_at for each in begun} == {moved.at}, "the new unit has full targets of its own"
    assert len(L.outbox_ids(stage, "corrected")) == 1, "the resident is told once"
    [facts] = [each for each in L.kinds(stage, taken) if each == "corrected"]
    assert facts
    agreed(stage, taken)
    L.sound(stage)


def test_what_becomes_urgent_rings(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    assert L.outbox_ids(stage, "order_call") == []
    correct(stage, taken, level="L1")
    assert len(L.outbox_ids(stage, "order_call")) == 1
    assert "interim" in L.running(stage, taken), "of danger there is news every two hours"
    agreed(stage, taken)
    L.sound(stage)


def test_there_and_back_gains_and_loses_no_time(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    before, row = L.running(stage, taken), L.case(stage, taken)
    for level in ("L1", "L4", "L2", "L3"):
        correct(stage, taken, level=level)
        agreed(stage, taken)
    assert L.running(stage, taken) == before
    assert L.case(stage, taken).due_at == row.due_at
    L.sound(stage)


def test_what_owes_no_visit_owes_one_when_it_is_no_enquiry(stage: Stage) -> None:
    taken = stage.text(L.ENQUIRY)
    assert "visit" not in L.running(stage, taken)
    correct(stage, taken, category="stairwell-light")
    assert L.case(stage, taken).category == "stairwell-light"
    assert "visit" in L.running(stage, taken)
    owed = stage.rows("SELECT step FROM owed WHERE case_id = :id AND is_owed", id=taken.case_id)
    assert "visit" in {row.step for row in owed}
    agreed(stage, taken)
    L.sound(stage)


def test_what_is_no_longer_promised_is_looked_at_again_and_promised_anew(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    before, row = L.running(stage, taken), L.case(stage, taken)
    correct(stage, taken, category="praise")
    assert set(L.running(stage, taken)) == {"hold_review"}
    L.sound(stage)
    correct(stage, taken, category="stairwell-light")
    assert L.running(stage, taken).keys() == before.keys()
    assert L.case(stage, taken).due_at == row.due_at
    agreed(stage, taken)
    L.sound(stage)


def test_a_correction_teaches_before_the_case_is_closed(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    correct(stage, taken, category="rubbish")
    with stage.door.transaction(LINE) as tx:
        assert [one.category for one in lessons(tx)] == ["rubbish"]
    correct(stage, taken, category="stairwell-light")
    with stage.door.transaction(LINE) as tx:
        assert [(one.category, one.corrected) for one in lessons(tx)] == [("stairwell-light", True)], "the last counts"


def test_nothing_is_done_by_looking(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    before = L.snapshot(stage)
    with L.at_desk(stage, DISPATCHER) as (tx, who):
        row = standing(tx, taken.case_id).row
        plan = doing.foresee(tx, who, row, "correct", {"level": "L2", "place": "和平一村3号楼2单元"})
    assert plan is not None
    assert [one.field for one in plan.changes] == ["level", "place"]
    assert plan.holder is not None
    assert plan.dues
    assert L.snapshot(stage) == before
    correct(stage, taken, level="L2", place="和平一村3号楼2单元")
    row = L.case(stage, taken)
    promised = next(one for one in plan.dues if one.what.id == "correct.promise")
    assert promised.now == row.due_at, "what was shown is what came"


def test_one_case_becomes_several_told_together(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    correct(stage, taken, parts="楼下垃圾没人收\n和平一村3号楼停水了")
    rows = stage.rows("SELECT * FROM cases WHERE id <> :id ORDER BY number", id=taken.case_id)
    first = L.case(stage, taken)
    assert len(rows) == 2
    assert {row.party_id for row in rows} == {first.party_id}
    assert {row.received_at for row in rows} == {first.received_at}, "the promise counts from receipt"
    assert [row.estate for row in rows] == ["幸福里小区", "和平一村"], "where a part names no place it is the first's"
    assert {row.told_with for row in rows} == {first.told_with} != {None}, "told together"
    assert len(L.outbox_ids(stage, "receipt")) == 1
    assert len(L.outbox_ids(stage, "split")) == 1, "one text for all"
    with stage.door.transaction(LINE) as tx:
        assert {tx.vault.open(row.id, "code", row.code_sealed) for row in (*rows, first)} == {taken.code}
    L.sound(stage)


def test_at_most_five_cases_come_of_one(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    with pytest.raises(Refused) as refused:
        correct(stage, taken, parts="\n".join(["垃圾没人收"] * 5))
    assert refused.value.field == "parts"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"place": "月亮上"}, "place"),
        ({"category": "no-such"}, "category"),
        ({"persons": "张三丰"}, "persons"),
        ({}, ""),
        ({"level": "L3"}, ""),
    ],
)
def test_what_is_not_known_or_changes_nothing_is_refused(stage: Stage, values: dict[str, str], field: str) -> None:
    taken = stage.text(L.LAMP)
    before = L.snapshot(stage)
    with pytest.raises(Refused) as refused:
        correct(stage, taken, **values)
    assert refused.value.field == field
    assert L.snapshot(stage) == before


def test_the_holder_suggests_and_the_head_confirms(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    said = {"category": "rubbish", "why": "其实是垃圾"}
    with L.at_desk(stage) as (tx, who):
        assert doing.act(tx, who, taken.case_id, "suggest", (said, 99)) is not None
    assert L.case(stage, taken).category == "stairwell-light", "nothing is done yet"
    with L.at_desk(stage) as (tx, who), pytest.raises(Refused):
        doing.act(tx, who, taken.case_id, "confirm", ({}, 99))
    with L.at_desk(stage, LIAISON) as (tx, who):
        assert doing.act(tx, who, taken.case_id, "confirm", ({}, 99)) is not None
    assert L.case(stage, taken).category == "rubbish"
    assert L.kinds(stage, taken)[-2:] == ["correction_suggested", "corrected"]
    L.sound(stage)


def test_what_is_dismissed_leaves_the_case_as_it_was(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    with L.at_desk(stage) as (tx, who):
        doing.act(tx, who, taken.case_id, "suggest", ({"level": "L4", "why": "要审批"}, 99))
    with L.at_desk(stage, DISPATCHER) as (tx, who):
        doing.act(tx, who, taken.case_id, "dismiss", ({"why": "不用审批"}, 99))
    assert L.case(stage, taken).level == "L3"
    assert stage.rows("SELECT decision FROM correction")[0].decision == "dismissed"
    L.sound(stage)


def test_whom_it_names_neither_has_it_nor_hears_of_it(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    correct(stage, taken, persons=L.HER)
    row = L.case(stage, taken)
    assert row.confidential
    assert holder(stage, taken.number) != L.HER
    assert L.outbox_ids(stage, "moved") == [], "who had it is not told"
    L.sound(stage)


def test_a_return_for_a_wrong_place_asks_for_the_right_one(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    with L.at_desk(stage) as (tx, who):
        doing.act(tx, who, taken.case_id, "return", ({"reason": "wrong_place", "why": "不在这里"}, 99))
    with L.at_desk(stage, DISPATCHER) as (tx, who), pytest.raises(Refused) as refused:
        doing.act(tx, who, taken.case_id, "uphold", ({"why": "确实"}, 99))
    assert refused.value.field == "place"
    with L.at_desk(stage, DISPATCHER) as (tx, who):
        doing.act(tx, who, taken.case_id, "uphold", ({"place": "和平一村3号楼2单元", "why": "确实"}, 99))
    row = L.case(stage, taken)
    assert (row.estate, row.state) == ("和平一村", "dispatched")
    assert holder(stage, taken.number).startswith("heping")
    agreed(stage, taken)
    L.sound(stage)
