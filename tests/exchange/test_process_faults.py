"""The exchange as a process misbehaves on demand, over real sockets."""

import signal
from collections.abc import Callable

import pytest
import requests
from twilio.rest import Client

from tests.exchange.process import ACCOUNT, LINE, RESIDENT, TOKEN, Running, Swapped, eventually

pytestmark = pytest.mark.timed


def test_a_lost_answer_breaks_the_connection(start: Callable[[], Running]) -> None:
    running = start()
    running.control("POST", "faults", {"rest_lost": 1})
    client = Client(ACCOUNT, TOKEN, http_client=Swapped(running.base))
    with pytest.raises(requests.ConnectionError):
        client.messages.create(to=RESIDENT, from_=LINE, body="一")
    assert [message.body for message in client.messages.list()] == ["一"]


@pytest.mark.parametrize(("knob", "kept"), [("rest_slow", ["一"]), ("rest_timeout", [])])
def test_answers_that_do_not_come_in_the_clients_time(start: Callable[[], Running], knob: str, kept: list[str]) -> None:
    running = start()
    running.control("POST", "faults", {knob: 1})
    impatient = Client(ACCOUNT, TOKEN, http_client=Swapped(running.base, timeout=0.5))
    with pytest.raises(requests.Timeout):
        impatient.messages.create(to=RESIDENT, from_=LINE, body="一")
    eventually(lambda: running.control("GET", "faults")[knob] == 0)
    patient = Client(ACCOUNT, TOKEN, http_client=Swapped(running.base))
    assert [message.body for message in patient.messages.list()] == kept
    assert running.end(signal.SIGTERM) < 1


def test_a_bridged_call_and_shuffled_callbacks_over_sockets(
    start: Callable[[], Running], web: tuple[str, list[dict[str, str]]]
) -> None:
    running = start()
    running.control("PUT", "phones", [{"number": RESIDENT, "calls": ["no-answer", "answer"], "texts": ["喂"]}])
    running.control("POST", "faults", {"shuffle_callbacks": 3, "duplicate_callbacks": 1})
    line = {"number": LINE, "voice_url": f"{web[0]}/dial", "status_callback": f"{web[0]}/status"}
    running.control("PUT", "numbers", [line])
    order = {"from": "+8613900000002", "texts": ["我是网格员", "还在吗"]}
    for expected in ("no-answer", "completed"):
        called = running.control("POST", "calls", order)
        assert [each["DialCallStatus"] for each in web[1] if each["path"] == "after"][-1] == expected
    said = [part["says"] for part in called["conversation"] if part["who"] in {"called", "caller"}]
    assert (said, called["unsaid"]) == (["喂", "我是网格员"], ["还在吗"])
    progress = [("queued", "ringing", "no-answer"), ("queued", "ringing", "in-progress", "completed")]
    told = sorted(status for each in progress for status in each for _ in range(2))
    eventually(lambda: len([each for each in web[1] if each["path"] == "progress"]) == len(told))
    assert sorted(each["CallStatus"] for each in web[1] if each["path"] == "progress") == told
    calls = running.control("GET", "ledger/calls")["items"]
    assert [(each["direction"], each["parent_call_sid"] is None) for each in calls] == [
        ("inbound", True),
        ("outbound-dial", False),
    ] * 2
