"""One text or call by its SID, with the real `twilio` client; each request is judged by Twilio's rules."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hotline.carriers.port import CarrierSilent, ListedCall, ListedText
from hotline.carriers.twilio import Account, TwilioCarrier
from hotline.events import Media
from tests.hotline.loopback import Desk, Reply, serve
from tests.hotline.twilio_contract import Request, faults

ACCOUNT = "AC" + "1" * 32
HERE = f"/2010-04-01/Accounts/{ACCOUNT}"
TEXT, CALL = "MM" + "a" * 32, "CA" + "b" * 32
OURS, THEIRS = "+862166660000", "+8613800000001"
AT = datetime(2026, 11, 24, 8, 31, tzinfo=UTC)
SAID = {"sid": TEXT, "body": "电梯坏了", "from": THEIRS, "to": OURS, "status": "received", "direction": "inbound"}
SENT = "Tue, 24 Nov 2026 08:31:00 +0000"
ABSENT = Reply.of(404, code=20404, message="not found", status=404)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serve() as desk:
        yield desk
        for request in desk.heard:
            assert faults(request) == [], request


@pytest.fixture
def carrier(desk: Desk) -> TwilioCarrier:
    return TwilioCarrier(
        Account(ACCOUNT, ACCOUNT, "token", "https://hotline.example/", desk.base, connect_wait=0.5, read_wait=0.5)
    )


def test_a_text_without_attachments_is_one_request(desk: Desk, carrier: TwilioCarrier) -> None:
    desk.answer = lambda request: Reply.of(200, **SAID, num_media="0", date_sent=SENT)
    assert carrier.find_text(TEXT) == ListedText(TEXT, THEIRS, OURS, "电梯坏了", "received", True, AT)
    assert [request.target for request in desk.heard] == [f"{HERE}/Messages/{TEXT}.json"]


def test_what_is_attached_to_a_text_is_named(desk: Desk, carrier: TwilioCarrier) -> None:
    media = f"{HERE}/Messages/{TEXT}/Media/ME{'c' * 32}"

    def answer(request: Request) -> Reply:
        if "/Media.json" in request.target:
            return Reply.of(
                200, media_list=[{"uri": f"{media}.json", "content_type": "image/jpeg"}], next_page_uri=None
            )
        return Reply.of(200, **SAID, num_media="1", date_sent=SENT)

    desk.answer = answer
    found = carrier.find_text(TEXT)
    assert found is not None
    assert (found.media_count, found.media) == (1, (Media(desk.base + media, "image/jpeg"),))


def test_a_call(desk: Desk, carrier: TwilioCarrier) -> None:
    row = {"sid": CALL, "from": THEIRS, "to": OURS, "status": "completed", "direction": "inbound", "start_time": SENT}
    desk.answer = lambda request: Reply.of(200, **row)
    assert carrier.find_call(CALL) == ListedCall(CALL, THEIRS, OURS, "completed", True, AT)
    assert [request.target for request in desk.heard] == [f"{HERE}/Calls/{CALL}.json"]


def test_what_the_carrier_does_not_know_is_none(desk: Desk, carrier: TwilioCarrier) -> None:
    desk.answer = lambda request: ABSENT
    assert (carrier.find_text(TEXT), carrier.find_call(CALL)) == (None, None)


@pytest.mark.parametrize(
    "reply", [Reply.of(503, message="x"), Reply.of(401, code=20003, message="x"), Reply(hang=True), Reply(body=b"<p>")]
)
def test_a_carrier_that_cannot_be_asked_has_not_said_no(desk: Desk, carrier: TwilioCarrier, reply: Reply) -> None:
    desk.answer = lambda request: reply
    with pytest.raises(CarrierSilent):
        carrier.find_text(TEXT)
    with pytest.raises(CarrierSilent):
        carrier.find_call(CALL)


def test_a_list_counts_what_is_attached(desk: Desk, carrier: TwilioCarrier) -> None:
    desk.answer = lambda request: Reply.of(200, messages=[{**SAID, "num_media": "2"}], next_page_uri=None)
    assert [text.media_count for text in carrier.list_messages(AT)] == [2]
