"""An urgent order by telephone: rung until a person takes it, whatever becomes of each call."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from cases import lifecycle
from dispatch import outbox
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.loop import visits, who
from dispatch.ringing import CannotRing, relay, ring_for_order
from dispatch.ringing.ordering import ring_next
from tests.hotline.ringing import Ringer
from tests.stage import LINE, Stage

LIFT = "幸福里小区3号楼2单元电梯坏了，有人被困"
DESK = "+8613900000000"


@pytest.fixture
def ringer(stage: Stage) -> Ringer:
    stage.text(LIFT)
    return Ringer(stage)


def case_of(stage: Stage) -> UUID:
    [(case_id, level)] = stage.rows("SELECT id, level FROM cases")
    assert level in ("L1", "L2")
    return UUID(str(case_id))


def results(stage: Stage) -> list[tuple[str, str]]:
    rows = stage.rows("SELECT canonical FROM event WHERE kind = 'order_call' ORDER BY seq")
    facts = [json.loads(str(row[0]))["facts"] for row in rows]
    return [(each["worker"], each["result"]) for each in facts]


def holder(stage: Stage) -> str:
    [(code,)] = stage.rows("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
    return str(code)


def test_whoever_holds_an_urgent_order_is_rung_once(ringer: Ringer) -> None:
    first = holder(ringer.stage)
    [call] = ringer.place()
    assert call.number == number_of(ringer.stage, first)
    with ringer.stage.door.transaction(LINE) as tx:
        ring_for_order(tx, case_of(ringer.stage))
    assert ringer.place() == []
    assert ringer.stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'order_call'") == [(1,)]


def number_of(stage: Stage, code: str) -> str:
    from dispatch.people.parties import number_of as read

    [(party,)] = stage.rows("SELECT party_id FROM staff WHERE code = :code", code=code)
    with stage.door.transaction(LINE) as tx:
        return read(tx, UUID(str(party)))


def test_an_ordinary_order_rings_nobody(stage: Stage) -> None:
    stage.text("幸福里小区3号楼2单元楼道灯坏了")
    [(case_id,)] = stage.rows("SELECT id FROM cases")
    with stage.door.transaction(LINE) as tx:
        ring_for_order(tx, UUID(str(case_id)))
    assert Ringer(stage).place() == []


@pytest.mark.parametrize(
    ("status", "result"),
    [("no-answer", "not_answered"), ("busy", "busy"), ("failed", "failed"), ("canceled", "failed")],
)
def test_who_does_not_answer_hands_it_to_the_next(ringer: Ringer, status: str, result: str) -> None:
    first = holder(ringer.stage)
    [call] = ringer.place()
    [following] = ringer.end(call.id, status)
    assert results(ringer.stage) == [(first, result)]
    assert holder(ringer.stage) != first
    assert following.number == number_of(ringer.stage, holder(ringer.stage))
    assert ringer.stage.rows("SELECT count(*) FROM assignment WHERE until_at IS NULL") == [(1,)]


def test_everybody_is_rung_then_the_desk_then_everybody_again(ringer: Ringer) -> None:
    stage, rung = ringer.stage, []
    calls = ringer.place()
    first = holder(stage)
    while calls:
        [call] = calls
        rung.append(call.number)
        calls = ringer.end(call.id, "no-answer")
    assert len(rung) == len(set(rung)) >= 4
    assert rung[-1] == DESK
    assert holder(stage) == "duty_desk"
    assert ringer.stage.rows("SELECT count(*) FROM event WHERE kind = 'order_round'") == [(0,)]
    ringer.pass_time(timedelta(minutes=2))
    [again] = ringer.place()
    assert again.number == rung[0] == number_of(stage, first)
    assert ringer.stage.rows("SELECT count(*) FROM event WHERE kind = 'order_round'") == [(1,)]
    ringer.press(again.id, "1")
    assert ringer.end(again.id, "completed") == []
    ringer.pass_time(timedelta(hours=1))
    assert ringer.place() == []
    assert results(stage)[-1] == (first, "taken")
    assert [kind for (kind,) in stage.rows("SELECT kind FROM event WHERE kind = 'signed'")] == ["signed"]


def test_where_nobody_else_can_be_rung_the_desk_is_rung_again_and_again(stage: Stage) -> None:
    stage.plant("UPDATE staff SET active = false WHERE role <> 'duty_desk'")
    stage.text(LIFT)
    ringer = Ringer(stage)
    ringer.pass_time()
    for wait in (2, 4, 8):  # minutes: at twice the wait each time
        [call] = ringer.place()
        assert call.number == DESK
        assert ringer.end(call.id, "no-answer") == []
        ringer.pass_time(timedelta(minutes=wait, seconds=-10))
        assert ringer.place() == []
        ringer.pass_time(timedelta(seconds=10))
    [call] = ringer.place()
    assert "短号" in ringer.press(call.id, "1")
    assert [result for _, result in results(stage)] == ["no_number", *["not_answered"] * 3, "taken"]


def pass_wait(ringer: Ringer) -> list[outbox.Outgoing]:
    """The errand that rings again, at its moment; what is rung then."""
    [(at,)] = ringer.stage.rows("SELECT fires_at FROM errand WHERE kind = 'ring_next' AND state = 'open'")
    ringer.stage.plant("UPDATE clock SET ahead = :moment - now()", moment=at)
    ringer.pass_time()
    return ringer.place()


def test_from_the_fourth_round_on_only_the_desk_is_rung(ringer: Ringer) -> None:
    stage, rounds, calls = ringer.stage, [], ringer.place()
    for _ in range(5):
        rung = []
        while calls:
            rung.append(calls[0].number)
            calls = ringer.end(calls[0].id, "no-answer")
        rounds.append(rung)
        assert holder(stage) == "duty_desk"
        calls = pass_wait(ringer)
    assert min(len(rung) for rung in rounds[:3]) >= 4
    assert rounds[3:] == [[DESK], [DESK]]
    assert [call.number for call in calls] == [DESK]


def test_late_whoever_is_given_it_is_rung_once_before_the_desk(ringer: Ringer) -> None:
    stage = ringer.stage
    for _ in range(3):
        with stage.door.transaction(LINE) as tx:
            lifecycle.note(tx, case_of(stage), "order_round", "system")
    stage.plant(
        "UPDATE event SET canonical = jsonb_set(canonical::jsonb, '{facts}', '{\"attempt\": 1}')::text "
        "WHERE kind = 'order_round'"
    )
    [call] = ringer.place()
    assert call.number == number_of(stage, holder(stage)) != DESK
    [at_desk] = ringer.end(call.id, "no-answer")
    assert (at_desk.number, holder(stage)) == (DESK, "duty_desk")
    assert ringer.end(at_desk.id, "no-answer") == []


def test_a_call_whose_end_nobody_tells_us_counts_as_not_answered(ringer: Ringer) -> None:
    first = holder(ringer.stage)
    [call] = ringer.place()
    assert ringer.pass_time(timedelta(minutes=2, seconds=50)) == 0
    ringer.pass_time(timedelta(seconds=11))
    assert results(ringer.stage) == [(first, "not_answered")]
    assert len(ringer.place()) == 1
    ringer.status(call.id, "no-answer")  # late
    ringer.pass_time(timedelta(seconds=11))
    assert len(results(ringer.stage)) == 1


def test_what_the_carrier_refuses_goes_to_the_next(ringer: Ringer) -> None:
    first = holder(ringer.stage)
    refuse(ringer.stage)
    ringer.pass_time()
    assert results(ringer.stage) == [(first, "failed")]
    assert len(ringer.place()) == 1


def refuse(stage: Stage) -> None:
    while True:
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
            if item is None:
                return
            if item.channel == outbox.CALL:
                outbox.refused(tx, item.id, "21211 bad_number")


def test_a_call_of_which_nothing_is_known_is_not_waited_for(ringer: Ringer) -> None:
    first = holder(ringer.stage)
    with ringer.stage.door.transaction(LINE) as tx:
        while (item := outbox.take(tx)) is not None and item.channel != outbox.CALL:
            pass
        assert item is not None
        outbox.unknown(tx, item, "no answer")
    ringer.pass_time(timedelta(minutes=2, seconds=50))
    assert results(ringer.stage) == []
    ringer.pass_time(timedelta(seconds=11))
    assert results(ringer.stage) == [(first, "failed")]
    assert ringer.stage.rows("SELECT state FROM outbox WHERE id = :id", id=item.id) == [("unknown",)]


def test_what_the_system_signed_for_is_rung_on(ringer: Ringer) -> None:
    case_id = case_of(ringer.stage)
    ringer.stage.plant("UPDATE cases SET state = 'in_progress'")
    ringer.stage.plant("UPDATE owed SET done_at = now() WHERE step = 'sign_for'")
    ringer.stage.plant("UPDATE assignment SET signed_at = now()")
    first = holder(ringer.stage)
    [call] = ringer.place()
    [following] = ringer.end(call.id, "no-answer")
    ringer.press(following.id, "1")
    assert [result for _, result in results(ringer.stage)] == ["not_answered", "taken"]
    assert holder(ringer.stage) != first
    with ringer.stage.door.transaction(LINE) as tx:
        ring_for_order(tx, case_id)
    assert ringer.place() == []


def test_who_signed_by_text_is_rung_no_more(ringer: Ringer) -> None:
    first, case_id = holder(ringer.stage), case_of(ringer.stage)
    [call] = ringer.place()
    with ringer.stage.door.transaction(LINE) as tx:
        visits.sign(tx, who.by_code(tx, first), case_id)
    assert ringer.end(call.id, "no-answer") == []
    assert (results(ringer.stage), holder(ringer.stage)) == ([], first)


def test_an_order_that_was_closed_or_moved_is_not_rung(ringer: Ringer) -> None:
    """Its call still waits to leave: it is overtaken, and that is no failure of a text."""
    ringer.stage.plant("UPDATE assignment SET until_at = now()")
    assert ringer.place() == []
    states = ringer.stage.rows("SELECT purpose, state, trouble FROM outbox WHERE state = 'failed'")
    assert {tuple(row) for row in states} >= {("order_call", "failed", "overtaken")}
    assert ringer.stage.rows("SELECT count(*) FROM event WHERE kind = 'text_failed'") == [(0,)]


def test_a_holder_without_a_number_is_passed_over(stage: Stage) -> None:
    stage.plant("UPDATE staff SET party_id = NULL WHERE code = 'xingfuli-grid-02' OR code = 'xingfuli-grid-01'")
    stage.text(LIFT)
    ringer = Ringer(stage)
    ringer.pass_time()
    [call] = ringer.place()
    assert call.number == number_of(stage, holder(stage))


def test_whoever_has_no_number_is_left_to_the_next_look(stage: Stage) -> None:
    stage.plant("UPDATE staff SET active = false WHERE role <> 'duty_desk'")
    stage.text(LIFT)
    with stage.door.transaction(LINE) as tx:
        for _ in range(2):
            ring_for_order(tx, case_of(stage))
    assert stage.rows("SELECT kind, state FROM errand WHERE kind = 'ring_next'") == [("ring_next", "open")]


def test_nothing_is_done_for_an_errand_without_a_case(ringer: Ringer) -> None:
    before = ringer.stage.rows("SELECT count(*) FROM event")
    with ringer.stage.door.transaction(LINE) as tx:
        ring_next(tx, Errand(tx.new_id(), Kind.RING_NEXT, None, None, tx.now))
        errands.put(tx, Kind.RING_OVER, tx.new_id(), tx.now)
    assert ringer.pass_time() == 1  # no call of ours has this id
    assert ringer.stage.rows("SELECT count(*) FROM event") == before


def test_a_relay_needs_a_resident_with_a_number(ringer: Ringer) -> None:
    case_id = case_of(ringer.stage)
    with ringer.stage.door.transaction(LINE) as tx:
        me = who.by_code(tx, holder(ringer.stage))
        ref = relay(tx, me, case_id)
        assert relay(tx, me, case_id) == ref  # one ring at a time
    ringer.stage.plant("UPDATE cases SET party_id = NULL")
    with ringer.stage.door.transaction(LINE) as tx, pytest.raises(CannotRing) as none:
        relay(tx, me, case_id)
    assert none.value.why.id == "desk.ring.no_resident"
