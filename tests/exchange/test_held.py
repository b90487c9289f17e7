"""Callbacks in any order: held back by a test, or shuffled by a seed."""

from itertools import permutations
from typing import Any

import pytest
from twilio.rest import Client

from exchange.testing import Exchange

LINE = "+862166660000"
RESIDENT = "+8613800000001"
NAMES = [
    *("call ringing", "call in-progress", "recording in-progress", "recording completed", "call completed"),
    *("text sent", "text delivered"),
]


@pytest.fixture(autouse=True)
def answers(office: Any) -> None:
    events = "in-progress completed absent"
    office.says(
        "/ask",
        f'<Record action="/done" recordingStatusCallback="/told" recordingStatusCallbackEvent="{events}"/>',
    )
    office.says("/done", '<Sms statusCallback="/told">编号 1</Sms>')
    office.says("/told", (204, "", b""))


def calls(exchange: Exchange, client: Client) -> None:
    exchange.phone(RESIDENT, texts=["灯坏了"])
    client.calls.create(
        to=RESIDENT,
        from_=LINE,
        url="http://office.test/ask",
        status_callback="http://office.test/told",
        status_callback_event=["ringing", "answered", "completed"],
    )
    exchange.clock.move(1)  # the call, which itself takes longer
    exchange.clock.move(1)  # what falls due after it


def told(office: Any) -> list[str]:
    """What the application was told, in that order."""
    said = []
    for params in office.params("/told"):
        kind = "recording" if "RecordingStatus" in params else "text" if "MessageStatus" in params else "call"
        status = params.get("RecordingStatus") or params.get("MessageStatus") or params["CallStatus"]
        said.append(f"{kind} {status}")
    return said


def test_all_callbacks_are_held_and_let_go_in_the_order_asked_for(
    exchange: Exchange, office: Any, client: Client
) -> None:
    with exchange.held() as held:
        calls(exchange, client)
        assert sorted(held.names) == sorted(NAMES)
        assert (told(office), len(held)) == ([], 7)
        assert exchange.ledger("message")[-1]["status"] == "delivered"
        held.release(["text delivered", "call completed"])
        assert told(office) == ["text delivered", "call completed"]
        left = held.names
        held.release([4, 0])
        assert told(office)[2:] == [left[4], left[0]]
        with pytest.raises(ValueError, match="'text delivered' is not held; held are"):
            held.release([left[1], "text delivered"])
        assert len(held) == 3
    assert told(office)[4:] == [name for place, name in enumerate(left) if place not in (0, 4)]


def test_every_order_can_be_had(exchange: Exchange, office: Any, client: Client) -> None:
    for order in permutations(range(3)):
        office.asked.clear()
        with exchange.held() as held:
            calls(exchange, client)
            held.release(["text sent", "recording in-progress", "recording completed", "text delivered"])
            names = held.names
            held.release(order)
        assert told(office)[4:] == [names[place] for place in order]


def test_what_is_dropped_is_never_sent(exchange: Exchange, office: Any, client: Client) -> None:
    with exchange.held() as held:
        calls(exchange, client)
        held.drop()
    assert (told(office), len(held)) == ([], 0)
    calls(exchange, client)
    assert sorted(told(office)) == sorted(NAMES)


def test_nothing_is_sent_where_the_block_fails(exchange: Exchange, office: Any, client: Client) -> None:
    with pytest.raises(RuntimeError), exchange.held():
        calls(exchange, client)
        raise RuntimeError
    assert told(office) == []


def test_released_ones_are_doubled_and_dropped_as_the_faults_say(
    exchange: Exchange, office: Any, client: Client
) -> None:
    with exchange.held() as held:
        calls(exchange, client)
        exchange.faults(duplicate_callbacks=1, drop_callbacks=1)
        held.release(["call ringing", "call completed"])
        assert told(office) == ["call completed", "call completed"]
        held.drop()


def test_a_seed_shuffles_the_callbacks_of_a_call(exchange: Exchange, office: Any, client: Client) -> None:
    orders = set()
    for seed in range(1, 9):
        office.asked.clear()
        exchange.faults(shuffle_callbacks=seed)
        calls(exchange, client)
        exchange.clock.move(5)
        assert sorted(told(office)) == sorted(NAMES)
        orders.add(tuple(name for name in told(office) if name.startswith("call")))
    assert len(orders) > 2
    office.asked.clear()
    exchange.faults(shuffle_callbacks=0)
    calls(exchange, client)
    assert [name for name in told(office) if name.startswith("call")] == [
        *("call ringing", "call in-progress", "call completed"),
    ]


@pytest.mark.parametrize("knobs", [{"shuffle_callbacks": 5}, {"reorder_callbacks": True}])
def test_the_ledger_keeps_the_order_in_which_things_happened(
    exchange: Exchange, office: Any, client: Client, knobs: dict[str, Any]
) -> None:
    exchange.faults(**knobs)
    calls(exchange, client)
    exchange.clock.move(5)
    (text,) = [entry for entry in exchange.ledger("message") if entry["direction"] == "outbound-reply"]
    assert [step["status"] for step in text["history"]] == ["queued", "sent", "delivered"]
    assert text["sent_at"] is not None
