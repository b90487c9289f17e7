"""Two things at once: a text that meets another, the expiry, or the catching up. Real transactions, threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
import sqlalchemy as sa

from dispatch import inbox
from dispatch.people import parties
from hotline import dialogue
from hotline.carriers.port import ListedCall, ListedText
from hotline.catchup import catch_up
from hotline.texting import expiry
from tests.hotline.shelf import Shelf
from tests.hotline.talking import Talker, all_cases, reports
from tests.stage import EMPTY, LINE, RESIDENT, Stage


def until_waiting(stage: Stage) -> None:
    """Until some transaction waits for another's lock."""
    end = monotonic() + 10
    while monotonic() < end:
        ((waiting,),) = stage.rows(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
            " WHERE NOT l.granted AND a.datname = current_database()"
        )
        if waiting:
            return
        sleep(0.01)
    raise AssertionError("nobody waits: the two did not meet")


def test_two_matters_at_once_make_one_dialogue(stage: Stage) -> None:
    resident = Talker(stage)
    resident.text("谢谢")  # the party is known from here on
    with ThreadPoolExecutor(1) as other:
        with stage.door.transaction(LINE) as tx:
            dialogue.take_text(tx, dialogue.TextIn(LINE, "SM1", RESIDENT, "楼道灯不亮", "楼道灯不亮"))
            tx.flush()
            second = other.submit(resident.text, "三单元的", "SM2")
            until_waiting(stage)
        second.result(10)
    (case,) = all_cases(stage)
    assert [(sid, role) for sid, role, _ in reports(stage)] == [("SM1", "matter"), ("SM2", "place")]
    assert case.category == "stairwell-light"


@pytest.mark.parametrize("known", [True, False])
def test_two_whole_reports_of_one_matter_at_once_make_one_case(stage: Stage, known: bool) -> None:
    resident = Talker(stage)
    if known:
        resident.text("谢谢")
    whole = "幸福里小区3号楼2单元电梯坏了"
    with ThreadPoolExecutor(1) as other:
        with stage.door.transaction(LINE) as tx:
            dialogue.take_text(tx, dialogue.TextIn(LINE, "SM1", RESIDENT, whole, whole))
            tx.flush()
            second = other.submit(resident.text, whole, "SM2")
            until_waiting(stage)
        second.result(10)
    (case,) = all_cases(stage)
    assert [(sid, of) for sid, _, of in reports(stage)] == [("SM1", case.id), ("SM2", case.id)]


def test_stop_counts_from_when_nobody_else_holds_the_person(stage: Stage) -> None:
    Talker(stage).text("谢谢")
    stage.wind(timedelta(hours=1))

    def stop() -> None:
        with stage.door.transaction(LINE) as tx:
            parties.stop(tx, parties.party_of(tx, RESIDENT).id)

    with ThreadPoolExecutor(1) as other:
        with stage.door.transaction(LINE) as tx:
            tx.conn.execute(sa.text("SELECT id FROM party FOR SHARE"))  # as one does who claims a text to them
            stopping = other.submit(stop)
            until_waiting(stage)
            ((waiting,),) = stage.rows("SELECT clock_timestamp() + ahead FROM clock")
        stopping.result(10)
    ((stopped,),) = stage.rows("SELECT stopped_at FROM party WHERE stopped_at IS NOT NULL")
    assert waiting < stopped < waiting + timedelta(seconds=10)


def test_two_greetings_at_once_are_counted_both(stage: Stage) -> None:
    resident = Talker(stage)
    resident.text("谢谢")
    with ThreadPoolExecutor(1) as other:
        with stage.door.transaction(LINE) as tx:
            dialogue.take_text(tx, dialogue.TextIn(LINE, "SM1", RESIDENT, "你好", "你好"))
            tx.flush()
            second = other.submit(resident.text, "在吗", "SM2")
            until_waiting(stage)
        second.result(10)
    assert stage.rows("SELECT state, tries FROM dialogue") == [("matter_asked", 2)]


def test_an_answer_that_meets_the_expiry_is_added_to_its_case(stage: Stage) -> None:
    resident = Talker(stage)
    resident.text("楼道灯不亮", "SM1")
    stage.wind(timedelta(minutes=31))
    with ThreadPoolExecutor(1) as other:
        with stage.door.transaction("xingfu") as tx:
            assert expiry.expire_next(tx)
            second = other.submit(resident.text, "幸福里3号楼", "SM2")
            until_waiting(stage)
        second.result(10)
    (case,) = all_cases(stage)
    assert list(reports(stage)) == [("SM1", "matter", case.id), ("SM2", "supplement", case.id)]


def test_the_expiry_leaves_an_answer_at_work_alone(stage: Stage) -> None:
    resident = Talker(stage)
    resident.text("楼道灯不亮", "SM1")
    stage.wind(timedelta(minutes=31))
    with stage.door.transaction(LINE) as tx:
        dialogue.take_text(tx, dialogue.TextIn(LINE, "SM2", RESIDENT, "幸福里3号楼", "幸福里3号楼"))
        tx.flush()
        with stage.door.transaction("xingfu") as other:
            assert expiry.expire_next(other) is False
    assert len(all_cases(stage)) == 1


def test_catching_up_gives_way_to_a_request_at_work(stage: Stage) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    for kind, key, shelf in (
        ("text", "SM1", Shelf(texts=[ListedText("SM1", RESIDENT, LINE.number, "x", "received", True, None)])),
        ("voice", "CA1/0", Shelf(calls=[ListedCall("CA1", RESIDENT, LINE.number, "completed", True, None)])),
    ):
        with ThreadPoolExecutor(1) as other:
            with stage.door.transaction(LINE) as tx:
                assert inbox.claim(tx, kind, key) is None
                done = other.submit(catch_up, stage.door, shelf, [LINE], at)
                until_waiting(stage)
                inbox.settle(tx, kind, key, EMPTY)
            assert done.result(10).taken == 0
