"""An order that cannot be delivered reaches somebody all the same: by the carrier's reason, each in its own way."""

from datetime import timedelta

import pytest

from dispatch import outbox
from dispatch.due import handlers
from dispatch.outbox import Outgoing
from dispatch.reads import checks
from dispatch.ringing import outcomes
from dispatch.ringing.consequences import AFTER, Consequence, after
from hotline.carriers.port import Reason
from hotline.carriers.twilio.errors import reason_of
from tests.stage import LINE, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"
LIFT = "幸福里小区3号楼2单元电梯坏了，有人被困"


def order(stage: Stage) -> Outgoing:
    """The order's text, leased to us; whatever else is due left."""
    found = None
    while True:
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
            if item is None:
                assert found is not None
                return found
            if item.purpose == "order" and found is None:
                found = item
            else:
                outcomes.sent(tx, item, f"{'CA' if item.channel == 'call' else 'SM'}{item.id.hex}")


def calls(stage: Stage) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in stage.rows(
            "SELECT o.purpose, s.code FROM outbox o JOIN staff s ON s.party_id = o.party_id WHERE o.channel = 'call'"
        )
    ]


def holder(stage: Stage) -> object:
    return stage.rows("SELECT s.code FROM cases c LEFT JOIN staff s ON s.id = c.worker_id")[0][0]


def lose(stage: Stage, item: Outgoing, code: str, *, afterwards: bool) -> None:
    """The carrier refuses it, or takes it and tells later that it did not arrive."""
    error = f"{code} {reason_of(code)}"
    with stage.door.transaction(LINE) as tx:
        if not afterwards:
            outcomes.refused(tx, item, error)
            return
        outcomes.sent(tx, item, "SM1")
    with stage.door.transaction(LINE) as tx:
        outcomes.take_receipt(tx, "SM1", "undelivered", error=error)


def test_every_reason_of_a_carrier_has_its_consequence() -> None:
    assert set(AFTER) == {str(reason) for reason in Reason}
    assert after("a word that no carrier says") is Consequence.RING


@pytest.mark.parametrize("afterwards", [False, True], ids=["refused", "undelivered"])
@pytest.mark.parametrize("code", ["21614", "30003", "30004", "30006", "30007", "30008", "30034", "99999"])
def test_whoever_does_not_get_the_text_is_rung_for_it(stage: Stage, code: str, *, afterwards: bool) -> None:
    """Also for what can wait: an order that nobody has is no order."""
    stage.text(LAMP)
    item = order(stage)
    had = holder(stage)
    assert calls(stage) == []
    lose(stage, item, code, afterwards=afterwards)
    assert calls(stage) == [("order_call", had)]
    assert holder(stage) == had


def test_who_is_rung_is_rung_once_however_often_we_hear_of_it(stage: Stage) -> None:
    stage.text(LIFT)
    item = order(stage)
    before = calls(stage)
    assert len(before) == 1, "what presses is rung beside the text"
    lose(stage, item, "30003", afterwards=True)
    assert calls(stage) == before


@pytest.mark.parametrize("code", ["21211", "30005"])
def test_a_number_at_which_nobody_is_gives_the_case_to_the_next_and_the_liaison_hears_of_it(
    stage: Stage, code: str
) -> None:
    stage.text(LAMP)
    item = order(stage)
    had = holder(stage)
    lose(stage, item, code, afterwards=True)
    assert holder(stage) not in (had, None)
    told = {row.purpose for row in stage.rows("SELECT purpose FROM outbox WHERE state = 'pending'")}
    assert {"order", "not_reached"} <= told


def test_who_told_the_carrier_to_stop_counts_as_who_told_us(stage: Stage) -> None:
    stage.text(LAMP)
    item = order(stage)
    had = holder(stage)
    lose(stage, item, "21610", afterwards=False)
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)
    assert holder(stage) not in (had, None)
    purposes = {row.purpose for row in stage.rows("SELECT purpose FROM outbox WHERE state = 'pending'")}
    assert {"order", "supervisor_stopped"} <= purposes


def test_what_can_wait_stays_with_who_is_not_reached_by_telephone_either_and_the_liaison_is_told(stage: Stage) -> None:
    stage.text(LAMP)
    had = holder(stage)
    lose(stage, order(stage), "30003", afterwards=True)
    with stage.door.transaction(LINE) as tx:
        call = outbox.take(tx)
        assert call is not None
        outcomes.refused(tx, call, "busy")
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)
    assert holder(stage) == had
    assert stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'not_reached'") == [(1,)]


def test_a_holder_whom_nothing_reached_is_found(stage: Stage) -> None:
    """INV-REACH: an urgent case whose order and call came to nothing, beyond the limit for signing."""
    stage.text(LIFT)
    item = order(stage)
    lose(stage, item, "30003", afterwards=True)
    stage.plant("UPDATE errand SET state = 'done'")

    def found() -> list[str]:
        with stage.door.transaction(LINE) as tx:
            return [broken.subject for broken in checks.broken(tx) if broken.name == "REACH"]

    assert found() == [], "its time has not run out"
    stage.wind(timedelta(minutes=31))
    assert len(found()) == 1
    stage.plant("UPDATE outbox SET delivery = 'in-progress' WHERE channel = 'call'")
    assert found() == [], "somebody answered"
