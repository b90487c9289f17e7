"""Another district beside the one in force: who goes hands on, what still holds something does not go."""

import json
from typing import Any

import pytest

from dispatch.people import importing
from dispatch.people.importing import Plan
from dispatch.reads import checks
from dispatch.reads.ruling.versions import district_body
from dispatch.rounds import plans
from tests.dispatch.looping import LAMP, case
from tests.dispatch.shifts import fire_all
from tests.dispatch.test_side_supervising import act
from tests.people import LI_HONGMEI, LU_SIYUAN
from tests.stage import LINE, Stage

GONE = LI_HONGMEI.worker


def raw_of(stage: Stage) -> dict[str, Any]:
    with stage.door.transaction(LINE) as tx:
        return district_body(tx)


def planned(stage: Stage, raw: dict[str, Any], *, apply: bool = False) -> Plan:
    with stage.door.transaction(LINE) as tx:
        found = importing.plan(tx, raw)
        if apply:
            importing.take(tx, found)
    return found


def without_person(raw: dict[str, Any], code: str) -> dict[str, Any]:
    return {
        **raw,
        "workers": [each for each in raw["workers"] if each["code"] != code],
        "duty": [each for each in raw["duty"] if each["worker"] != code],
        "grids": [{key: cell for key, cell in each.items() if cell != code} for each in raw["grids"]],
    }


def without_unit(raw: dict[str, Any], unit: str, heir: str) -> dict[str, Any]:
    """A courtyard goes; all that was its own is another's."""

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: moved(each) for key, each in value.items()}
        if isinstance(value, list):
            return [moved(each) for each in value]
        return heir if value == unit else value

    kept: dict[str, Any] = moved({key: each for key, each in raw.items() if key != "courtyards"})
    return {**kept, "courtyards": [each for each in raw["courtyards"] if each["code"] != unit]}


def broken(stage: Stage) -> list[checks.Broken]:
    with stage.door.transaction(LINE) as tx:
        return checks.broken(tx)


def test_the_same_district_changes_nothing_and_keeps_every_number(stage: Stage) -> None:
    before = stage.rows("SELECT code, party_id, active FROM staff ORDER BY code")
    found = planned(stage, raw_of(stage))
    assert found.is_nothing
    assert found.refused == ()
    planned(stage, raw_of(stage), apply=True)
    assert stage.rows("SELECT code, party_id, active FROM staff ORDER BY code") == before


def test_who_goes_hands_on_what_they_hold(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert stage.rows("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")[0][0] == GONE
    found = planned(stage, without_person(raw_of(stage), GONE), apply=True)
    assert [(each.code, each.cases) for each in found.handed] == [(GONE, 1)]
    fire_all(stage)
    [[holder, active]] = stage.rows("SELECT s.code, s.active FROM cases c JOIN staff s ON s.id = c.worker_id")
    assert holder != GONE
    assert active
    assert stage.rows("SELECT active FROM staff WHERE code = :code", code=GONE)[0][0] is False
    assert case(stage, taken).state == "dispatched"
    assert [each for each in broken(stage) if each.name in ("OWNER", "TIMER", "CLOCK")] == []


def test_a_unit_with_an_open_case_does_not_go(stage: Stage) -> None:
    taken = stage.text(LAMP)
    smaller = without_unit(raw_of(stage), "xingfuli-south", "xingfuli-middle")
    found = planned(stage, smaller)
    assert [(each.id, each.params["some"]) for each in found.refused] == [("district.refused.holds", taken.number)]
    with pytest.raises(ValueError, match="refused"):
        planned(stage, smaller, apply=True)
    assert raw_of(stage) != smaller


def test_a_unit_without_anything_open_goes_and_stays_in_the_record(stage: Stage) -> None:
    smaller = without_unit(raw_of(stage), "xinghua", "meihua")
    planned(stage, smaller, apply=True)
    assert "xinghua" not in {each["code"] for each in raw_of(stage)["courtyards"]}
    assert stage.rows("SELECT count(*) FROM unit WHERE code = 'xinghua'")[0][0] == 1
    with stage.door.transaction(LINE) as tx:
        assert tx.district.unit("xinghua") is None
    assert stage.text(LAMP).number


def test_a_unit_that_co_handles_does_not_go(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "co-handle", by=LU_SIYUAN.worker, term="2026-11-26", unit="meihua", why="请协助")
    found = planned(stage, without_unit(raw_of(stage), "meihua", "xinghua"))
    assert [each.params["unit"] for each in found.refused if each.id == "district.refused.holds"] == ["meihua"]


def test_a_plan_of_rounds_holds_its_grid(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        for each in plans.standard(tx):
            plans.make(tx, each, "test")
    raw = raw_of(stage)
    first = raw["grids"][0]["code"]
    smaller = {
        **raw,
        "grids": raw["grids"][1:],
        "map": {**raw["map"], "features": [f for f in raw["map"]["features"] if f["properties"]["grid"] != first]},
        "estates": [
            {**each, "buildings": [{k: v for k, v in b.items() if v != first} for b in each["buildings"]]}
            for each in raw["estates"]
        ],
        "roads": [
            {**each, "stretches": [{k: v for k, v in s.items() if v != first} for s in each["stretches"]]}
            for each in raw["roads"]
        ],
        "teams": [{**each, "grids": [code for code in each["grids"] if code != first]} for each in raw["teams"]],
    }
    found = planned(stage, smaller)
    assert {each.params["at"] for each in found.refused} == {first}


def test_a_unit_that_the_policy_names_does_not_go(stage: Stage) -> None:
    body = json.loads(str(stage.rows("SELECT body FROM policy_version")[0][0]))
    for rule in body["rules"]:
        if rule["send"].get("unit") == "heping":
            rule["send"]["unit"] = "xinghua"
    stage.plant("UPDATE policy_version SET body = :body", body=json.dumps(body))
    [refused] = planned(stage, without_unit(raw_of(stage), "xinghua", "meihua")).refused
    assert "xinghua" in str(refused.params)
