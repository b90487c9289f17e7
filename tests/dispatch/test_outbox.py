"""What goes out: sent, failed or visibly unknown (INV-OUT); nothing after STOP (INV-STOP)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import pairwise
from time import sleep
from uuid import UUID

import pytest
import sqlalchemy as sa

from cases.loop.deeds import Act, standing
from cases.phrases import msg
from cases.states import Deed
from dispatch import outbox
from dispatch.duty import moves
from dispatch.life import leaving
from dispatch.loop.work import SHORT_MARK
from dispatch.outbox import Outgoing
from dispatch.people import parties
from dispatch.reads import checks
from dispatch.ringing import outcomes
from tests.dispatch.looping import LAMP, at_desk, to_asked
from tests.stage import LINE, RESIDENT, Stage


def take(stage: Stage) -> Outgoing | None:
    with stage.door.transaction(LINE) as tx:
        return outbox.take(tx)


def states(stage: Stage) -> list[tuple[object, ...]]:
    return [tuple(row) for row in stage.rows("SELECT purpose, state, trouble FROM outbox ORDER BY purpose")]


@pytest.fixture
def posted(stage: Stage) -> Stage:
    stage.text(LAMP)
    return stage


def test_each_text_is_taken_once_and_sent(posted: Stage) -> None:
    first, second = take(posted), take(posted)
    assert first is not None
    assert second is not None
    assert {first.number, second.number} >= {RESIDENT}
    assert take(posted) is None
    with posted.door.transaction(LINE) as tx:
        outbox.sent(tx, first, "SM1")
        outbox.refused(tx, second.id, "21211 no number")
    assert sorted(row[1] for row in states(posted)) == ["failed", "sent"]
    assert posted.rows("SELECT kind FROM event ORDER BY seq DESC LIMIT 1") == [("text_failed",)]


def test_what_presses_leaves_before_a_storm_of_other_texts(stage: Stage) -> None:
    for number in range(9):
        stage.text(LAMP, f"+86138000001{number:02}")
    stage.text("幸福里小区3号楼2单元电梯坏了，有人被困", "+8613800000200")
    first = [take(stage), take(stage)]
    presses = stage.rows("SELECT o.id FROM outbox o JOIN cases c ON c.id = o.case_id WHERE c.level IN ('L1', 'L2')")
    assert {(item.channel, item.purpose) for item in first if item} == {("text", "order"), ("call", "order_call")}
    assert {item.id for item in first if item} <= {row.id for row in presses}


def test_a_text_of_a_sender_that_died_is_doubtful(posted: Stage) -> None:
    first = take(posted)
    assert first is not None
    assert not first.doubtful
    posted.wind(timedelta(minutes=1))
    again = {item.id: item for item in (take(posted), take(posted)) if item}
    assert again[first.id].doubtful
    assert again[first.id].tries == 2


def test_unknown_is_looked_up_later_and_never_lost(posted: Stage) -> None:
    first = take(posted)
    assert first is not None
    with posted.door.transaction(LINE) as tx:
        outbox.unknown(tx, first, "no answer")
    take(posted)
    assert take(posted) is None
    posted.wind(timedelta(seconds=6))
    back = take(posted)
    assert back is not None
    assert (back.id, back.doubtful) == (first.id, True)


def test_a_question_that_was_being_sent_when_its_case_ended_does_not_leave(stage: Stage) -> None:
    """Its sender died; the carrier never had it: that it is found so much later is no reason to ask."""
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    while (item := take(stage)) is not None and item.purpose != "question":
        with stage.door.transaction(LINE) as tx:
            outbox.sent(tx, item, f"SM{item.id.hex}")
    assert item is not None
    with at_desk(stage) as (tx, who):
        leaving.leave(tx, standing(tx, taken.case_id, lock=True), Act(Deed.VOID, who.actor, "voided"))
    stage.wind(timedelta(seconds=31))
    doubtful = next(each for each in iter(partial(take, stage), None) if each.id == item.id)
    assert doubtful.doubtful
    with stage.door.transaction(LINE) as tx:
        outbox.later(tx, doubtful, "the carrier never took it")
    stage.wind(timedelta(minutes=1))
    assert item.id not in {each.id for each in iter(partial(take, stage), None)}
    assert stage.rows("SELECT state, trouble FROM outbox WHERE id = :id", id=item.id) == [("failed", outbox.OVERTAKEN)]


def test_what_surely_did_not_leave_waits_a_day_and_more_with_growing_pauses(posted: Stage) -> None:
    take(posted)
    item = take(posted)
    assert item is not None
    pauses, waited = [], timedelta()
    while True:
        with posted.door.transaction(LINE) as tx:
            outbox.later(tx, item, "refused the connection")
            [row] = tx.conn.exec_driver_sql("SELECT state, next_at FROM outbox WHERE id = %s", (item.id,)).all()
            if row.state == "failed":
                break
            pauses.append(row.next_at - tx.now)
            tx.conn.exec_driver_sql("UPDATE outbox SET next_at = NULL WHERE id <> %s", (item.id,))
        posted.wind(pauses[-1])
        waited += pauses[-1]
        item = take(posted)
        assert item is not None
    assert outbox.MAY_WAIT <= waited < outbox.MAY_WAIT + timedelta(minutes=15)
    assert timedelta(hours=24) < outbox.MAY_WAIT
    assert all(later > earlier for earlier, later in pairwise(pauses[:8]))
    assert timedelta(minutes=7) < min(pauses[12:]) < max(pauses[12:]) < timedelta(minutes=13), "a little apart"
    assert len(set(pauses[12:])) > 5
    assert ("failed", "refused the connection") in [row[1:] for row in states(posted)]


def test_receipts_only_move_forward_whatever_their_order(posted: Stage) -> None:
    item = take(posted)
    assert item is not None
    with posted.door.transaction(LINE) as tx:
        outbox.take_receipt(tx, "SM1", "delivered")  # before we stored its SID ourselves
    with posted.door.transaction(LINE) as tx:
        outbox.sent(tx, item, "SM1")
    for late in ("queued", "sent", "sending"):
        with posted.door.transaction(LINE) as tx:
            outbox.take_receipt(tx, "SM1", late)
    assert posted.rows("SELECT delivery FROM outbox WHERE sid = 'SM1'") == [("delivered",)]
    assert posted.rows("SELECT count(*) FROM receipt") == [(4,)]


def test_a_word_of_the_carrier_tells_of_a_text_in_doubt_that_it_left(posted: Stage) -> None:
    """Its address names the row: so it is looked up in no list, and never sent a second time."""
    item = take(posted)
    assert item is not None
    with posted.door.transaction(LINE) as tx:
        outbox.unknown(tx, item, "no answer")
    with posted.door.transaction(LINE) as tx:
        outbox.take_receipt(tx, "SM1", "sent", ref=item.id)
    assert posted.rows("SELECT state, sid, delivery FROM outbox WHERE id = :id", id=item.id) == [
        ("sent", "SM1", "sent")
    ]
    posted.wind(timedelta(minutes=5))
    other = take(posted)
    assert other is not None
    assert other.id != item.id
    with posted.door.transaction(LINE) as tx:
        outbox.take_receipt(tx, "SM2", "delivered", ref=item.id)  # of a second one we know nothing
        outbox.take_receipt(tx, "SM3", "sent", ref=UUID(int=1))
    assert posted.rows("SELECT sid, delivery FROM outbox WHERE id = :id", id=item.id) == [("SM1", "sent")]
    assert take(posted) is None


def test_a_text_that_never_arrived_is_written_down(posted: Stage) -> None:
    item = take(posted)
    assert item is not None
    with posted.door.transaction(LINE) as tx:
        outbox.sent(tx, item, "SM1")
    with posted.door.transaction(LINE) as tx:
        outbox.take_receipt(tx, "SM1", "undelivered", error="30003")
        outbox.take_receipt(tx, "SMstranger", "delivered")
    assert posted.rows("SELECT delivery, trouble FROM outbox WHERE sid = 'SM1'") == [("undelivered", "30003")]
    assert posted.rows("SELECT count(*) FROM event WHERE kind = 'text_failed'") == [(1,)]


def test_nothing_leaves_after_stop(posted: Stage) -> None:
    with posted.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)
    taken = [take(posted), take(posted)]
    assert [item.number for item in taken if item] != []
    assert RESIDENT not in [item.number for item in taken if item]
    with posted.door.transaction(LINE) as tx:
        assert outbox.anything_stopped(tx)
        assert [came.purpose for came in outbox.call_off(tx)] == ["receipt"]
        assert not outbox.anything_stopped(tx)
    assert ("receipt", "failed", "stopped") in states(posted)
    with posted.door.transaction(LINE) as tx:
        me = parties.party_of(tx, RESIDENT)
        assert me.stopped
        parties.start(tx, me.id)
        parties.speak(tx, me.id, "en")
    with posted.door.transaction(LINE) as tx:
        me = parties.party_of(tx, RESIDENT)
    assert (me.stopped, me.lang) == (False, "en")


def test_a_workers_number_is_known_as_such(posted: Stage) -> None:
    with posted.door.transaction(LINE) as tx:
        assert parties.party_of(tx, RESIDENT).worker_id is None
        assert parties.party_of(tx, "+8613900000001").worker_id is not None


def test_a_text_that_cannot_be_read_fails_and_its_neighbours_leave(posted: Stage) -> None:
    posted.plant("UPDATE content SET sealed = 'x' WHERE id = (SELECT content_id FROM outbox WHERE purpose = 'order')")
    left = take(posted)
    assert left is not None
    assert left.number == RESIDENT
    assert take(posted) is None
    [(trouble,)] = posted.rows("SELECT trouble FROM outbox WHERE purpose = 'order' AND state = 'failed'")
    assert "cannot be read" in str(trouble)


def test_what_was_under_way_when_they_stopped_is_no_breach(posted: Stage) -> None:
    items = [item for item in (take(posted), take(posted)) if item]
    with posted.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)
    for number, item in enumerate(items):
        with posted.door.transaction(LINE) as tx:
            outbox.sent(tx, item, f"SM{number}")
    with posted.door.transaction(LINE) as tx:
        assert "STOP" not in {found.name for found in checks.broken(tx)}


def test_an_order_to_a_worker_who_stopped_goes_to_somebody_else(posted: Stage) -> None:
    [(worker, case)] = posted.rows("SELECT s.party_id, c.id FROM cases c JOIN staff s ON s.id = c.worker_id")
    with posted.door.transaction(LINE) as tx:
        parties.stop(tx, worker)
    with posted.door.transaction(LINE) as tx:
        outcomes.call_off(tx)
    orders = "SELECT party_id, case_id FROM outbox WHERE purpose = 'order' AND state = 'pending'"
    [(other, same)] = posted.rows(orders)
    assert (other != worker, same) == (True, case)
    assert ("order", "failed", "stopped") in states(posted)


def held_by(stage: Stage) -> tuple[UUID, UUID]:
    """The case, and the party of whoever holds it."""
    [(case, party)] = stage.rows("SELECT c.id, s.party_id FROM cases c JOIN staff s ON s.id = c.worker_id")
    return UUID(str(case)), UUID(str(party))


def marked(stage: Stage, party: UUID, purpose: str = "order") -> UUID:
    """A text to somebody of the office in whose words the short number is still open."""
    case, _ = held_by(stage)
    with stage.door.transaction(LINE) as tx:
        tx.conn.exec_driver_sql("UPDATE outbox SET next_at = NULL WHERE state = 'pending'")
        return outbox.put_text(tx, party, msg("desk.text.told", office=SHORT_MARK, number="", words="", who=""),
                               "zh_CN", purpose=purpose, case_id=case)  # fmt: skip


def test_the_short_number_is_given_when_the_text_leaves_and_stays(posted: Stage) -> None:
    _, holder = held_by(posted)
    id_ = marked(posted, holder)
    first = take(posted)
    assert first is not None
    assert (first.id, "【1】" in first.body, SHORT_MARK in first.body) == (id_, True, False)
    posted.plant("UPDATE assignment SET until_at = now()")
    posted.wind(timedelta(minutes=1))
    again = take(posted)
    assert again is not None
    assert (again.doubtful, again.body) == (True, first.body)  # it is looked up by its words
    with posted.door.transaction(LINE) as tx:
        outbox.later(tx, again, "the carrier never took it")
    posted.wind(timedelta(minutes=1))
    assert take(posted) is None
    assert ("order", "failed", "overtaken") in states(posted)


@pytest.mark.parametrize("purpose", ["order", "rework", "reminder", "urge"])
def test_what_is_about_work_that_left_them_is_overtaken_before_it_leaves(posted: Stage, purpose: str) -> None:
    _, holder = held_by(posted)
    marked(posted, holder, purpose)
    posted.plant("UPDATE assignment SET until_at = now()")
    item = take(posted)
    [(number,)] = posted.rows("SELECT number FROM cases")
    if purpose == "urge":
        assert item is not None
        assert str(number) in item.body
    else:
        assert item is None
        assert (purpose, "failed", "overtaken") in states(posted)
    assert posted.rows("SELECT count(*) FROM event WHERE kind = 'text_failed'") == [(0,)]


def test_who_never_held_it_gets_the_whole_number(posted: Stage) -> None:
    [(leader,)] = posted.rows("SELECT party_id FROM staff WHERE code = 'leader'")
    marked(posted, UUID(str(leader)))
    item = take(posted)
    [(number,)] = posted.rows("SELECT number FROM cases")
    assert item is not None
    assert str(number) in item.body


def rung(stage: Stage, not_before: timedelta = timedelta()) -> UUID:
    """A call that waits, and nothing else does."""
    case, holder = held_by(stage)
    with stage.door.transaction(LINE) as tx:
        tx.conn.exec_driver_sql("UPDATE outbox SET next_at = NULL WHERE state = 'pending'")
        at = tx.now + not_before
        return outbox.put_call(tx, holder, case, purpose="relay_call", case_id=case, not_before=at)


def test_who_stopped_texts_can_be_rung(posted: Stage) -> None:
    id_, (case, holder) = rung(posted), held_by(posted)
    with posted.door.transaction(LINE) as tx:
        parties.stop(tx, holder)
    with posted.door.transaction(LINE) as tx:
        outbox.call_off(tx)
    item = take(posted)
    assert item is not None
    assert (item.id, item.channel, item.body) == (id_, "call", str(case))


def test_what_is_to_wait_waits(posted: Stage) -> None:
    rung(posted, timedelta(hours=2))
    assert take(posted) is None
    posted.wind(timedelta(hours=2))
    assert take(posted) is not None


def test_a_call_is_heard_of_before_its_sid_is_stored(posted: Stage) -> None:
    """A doubtful one that the carrier's own word tells of is neither rung again nor forgotten."""
    rung(posted)
    item = take(posted)
    assert item is not None
    with posted.door.transaction(LINE) as tx:
        outbox.placed(tx, item.id, "CA1")
    for came_late in (outbox.later, outbox.unknown):
        with posted.door.transaction(LINE) as tx:
            came_late(tx, item, "no answer")
    with posted.door.transaction(LINE) as tx:
        assert outbox.sent(tx, item, "CA1") == []
    assert posted.rows("SELECT state, sid FROM outbox WHERE id = :id", id=item.id) == [("sent", "CA1")]
    assert posted.rows("SELECT state FROM errand WHERE ref = :id", id=item.id) == [("open",)]


def test_a_call_that_cannot_be_read_ends_at_once(posted: Stage) -> None:
    id_ = rung(posted)
    posted.plant("UPDATE content SET sealed = 'x' WHERE id = (SELECT content_id FROM outbox WHERE id = :id)", id=id_)
    assert take(posted) is None
    assert posted.rows("SELECT fires_at <= now() + (SELECT ahead FROM clock) FROM errand WHERE ref = :id", id=id_) == [
        (True,)
    ]


def test_what_waits_of_a_case_is_called_off(posted: Stage) -> None:
    case, _ = held_by(posted)
    with posted.door.transaction(LINE) as tx:
        outbox.call_off_case(tx, case)
    assert ("order", "failed", "overtaken") in states(posted)
    assert ("receipt", "pending", None) in states(posted)


def test_words_on_one_text_wait_for_each_other(posted: Stage) -> None:
    """A receipt that is being stored while we store the SID is seen by one of the two."""
    item = take(posted)
    assert item is not None
    with ThreadPoolExecutor(1) as other:
        with posted.door.transaction(LINE) as tx:
            outbox.take_receipt(tx, "SM1", "delivered")
            tx.flush()
            later = other.submit(store, posted, item, "SM1")
            sleep(0.3)
            assert not later.done()
        later.result(10)
    assert posted.rows("SELECT delivery FROM outbox WHERE sid = 'SM1'") == [("delivered",)]


def store(stage: Stage, item: Outgoing, sid: str) -> None:
    with stage.door.transaction(LINE) as tx:
        outbox.sent(tx, item, sid)


def blocked(stage: Stage) -> bool:
    """Whether somebody waits for a lock."""
    return stage.rows("SELECT count(*) FROM pg_locks WHERE NOT granted") != [(0,)]


def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        sleep(0.01)
    pytest.fail("it did not come about within five seconds")


def test_an_order_that_leaves_while_its_case_moves_waits_for_the_case(posted: Stage) -> None:
    """The receipt leaves meanwhile; the order that moves away is overtaken, and nobody waits for each other."""
    case_id = posted.rows("SELECT id FROM cases")[0].id
    with ThreadPoolExecutor(1) as other:
        with posted.door.transaction(LINE) as tx:
            standing(tx, case_id, lock=True)
            tx.conn.execute(sa.text("UPDATE assignment SET until_at = until_at"))
            receipt = other.submit(take, posted).result(10)
            assert receipt is not None
            assert receipt.number == RESIDENT
            order = other.submit(take, posted)
            until(lambda: blocked(posted))
            assert moves.hand_on(tx, case_id, "leave") is not None
        order.result(20)
    assert ("order", "failed", "overtaken") in states(posted)


def test_the_carriers_word_takes_the_case_before_the_text(posted: Stage) -> None:
    item = take(posted)
    assert item is not None
    with posted.door.transaction(LINE) as tx:
        outbox.sent(tx, item, "SM1")
    case_id = posted.rows("SELECT id FROM cases")[0].id
    with ThreadPoolExecutor(1) as other:
        with posted.door.transaction(LINE) as tx:
            standing(tx, case_id, lock=True)
            word = other.submit(deliver, posted)
            until(lambda: blocked(posted))
            tx.conn.execute(sa.text("UPDATE outbox SET trouble = NULL WHERE sid = 'SM1'"))
        word.result(20)
    assert posted.rows("SELECT delivery FROM outbox WHERE sid = 'SM1'") == [("delivered",)]


def deliver(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        outcomes.take_receipt(tx, "SM1", "delivered")
