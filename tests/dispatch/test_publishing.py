"""A new table of rules: by two people, from a moment on, and back again; what was routed keeps its version."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from cases.loop.deeds import standing
from dispatch.loop.who import NotYours, by_code
from dispatch.people import accounts
from dispatch.policy import PolicyErrors
from dispatch.publishing import deciders, drafts
from dispatch.publishing.drafts import DraftTrouble, Reason
from dispatch.reports import Taken
from tests.dispatch.looping import HER, LAMP, at_desk
from tests.dispatch.sample import raw_policy
from tests.dispatch.shifts import fire_all
from tests.people import LU_SIYUAN, SHEN_YUEHUA
from tests.stage import Stage

ONE, OTHER, DISPATCHER = SHEN_YUEHUA.worker, "leader", LU_SIYUAN.worker


def changed(unit: str = "heping") -> dict[str, Any]:
    """The shipped rules, with stairwell lights sent to a unit."""
    rules = raw_policy()["rules"]
    [lamps] = [rule for rule in rules if rule["id"] == "stairwell-grid"]
    lamps["send"] = {"unit": unit}
    return {"rules": rules}


def propose(stage: Stage, rules: dict[str, Any], by: str = DISPATCHER, why: str = "楼道灯统一派和平") -> int:
    with at_desk(stage, by) as (tx, who):
        return drafts.propose(tx, who, rules, why)


def decided(stage: Stage, number: int, by: str, after: timedelta | None = None, seen: int = 1) -> None:
    with at_desk(stage, by) as (tx, who):
        drafts.approve(tx, number, who, seen, tx.now + after if after else None)


def went(stage: Stage, taken: Taken) -> tuple[str, int]:
    """The unit and the policy version of a case."""
    with at_desk(stage) as (tx, _):
        row = standing(tx, taken.case_id).row
        [unit] = [unit.code for unit in tx.district.units if unit.id == row.unit_id]
        return unit, row.policy_version


def test_two_people_change_the_rules_and_one_takes_them_back(stage: Stage) -> None:
    before = stage.text(LAMP)
    number = propose(stage, changed())
    assert went(stage, stage.text(LAMP, "+8613800000002")) == ("xingfuli-south", 1), "a draft changes nothing"
    with pytest.raises(DraftTrouble, match="same_person"):
        decided(stage, propose(stage, changed("binhe"), by=ONE), by=ONE)
    with pytest.raises(NotYours):
        decided(stage, number, by=HER)
    decided(stage, number, by=ONE)
    assert went(stage, stage.text(LAMP, "+8613800000003")) == ("heping", 2)
    assert went(stage, before) == ("xingfuli-south", 1)
    with pytest.raises(DraftTrouble, match="decided"):
        decided(stage, number, by=OTHER)
    with at_desk(stage, ONE) as (tx, who):
        assert drafts.roll_back(tx, who, 1, "派错了") == 3
    assert went(stage, stage.text(LAMP, "+8613800000004")) == ("xingfuli-south", 3)
    with at_desk(stage, ONE) as (tx, who):
        states = [(row.kind, row.state, row.version) for row in drafts.listed(tx)]
    assert states == [("rollback", "published", 3), ("change", "open", None), ("change", "published", 2)]


def test_a_draft_comes_into_force_at_its_moment(stage: Stage) -> None:
    number = propose(stage, changed())
    decided(stage, number, by=ONE, after=timedelta(hours=2))
    stage.wind(timedelta(hours=1))
    fire_all(stage)
    assert went(stage, stage.text(LAMP))[1] == 1
    stage.wind(timedelta(hours=1, minutes=1))
    fire_all(stage)
    assert went(stage, stage.text(LAMP, "+8613800000002")) == ("heping", 2)
    with at_desk(stage, ONE) as (tx, who), pytest.raises(DraftTrouble, match="past"):
        drafts.approve(
            tx, drafts.propose(tx, by_code(tx, DISPATCHER), changed("binhe"), "x"), who, 1, tx.now - timedelta(1)
        )


def test_what_cannot_be_used_is_refused_with_all_that_is_wrong(stage: Stage) -> None:
    bad = changed("atlantis")
    bad["rules"].append({"id": "late", "when": {"category": "pets"}, "send": {"to": "office"}})
    with pytest.raises(PolicyErrors) as errors:
        propose(stage, bad)
    assert [fault.path for fault in errors.value.faults] == [f"policy.rules[{len(bad['rules'])}].when"]
    with pytest.raises(PolicyErrors) as errors:
        propose(stage, changed("atlantis"))
    assert "send.unit" in errors.value.faults[0].path
    with pytest.raises(DraftTrouble, match="no_why"):
        propose(stage, changed(), why=" ")
    with pytest.raises(DraftTrouble, match="same_rules"):
        propose(stage, {"rules": raw_policy()["rules"]})
    with pytest.raises(DraftTrouble, match="no_draft"):
        decided(stage, 9, by=ONE)
    with at_desk(stage, ONE) as (tx, who), pytest.raises(DraftTrouble, match="no_version"):
        drafts.roll_back(tx, who, 7, "x")


def test_a_second_person_refuses_and_says_why(stage: Stage) -> None:
    number = propose(stage, changed())
    with at_desk(stage, ONE) as (tx, who):
        with pytest.raises(DraftTrouble, match="no_why"):
            drafts.refuse(tx, number, who, Reason("", 1))
        drafts.refuse(tx, number, who, Reason("范围太大", 1))
    [row] = stage.rows("SELECT state, decided_why, version FROM rule_draft")
    assert tuple(row) == ("refused", "范围太大", None)


def change(stage: Stage, number: int, rules: dict[str, Any], by: str, seen: int, why: str = "再改") -> int:
    with at_desk(stage, by) as (tx, who):
        return drafts.change(tx, number, who, rules, Reason(why, seen))


def test_an_open_draft_is_changed_in_place_and_keeps_what_it_was(stage: Stage) -> None:
    number = propose(stage, changed())
    assert change(stage, number, changed("binhe"), DISPATCHER, seen=1) == 2
    assert change(stage, number, changed("xingfuli"), ONE, seen=2, why="还是幸福里") == 3
    with at_desk(stage, ONE) as (tx, who):
        [row] = drafts.listed(tx)
        before = drafts.past(tx, row.id)
        units = [stored_unit(each.body) for each in (*before, row)]
    assert (row.number, row.revision, row.changed_by, row.changed_why) == (number, 3, who.actor, "还是幸福里")
    assert units == ["heping", "binhe", "xingfuli"]
    assert [(each.revision, each.why) for each in before] == [(1, "楼道灯统一派和平"), (2, "再改")]
    assert drafts.hands(row, before) == {row.proposed_by, row.changed_by}
    with pytest.raises(DraftTrouble, match="same_person"):
        decided(stage, number, by=ONE, seen=3)  # who wrote the last version
    with pytest.raises(DraftTrouble, match="changed"):
        decided(stage, number, by=OTHER, seen=2)
    decided(stage, number, by=OTHER, seen=3)
    assert went(stage, stage.text(LAMP)) == ("xingfuli", 2)
    with pytest.raises(DraftTrouble, match="decided"):
        change(stage, number, changed(), ONE, seen=3)


def stored_unit(body: str) -> str:
    [lamps] = [rule for rule in json.loads(body)["rules"] if rule["id"] == "stairwell-grid"]
    return str(lamps["send"]["unit"])


def test_whoever_once_wrote_on_a_draft_does_not_decide_on_it(stage: Stage) -> None:
    number = propose(stage, changed())
    change(stage, number, changed("binhe"), ONE, seen=1)
    change(stage, number, changed("xingfuli"), DISPATCHER, seen=2)
    with at_desk(stage, ONE) as (tx, who), pytest.raises(DraftTrouble, match="same_person"):
        drafts.refuse(tx, number, who, Reason("x", 3))


def test_nobody_decides_on_what_was_changed_since_they_looked(stage: Stage) -> None:
    number = propose(stage, changed())
    change(stage, number, changed("binhe"), DISPATCHER, seen=1)
    with at_desk(stage, ONE) as (tx, who):
        for seen in (0, 1, 3):
            with pytest.raises(DraftTrouble, match="changed"):
                drafts.approve(tx, number, who, seen)
            with pytest.raises(DraftTrouble, match="changed"):
                drafts.refuse(tx, number, who, Reason("x", seen))
            with pytest.raises(DraftTrouble, match="changed"):
                drafts.withdraw(tx, number, by_code(tx, DISPATCHER), Reason("x", seen))
    assert went(stage, stage.text(LAMP)) == ("xingfuli-south", 1)


@pytest.mark.parametrize("state", ["approved", "published", "refused"])
@pytest.mark.parametrize("hand", ["proposed_by", "changed_by"])
def test_the_database_lets_nobody_decide_on_what_they_wrote(stage: Stage, state: str, hand: str) -> None:
    """A process of an earlier release looks at the proposer alone."""
    number = propose(stage, changed())
    change(stage, number, changed("binhe"), ONE, seen=1)
    decide = "UPDATE rule_draft SET state = :state, decided_by = {} WHERE number = :number"
    with pytest.raises(IntegrityError, match="two_people"):
        stage.plant(decide.format(hand), state=state, number=number)
    stage.plant(decide.format("'staff:leader'"), state=state, number=number)


def test_a_draft_that_every_supervisor_wrote_on_is_withdrawn(stage: Stage) -> None:
    number = propose(stage, changed(), by=ONE)
    assert is_anybody_left(stage, number)
    change(stage, number, changed("binhe"), OTHER, seen=1)
    assert not is_anybody_left(stage, number)
    with at_desk(stage, DISPATCHER) as (tx, who), pytest.raises(DraftTrouble, match="not_writer"):
        drafts.withdraw(tx, number, who, Reason("x", 2))
    with at_desk(stage, HER) as (tx, who), pytest.raises(NotYours):
        drafts.withdraw(tx, number, who, Reason("x", 2))
    with at_desk(stage, OTHER) as (tx, who):
        with pytest.raises(DraftTrouble, match="no_why"):
            drafts.withdraw(tx, number, who, Reason(" ", 2))
        drafts.withdraw(tx, number, who, Reason("另提一份", 2))
    [row] = stage.rows("SELECT state, decided_by, decided_why, version FROM rule_draft")
    assert tuple(row) == ("withdrawn", "staff:leader", "另提一份", None)
    with pytest.raises(DraftTrouble, match="decided"):
        decided(stage, number, by=ONE, seen=2)
    with pytest.raises(IntegrityError, match="two_people"):
        stage.plant("UPDATE rule_draft SET state = 'approved'")


def test_a_supervisor_with_an_account_alone_is_left_too(stage: Stage) -> None:
    number = propose(stage, changed(), by=ONE)
    change(stage, number, changed("binhe"), OTHER, seen=1)
    with at_desk(stage) as (tx, _):
        accounts.create(tx, accounts.NewAccount("chief", "x", accounts.Role.SUPERVISOR, "Chief", "en", "xingfu"))
    assert is_anybody_left(stage, number)
    stage.plant("UPDATE account SET disabled_at = now()")
    assert not is_anybody_left(stage, number)
    stage.plant("UPDATE account SET disabled_at = NULL, role = 'admin'")
    assert not is_anybody_left(stage, number)


def is_anybody_left(stage: Stage, number: int) -> bool:
    with at_desk(stage) as (tx, _):
        row = drafts.one(tx, number)
        return deciders.somebody_left(tx, drafts.hands(row, drafts.past(tx, row.id)))


def test_a_draft_is_not_changed_to_what_says_nothing_or_cannot_be_used(stage: Stage) -> None:
    number = propose(stage, changed())
    change(stage, number, changed("binhe"), DISPATCHER, seen=1)
    for trouble, rules, more in (
        ("same_draft", changed("binhe"), {}),
        ("same_rules", {"rules": raw_policy()["rules"]}, {}),
        ("changed", changed(), {"seen": 1}),
        ("no_why", changed(), {"why": " "}),
    ):
        with pytest.raises(DraftTrouble, match=trouble):
            change(stage, number, rules, ONE, **{"seen": 2, **more})
    with pytest.raises(PolicyErrors):
        change(stage, number, changed("atlantis"), ONE, seen=2)
    with pytest.raises(NotYours):
        change(stage, number, changed(), HER, seen=2)
    with pytest.raises(DraftTrouble, match="no_draft"):
        change(stage, 9, changed(), ONE, seen=1)
    [row] = stage.rows("SELECT revision, (SELECT count(*) FROM rule_draft_past) FROM rule_draft")
    assert tuple(row) == (2, 1)
