"""The exchange's own interface."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from exchange.testing import Exchange

LINE = "+862166660000"
RESIDENT = "+8613800000001"


class Desk:
    """Asks the interface with the right token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self._heads = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self._client.open(f"/exchange/{path}", method=method, json=body, headers=self._heads)
        return answer.status_code, answer.get_json()


@pytest.fixture
def desk(exchange: Exchange) -> Desk:
    return Desk(exchange.app.test_client(), exchange.switch.account.token)


def test_a_call(exchange: Exchange, office: Any, desk: Desk) -> None:
    office.says("/voice", '<Gather input="speech" action="/got"><Say lang="x">请讲</Say></Gather>')
    office.says("/got", "<Say>好</Say>")
    order = {"from": RESIDENT, "to": LINE, "texts": ["灯坏了", "还有"], "keys": "1"}
    status, said = desk("POST", "calls", order)
    assert status == 200
    assert said["conversation"] == [
        {"who": "line", "says": "请讲"},
        {"who": "caller", "says": "灯坏了"},
        {"who": "line", "says": "好"},
    ]
    assert (said["unsaid"], said["unpressed"], said["status"]) == (["还有"], ["1"], "completed")
    assert said["warnings"][0]["code"] == 12200
    assert said["seconds"] > 0
    assert said["sid"].startswith("CA")


def test_without_a_number_it_is_the_first_line(office: Any, desk: Desk) -> None:
    office.says("/voice", "<Hangup/>")
    assert desk("POST", "calls", {"from": RESIDENT})[0] == 200
    assert office.params("/voice")[0]["To"] == LINE


def test_patience(office: Any, desk: Desk) -> None:
    office.says("/voice", "<Gather/><Redirect>/voice</Redirect>")
    desk("POST", "calls", {"from": RESIDENT, "patience": 2})
    assert len(office.params("/voice")) == 2


def test_a_text_and_the_inbox(exchange: Exchange, office: Any, desk: Desk) -> None:
    office.says("/sms", "<Message>收到</Message>")
    assert desk("GET", "inbox?number=%2B8613800000001") == (200, {"messages": [], "next": 1})
    status, sent = desk("POST", "texts", {"from": RESIDENT, "to": LINE, "body": "灯坏了\ud800"})
    assert (status, sent["warnings"]) == (200, [])
    assert office.params("/sms")[0]["Body"] == "灯坏了?"
    status, inbox = desk("GET", "inbox?number=%2B8613800000001")
    assert [(message["body"], message["from"]) for message in inbox["messages"]] == [("收到", LINE)]
    assert desk("GET", f"inbox?number=%2B8613800000001&since={inbox['next']}")[1]["messages"] == []


def test_pictures(office: Any, desk: Desk) -> None:
    office.says("/sms", "")
    media = ["http://a.test/1", {"url": "http://a.test/2", "content_type": "image/png"}]
    desk("POST", "texts", {"from": RESIDENT, "to": LINE, "media": media})
    asked = office.params("/sms")[0]
    assert (asked["MediaUrl1"], asked["MediaContentType0"], asked["MediaContentType1"]) == (
        "http://a.test/2",
        "image/jpeg",
        "image/png",
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "calls", None, "the body is not a JSON object"),
        ("POST", "calls", [1], "the body is not a JSON object"),
        ("POST", "calls", {"from": "13800000001"}, "from: '13800000001' is not in E.164"),
        ("POST", "calls", {}, "from: None is not in E.164"),
        ("POST", "calls", {"from": RESIDENT, "to": "+8610000000"}, "there are: +862166660000"),
        ("POST", "calls", {"from": RESIDENT, "to": 7}, "to: 7 is not in E.164"),
        ("POST", "calls", {"from": RESIDENT, "texts": "灯"}, "texts: not a list of texts"),
        ("POST", "calls", {"from": RESIDENT, "texts": [1]}, "texts: not a list of texts"),
        ("POST", "calls", {"from": RESIDENT, "keys": "a"}, "keys: 'a' is no key group"),
        ("POST", "calls", {"from": RESIDENT, "keys": 1}, "keys: not a text"),
        ("POST", "calls", {"from": RESIDENT, "patience": 0}, "patience: not a number"),
        ("POST", "calls", {"from": RESIDENT, "patience": True}, "patience: not a number"),
        ("POST", "calls", {"from": RESIDENT, "form": 1}, "form: not known; known are from"),
        ("POST", "texts", {"from": RESIDENT, "body": 1}, "body: not a text"),
        ("POST", "texts", {"from": RESIDENT, "media": "x"}, "media: not a list"),
        ("POST", "texts", {"from": RESIDENT, "media": ["x"]}, "media: not a list of addresses that begin"),
        ("GET", "inbox", None, "number: '' is not in E.164"),
        ("GET", "inbox?number=%2B8613800000001&since=x", None, "since: 'x' is not a number"),
        ("GET", "ledger/secrets", None, "secrets: no such part of the ledger"),
        ("GET", "ledger/message", None, "there are messages, calls"),
        ("POST", "faults", {"late": 1}, "late: no such fault"),
        ("POST", "faults", {"late_callbacks": -1}, "is not a number from 0 to 3600"),
        ("PUT", "numbers", {"x": 1}, "neither a JSON list nor an object with 'numbers'"),
        ("PUT", "numbers", [{"number": "12"}], "number: '12' is not in E.164"),
        ("PUT", "numbers", [{"number": LINE, "voice": "x"}], "voice: not known"),
        ("PUT", "phones", [{"number": RESIDENT, "calls": "x"}], "calls: 'x' is not one of answer"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, method: str, path: str, body: Any, words: str) -> None:
    status, said = desk(method, path, body)
    assert status == 400
    assert words in said["error"]


def test_only_the_bearer_of_the_token(exchange: Exchange) -> None:
    client = exchange.app.test_client()
    assert client.get("/exchange/health").status_code == 401
    wrong = client.get("/exchange/health", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, "token" in wrong.get_json()["error"]) == (401, True)


def test_health(office: Any, desk: Desk) -> None:
    office.says("/sms", "")
    desk("POST", "texts", {"from": RESIDENT, "to": LINE, "body": "a"})
    status, health = desk("GET", "health")
    assert (status, health["status"], health["waiting"]) == (200, "ok", 0)
    assert health["entries"]["message"] == 1


def test_the_ledger_in_parts(office: Any, desk: Desk) -> None:
    office.says("/sms", "<Message>收到</Message>")
    sids = [desk("POST", "texts", {"from": RESIDENT, "body": str(n)})[1]["sid"] for n in range(3)]
    first = desk("GET", "ledger/messages?limit=2")[1]
    assert first["items"][0]["sid"] == sids[0]
    rest = desk("GET", f"ledger/messages?since={first['next']}")[1]
    assert len(rest["items"]) == 4
    assert desk("GET", f"ledger/messages?since={rest['next']}")[1] == {"items": [], "next": rest["next"]}
    requests = desk("GET", f"ledger/requests?about={sids[1]}")[1]["items"]
    assert [(item["kind"], item["status"]) for item in requests] == [("text", 200)]


def test_numbers_phones_and_faults_are_set(exchange: Exchange, desk: Desk) -> None:
    more = {"number": "+862166660001", "sms_url": "http://b.test/sms"}
    said = desk("PUT", "numbers", {"numbers": [more]})[1]
    assert [number["number"] for number in said["numbers"]] == [LINE, "+862166660001"]
    assert desk("GET", "numbers")[1] == said
    phone = {"number": RESIDENT, "keys": "1", "texts": ["好"], "calls": "answer", "messages": "failed"}
    assert desk("PUT", "phones", [phone])[1]["phones"][0]["texts"] == ["好"]
    assert exchange.switch.phone(RESIDENT).messages == ("failed",)
    series = {"number": RESIDENT, "calls": ["busy", "answer"], "messages": ["failed", "delivered"]}
    (said,) = desk("PUT", "phones", [series])[1]["phones"]
    assert (said["calls"], said["then"][0]["calls"], said["messages"]) == ("busy", "answer", ["failed", "delivered"])
    assert desk("PUT", "phones", [said])[1]["phones"] == [said]
    assert desk("POST", "faults", {"rest_busy": 2})[1]["rest_busy"] == 2
    assert desk("GET", "faults")[1]["rest_busy"] == 2


def test_errors_are_json(desk: Desk) -> None:
    status, said = desk("GET", "nothing")
    assert (status, said["code"]) == (404, 20404)
    assert desk("POST", "calls", {"from": "+" * 1_100_000})[0] in {400, 413}
