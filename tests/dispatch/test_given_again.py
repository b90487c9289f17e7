"""A case that comes back, or is given to a unit by hand, ends with somebody who can go on with it."""

from datetime import timedelta

import pytest

from cases.loop.deeds import standing
from dispatch import desk
from dispatch.due.errands import Kind
from dispatch.duty import moves
from dispatch.loop import desks, reopening, returns, telling
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.people import parties, roster
from dispatch.people.parties import party_of
from dispatch.people.roster import DESK_CODE
from dispatch.reports import Taken
from dispatch.ringing import outcomes
from tests.dispatch import looping as L
from tests.dispatch.shifts import WATER, at, away, fire_all, holder, staff_id, waiting, wind_to
from tests.people import LI_HONGMEI, LU_SIYUAN, ZHANG_AIMIN
from tests.stage import LINE, RESIDENT, Stage, sample_district

GRID = ("xingfuli-grid-07", "xingfuli-grid-08")


def gone_for_long(stage: Stage, *codes: str) -> None:
    for code in codes:
        away(stage, code, at(24, 10), at(30, 18))


def planned(stage: Stage, taken: Taken) -> bool:
    """Whether it is looked at whether the case is to be handed on."""
    sql = "SELECT 1 FROM errand WHERE case_id = :id AND kind = :kind AND state = 'open'"
    return bool(stage.rows(sql, id=taken.case_id, kind=str(Kind.HAND_ON)))


def reopen(stage: Stage, taken: Taken) -> None:
    with stage.door.transaction(LINE) as tx:
        reopening.reopen(tx, party_of(tx, RESIDENT).id, taken.number, "又坏了")


def stop(stage: Stage, number: str) -> None:
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, number).id)


def test_opened_again_it_does_not_stay_with_somebody_on_leave(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    L.to_closed(stage, taken)
    gone_for_long(stage, L.HER)
    reopen(stage, taken)
    assert planned(stage, taken)
    fire_all(stage)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    assert [code for code, _ in waiting(stage, "order")] == [ZHANG_AIMIN.worker]
    L.sound(stage)


def test_opened_again_it_does_not_stay_with_somebody_who_stopped(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    L.to_closed(stage, taken)
    stop(stage, LI_HONGMEI.number)
    reopen(stage, taken)
    fire_all(stage)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    L.sound(stage)


def test_opened_again_it_does_not_stay_with_somebody_who_left_the_office(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    L.to_closed(stage, taken)
    raw = sample_district()
    for part, key in (("workers", "code"), ("duty", "worker")):
        raw[part] = [row for row in raw[part] if row[key] != L.HER]  # type: ignore[attr-defined]
    for grid in raw["grids"]:  # type: ignore[attr-defined]
        grid.update(worker=ZHANG_AIMIN.worker if grid["worker"] == L.HER else grid["worker"])
    with stage.owner.begin() as conn:
        [office] = roster.offices(conn).values()
        roster.take_district(conn, stage.vault, office, raw)
    reopen(stage, taken)
    fire_all(stage)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    assert waiting(stage, "moved") == []


def test_who_can_go_on_keeps_it(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    L.to_closed(stage, taken)
    reopen(stage, taken)
    assert not planned(stage, taken)
    assert holder(stage, taken.number) == L.HER


def test_done_again_and_annulled_it_is_looked_at(stage: Stage) -> None:
    again, annulled = stage.text(L.LAMP), stage.text(L.LAMP + "，三楼")
    for taken, said in ((again, Answer.UNSOLVED), (annulled, Answer.NOT_CONTACTED)):
        asked = L.to_asked(stage, taken)
        stop(stage, LI_HONGMEI.number)
        L.says(stage, asked, said)
        assert planned(stage, taken)
        stage.plant("UPDATE party SET stopped_at = NULL")


def test_sent_back_it_is_looked_at(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    L.to_found(stage, taken)
    told = L.tell(stage, taken)
    stop(stage, LI_HONGMEI.number)
    with stage.door.transaction(LINE) as tx:
        telling.undelivered(tx, told, "30003")
    fire_all(stage)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker


def test_a_rejected_return_at_night_goes_to_who_is_on_duty(stage: Stage) -> None:
    taken = stage.text(WATER)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    L.does(stage, returns.request, taken, Reason.NOT_OURS, by=ZHANG_AIMIN.worker)
    wind_to(stage, at(24, 21))
    fire_all(stage)
    with L.at_desk(stage, "duty-2") as (tx, who):
        returns.reject(tx, taken.number, "是你的", who)
    fire_all(stage)
    assert holder(stage, taken.number) == LI_HONGMEI.worker
    L.sound(stage)


@pytest.mark.parametrize("purpose", ["order", "supplement"])
def test_whatever_somebody_who_stopped_was_to_be_told_their_case_goes_on(stage: Stage, purpose: str) -> None:
    taken = stage.text(L.LAMP)
    if purpose == "supplement":
        stage.plant("UPDATE outbox SET state = 'sent', next_at = NULL, sid = 'SM1' WHERE purpose = 'order'")
    with stage.door.transaction(LINE) as tx:
        desk.supplement(tx, taken.case_id, "三楼也坏了")
    stop(stage, LI_HONGMEI.number)
    with stage.door.transaction(LINE) as tx:
        outcomes.call_off(tx)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker


def to_return(stage: Stage) -> Taken:
    taken = stage.text(L.LAMP)
    L.does(stage, returns.request, taken, Reason.NOT_OURS, "属物业")
    return taken


def uphold(stage: Stage, taken: Taken, unit: str) -> None:
    with L.at_desk(stage, LU_SIYUAN.worker) as (tx, who):
        returns.uphold(tx, taken.number, unit, "属实", who)


def test_who_returned_it_is_told_that_it_was_right(stage: Stage) -> None:
    taken = to_return(stage)
    uphold(stage, taken, "heping-one")
    assert [code for code, _ in waiting(stage, "moved")] == [L.HER]
    assert "退单属实" in stage.texts(LI_HONGMEI.number)[-1]
    assert holder(stage, taken.number) != L.HER


def unit_of(stage: Stage, code: str) -> tuple[str, ...]:
    """Everybody of a unit."""
    sql = "SELECT s.code FROM staff s JOIN unit u ON u.id = s.unit_id WHERE u.code = :code"
    return tuple(str(row.code) for row in stage.rows(sql, code=code))


@pytest.mark.parametrize("how", ["reroute", "uphold"])
def test_where_a_unit_has_nobody_the_next_who_can_holds_it_and_has_the_order(stage: Stage, how: str) -> None:
    gone_for_long(stage, *unit_of(stage, "heping-one"))
    taken = to_return(stage) if how == "uphold" else stage.text(L.LAMP)
    if how == "uphold":
        uphold(stage, taken, "heping-one")
    else:
        with stage.door.transaction(LINE) as tx:
            desk.reroute(tx, taken.number, "heping-one", "那里更近", LU_SIYUAN.worker)
    by = holder(stage, taken.number)
    assert [code for code, _ in waiting(stage, "order")] == [by]
    assert by not in unit_of(stage, "heping-one")
    assert L.case(stage, taken).worker_id is not None
    assert L.kinds(stage, taken)[-1] in ("moved", "reason_given")
    L.sound(stage)


def test_a_new_case_that_a_unit_has_nobody_for_goes_on(stage: Stage) -> None:
    taken = stage.text(L.LAMP)
    stage.plant("UPDATE cases SET worker_id = NULL")
    stage.plant("UPDATE assignment SET worker_id = NULL")
    with stage.door.transaction(LINE) as tx:
        moved = moves.pass_on(tx, taken.case_id)
    assert moved is not None
    assert moved.row.worker_id is not None
    L.sound(stage)


def test_a_move_gives_no_unit_full_targets(stage: Stage) -> None:
    taken = stage.text(L.DANGER)
    [(unit,)] = stage.rows("SELECT u.code FROM cases c JOIN unit u ON u.id = c.unit_id")
    before = L.running(stage, taken)
    stage.wind(timedelta(minutes=10))
    with stage.door.transaction(LINE) as tx:
        moves.hand_on(tx, taken.case_id, "cannot", unit="xingfu", exclude=[staff_id(stage, c) for c in GRID])
    assert L.running(stage, taken) == before
    assert stage.rows("SELECT count(*) FROM timer WHERE state = 'ended' AND step = 'sign_for'") == [(1,)]
    stage.wind(timedelta(minutes=10))
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, str(unit), "回原单位", LU_SIYUAN.worker)
    after = L.running(stage, taken)
    # Ten minutes with others are not its own, and ten that it had used stay used.
    for step in before:
        assert timedelta() <= after[step] - before[step] - timedelta(minutes=10) < timedelta(minutes=1), step
    L.sound(stage)


def test_the_supervisor_who_takes_no_texts_is_passed_over(stage: Stage) -> None:
    stop(stage, "+8613900000002")
    taken = stage.text(L.LAMP)
    L.to_second_no(stage, taken)
    assert [code for code, _ in waiting(stage, "to_supervisor")] == ["leader"]


def test_what_presses_waits_for_no_dispatchers_shift(stage: Stage) -> None:
    taken = stage.text(WATER)
    stage.plant(
        "INSERT INTO district_version SELECT number + 1, office_id, (body::jsonb || '{\"duty\": []}')::text, "
        "imported_at FROM district_version"
    )
    wind_to(stage, at(24, 23))
    with stage.door.transaction(LINE) as tx:
        desks.tell(tx, desks.DISPATCHERS, standing(tx, taken.case_id), "desk.text.return_asked")
    assert [code for code, _ in waiting(stage, "return_asked")] == [DESK_CODE]
