"""What a rule decides beside the route becomes so as the case is opened: few see it, others do a part, other limits."""

import json
from datetime import timedelta
from typing import Any

import pytest

from cases.loop.deeds import standing
from cases.report import Channel
from cases.steps import Step
from dispatch import desk
from dispatch.loop.promises import limits_for
from dispatch.people import parties
from dispatch.policy import PolicyErrors, parse
from dispatch.reports import Report, Taken
from dispatch.ruling.conditions import Season
from dispatch.ruling.seasons import Seasons
from dispatch.side import confiding
from tests.dispatch.looping import HER, LAMP, at_desk, case, kinds, running, sound, value
from tests.dispatch.sample import raw_policy
from tests.dispatch.shifts import fire_all
from tests.dispatch.test_side_supervising import told_to
from tests.people import LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage

QUICK = {"name": {"zh": "供暖保障", "en": "Winter watch"}, "limits": {"visit": "4 h", "told": "8 h"}}


def ruled(stage: Stage, when: dict[str, Any], **send: Any) -> None:
    """A policy in force whose first row is for stairwell lights."""
    raw = json.loads(str(value(stage, "SELECT body FROM policy_version")))
    raw["slas"] = {"winter": {"name": QUICK["name"], **QUICK["limits"]}}
    row = {"id": "test", "when": {"category": "stairwell-light", **when}, "send": {"to": "grid_worker", **send}}
    raw["rules"].insert(0, row)
    stage.plant(
        "INSERT INTO policy_version (number, body, state, imported_at) VALUES (2, :body, 'in_force', now())",
        body=json.dumps(raw),
    )


def values(stage: Stage, taken: Taken) -> Any:
    line = value(stage, "SELECT canonical FROM event WHERE case_id = :id AND kind = 'dispatched'", id=taken.case_id)
    return json.loads(str(line))["facts"]["values"]


def test_a_case_is_confidential_from_its_first_moment(stage: Stage) -> None:
    ruled(stage, {}, confidential=True)
    taken = stage.text(LAMP)
    assert taken.rule == "test"
    assert case(stage, taken).confidential
    assert kinds(stage, taken)[:4] == ["registered", "accepted", "dispatched", "confided"]
    assert HER in told_to(stage, "confided")
    with at_desk(stage, LU_SIYUAN.worker) as (tx, who):
        row = standing(tx, taken.case_id).row
        assert not confiding.may_see(tx, who, row)
        assert confiding.opened(tx, who, row).summary == confiding.VEILED
    sound(stage)


def test_other_units_do_a_part_from_the_beginning(stage: Stage) -> None:
    ruled(stage, {}, co_handlers=["heping", "xingfuli-south"])
    taken = stage.text(LAMP)
    assert taken.unit.zh == "幸福里南院", "which does not co-handle with itself"
    assert [row.code for row in stage.rows("SELECT u.code FROM side s JOIN unit u ON u.id = s.unit_id")] == ["heping"]
    assert "cohandle" in running(stage, taken)
    [told] = told_to(stage, "cohandled")
    assert told.startswith("heping")
    assert "test" in str(value(stage, "SELECT canonical FROM event WHERE kind = 'cohandled'"))
    sound(stage)


def test_its_set_of_limits_is_promised_and_reckoned_ever_after(stage: Stage) -> None:
    usual = running(stage, stage.text(LAMP))
    ruled(stage, {}, sla="winter")
    taken = stage.text(LAMP, "+8613800000002")
    at = case(stage, taken).received_at
    assert running(stage, taken)["visit"] == at + timedelta(hours=4)
    assert taken.due_at == at + timedelta(hours=8)
    assert running(stage, taken)["sign_for"] == usual["sign_for"], "what the set does not name is as ever"
    with at_desk(stage) as (tx, _):
        assert str(limits_for(tx, standing(tx, taken.case_id))[Step.TOLD]) == "8 h"
    stage.wind(timedelta(hours=5))
    fire_all(stage)
    sound(stage)  # the stored deadlines are those that the history alone gives (INV-CLOCK)


def test_who_tells_it_and_how_often_decides(stage: Stage) -> None:
    ruled(stage, {"caller": "anonymous"}, co_handlers=["heping"])
    known = stage.text(LAMP)
    assert known.rule == "stairwell-grid"
    assert "source" not in values(stage, known)
    with stage.door.transaction(LINE) as tx:
        nobody = desk.take_report(tx, Report(Channel.WEB, None, LAMP, tx.now))
    assert (nobody.rule, values(stage, nobody)["caller"]) == ("test", ["anonymous"])


def test_a_matter_that_came_before(stage: Stage) -> None:
    ruled(stage, {"again": True, "source": "resident"}, sla="winter")
    before = stage.text(LAMP)
    assert before.rule == "stairwell-grid"
    with stage.door.transaction(LINE) as tx:
        party = parties.party_of(tx, RESIDENT)
        again = desk.take_report(tx, Report(Channel.TEXT, party, LAMP, tx.now, repeat_of=before.case_id))
    assert (again.rule, values(stage, again)["again"]) == ("test", True)


def test_crowds_seasons_and_the_vulnerable_are_values(stage: Stage) -> None:
    taken = stage.text("幸福里小区3号楼2单元楼道灯坏了，二十多户老人不敢下楼，有孕妇")
    found = values(stage, taken)
    assert found["people"] == "10-49"
    assert found["caller"] == ["vulnerable"]
    assert found["season"] == "heating", "24 November"


def test_seasons_are_read_and_no_day_is_in_two() -> None:
    raw = raw_policy()
    assert parse(raw).seasons == Seasons()
    raw["seasons"] = {"heating": "11-01..03-31"}
    assert parse(raw).seasons.spans[Season.HEATING] == ((11, 1), (3, 31))
    for bad, fault in (
        ({"heating": "13-01..03-31"}, "ruling.fault.no_span"),
        ({"flood": "summer"}, "ruling.fault.no_span"),
        ({"flood": "03-01..09-15"}, "ruling.fault.seasons_meet"),
        ({"spring": "03-01..04-01"}, "dispatch.fault.unknown"),
    ):
        raw["seasons"] = bad
        with pytest.raises(PolicyErrors) as errors:
            parse(raw)
        assert [each.trouble.id for each in errors.value.faults] == [fault]


def test_a_set_without_limits_and_one_that_is_not_there_are_refused() -> None:
    raw = raw_policy()
    raw["slas"] = {"empty": {"name": QUICK["name"]}, "odd": {"name": QUICK["name"], "told": "soon"}}
    raw["rules"][0]["send"]["sla"] = "winter"
    with pytest.raises(PolicyErrors) as errors:
        parse(raw)
    assert {fault.path for fault in errors.value.faults} == {
        "policy.slas.empty.told", "policy.slas.odd.told", "policy.rules[1].send.sla",
    }  # fmt: skip
