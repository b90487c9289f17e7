"""Calls that we placed: what is said, what the keys do, and that order and repetition do not matter."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import permutations
from time import sleep
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest

from cases import history
from cases.loop.deeds import standing
from dispatch.due.errands import Kind
from dispatch.loop import verdicts, who
from dispatch.outbox import Outgoing
from dispatch.people import parties
from dispatch.ringing import relay
from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Kind as Exchanged
from exchange.twiml.document import read
from hotline.outcalls import doors
from tests.hotline.ringing import Ringer
from tests.hotline.talking import events
from tests.stage import LINE, RESIDENT, Stage

LIFT = "幸福里小区3号楼2单元电梯坏了，有人被困"
LAMP = "幸福里小区3号楼2单元楼道灯坏了"


def verbs(answer: str) -> list[str]:
    return [node.tag for node in ElementTree.fromstring(answer)]


def words(answer: str) -> str:
    return "".join(ElementTree.fromstring(answer).itertext())


def clean_for_the_exchange(answer: str) -> bool:
    return remarks_on(read(answer.encode(), "text/xml", Exchanged.VOICE), Exchanged.VOICE) == ()


def action(answer: str) -> str:
    (gather,) = ElementTree.fromstring(answer).iter("Gather")
    return str(gather.get("action"))


@pytest.fixture
def ringer(stage: Stage) -> Ringer:
    stage.text(LIFT)
    return Ringer(stage)


@pytest.fixture
def call(ringer: Ringer) -> Outgoing:
    [placed] = ringer.place()
    return placed


def case_of(stage: Stage) -> UUID:
    [(case_id,)] = stage.rows("SELECT id FROM cases")
    return UUID(str(case_id))


def results(stage: Stage, case_id: UUID | None = None) -> list[str]:
    rows = stage.rows("SELECT canonical, case_id FROM event WHERE kind = 'order_call' ORDER BY case_id, seq")
    return [json.loads(str(row[0]))["facts"]["result"] for row in rows if case_id in (None, row[1])]


def test_the_order_is_read_out_and_asks_for_a_key(ringer: Ringer, call: Outgoing) -> None:
    answer = ringer.turn(call.id)
    assert verbs(answer) == ["Gather", "Redirect"]
    assert action(answer) == f"/webhooks/twilio/main/out/{call.id.hex}/1"
    assert 'input="dtmf"' in answer
    for said in ("电梯", "3号楼", "接单请按 1", "去不了请按 2", "请按 3"):
        assert said in words(answer)
    assert clean_for_the_exchange(answer)


def test_one_takes_it_and_hears_the_short_number_and_the_limit(ringer: Ringer, call: Outgoing) -> None:
    answer = ringer.press(call.id, "1")
    assert verbs(answer) == ["Say", "Dial", "Hangup"], "who is in danger is spoken to at once"
    assert re.search(r"短号是 1。11月24日 \d\d:\d\d前上门", words(answer))
    assert (results(ringer.stage), "signed" in events(ringer.stage)) == (["taken"], True)
    assert ringer.turn(call.id, 1, "1") == answer  # heard again, done once
    assert ringer.end(call.id, "completed") == []
    assert results(ringer.stage) == ["taken"]
    assert events(ringer.stage).count("signed") == 1


def test_two_hands_it_on(ringer: Ringer, call: Outgoing) -> None:
    assert "找下一位" in words(ringer.press(call.id, "2"))
    assert results(ringer.stage) == ["cannot"]
    [following] = ringer.place()
    assert following.number != call.number
    assert "不用您处理" in words(ringer.turn(call.id, 1, "2"))  # heard again: it is no longer theirs
    assert "不用您处理" in words(ringer.turn(call.id, 2, "1"))
    assert ringer.end(call.id, "completed") == []
    assert results(ringer.stage) == ["cannot"]


def test_three_says_it_again_and_silence_twice_hands_it_on(ringer: Ringer, call: Outgoing) -> None:
    again = ringer.press(call.id, "3")
    assert "电梯" in words(again)
    assert action(again).endswith("/3")
    repeated = ringer.turn(call.id, 3)
    assert words(repeated).startswith("没有收到按键。")
    assert action(repeated).endswith("/4")
    assert verbs(ringer.turn(call.id, 4)) == ["Say", "Hangup"]
    assert results(ringer.stage) == ["not_answered"]
    assert len(ringer.place()) == 1
    assert ringer.end(call.id, "completed") == []
    assert results(ringer.stage) == ["not_answered"]


def test_nobody_can_keep_the_line_by_asking_again_and_again(ringer: Ringer, call: Outgoing) -> None:
    turn = 0
    ringer.turn(call.id)
    for _ in range(20):
        turn += 1
        answer = ringer.turn(call.id, turn, "3")
        if verbs(answer) == ["Say", "Hangup"]:
            break
        turn = int(action(answer).rsplit("/", 1)[1]) - 1
    assert results(ringer.stage) == ["not_answered"]
    assert turn <= doors.MOST


def test_hanging_up_without_a_key_is_no_answer(ringer: Ringer, call: Outgoing) -> None:
    ringer.turn(call.id)
    [following] = ringer.end(call.id, "completed")
    assert results(ringer.stage) == ["not_answered"]
    assert following.number != call.number


@pytest.mark.parametrize(("key", "result"), [("1", "taken"), ("2", "cannot")])
def test_turns_and_words_in_any_order_come_to_the_same(stage: Stage, key: str, result: str) -> None:
    """The answer, the key, and two statuses of one call in all 24 orders, the last of them twice."""
    ringer = Ringer(stage)
    for order in permutations(range(4)):
        case_id = stage.text(LIFT).case_id
        ringer.place()
        [(ref,)] = stage.rows("SELECT id FROM outbox WHERE channel = 'call' AND case_id = :id", id=case_id)
        steps = list(words_on(ringer, UUID(str(ref)), key))
        for step in (*order, order[-1]):
            steps[step]()
        ringer.pass_time(timedelta(seconds=11))
        assert results(stage, case_id) == [result], order


def words_on(ringer: Ringer, ref: UUID, key: str) -> Iterator[Callable[[], object]]:
    yield partial(ringer.turn, ref)
    yield partial(ringer.turn, ref, 1, key)
    yield partial(ringer.status, ref, "answered")
    yield partial(ringer.status, ref, "completed")


def test_a_key_that_comes_long_after_the_end_finds_the_order_gone(ringer: Ringer, call: Outgoing) -> None:
    ringer.end(call.id, "completed")
    assert "不用您处理" in words(ringer.press(call.id, "1"))
    assert results(ringer.stage) == ["not_answered"]


def test_all_orders_of_the_words_on_a_call_end_the_same(ringer: Ringer) -> None:
    """Whatever order the carrier's words come in, before or after the call's SID is stored: one result each."""
    said = ("initiated", "ringing", "answered", "completed")
    calls = ringer.place()
    for number, order in enumerate(permutations(said)):
        if not calls or number == 5:
            break
        [call] = calls
        for status in (*order, order[0]):
            ringer.status(call.id, status)
        ringer.pass_time(timedelta(seconds=11))
        assert len(results(ringer.stage)) == number + 1
        assert ringer.stage.rows("SELECT delivery FROM outbox WHERE id = :id", id=call.id) == [("completed",)]
        calls = ringer.place()
    assert set(results(ringer.stage)) == {"not_answered"}


def test_a_turn_that_comes_before_we_know_the_sid_tells_it(stage: Stage) -> None:
    stage.text(LIFT)
    ringer = Ringer(stage)
    [(ref,)] = stage.rows("SELECT id FROM outbox WHERE channel = 'call'")
    ref = UUID(str(ref))
    ringer.press(ref, "1")
    assert stage.rows("SELECT state, sid FROM outbox WHERE id = :id", id=ref) == [("sent", ringer.sid(ref))]
    assert ringer.place() == []
    assert results(stage) == ["taken"]


def test_a_call_that_is_none_of_ours_is_let_go(ringer: Ringer) -> None:
    before = ringer.stage.rows("SELECT count(*) FROM event")
    assert verbs(ringer.turn(uuid4())) == ["Hangup"]
    assert verbs(ringer.dialed(uuid4(), "completed", 5)) == ["Hangup"]
    ringer.status(uuid4(), "completed")
    assert ringer.stage.rows("SELECT count(*) FROM event") == before


# -- worker and resident


@pytest.fixture
def relayed(stage: Stage) -> tuple[Ringer, Outgoing]:
    stage.text(LAMP)
    ringer = Ringer(stage)
    ringer.place()
    with stage.door.transaction(LINE) as tx:
        [(code,)] = stage.rows("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
        relay(tx, who.by_code(tx, str(code)), case_of(stage))
    [call] = ringer.place()
    return ringer, call


def test_the_worker_is_connected_with_the_resident_from_our_number(relayed: tuple[Ringer, Outgoing]) -> None:
    ringer, call = relayed
    answer = ringer.turn(call.id)
    assert verbs(answer) == ["Say", "Dial", "Hangup"]
    (dial,) = ElementTree.fromstring(answer).iter("Dial")
    assert (dial.text, dial.get("callerId"), dial.get("timeout")) == (RESIDENT, LINE.number, "30")
    assert dial.get("action") == f"/webhooks/twilio/main/dialed/{call.id.hex}"
    assert clean_for_the_exchange(answer)
    kept = [str(row) for row in ringer.stage.rows("SELECT canonical FROM event")]
    assert not [line for line in kept if RESIDENT in line]


def test_a_connected_call_is_a_contact_once(relayed: tuple[Ringer, Outgoing]) -> None:
    ringer, call = relayed
    ringer.turn(call.id)
    for _ in range(2):
        assert verbs(ringer.dialed(call.id, "completed", 42)) == ["Say", "Hangup"]
        ringer.status(call.id, "completed")
    ringer.pass_time(timedelta(hours=3))
    assert events(ringer.stage).count("contacted") == 1
    assert "relay_missed" not in events(ringer.stage)
    assert ringer.stage.rows("SELECT way, seconds FROM evidence") == [("relay_call", 42)]


@pytest.mark.parametrize(
    ("status", "seconds"), [("busy", None), ("no-answer", None), ("completed", 0), ("failed", None)]
)
def test_a_resident_who_is_not_reached_is_written_down(
    relayed: tuple[Ringer, Outgoing], status: str, seconds: int | None
) -> None:
    ringer, call = relayed
    ringer.turn(call.id)
    for _ in range(2):
        ringer.dialed(call.id, status, seconds)
        ringer.status(call.id, "completed")
    ringer.pass_time(timedelta(hours=3))
    assert events(ringer.stage).count("relay_missed") == 1
    assert "contacted" not in events(ringer.stage)


def test_a_worker_who_does_not_answer_is_written_down(relayed: tuple[Ringer, Outgoing]) -> None:
    ringer, call = relayed
    ringer.status(call.id, "no-answer")
    ringer.pass_time()
    [(line,)] = ringer.stage.rows("SELECT canonical FROM event WHERE kind = 'relay_missed'")
    assert json.loads(str(line))["facts"]["status"] == "no-answer"


def test_the_end_of_the_workers_call_before_the_word_on_the_connection(relayed: tuple[Ringer, Outgoing]) -> None:
    ringer, call = relayed
    ringer.status(call.id, "completed")
    ringer.pass_time(timedelta(seconds=30))
    ringer.turn(call.id)
    ringer.dialed(call.id, "completed", 42)
    ringer.pass_time(timedelta(hours=3))
    assert [kind for kind in events(ringer.stage) if kind in ("contacted", "relay_missed")] == ["contacted"]


def test_who_no_longer_has_the_case_is_connected_with_nobody(relayed: tuple[Ringer, Outgoing]) -> None:
    ringer, call = relayed
    ringer.stage.plant("UPDATE cases SET worker_id = (SELECT id FROM staff WHERE code = 'leader')")
    answer = ringer.turn(call.id)
    assert verbs(answer) == ["Say", "Hangup"]
    assert RESIDENT not in answer


# -- the verdict


@pytest.fixture
def asked(stage: Stage) -> tuple[Ringer, Outgoing]:
    stage.text(LAMP)
    stage.plant("UPDATE cases SET state = 'to_call_back'")
    stage.plant("UPDATE owed SET done_at = now() WHERE step <> 'call_back'")
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)
    with stage.door.transaction(LINE) as tx:
        verdicts.ask(tx, standing(tx, case_of(stage), lock=True))
    ringer = Ringer(stage)
    [call] = ringer.place()
    return ringer, call


def test_the_question_is_asked_with_keys(asked: tuple[Ringer, Outgoing]) -> None:
    ringer, call = asked
    assert call.number == RESIDENT
    answer = ringer.turn(call.id)
    for said in ("请按 1", "请按 2", "请按 3", "请按 4", "For English press 9"):
        assert said in words(answer)
    assert re.search(r"2 0 2 6 1 1 2 4-", words(answer))  # read sign by sign
    assert clean_for_the_exchange(answer)


@pytest.mark.parametrize(("key", "state"), [("1", "closed"), ("2", "closed"), ("3", "rework"), ("4", "in_progress")])
def test_a_key_is_the_answer(asked: tuple[Ringer, Outgoing], key: str, state: str) -> None:
    ringer, call = asked
    answer = ringer.press(call.id, key)
    assert verbs(answer)[-1] == "Hangup"
    assert ringer.stage.rows("SELECT state FROM cases") == [(state,)]
    ringer.turn(call.id, 1, key)
    ringer.status(call.id, "completed")
    ringer.pass_time(timedelta(minutes=5))
    assert events(ringer.stage).count("verdict") == 1
    assert "not_reached" not in events(ringer.stage)


def test_who_says_no_hears_the_new_visit_code(asked: tuple[Ringer, Outgoing]) -> None:
    ringer, call = asked
    answer = ringer.press(call.id, "3")
    assert re.search(r"走访码(\d \d \d \d)", words(answer))


def test_nine_asks_again_in_english(asked: tuple[Ringer, Outgoing]) -> None:
    ringer, call = asked
    answer = ringer.press(call.id, "9")
    assert "press 1" in words(answer)
    assert not re.search(r"[一-鿿]{6,}", words(answer))
    assert verbs(ringer.turn(call.id, 3, "1"))[-1] == "Hangup"
    assert ringer.stage.rows("SELECT lang FROM party WHERE stopped_at IS NOT NULL") == [("en",)]


def test_silence_twice_and_no_answer_leave_it_to_a_person(asked: tuple[Ringer, Outgoing]) -> None:
    ringer, call = asked
    ringer.turn(call.id)
    ringer.turn(call.id, 1)
    assert "再联系您" in words(ringer.turn(call.id, 2))
    ringer.status(call.id, "completed")
    ringer.pass_time(timedelta(minutes=5))
    assert events(ringer.stage).count("not_reached") == 1
    assert "回访已经结束" in words(ringer.turn(call.id, 3, "1"))
    assert ringer.stage.rows("SELECT state FROM question") == [("unanswered",)]


@pytest.mark.parametrize(("status", "why"), [("no-answer", "not_answered"), ("busy", "busy"), ("failed", "failed")])
def test_who_cannot_be_rung_for_the_verdict(asked: tuple[Ringer, Outgoing], status: str, why: str) -> None:
    ringer, call = asked
    ringer.status(call.id, status)
    assert ringer.pass_time() == 1
    [(line,)] = ringer.stage.rows("SELECT canonical FROM event WHERE kind = 'not_reached'")
    assert json.loads(str(line))["facts"]["why"] == why


def test_every_end_is_taken_up_by_an_errand(asked: tuple[Ringer, Outgoing]) -> None:
    ringer, call = asked
    ends = "SELECT state FROM errand WHERE kind = :kind AND ref = :ref"
    assert ringer.stage.rows(ends, kind=str(Kind.RING_OVER), ref=call.id) == [("open",)]


def test_key_nine_and_a_text_of_the_same_person_do_not_wait_for_each_other(asked: tuple[Ringer, Outgoing]) -> None:
    ringer, call = asked
    stage, case_id = ringer.stage, case_of(ringer.stage)
    ringer.turn(call.id)
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with ThreadPoolExecutor(1) as other:
        with stage.door.transaction(LINE) as tx:
            parties.party_of(tx, RESIDENT, hold=True)
            english = other.submit(ringer.turn, call.id, 1, "9")
            for _ in range(500):
                if stage.rows(waits) != [(0,)]:
                    break
                sleep(0.01)
            else:
                pytest.fail("it does not wait for the party")
            history.lock(tx, case_id)
        english.result(20)
    assert stage.rows("SELECT p.lang FROM party p JOIN cases c ON c.party_id = p.id") == [("en",)]
