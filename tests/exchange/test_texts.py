"""Texts in and out: what is asked, answered, delivered, told back; and faults on demand."""

from pathlib import Path
from typing import Any

import pytest

from exchange.testing import Exchange
from exchange.wire.transport import NoConnection

LINE = "+862166660000"
RESIDENT = "+8613800000001"


def test_a_text_and_its_answer(exchange: Exchange, office: Any) -> None:
    office.says("/sms", '<Message statusCallback="/told">已收到</Message>')
    office.says("/told", (204, "", b""))
    text = exchange.text(RESIDENT, LINE, "灯坏了")
    assert text.warnings == []
    (asked,) = office.params("/sms")
    assert asked["MessageSid"] == asked["SmsSid"] == asked["SmsMessageSid"] == text.sid
    assert (asked["Body"], asked["From"], asked["To"]) == ("灯坏了", RESIDENT, LINE)
    assert (asked["NumMedia"], asked["NumSegments"], asked["SmsStatus"]) == ("0", "1", "received")
    (reply,) = exchange.inbox(RESIDENT)
    assert (reply["body"], reply["direction"]) == ("已收到", "outbound-reply")
    exchange.clock.move(1)
    told = office.params("/told")
    assert [params["MessageStatus"] for params in told] == ["sent", "delivered"]
    assert {params["MessageSid"] for params in told} == {reply["sid"]}
    assert told[1]["RawDlrDoneDate"] == "2611240100"
    assert exchange.inbox(RESIDENT)[0]["status"] == "delivered"


def test_a_picture(exchange: Exchange, office: Any) -> None:
    office.says("/sms", "")
    text = exchange.text(RESIDENT, LINE, "", [("https://a.test/1.jpg", "image/jpeg")])
    assert text.sid.startswith("MM")
    (asked,) = office.params("/sms")
    assert (asked["NumMedia"], asked["MediaUrl0"]) == ("1", "https://a.test/1.jpg")
    assert asked["MediaContentType0"] == "image/jpeg"


def test_actions_and_redirects(exchange: Exchange, office: Any) -> None:
    office.says("/sms", "<Redirect>/second</Redirect>")
    office.says("/second", '<Message action="/third">一</Message>')
    office.says("/third", "<Message>二</Message>")
    exchange.text(RESIDENT, LINE, "好")
    assert [text["body"] for text in exchange.inbox(RESIDENT)] == ["一", "二"]
    assert office.params("/third")[0]["MessageStatus"] == "queued"
    assert office.params("/third")[0]["MessageSid"] == exchange.inbox(RESIDENT)[0]["sid"]


def test_no_answer_is_an_answer(exchange: Exchange, office: Any) -> None:
    office.says("/sms", (204, "", b""))
    assert exchange.text(RESIDENT, LINE, "好").warnings == []
    assert exchange.inbox(RESIDENT) == []


def test_a_failure_goes_to_the_fallback_then_only_into_the_ledger(exchange: Exchange, office: Any) -> None:
    office.says("/sms", (500, "text/plain", b""))
    office.says("/sms-fallback", "<Message>稍后</Message>", (503, "text/plain", b""))
    first, second = exchange.text(RESIDENT, LINE, "一"), exchange.text(RESIDENT, LINE, "二")
    assert [text["body"] for text in exchange.inbox(RESIDENT)] == ["稍后"]
    assert office.params("/sms-fallback")[0]["ErrorCode"] == "11200"
    assert [warning["code"] for warning in first.warnings] == [11200]
    assert [warning["code"] for warning in second.warnings] == [11200, 11200]
    received = [entry["sid"] for entry in exchange.ledger("message") if entry["direction"] == "inbound"]
    assert received == [first.sid, second.sid]


def test_replies_that_would_be_refused(exchange: Exchange, office: Any) -> None:
    office.says("/sms", '<Message/><Message to="x">a</Message><Message from="+8611">a</Message>')
    codes = [warning["code"] for warning in exchange.text(RESIDENT, LINE, "a").warnings]
    assert codes == [14103, 14101, 14102, 21602, 21211, 21606]
    assert exchange.inbox(RESIDENT) == []


def test_a_number_that_asks_nobody(exchange: Exchange) -> None:
    from exchange.lines import parse_line

    exchange.switch.set_line(parse_line({"number": "+862166660001"}))
    assert "nobody was asked" in exchange.text(RESIDENT, "+862166660001", "a").warnings[0]["text"]


def test_stop_and_start(exchange: Exchange, office: Any) -> None:
    office.says("/sms", "<Message>好</Message>")
    assert [warning["code"] for warning in exchange.text(RESIDENT, LINE, " Stop ").warnings] == [21610]
    assert exchange.inbox(RESIDENT) == []
    exchange.text(RESIDENT, LINE, "START")
    exchange.text(RESIDENT, LINE, "灯坏了")
    assert len(exchange.inbox(RESIDENT)) == 2


@pytest.mark.parametrize(("end", "code"), [("undelivered", 30003), ("failed", 30008)])
def test_texts_that_do_not_arrive(exchange: Exchange, office: Any, end: str, code: int) -> None:
    exchange.phone(RESIDENT, messages=end)
    office.says("/sms", '<Message statusCallback="/told">好</Message>')
    office.says("/told", (204, "", b""))
    exchange.text(RESIDENT, LINE, "a")
    exchange.clock.move(1)
    last = office.params("/told")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == (end, str(code))
    assert exchange.inbox(RESIDENT) == []
    assert exchange.ledger("message")[-1]["error_code"] == code


def test_a_text_of_a_messaging_service_is_told_from_queued_on(exchange: Exchange, office: Any) -> None:
    from exchange import texts

    office.says("/told", (204, "", b""))
    outgoing = texts.Outgoing(RESIDENT, LINE, "好", callback="http://office.test/told", service="MG" + "0" * 32)
    entry = texts.send(exchange.switch, outgoing)
    assert entry["status"] == "accepted"
    exchange.clock.move(1)
    told = office.params("/told")
    assert [params["MessageStatus"] for params in told] == ["queued", "sent", "delivered"]
    assert {params["MessagingServiceSid"] for params in told} == {"MG" + "0" * 32}


def test_duplicate_requests(exchange: Exchange, office: Any) -> None:
    exchange.faults(duplicate_requests=2)
    office.says("/sms", "<Message>一</Message>")
    assert exchange.text(RESIDENT, LINE, "a").warnings == []
    assert len(office.params("/sms")) == 3
    assert len({params["MessageSid"] for params in office.params("/sms")}) == 1
    assert len(exchange.inbox(RESIDENT)) == 1
    office.says("/sms", "<Message>一</Message>", "<Message>二</Message>")
    (warning,) = exchange.text(RESIDENT, LINE, "b").warnings[:1]
    assert "duplicate" in warning["text"]


def test_duplicate_late_and_dropped_callbacks(exchange: Exchange, office: Any) -> None:
    office.says("/sms", '<Message statusCallback="/told">好</Message>')
    office.says("/told", (204, "", b""))
    exchange.faults(duplicate_callbacks=1, late_callbacks=60)
    exchange.text(RESIDENT, LINE, "a")
    exchange.clock.move(59)
    assert office.params("/told") == []
    exchange.clock.move(300)
    assert [params["MessageStatus"] for params in office.params("/told")] == [
        "sent",
        "sent",
        "delivered",
        "delivered",
    ]
    office.asked.clear()
    exchange.faults(duplicate_callbacks=0, late_callbacks=0, drop_callbacks=1)
    exchange.text(RESIDENT, LINE, "a")
    exchange.clock.move(1)
    assert [params["MessageStatus"] for params in office.params("/told")] == ["delivered"]


def test_reordered_callbacks_do_not_move_the_ledger_back(exchange: Exchange, office: Any) -> None:
    office.says("/sms", '<Message statusCallback="/told">好</Message>')
    office.says("/told", (204, "", b""))
    exchange.faults(reorder_callbacks=True)
    exchange.text(RESIDENT, LINE, "a")
    exchange.clock.move(5)
    assert [params["MessageStatus"] for params in office.params("/told")] == ["delivered", "sent"]
    assert exchange.ledger("message")[-1]["status"] == "delivered"


def test_a_lost_answer_brings_the_request_again(exchange: Exchange, office: Any) -> None:
    exchange.faults(lose_answers=1)
    office.says("/sms", "<Message>好</Message>")
    exchange.text(RESIDENT, LINE, "a")
    assert len(office.params("/sms")) == 2
    assert len(exchange.inbox(RESIDENT)) == 1


def test_a_callback_that_finds_nobody_is_tried_once_more(exchange: Exchange, office: Any) -> None:
    office.says("/sms", '<Message statusCallback="/told">好</Message>')
    office.says("/told", NoConnection("refused"))
    exchange.text(RESIDENT, LINE, "a")
    exchange.clock.move(1)
    assert [params["MessageStatus"] for params in office.params("/told")] == [
        "sent",
        "sent",
        "delivered",
        "delivered",
    ]


def test_texts_on_their_way_at_a_crash_arrive_after_it(tmp_path: Path, exchange: Exchange, office: Any) -> None:
    office.says("/sms", '<Message statusCallback="/told">好</Message>')
    office.says("/told", (204, "", b""))
    exchange.text(RESIDENT, LINE, "a")
    exchange.close()
    again = Exchange.start(tmp_path / "exchange", [], office)
    again.clock.move(1)
    assert [params["MessageStatus"] for params in office.params("/told")] == ["sent", "delivered"]
    assert again.inbox(RESIDENT)[0]["status"] == "delivered"
    again.close()
