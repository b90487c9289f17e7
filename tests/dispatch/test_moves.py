"""Moves: a case goes on with somebody else, its clocks as they stand, and everybody concerned is told."""

from datetime import timedelta

import pytest

from cases.phrases import recalled
from dispatch import desk
from dispatch.due.errands import Kind
from dispatch.duty import leaves, moves
from dispatch.duty.leaves import LeaveTrouble
from dispatch.duty.moves import MoveReason
from dispatch.loop import visits
from dispatch.loop.who import by_code
from dispatch.people import parties
from dispatch.people.roster import DESK_CODE
from dispatch.reads import checks
from dispatch.reports import Taken
from dispatch.ringing import outcomes
from tests.dispatch.shifts import LAMP, WATER, at, away, fire_all, holder, staff_id, waiting, wind_to
from tests.people import LI_HONGMEI, LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import LINE, MORNING, Stage

OURS = ("OWNER", "TIMER", "ROUTE", "CLOCK")


def clocks(stage: Stage) -> list[tuple[object, ...]]:
    return [tuple(row) for row in stage.rows("SELECT step, state, started_at, due_at, fired FROM timer ORDER BY step")]


def hand_on(stage: Stage, taken: Taken, reason: str = "cannot", **more: object) -> bool:
    with stage.door.transaction(LINE) as tx:
        return moves.hand_on(tx, taken.case_id, reason, **more) is not None  # type: ignore[arg-type]


def sound(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in OURS] == []


def reasons(stage: Stage, number: str) -> list[str]:
    """Why a case was moved, move by move."""
    rows = stage.rows(
        "SELECT e.canonical::jsonb -> 'facts' ->> 'reason' FROM event e JOIN cases c ON c.id = e.case_id "
        "WHERE c.number = :number AND e.kind = 'moved' ORDER BY e.seq",
        number=number,
    )
    return [str(row[0]) for row in rows]


def test_the_next_one_has_the_order_and_the_clocks_go_on(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = clocks(stage)
    stage.wind(timedelta(hours=1))
    assert hand_on(stage, taken)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    assert clocks(stage) == before
    assert reasons(stage, taken.number) == ["cannot"]
    assert [code for code, _ in waiting(stage, "order")] == [ZHANG_AIMIN.worker]
    assert [code for code, _ in waiting(stage, "moved")] == [LI_HONGMEI.worker]
    [told] = [words for words in stage.texts(LI_HONGMEI.number) if "转出" in words]
    assert ZHANG_AIMIN.name.zh in told
    assert stage.rows("SELECT trouble FROM outbox WHERE purpose = 'order' AND state = 'failed'") == [("overtaken",)]
    assert stage.rows("SELECT channel FROM outbox WHERE channel = 'call'") == []
    sound(stage)


def test_what_presses_is_rung_too_unless_the_caller_does_it(stage: Stage) -> None:
    taken = stage.text(WATER)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    rung = "SELECT s.code, o.state FROM outbox o JOIN staff s ON s.party_id = o.party_id WHERE o.channel = 'call'"
    assert stage.rows(rung) == [(ZHANG_AIMIN.worker, "pending")]
    assert hand_on(stage, taken, ring=False)
    assert stage.rows(rung) == [(ZHANG_AIMIN.worker, "failed")]
    assert hand_on(stage, taken, exclude=[staff_id(stage, ZHANG_AIMIN.worker)])
    assert sorted(stage.rows(rung)) == [("xingfuli-duty-1", "pending"), (ZHANG_AIMIN.worker, "failed")]
    sound(stage)


def test_why_it_was_routed_so_stands_beside_why_it_was_moved(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = "SELECT rule, reasons FROM cases"
    [before] = stage.rows(asked)
    assert hand_on(stage, taken)
    assert hand_on(stage, taken, "no_number")
    [after] = stage.rows(asked)
    assert after.rule == before.rule
    *route, moved = recalled(after.reasons)
    assert route == list(recalled(before.reasons))
    assert (moved.id, moved.params["why"]) == ("desk.reason.moved", MoveReason.NO_NUMBER.label)


def test_it_climbs_to_the_desk_and_stays_there(stage: Stage) -> None:
    wind_to(stage, at(29, 3))
    taken = stage.text(WATER)
    went = [holder(stage, taken.number)]
    tried = {staff_id(stage, went[0])}
    while hand_on(stage, taken, "not_answered", exclude=tried):
        went.append(holder(stage, taken.number))
        tried.add(staff_id(stage, went[-1]))
    assert went == [LI_HONGMEI.worker, "xingfuli-duty-2", "xingfuli-head", "duty-3", DESK_CODE]
    assert reasons(stage, taken.number) == ["not_answered"] * 4
    assert hand_on(stage, taken, "ring_again", unit="xingfuli-south")
    assert holder(stage, taken.number) == LI_HONGMEI.worker
    assert DESK_CODE not in [code for code, _ in waiting(stage, "moved")]
    sound(stage)


def test_what_is_in_no_units_hands_is_not_moved(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE cases SET state = 'to_call_back'")
    assert not hand_on(stage, taken)
    with stage.door.transaction(LINE) as tx:
        assert moves.pass_on(tx, taken.case_id) is None
    with pytest.raises(ValueError, match="bored"):
        hand_on(stage, taken, "bored")


def visit(stage: Stage, taken: Taken, code: str) -> None:
    with stage.door.transaction(LINE) as tx:
        who = by_code(tx, code)
        visits.sign(tx, who, taken.case_id)
        visits.arrive(tx, who, taken.case_id, visits.Proof(code=taken.visit_code))


def test_a_leave_of_a_day_moves_what_is_not_begun(stage: Stage) -> None:
    begun, waits = stage.text(LAMP), stage.text(LAMP + "，三楼")
    visit(stage, begun, LI_HONGMEI.worker)
    away(stage, LI_HONGMEI.worker, at(24, 10), at(25, 10, 30))
    assert holder(stage, waits.number) == ZHANG_AIMIN.worker
    assert holder(stage, begun.number) == LI_HONGMEI.worker
    assert reasons(stage, waits.number) == ["leave"]
    sound(stage)


def test_a_short_leave_moves_what_presses_or_is_due_before_they_are_back(stage: Stage) -> None:
    wind_to(stage, at(23, 21))
    presses, waits = stage.text(WATER), stage.text(LAMP)
    soon = stage.text(LAMP + "，四楼")
    assert holder(stage, presses.number) == LI_HONGMEI.worker
    stage.plant(
        "UPDATE timer SET due_at = :soon WHERE step = 'visit' AND case_id = :id", soon=at(24, 11), id=soon.case_id
    )
    away(stage, LI_HONGMEI.worker, at(23, 21), at(24, 13, 30))
    assert [holder(stage, taken.number) for taken in (presses, soon, waits)] == [
        "xingfuli-duty-2",
        ZHANG_AIMIN.worker,
        LI_HONGMEI.worker,
    ]


def test_a_leave_that_begins_later_moves_then_and_one_taken_back_never(stage: Stage) -> None:
    taken = stage.text(LAMP)
    first = away(stage, LI_HONGMEI.worker, at(24, 11), at(26, 12))
    second = away(stage, LI_HONGMEI.worker, at(24, 15), at(26, 12))
    with stage.door.transaction(LINE) as tx:
        assert [each.id for each in leaves.leaves(tx)] == [first.id, second.id]
        assert leaves.cancel_leave(tx, first.id) == first
    wind_to(stage, at(24, 14))
    fire_all(stage)
    assert holder(stage, taken.number) == LI_HONGMEI.worker
    wind_to(stage, at(24, 15))
    fire_all(stage)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    with stage.door.transaction(LINE) as tx, pytest.raises(LeaveTrouble, match="not_recorded"):
        leaves.cancel_leave(tx, first.id)


@pytest.mark.parametrize(
    ("code", "kind", "end", "trouble"),
    [
        (LI_HONGMEI.worker, "holiday", at(26, 12), "no_kind"),
        (LI_HONGMEI.worker, "sick", at(24, 9), "ends_first"),
        ("nobody", "sick", at(26, 12), "nobody"),
        (DESK_CODE, "sick", at(26, 12), "nobody"),
    ],
)
def test_a_leave_that_cannot_be(stage: Stage, code: str, kind: str, end: object, trouble: str) -> None:
    with stage.door.transaction(LINE) as tx, pytest.raises(LeaveTrouble) as refused:
        leaves.leave(tx, code, kind, MORNING, end, "x")  # type: ignore[arg-type]
    assert refused.value.message.id == f"desk.leave.{trouble}"
    with stage.door.transaction(LINE) as tx:
        assert all(tx.say(refused.value.message, lang) for lang in ("zh_CN", "en"))


def start_shifts(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        moves.ensure_shift_errand(tx)


def next_shift(stage: Stage) -> object:
    [(moment,)] = stage.rows("SELECT fires_at FROM errand WHERE kind = :kind AND state = 'open'", kind=str(Kind.SHIFT))
    return moment


def test_the_end_of_a_shift_moves_what_presses(stage: Stage) -> None:
    presses, waits = stage.text(WATER), stage.text("幸福里小区1号楼2单元楼道灯坏了")
    assert [holder(stage, taken.number) for taken in (presses, waits)] == [ZHANG_AIMIN.worker] * 2
    start_shifts(stage)
    ends = []
    for _ in range(4):
        ends.append(next_shift(stage))
        wind_to(stage, ends[-1])  # type: ignore[arg-type]
        fire_all(stage)
    assert ends == [at(24, 16), at(24, 17, 30), at(24, 20), at(25, 0)]
    assert holder(stage, presses.number) == LI_HONGMEI.worker
    assert holder(stage, waits.number) == ZHANG_AIMIN.worker
    assert reasons(stage, presses.number) == ["shift"]
    sound(stage)


def test_the_end_of_a_shift_moves_what_is_due_before_the_next(stage: Stage) -> None:
    taken, late = stage.text(LAMP), stage.text(LAMP + "，三楼")
    stage.plant(
        "UPDATE timer SET due_at = :soon WHERE step = 'visit' AND case_id = :id", soon=at(24, 19), id=taken.case_id
    )
    stage.plant(
        "UPDATE timer SET due_at = :past WHERE step = 'visit' AND case_id = :id", past=at(24, 9), id=late.case_id
    )
    start_shifts(stage)
    wind_to(stage, at(24, 17, 30))  # 李红梅 is on duty again at eight
    fire_all(stage)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    assert holder(stage, late.number) == LI_HONGMEI.worker  # what is late already is told, not moved


def test_one_shift_errand_however_often_timers_starts(stage: Stage) -> None:
    start_shifts(stage)
    start_shifts(stage)
    assert next_shift(stage) == at(24, 16)
    wind_to(stage, at(28, 18))  # a Saturday: the rows of the table still end
    stage.plant("UPDATE errand SET state = 'done'")
    start_shifts(stage)
    assert next_shift(stage) == at(28, 20)


def test_an_office_without_a_duty_table_has_shifts_too(stage: Stage) -> None:
    stage.plant(
        "INSERT INTO district_version SELECT number + 1, office_id, (body::jsonb || '{\"duty\": []}')::text, "
        "imported_at FROM district_version"
    )
    start_shifts(stage)
    assert next_shift(stage) == at(24, 17, 30)


def stop(stage: Stage, number: str) -> None:
    """As a text with STOP does it."""
    with stage.door.transaction(LINE) as tx:
        me = parties.party_of(tx, number)
        parties.stop(tx, me.id)
        assert me.worker_id is not None
        moves.stopped(tx, me.worker_id)


def test_the_work_of_somebody_who_stopped_goes_on_with_others_and_the_supervisor_knows(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text(LAMP + "，三楼")
    visit(stage, first, LI_HONGMEI.worker)
    stop(stage, LI_HONGMEI.number)
    fire_all(stage)
    assert {holder(stage, taken.number) for taken in (first, second)} == {ZHANG_AIMIN.worker}
    assert reasons(stage, first.number) == ["stopped"]
    assert waiting(stage, "moved") == []
    [words] = stage.texts(SHEN_YUEHUA.number)
    assert LI_HONGMEI.name.zh in words
    assert "2" in words
    with stage.door.transaction(LINE) as tx:
        outcomes.call_off(tx)
    assert holder(stage, second.number) == ZHANG_AIMIN.worker
    sound(stage)


def test_the_supervisor_who_stops_is_told_of_by_the_leader_and_at_last_by_the_desk(stage: Stage) -> None:
    stop(stage, SHEN_YUEHUA.number)
    assert [code for code, _ in waiting(stage, "supervisor_stopped")] == ["leader"]
    stop(stage, "+8613900000001")
    assert [code for code, _ in waiting(stage, "supervisor_stopped")][1:] == [DESK_CODE]


def test_an_order_to_somebody_who_stopped_before_goes_on(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, LI_HONGMEI.number).id)
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        outcomes.call_off(tx)
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    assert [code for code, _ in waiting(stage, "order")] == [ZHANG_AIMIN.worker]


def test_who_stopped_texts_and_is_the_only_one_there_is_rung(stage: Stage) -> None:
    wind_to(stage, at(29, 3))
    taken = stage.text(WATER)
    for code in ("xingfuli-duty-2", "xingfuli-head", "duty-3"):
        stage.plant(
            "UPDATE party SET stopped_at = now() WHERE id = (SELECT party_id FROM staff WHERE code = :c)", c=code
        )
    assert hand_on(stage, taken, "cannot")
    assert holder(stage, taken.number) == "xingfuli-duty-2"
    assert waiting(stage, "order") == []
    rung = stage.rows(
        "SELECT s.code FROM outbox o JOIN staff s ON s.party_id = o.party_id WHERE o.channel = 'call' "
        "AND o.state = 'pending'"
    )
    assert rung == [("xingfuli-duty-2",)]


def test_by_hand_the_former_holder_is_told(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "xingfuli", "居委会去更快", LU_SIYUAN.worker)
    assert holder(stage, taken.number) == "xingfuli-duty-1"
    assert [code for code, _ in waiting(stage, "moved")] == [LI_HONGMEI.worker]
    assert [code for code, _ in waiting(stage, "order")] == ["xingfuli-duty-1"]
    assert WU_CHUNMEI.worker not in [code for code, _ in waiting(stage, "order")]
