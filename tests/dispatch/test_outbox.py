"""What goes out: sent, failed or visibly unknown (INV-OUT); nothing after STOP (INV-STOP)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from uuid import UUID

import pytest

from dispatch import orders, outbox
from dispatch.outbox import Outgoing
from dispatch.people import parties
from dispatch.reads import checks
from tests.stage import LINE, RESIDENT, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"


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
        outbox.sent(tx, first.id, "SM1")
        outbox.refused(tx, second.id, "21211 no number")
    assert sorted(row[1] for row in states(posted)) == ["failed", "sent"]
    assert posted.rows("SELECT kind FROM event ORDER BY seq DESC LIMIT 1") == [("text_failed",)]


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


def test_what_surely_did_not_leave_is_tried_with_growing_waits_then_fails(posted: Stage) -> None:
    take(posted)
    item = take(posted)
    assert item is not None
    waits = []
    for _ in range(outbox.TRIES):
        with posted.door.transaction(LINE) as tx:
            outbox.later(tx, item, "refused the connection")
            [row] = posted.rows("SELECT 1") and [
                tx.conn.exec_driver_sql("SELECT state, next_at FROM outbox WHERE id = %s", (item.id,)).one()
            ]
            if row.state == "failed":
                break
            waits.append(row.next_at - tx.now)
        posted.wind(waits[-1])
        with posted.door.transaction(LINE) as tx:
            tx.conn.exec_driver_sql("UPDATE outbox SET next_at = NULL WHERE id <> %s", (item.id,))
        again = take(posted)
        assert again is not None
        item = again
    assert waits == sorted(waits)
    assert len(waits) == outbox.TRIES - 1
    assert ("failed", "refused the connection") in [row[1:] for row in states(posted)]


def test_receipts_only_move_forward_whatever_their_order(posted: Stage) -> None:
    item = take(posted)
    assert item is not None
    with posted.door.transaction(LINE) as tx:
        outbox.take_receipt(tx, "SM1", "delivered")  # before we stored its SID ourselves
    with posted.door.transaction(LINE) as tx:
        outbox.sent(tx, item.id, "SM1")
    for late in ("queued", "sent", "sending"):
        with posted.door.transaction(LINE) as tx:
            outbox.take_receipt(tx, "SM1", late)
    assert posted.rows("SELECT delivery FROM outbox WHERE sid = 'SM1'") == [("delivered",)]
    assert posted.rows("SELECT count(*) FROM receipt") == [(4,)]


def test_a_text_that_never_arrived_is_written_down(posted: Stage) -> None:
    item = take(posted)
    assert item is not None
    with posted.door.transaction(LINE) as tx:
        outbox.sent(tx, item.id, "SM1")
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
        assert outbox.call_off(tx) == []
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
            outbox.sent(tx, item.id, f"SM{number}")
    with posted.door.transaction(LINE) as tx:
        assert "STOP" not in {found.name for found in checks.broken(tx)}


def test_an_order_to_a_worker_who_stopped_goes_to_whoever_is_above(posted: Stage) -> None:
    [(worker, case)] = posted.rows("SELECT s.party_id, c.id FROM cases c JOIN staff s ON s.id = c.worker_id")
    with posted.door.transaction(LINE) as tx:
        parties.stop(tx, worker)
    with posted.door.transaction(LINE) as tx:
        assert outbox.call_off(tx) == [case]
        orders.pass_on(tx, case)
    [(other,)] = posted.rows("SELECT party_id FROM outbox WHERE purpose = 'order' AND state = 'pending'")
    assert other != worker
    assert ("order", "failed", "stopped") in states(posted)


def test_words_on_one_text_wait_for_each_other(posted: Stage) -> None:
    """A receipt that is being stored while we store the SID is seen by one of the two."""
    item = take(posted)
    assert item is not None
    with ThreadPoolExecutor(1) as other:
        with posted.door.transaction(LINE) as tx:
            outbox.take_receipt(tx, "SM1", "delivered")
            tx.flush()
            later = other.submit(store, posted, item.id, "SM1")
            sleep(0.3)
            assert not later.done()
        later.result(10)
    assert posted.rows("SELECT delivery FROM outbox WHERE sid = 'SM1'") == [("delivered",)]


def store(stage: Stage, id_: UUID, sid: str) -> None:
    with stage.door.transaction(LINE) as tx:
        outbox.sent(tx, id_, sid)
