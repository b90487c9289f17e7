"""Who is there: the duty table and the office's hours, without leave; and who takes over."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from dispatch.district import Role
from dispatch.duty import reach
from dispatch.people import parties
from dispatch.people.roster import DESK_CODE, desk_id
from tests.dispatch.shifts import LAMP, WATER, at, away, holder, staff_id, wind_to
from tests.people import LI_HONGMEI, ZHANG_AIMIN
from tests.stage import LINE, MORNING, Stage

SOUTH = "xingfuli-south"


@pytest.mark.parametrize(
    ("moment", "code", "there", "next_there"),
    [
        (at(24, 10), ZHANG_AIMIN.worker, True, at(24, 10)),
        (at(24, 10), LI_HONGMEI.worker, True, at(24, 10)),  # in the office's hours
        (at(24, 12, 30), LI_HONGMEI.worker, False, at(24, 13)),
        (at(24, 18), ZHANG_AIMIN.worker, True, at(24, 18)),  # on duty by the table
        (at(24, 18), LI_HONGMEI.worker, False, at(24, 20)),
        (at(24, 22), ZHANG_AIMIN.worker, False, at(25, 8)),
        (at(28, 3), "xingfuli-liaison", False, at(30, 9)),  # a Saturday, and no duty of hers
        (at(28, 3), DESK_CODE, True, at(28, 3)),
    ],
)
def test_who_is_there(stage: Stage, moment: datetime, code: str, there: bool, next_there: datetime) -> None:
    wind_to(stage, moment)
    with stage.door.transaction(LINE) as tx:
        assert reach.on_shift(tx, code) is there
        soon = reach.reachable_at(tx, code)
        assert abs(soon - next_there) < timedelta(minutes=1)
        assert there is (soon == tx.now)


def test_the_pause_at_noon_ends_nobodys_shift(stage: Stage) -> None:
    wind_to(stage, at(24, 12, 30))
    with stage.door.transaction(LINE) as tx:
        assert reach.in_hours(tx, LI_HONGMEI.worker)
    wind_to(stage, at(24, 17, 45))
    with stage.door.transaction(LINE) as tx:
        assert not reach.in_hours(tx, LI_HONGMEI.worker)
        assert reach.in_hours(tx, ZHANG_AIMIN.worker)


def test_nobody_is_there_on_leave_and_the_next_shift_comes_after_it(stage: Stage) -> None:
    away(stage, LI_HONGMEI.worker, MORNING, at(25, 12))
    away(stage, LI_HONGMEI.worker, at(25, 11), at(26, 15))
    with stage.door.transaction(LINE) as tx:
        assert tx.absent == {LI_HONGMEI.worker}
        assert not reach.on_shift(tx, LI_HONGMEI.worker)
        assert not reach.in_hours(tx, LI_HONGMEI.worker)
        assert reach.reachable_at(tx, LI_HONGMEI.worker) == at(26, 15)
    away(stage, "xingfuli-head", MORNING, MORNING + timedelta(days=700))
    with stage.door.transaction(LINE) as tx:
        assert reach.reachable_at(tx, "xingfuli-head") == tx.now + reach.LOOK_AHEAD


def test_leave_costs_an_intake_no_further_statement_and_passes_the_grid_worker_over(stage: Stage) -> None:
    away(stage, LI_HONGMEI.worker, MORNING, at(27, 12))
    stage.text(LAMP)
    said: list[str] = []
    sa.event.listen(stage.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    taken = stage.text(LAMP)
    assert len(said) == 3, "\n".join(said)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    [(reasons,)] = stage.rows("SELECT reasons FROM cases WHERE number = :number", number=taken.number)
    assert "dispatch.route.away" in str(reasons)


def test_a_unit_on_leave_as_a_whole_has_its_matters_one_level_up(stage: Stage) -> None:
    for code in (ZHANG_AIMIN.worker, LI_HONGMEI.worker):
        away(stage, code, MORNING, at(27, 12))
    assert stage.text(LAMP).unit.zh == "幸福里居委会"
    for row in stage.rows("SELECT code FROM staff WHERE role <> 'duty_desk'"):
        if (code := str(row[0])) not in (ZHANG_AIMIN.worker, LI_HONGMEI.worker):
            away(stage, code, MORNING, at(27, 12))
    taken = stage.text(LAMP)
    assert (taken.unit.zh, taken.worker) == ("幸福街道办事处", None)
    assert holder(stage, taken.number) == DESK_CODE


def chain(stage: Stage, unit: str, *, urgent: bool, first: frozenset[object] = frozenset()) -> list[str]:
    """Everybody who is asked, one after the other, until nobody is left."""
    asked: list[str] = []
    with stage.door.transaction(LINE) as tx:
        gone = set(first)
        while (found := reach.next_eligible(tx, unit, gone, urgent=urgent)) is not None:  # type: ignore[arg-type]
            asked.append(found.worker.code if found.worker else DESK_CODE)
            gone.add(found.staff_id)
    return asked


def test_at_night_those_on_duty_are_asked_and_then_the_desk(stage: Stage) -> None:
    wind_to(stage, at(29, 3))
    assert chain(stage, SOUTH, urgent=True) == [
        LI_HONGMEI.worker, "xingfuli-duty-2", "xingfuli-head", "duty-3", DESK_CODE,
    ]  # fmt: skip


def test_in_working_time_the_staff_is_asked_after_the_duty_table(stage: Stage) -> None:
    asked = chain(stage, SOUTH, urgent=True)
    assert asked[:4] == [ZHANG_AIMIN.worker, LI_HONGMEI.worker, "xingfuli-duty-1", "xingfuli-duty-2"]
    assert asked[4:6] == ["xingfuli-liaison", "xingfuli-head"]
    assert asked[6:] == ["duty-1", "duty-2", "duty-3", DESK_CODE]  # nobody who verifies, asks or decides


def test_what_can_wait_goes_to_one_of_the_same_role_and_not_to_who_is_on_leave(stage: Stage) -> None:
    away(stage, ZHANG_AIMIN.worker, MORNING, at(27, 12))
    me = staff_id(stage, LI_HONGMEI.worker)
    assert chain(stage, SOUTH, urgent=False, first=frozenset({me}))[:2] == ["xingfuli-liaison", "xingfuli-head"]
    with stage.door.transaction(LINE) as tx:
        found = reach.next_eligible(tx, "xingfu", (), urgent=False, role=Role.CITY_TEAM)
        assert found is not None
        assert found.worker is not None
        assert found.worker.code == "city-team"


def test_who_stopped_texts_is_rung_last_and_given_nothing_that_can_wait(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, ZHANG_AIMIN.number).id)
    assert chain(stage, SOUTH, urgent=True)[:2] == [LI_HONGMEI.worker, ZHANG_AIMIN.worker]
    assert ZHANG_AIMIN.worker not in chain(stage, SOUTH, urgent=False)


def test_who_has_no_number_is_passed_over_and_an_unknown_unit_is_the_desks(stage: Stage) -> None:
    stage.plant("UPDATE staff SET party_id = NULL WHERE code = :code", code=ZHANG_AIMIN.worker)
    assert ZHANG_AIMIN.worker not in chain(stage, SOUTH, urgent=True)
    assert chain(stage, "nowhere", urgent=True) == [DESK_CODE]
    with stage.door.transaction(LINE) as tx:
        assert reach.next_eligible(tx, "nowhere", [desk_id(tx.office_id)], urgent=False) is None


def board(stage: Stage) -> dict[str, reach.UnitDuty]:
    with stage.door.transaction(LINE) as tx:
        return {each.unit.code: each for each in reach.who_is_on(tx)}


def test_the_board_by_day(stage: Stage) -> None:
    away(stage, LI_HONGMEI.worker, MORNING, at(27, 12))
    units = board(stage)
    south = units[SOUTH]
    assert [(each.worker.code, each.until) for each in south.on_duty] == [(ZHANG_AIMIN.worker, at(24, 20))]
    assert [(each.worker.code, each.until) for each in south.away] == [(LI_HONGMEI.worker, at(27, 12))]
    assert south.stands_in is None
    committee = units["xingfuli"]
    assert {each.worker.code: each.until for each in committee.at_work} == {
        code: at(24, 17, 30) for code in ("xingfuli-head", "xingfuli-liaison", "xingfuli-duty-2")
    }
    assert len(units) == len(stage.rows("SELECT FROM unit"))


def test_the_board_by_night_says_who_stands_in(stage: Stage) -> None:
    wind_to(stage, at(29, 3))
    units = board(stage)
    assert units[SOUTH].stands_in is None
    jinxiu = units["jinxiu"]  # one worker, and no duty table
    assert (jinxiu.on_duty, jinxiu.at_work) == ((), ())
    assert jinxiu.stands_in is not None
    assert jinxiu.stands_in.zh == "新园居委会"
    away(stage, "duty-3", MORNING, at(30, 12))
    assert str(board(stage)["xingfu"].stands_in) == str(district_desk(stage))


def district_desk(stage: Stage) -> object:
    with stage.door.transaction(LINE) as tx:
        return tx.district.duty_desk.name


def test_a_matter_that_presses_goes_to_nobody_on_leave(stage: Stage) -> None:
    away(stage, ZHANG_AIMIN.worker, MORNING, at(27, 12))
    assert holder(stage, stage.text(WATER).number) != ZHANG_AIMIN.worker
