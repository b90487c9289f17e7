"""The REST double, by Twilio's own Python client."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from exchange.steps import Spoke
from exchange.testing import Exchange
from exchange.wire.transport import NoConnection

LINE = "+862166660000"
RESIDENT = "+8613800000001"
PATH = f"/2010-04-01/Accounts/AC{'a' * 32}"


def refused(act: Callable[[], Any]) -> tuple[int, int]:
    """The status and code that the client is refused with."""
    with pytest.raises(TwilioRestException) as caught:
        act()
    return caught.value.status, caught.value.code


def test_a_message_is_created_listed_fetched_redacted_deleted(exchange: Exchange, office: Any, client: Client) -> None:
    office.says("/told", (204, "", b""))
    made = client.messages.create(
        to=RESIDENT, from_=LINE, body="您的案件已受理", status_callback="http://office.test/told"
    )
    assert (made.status, made.body, made.direction) == ("queued", "您的案件已受理", "outbound-api")
    assert (made.num_segments, made.num_media, made.error_code) == ("1", "0", None)
    assert made.date_created == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert made.date_sent is None
    exchange.clock.move(1)
    assert [params["MessageStatus"] for params in office.params("/told")] == ["sent", "delivered"]
    fetched = client.messages(made.sid).fetch()
    assert (fetched.status, fetched.date_sent) == ("delivered", datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    assert [message.sid for message in client.messages.list(to=RESIDENT)] == [made.sid]
    assert exchange.inbox(RESIDENT)[0]["sid"] == made.sid
    assert client.messages(made.sid).update(body="").body == ""
    assert client.messages(made.sid).delete()
    assert refused(lambda: client.messages(made.sid).fetch()) == (404, 20404)
    assert refused(lambda: client.messages(made.sid).delete()) == (404, 20404)


def test_pages_newest_first(exchange: Exchange, client: Client) -> None:
    sids = [client.messages.create(to=RESIDENT, from_=LINE, body=str(number)).sid for number in range(7)]
    assert [message.sid for message in client.messages.list(page_size=3)] == sids[::-1]
    assert [message.sid for message in client.messages.list(limit=2)] == sids[:4:-1]
    first = client.messages.page(page_size=5)
    assert first.previous_page() is None
    second = first.next_page()
    assert second is not None
    assert [message.sid for message in second] == sids[1::-1]
    assert second.next_page() is None
    assert [message.sid for message in second.previous_page()] == sids[:1:-1]


def test_lists_by_number_and_day(exchange: Exchange, client: Client) -> None:
    client.messages.create(to=RESIDENT, from_=LINE, body="一")
    client.messages.create(to="+8613800000002", from_=LINE, body="二")
    exchange.clock.move(86400)
    third = client.messages.create(to=RESIDENT, from_=LINE, body="三")
    assert third.date_sent is None
    assert client.messages.list(date_sent_after=datetime(2026, 11, 24, 12, tzinfo=UTC)) == [], "it still waits"
    exchange.clock.move(1)

    def bodies(**where: Any) -> list[str]:
        return [message.body for message in client.messages.list(**where)]

    assert bodies() == ["三", "二", "一"]
    assert bodies(to=RESIDENT) == ["三", "一"]
    assert bodies(from_=LINE, to="+8613800000002") == ["二"]
    assert bodies(date_sent=date(2026, 11, 25)) == ["三"]
    assert bodies(date_sent_after=datetime(2026, 11, 24, 12, tzinfo=UTC)) == ["三"]
    assert bodies(date_sent_before=datetime(2026, 11, 24, 12, tzinfo=UTC)) == ["二", "一"]
    assert json.loads(exchange.rest("GET", f"{PATH}/Messages.json?DateSent%3C=2026-11-24")[2])["end"] == 1
    status, _, body = exchange.rest("GET", f"{PATH}/Messages.json?DateSent=yesterday")
    assert (status, json.loads(body)["code"]) == (400, 20001)
    status, _, body = exchange.rest("GET", f"{PATH}/Messages.json?PageSize=none")
    assert (status, json.loads(body)["code"]) == (400, 20006)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"to": "13800000001", "from_": LINE, "body": "a"}, 21211),
        ({"to": "", "from_": LINE, "body": "a"}, 21604),
        ({"to": RESIDENT, "body": "a"}, 21603),
        ({"to": RESIDENT, "from_": "+8610000000", "body": "a"}, 21606),
        ({"to": LINE, "from_": LINE, "body": "a"}, 21266),
        ({"to": RESIDENT, "from_": LINE}, 21602),
        ({"to": RESIDENT, "from_": LINE, "body": "灯" * 1601}, 21617),
        ({"to": RESIDENT, "from_": LINE, "body": "a", "status_callback": "office"}, 21609),
        ({"to": RESIDENT, "messaging_service_sid": "MGx", "body": "a"}, 21701),
    ],
)
def test_messages_that_are_refused(client: Client, order: dict[str, str], code: int) -> None:
    assert refused(lambda: client.messages.create(**order)) == (400, code)


def test_a_messaging_service_chooses_the_sender(exchange: Exchange, client: Client) -> None:
    made = client.messages.create(to=RESIDENT, messaging_service_sid="MG" + "1" * 32, body="a" * 1600)
    assert (made.status, made.from_, made.num_segments) == ("accepted", LINE, "11")
    assert made.messaging_service_sid == "MG" + "1" * 32


def test_pictures_go_out(client: Client) -> None:
    made = client.messages.create(to=RESIDENT, from_=LINE, media_url=["https://a.test/1", "https://a.test/2"])
    assert (made.num_media, made.sid[:2]) == ("2", "MM")


def test_no_text_after_stop(exchange: Exchange, office: Any, client: Client) -> None:
    office.says("/sms", "")
    exchange.text(RESIDENT, LINE, "STOP")
    assert refused(lambda: client.messages.create(to=RESIDENT, from_=LINE, body="a")) == (400, 21610)
    exchange.text(RESIDENT, LINE, "start")
    assert client.messages.create(to=RESIDENT, from_=LINE, body="a").status == "queued"


def test_messages_are_not_changed_otherwise(client: Client) -> None:
    sid = client.messages.create(to=RESIDENT, from_=LINE, body="a").sid
    assert refused(lambda: client.messages(sid).update(body="b"))[0] == 400
    assert refused(lambda: client.messages(sid).update(status="canceled")) == (400, 30409)
    assert refused(lambda: client.messages(sid).update(status="sent")) == (400, 20001)


def test_who_may_ask(exchange: Exchange, client_as: Callable[[str, str], Client]) -> None:
    account = exchange.switch.account
    assert client_as(account.sid, account.token).messages.list() == []
    for name, secret in ((account.sid, "wrong"), ("", ""), ("SK" + "0" * 32, account.token)):
        denied = client_as(name or "x", secret or "y")
        assert refused(denied.messages("SM" + "0" * 32).fetch) == (401, 20003)
    assert exchange.rest("GET", f"/2010-04-01/Accounts/AC{'b' * 32}/Messages.json")[0] == 401
    assert exchange.app.test_client().get(f"{PATH}/Messages.json").status_code == 401


def test_an_api_key_may_ask(tmp_path: Any, line: dict[str, str], office: Any) -> None:
    from exchange.wire.asking import Account

    key = "SK" + "0" * 32
    account = Account("AC" + "a" * 32, "0123456789abcdef", key, "secret-of-the-key")
    exchange = Exchange.start(tmp_path / "keyed", [line], office, account)
    assert exchange.rest("GET", f"{PATH}/Messages.json", auth=(key, "secret-of-the-key"))[0] == 200
    assert exchange.rest("GET", f"{PATH}/Messages.json", auth=(key, "another"))[0] == 401
    exchange.close()


def test_addresses_that_are_none(exchange: Exchange, client: Client) -> None:
    assert refused(lambda: client.calls("CA" + "0" * 32).fetch()) == (404, 20404)
    assert refused(lambda: client.recordings("RE" + "0" * 32).fetch()) == (404, 20404)
    assert refused(lambda: client.incoming_phone_numbers("PN" + "0" * 32).fetch()) == (404, 20404)
    status, _, body = exchange.rest("GET", "/2010-04-01/nothing")
    assert (status, json.loads(body)["code"]) == (404, 20404)
    status, _, body = exchange.rest("DELETE", f"{PATH}/Messages.json")
    assert (status, json.loads(body)["code"]) == (405, 20004)


def test_busy_broken_and_lost(exchange: Exchange, client: Client) -> None:
    exchange.faults(rest_busy=1, rest_broken=0)
    assert refused(client.messages("SM" + "0" * 32).fetch) == (429, 20429)
    exchange.faults(rest_broken=1)
    assert refused(lambda: client.messages.create(to=RESIDENT, from_=LINE, body="a")) == (503, 20503)
    assert client.messages.list() == []
    exchange.faults(rest_lost=1)
    with pytest.raises(NoConnection):
        client.messages.create(to=RESIDENT, from_=LINE, body="a")
    assert [message.body for message in client.messages.list()] == ["a"]


def test_a_call_is_ordered_and_answered(exchange: Exchange, office: Any, client: Client) -> None:
    exchange.phone(RESIDENT, keys="1", texts=["满意"])
    office.says("/ask", '<Gather numDigits="1" action="/said"><Say>解决了吗</Say></Gather>')
    office.says("/said", '<Gather input="speech" action="/thanks"/>')
    office.says("/thanks", "<Say>谢谢</Say>")
    office.says("/progress", (204, "", b""))
    made = client.calls.create(
        to=RESIDENT,
        from_=LINE,
        url="http://office.test/ask",
        status_callback="http://office.test/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert (made.status, made.direction) == ("queued", "outbound-api")
    exchange.clock.move()
    done = client.calls(made.sid).fetch()
    assert (done.status, done.to, done._from) == ("completed", RESIDENT, LINE)
    assert int(done.duration) > 0
    assert done.start_time is not None
    told = office.params("/progress")
    assert [params["SequenceNumber"] for params in told] == ["0", "1", "2", "3"]
    assert [params["CallStatus"] for params in told] == ["queued", "ringing", "in-progress", "completed"]
    assert office.params("/ask")[0]["Direction"] == "outbound-api"
    assert office.params("/ask")[0]["CallStatus"] == "in-progress"
    assert office.params("/said")[0]["Digits"] == "1"
    assert office.params("/thanks")[0]["SpeechResult"] == "满意"
    said = exchange.ledger("call")[0]["conversation"]
    assert [part["says"] for part in said] == ["解决了吗", "[keys 1]", "满意", "谢谢"]


def test_a_call_with_its_document_within(exchange: Exchange, office: Any, client: Client) -> None:
    made = client.calls.create(to=RESIDENT, from_=LINE, twiml="<Response><Say>好</Say><Nope/></Response>")
    exchange.clock.move()
    assert client.calls(made.sid).fetch().status == "completed"
    assert office.asked == []
    assert [warning["code"] for warning in exchange.ledger("warning", about=made.sid)] == [12200]


@pytest.mark.parametrize(("does", "status"), [("busy", "busy"), ("no-answer", "no-answer"), ("failed", "failed")])
def test_phones_that_do_not_answer(exchange: Exchange, office: Any, client: Client, does: str, status: str) -> None:
    exchange.phone(RESIDENT, calls=does)
    office.says("/progress", (204, "", b""))
    made = client.calls.create(
        to=RESIDENT,
        from_=LINE,
        url="http://office.test/ask",
        status_callback="http://office.test/progress",
    )
    exchange.clock.move()
    fetched = client.calls(made.sid).fetch()
    assert (fetched.status, fetched.duration) == (status, "0")
    assert [params["CallStatus"] for params in office.params("/progress")] == [status]
    assert office.params("/ask") == []


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"to": "", "from_": LINE, "url": "http://a.test"}, 21201),
        ({"to": "123", "from_": LINE, "url": "http://a.test"}, 21211),
        ({"to": RESIDENT, "from_": "", "url": "http://a.test"}, 21213),
        ({"to": RESIDENT, "from_": "+8610000000", "url": "http://a.test"}, 21210),
        ({"to": RESIDENT, "from_": LINE}, 21205),
        ({"to": RESIDENT, "from_": LINE, "url": "office"}, 21205),
        ({"to": RESIDENT, "from_": LINE, "url": "http://a.test", "method": "PUT"}, 21209),
        ({"to": RESIDENT, "from_": LINE, "url": "http://a.test", "status_callback_event": ["x"]}, 21626),
        ({"to": RESIDENT, "from_": LINE, "twiml": "no"}, 12100),
    ],
)
def test_calls_that_are_refused(client: Client, order: dict[str, str], code: int) -> None:
    assert refused(lambda: client.calls.create(**order)) == (400, code)


def test_a_call_under_way_is_turned_elsewhere_and_ended(exchange: Exchange, office: Any, client: Client) -> None:
    office.says("/voice", '<Gather input="speech"><Say>请等候</Say></Gather>')
    office.says("/agent", "<Gather><Say>您好</Say></Gather>")
    leg = exchange.dial(RESIDENT, LINE)
    call = client.calls(leg.sid)
    assert call.update(url="http://office.test/agent").status == "in-progress"
    assert call.update(twiml="<Response><Gather><Say>再等等</Say></Gather></Response>").sid == leg.sid
    assert [part["says"] for part in leg.conversation] == ["请等候", "您好", "再等等"]
    assert refused(lambda: call.update(twiml="x")) == (400, 12100)
    assert refused(lambda: call.update(url="x")) == (400, 21205)
    assert refused(lambda: call.update(status="busy")) == (400, 21218)
    assert call.update(status="completed").status == "completed"
    assert leg.over
    leg.give(Spoke("喂"))
    assert refused(lambda: call.update(url="http://office.test/agent")) == (400, 21220)


def test_a_call_that_waits_is_canceled(exchange: Exchange, client: Client) -> None:
    made = client.calls.create(to=RESIDENT, from_=LINE, url="http://office.test/ask")
    assert client.calls(made.sid).update(status="canceled").status == "canceled"
    exchange.clock.move()
    assert client.calls(made.sid).fetch().status == "canceled"


def test_a_call_ordered_before_a_crash_is_dialled_after_it(
    tmp_path: Path, exchange: Exchange, office: Any, client: Client
) -> None:
    office.says("/ask", "<Say>好</Say>")
    sid = client.calls.create(to=RESIDENT, from_=LINE, url="http://office.test/ask").sid
    client.calls.create(to=RESIDENT, from_=LINE, url="http://office.test/ask")
    exchange.clock.move()
    waiting = client.calls.create(to=RESIDENT, from_=LINE, url="http://office.test/ask").sid
    exchange.close()
    again = Exchange.start(tmp_path / "exchange", [])
    again.answer_with(office)
    again.clock.move()
    ended = {call["sid"]: call["status"] for call in again.ledger("call")}
    assert (ended[sid], ended[waiting]) == ("completed", "completed")
    assert len(office.params("/ask")) == 3
    again.close()


def test_calls_are_listed(exchange: Exchange, office: Any, client: Client) -> None:
    office.says("/voice", "<Say>好</Say>")
    first = exchange.call(RESIDENT, LINE).sid
    second = exchange.call("+8613800000002", LINE).sid
    assert [call.sid for call in client.calls.list()] == [second, first]
    assert [call.sid for call in client.calls.list(from_=RESIDENT)] == [first]
    assert [call.sid for call in client.calls.list(status="busy")] == []
    day = datetime(2026, 11, 24, tzinfo=UTC)
    assert len(client.calls.list(start_time_after=day, end_time_after=day)) == 2
    waiting = client.calls.create(to=RESIDENT, from_=LINE, url="http://office.test/ask").sid
    assert waiting not in [call.sid for call in client.calls.list(end_time_after=day)]


def test_recordings(exchange: Exchange, office: Any, client: Client) -> None:
    office.says("/voice", '<Record action="/done"/>')
    office.says("/done", "")
    call = exchange.call(RESIDENT, LINE, ["灯坏了"]).sid
    exchange.call(RESIDENT, LINE, ["水停了"])
    (recording,) = client.recordings.list(call_sid=call)
    assert (recording.status, recording.duration, recording.call_sid) == ("completed", "1", call)
    assert [each.sid for each in client.calls(call).recordings.list()] == [recording.sid]
    assert len(client.recordings.list()) == 2
    assert exchange.rest("GET", recording.media_url + ".wav")[2][:4] == b"RIFF"
    assert client.recordings(recording.sid).fetch().media_url == recording.media_url
    assert client.recordings(recording.sid).delete()
    assert exchange.rest("GET", recording.media_url)[0] == 404
    assert len(client.recordings.list()) == 1


def test_numbers(exchange: Exchange, client: Client) -> None:
    (number,) = client.incoming_phone_numbers.list(phone_number=LINE)
    assert number.capabilities["sms"] is True
    changed = client.incoming_phone_numbers(number.sid).update(
        voice_url="https://b.test/voice", sms_method="GET", friendly_name="main"
    )
    assert (changed.voice_url, changed.sms_method, changed.friendly_name) == (
        "https://b.test/voice",
        "GET",
        "main",
    )
    assert client.incoming_phone_numbers(number.sid).fetch().voice_url == "https://b.test/voice"
    line = exchange.switch.line(LINE)
    assert line is not None
    assert line.voice_url == "https://b.test/voice"
    assert refused(lambda: client.incoming_phone_numbers(number.sid).update(voice_url="b")) == (400, 21502)
