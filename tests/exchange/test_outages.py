"""REST on bad days: answers that do not come, numbers that are refused, texts that do not arrive."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from exchange.testing import Exchange
from exchange.wire.transport import TooSlow

LINE = "+862166660000"
RESIDENT = "+8613800000001"
TOLD = "http://office.test/told"


def code_of(client: Client, kind: str) -> int:
    with pytest.raises(TwilioRestException) as caught:
        if kind == "text":
            client.messages.create(to=RESIDENT, from_=LINE, body="a")
        else:
            client.calls.create(to=RESIDENT, from_=LINE, url="http://a.test")
    assert caught.value.status == 400
    return int(caught.value.code)


def test_a_write_that_takes_effect_while_the_client_waits_in_vain(exchange: Exchange, client: Client) -> None:
    exchange.faults(rest_slow=1)
    assert client.messages.list() == []
    with pytest.raises(TooSlow):
        client.messages.create(to=RESIDENT, from_=LINE, body="a")
    assert [message.body for message in client.messages.list()] == ["a"]
    exchange.clock.move(1)
    assert [text["body"] for text in exchange.inbox(RESIDENT)] == ["a"]
    assert client.messages.create(to=RESIDENT, from_=LINE, body="b").status == "queued"


def test_a_request_that_is_never_answered_has_no_effect(exchange: Exchange, client: Client) -> None:
    exchange.faults(rest_timeout=2)
    with pytest.raises(TooSlow):
        client.messages.create(to=RESIDENT, from_=LINE, body="a")
    with pytest.raises(TooSlow):
        client.messages.list()
    assert client.messages.list() == []


@pytest.mark.parametrize(("what", "code"), [("landline", 21614), ("invalid", 21211), ("not-permitted", 21408)])
def test_phones_that_take_no_texts(exchange: Exchange, office: Any, client: Client, what: str, code: int) -> None:
    exchange.phone(RESIDENT, messages=[what, "delivered"])
    assert code_of(client, "text") == code
    assert exchange.ledger("message") == []
    assert client.messages.create(to=RESIDENT, from_=LINE, body="a").status == "queued"
    exchange.phone(RESIDENT, messages=what)
    office.says("/sms", "<Message>好</Message>")
    assert [warning["code"] for warning in exchange.text(RESIDENT, LINE, "a").warnings] == [code]


@pytest.mark.parametrize(("what", "code"), [("invalid", 21211), ("not-permitted", 21215)])
def test_phones_that_cannot_be_called(exchange: Exchange, client: Client, what: str, code: int) -> None:
    exchange.phone(RESIDENT, calls=[what, "answer"])
    assert code_of(client, "call") == code
    assert exchange.ledger("call") == []
    assert client.calls.create(to=RESIDENT, from_=LINE, twiml="<Response/>").status == "queued"
    exchange.phone(RESIDENT, calls=what)
    exchange.clock.move()
    assert [entry["status"] for entry in exchange.ledger("call")] == ["failed"]


def test_deliveries_that_fail(exchange: Exchange, office: Any, client: Client) -> None:
    office.says("/told", (204, "", b""))
    exchange.faults(failed_deliveries=3)
    sids = [client.messages.create(to=RESIDENT, from_=LINE, body="a", status_callback=TOLD).sid for _ in range(4)]
    exchange.clock.move(1)
    ended = [client.messages(sid).fetch() for sid in sids]
    assert [message.status for message in ended] == ["undelivered"] * 3 + ["delivered"]
    assert sorted(message.error_code or 0 for message in ended) == [0, 30003, 30005, 30006]
    told = [params for params in office.params("/told") if params["MessageStatus"] == "undelivered"]
    assert sorted(params["ErrorCode"] for params in told) == ["30003", "30005", "30006"]
    assert len(exchange.inbox(RESIDENT)) == 1


def test_receipts_that_never_come(exchange: Exchange, office: Any, client: Client) -> None:
    office.says("/told", (204, "", b""))
    exchange.faults(no_receipts=1)
    sids = [client.messages.create(to=RESIDENT, from_=LINE, body="a", status_callback=TOLD).sid for _ in range(2)]
    exchange.clock.move(60)
    assert [client.messages(sid).fetch().status for sid in sids] == ["sent", "delivered"]
    told = [params["MessageStatus"] for params in office.params("/told") if params["MessageSid"] == sids[0]]
    assert told == ["sent"]
    assert len(exchange.inbox(RESIDENT)) == 2


def test_failures_of_a_phone_use_up_no_fault(exchange: Exchange, client: Client) -> None:
    exchange.phone(RESIDENT, messages=["failed", "delivered"])
    exchange.faults(failed_deliveries=1, no_receipts=1)
    sids = [client.messages.create(to=RESIDENT, from_=LINE, body="a").sid for _ in range(3)]
    exchange.clock.move(1)
    assert [client.messages(sid).fetch().status for sid in sids] == ["failed", "undelivered", "sent"]


def test_a_fate_outlives_a_crash(exchange: Exchange, client: Client, tmp_path: Any, office: Any) -> None:
    exchange.faults(failed_deliveries=1)
    sid = client.messages.create(to=RESIDENT, from_=LINE, body="a").sid
    exchange.close()
    again = Exchange.start(tmp_path / "exchange", [], office)
    again.clock.move(1)
    entry = again.switch.ledger.get("message", sid)
    assert entry is not None
    assert (entry["status"], entry["error_code"]) == ("undelivered", 30003)
    again.close()


def test_a_message_that_is_deleted_stays_in_the_ledger(exchange: Exchange, client: Client) -> None:
    sid = client.messages.create(to=RESIDENT, from_=LINE, body="a").sid
    exchange.clock.move(1)
    assert client.messages(sid).delete()
    assert client.messages.list() == []
    (entry,) = exchange.ledger("message")
    assert (entry["sid"], entry["body"], entry["status"]) == (sid, "a", "delivered")
    assert [step["status"] for step in entry["history"]] == ["queued", "sent", "delivered"]
