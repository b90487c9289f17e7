"""A row of the rules sends to a patrol team: whoever of it is on duty gets it, and the others of it come next."""

import json
from datetime import timedelta

from cases.loop.deeds import standing
from cases.phrases import recalled
from dispatch.duty import moves
from dispatch.duty.giving import people
from dispatch.reads import checks
from dispatch.reads.queries import case_in_scope
from dispatch.reads.queue import Filter, queue
from dispatch.search.finding import look
from tests.dispatch.shifts import at, away, fire_all, holder, wind_to
from tests.dispatch.test_rule_outcomes import ruled
from tests.stage import LINE, Stage

ROAD = "幸福路30号路边有可疑人员转悠"
LAMP = "幸福里小区3号楼2单元楼道灯坏了"
TEAM = ("xingfuli-duty-1", "xingfuli-duty-2", "heping-duty-1", "heping-duty-2")


def hand_on(stage: Stage, case_id: object) -> None:
    with stage.door.transaction(LINE) as tx:
        assert moves.hand_on(tx, case_id, "cannot") is not None  # type: ignore[arg-type]


def unit_of(stage: Stage, number: str) -> str:
    [(code,)] = stage.rows(
        "SELECT u.code FROM cases c JOIN unit u ON u.id = c.unit_id WHERE c.number = :number", number=number
    )
    return str(code)


def why(stage: Stage, number: str) -> list[str]:
    [(stored,)] = stage.rows("SELECT reasons FROM cases WHERE number = :number", number=number)
    return [reason.id for reason in recalled(str(stored))]


def sound(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        assert checks.broken(tx) == []


def test_whoever_is_on_patrol_gets_it_for_the_team_s_unit(stage: Stage) -> None:
    taken = stage.text(ROAD)
    assert taken.rule == "suspicious-road"
    assert (unit_of(stage, taken.number), holder(stage, taken.number)) == ("xingfu", "xingfuli-duty-1")
    assert "beside.route.patrol" in why(stage, taken.number)
    sound(stage)


def test_by_night_another_one(stage: Stage) -> None:
    wind_to(stage, at(24, 22))
    assert holder(stage, stage.text(ROAD).number) == "xingfuli-duty-2"


def test_the_next_of_the_team_goes_before_its_unit(stage: Stage) -> None:
    taken = stage.text(ROAD)
    seen = [holder(stage, taken.number)]
    for _ in range(2):
        hand_on(stage, taken.case_id)
        seen.append(holder(stage, taken.number))
        assert unit_of(stage, taken.number) == "xingfu"
    assert set(seen) <= set(TEAM)
    assert len(set(seen[:2])) == 2
    sound(stage)


def teams(stage: Stage, **members: list[str]) -> None:
    """A new version of the district with these teams on the beat of the first."""
    [(body,)] = stage.rows("SELECT body FROM district_version ORDER BY number DESC LIMIT 1")
    raw = json.loads(str(body))
    first, *others = raw["teams"]
    raw["teams"] = [*({**first, "code": code, "members": listed} for code, listed in members.items()), *others]
    stage.plant(
        "INSERT INTO district_version SELECT max(number) + 1, office_id, :body, max(imported_at) FROM district_version "
        "GROUP BY office_id",
        body=json.dumps(raw),
    )


def test_a_team_that_is_out_goes_before_one_that_is_not(stage: Stage) -> None:
    teams(stage, day=["xingfuli-duty-1", "heping-duty-1"], night=["heping-duty-2", "xingfuli-duty-2"])
    first = stage.text(ROAD)
    wind_to(stage, at(24, 23))
    second = stage.text("幸福路60号路边有可疑人员转悠", number="+8613800000066")
    assert [holder(stage, taken.number) for taken in (first, second)] == ["xingfuli-duty-1", "heping-duty-2"]
    hand_on(stage, second.case_id)
    assert holder(stage, second.number) == "xingfuli-duty-2", "out too"
    for code in ("heping-duty-2", "xingfuli-duty-2"):
        away(stage, code, at(24, 23, 1), at(26, 9))
    stage.wind(timedelta(minutes=2))
    fire_all(stage)
    hand_on(stage, second.case_id)
    assert holder(stage, second.number) in ("xingfuli-duty-1", "heping-duty-1"), "of the other team on the beat"


def test_whoever_has_it_and_their_committee_see_it_and_it_can_be_given_to_another_of_the_team(stage: Stage) -> None:
    taken = stage.text(ROAD)
    with stage.door.transaction(LINE) as tx:
        path = "/".join(tx.district.unit("xingfuli").path)  # type: ignore[union-attr]
        other = "/".join(tx.district.unit("binhe").path)  # type: ignore[union-attr]
        assert case_in_scope(tx, path, taken.number) is not None
        assert case_in_scope(tx, other, taken.number) is None
        assert [row.number for row in queue(tx, path, Filter()).rows] == [taken.number]
        assert queue(tx, other, Filter()).rows == []
        assert [row.number for row in look(tx, path, "可疑").rows] == [taken.number]
        assert look(tx, other, "可疑").rows == []
        case = standing(tx, taken.case_id)
        assert {worker.code for worker in people(tx, case)} >= set(TEAM) - {"xingfuli-duty-1"}


def test_what_presses_goes_to_who_is_out_now_and_when_none_is_to_the_committee(stage: Stage) -> None:
    ruled(stage, {}, to="patrol", level="L2")
    wind_to(stage, at(24, 22))
    first = stage.text(LAMP)
    assert (first.rule, holder(stage, first.number)) == ("test", "xingfuli-duty-2")
    for code in ("xingfuli-duty-2", "heping-duty-2"):
        away(stage, code, at(24, 22, 1), at(26, 9))
    stage.wind(timedelta(minutes=2))
    fire_all(stage)
    assert holder(stage, first.number) not in TEAM
    second = stage.text(LAMP, number="+8613800000066")
    assert holder(stage, second.number) == "xingfuli-head", "on duty for the committee"
    assert "dispatch.route.nobody" in why(stage, second.number)
    sound(stage)


def test_a_place_that_is_not_known_has_no_patrol(stage: Stage) -> None:
    ruled(stage, {}, to="patrol")
    taken = stage.text("楼道灯坏了")
    assert why(stage, taken.number)[-3:-1] == ["beside.route.no_patrol", "dispatch.route.no_committee"]
