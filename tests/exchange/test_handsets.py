"""Telephones in people's hands: they ring until they are taken, and the line waits for who holds them."""

from collections.abc import Mapping
from threading import Thread
from time import sleep
from typing import Any

import pytest
from flask.testing import FlaskClient
from twilio.rest import Client

from exchange.testing import Exchange
from tests.exchange.conftest import DOORS, LINE, RESIDENT, Office

WORKER = "+8613900000032"
MENU = '<Gather numDigits="1" input="dtmf speech" action="/menu"><Say>Press 1</Say></Gather><Say>Nothing heard</Say>'


class Handset:
    """One telephone, held by the test over the exchange's own interface."""

    def __init__(self, exchange: Exchange, number: str) -> None:
        self.exchange = exchange
        self.number = number
        self.client: FlaskClient = exchange.app.test_client()
        self.headers = {"Authorization": f"Bearer {exchange.switch.account.token}"}
        self.look()

    def ask(self, method: str, path: str = "", body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        answer = self.client.open(
            f"/exchange/hands/{self.number}{path}", method=method, json=body, headers=self.headers
        )
        return answer.status_code, answer.json

    def look(self) -> Any:
        """Hold it, and see what it shows."""
        status, shown = self.ask("PUT")
        assert status == 200, shown
        return shown

    @property
    def call(self) -> Any:
        return self.look()["call"]

    @property
    def heard(self) -> list[str]:
        return [f"{part['who']}: {part['says']}" for part in self.call["conversation"]]

    def dial(self) -> tuple[int, Any]:
        return self.ask("POST", "/calls", {"to": LINE})

    def does(self, deed: str, **given: str) -> tuple[int, Any]:
        return self.ask("POST", f"/calls/{self.call['sid']}/{deed}", given)


@pytest.fixture
def resident(exchange: Exchange) -> Handset:
    return Handset(exchange, RESIDENT)


@pytest.fixture
def worker(exchange: Exchange) -> Handset:
    return Handset(exchange, WORKER)


def test_a_person_calls_presses_speaks_and_hangs_up(office: Office, resident: Handset, exchange: Exchange) -> None:
    office.says("/voice", MENU)
    office.says("/menu", '<Say>Speak</Say><Gather input="speech" action="/matter"/>')
    office.says("/matter", '<Gather input="dtmf" finishOnKey="#" action="/code"><Say>Code?</Say></Gather>')
    office.says("/code", '<Say>Thank you</Say><Gather input="dtmf"/>')
    assert resident.dial()[0] == 200
    assert resident.call["asks"] == {"keys": True, "words": True, "person": False}
    resident.does("press", keys="1")
    assert office.params("/menu")[0]["Digits"] == "1"
    assert resident.call["asks"] == {"keys": False, "words": True, "person": False}
    resident.does("say", words="灯坏了")
    assert office.params("/matter")[0]["SpeechResult"] == "灯坏了"
    resident.does("press", keys="44")
    assert resident.call["typed"] == "44"
    resident.does("press", keys="7#")
    assert (office.params("/code")[0]["Digits"], resident.call["typed"]) == ("447", "")
    assert resident.heard[-1] == "line: Thank you"
    assert resident.does("hang_up")[0] == 200
    assert (resident.call["over"], resident.call["status"]) == (True, "completed")
    exchange.clock.move(1)
    assert office.params("/status")[-1]["CallStatus"] == "completed"


def test_keys_are_whole_when_no_further_one_comes(office: Office, resident: Handset, exchange: Exchange) -> None:
    office.says("/voice", '<Gather action="/code"/>')
    office.says("/code", "<Hangup/>")
    resident.dial()
    resident.does("press", keys="4")
    exchange.clock.move(3)
    resident.does("press", keys="4")
    exchange.clock.move(3)
    assert office.params("/code") == []
    exchange.clock.move(2)
    assert office.params("/code")[0]["Digits"] == "44"


def test_a_long_silence_is_one_and_who_has_gone_is_hung_up(
    office: Office, resident: Handset, exchange: Exchange
) -> None:
    office.says("/voice", '<Gather action="/code"><Say>Code?</Say></Gather><Redirect>/voice</Redirect>')
    resident.dial()
    for _ in range(6):
        exchange.clock.move(10)
        resident.look()
    assert resident.heard == ["line: Code?", "line: Code?"]
    exchange.clock.move(130)
    assert resident.call["over"]


def test_what_the_line_does_not_listen_to_is_refused(office: Office, resident: Handset) -> None:
    office.says("/voice", '<Gather input="dtmf" numDigits="1" action="/menu"/>')
    resident.dial()
    assert resident.does("say", words="喂") == (409, {"error": "the line does not listen to words now"})
    assert resident.dial() == (409, {"error": "this phone is in a call; hang up first"})
    assert resident.does("press", keys="A")[0] == 400
    assert resident.does("sing") == (
        400, {"error": "sing: not known; known are take, refuse, hang_up, press, say"}
    )  # fmt: skip
    assert resident.ask("POST", "/calls/CA1/press", {"keys": "1"})[0] == 409
    resident.does("hang_up")
    assert resident.does("press", keys="1") == (409, {"error": "this call is not connected"})


def order(client: Client, to: str, **more: Any) -> None:
    client.calls.create(to=to, from_=LINE, url=f"{DOORS}/order", **more)


def test_an_ordered_call_rings_until_it_is_taken(
    office: Office, worker: Handset, exchange: Exchange, client: Client
) -> None:
    office.says("/order", '<Gather numDigits="1" action="/took"><Say>Take it?</Say></Gather>')
    office.says("/took", "<Say>It is yours</Say><Hangup/>")
    order(client, WORKER, status_callback=f"{DOORS}/status", status_callback_event=["ringing", "answered", "completed"])
    exchange.clock.move(1)
    assert (worker.call["rings"], worker.call["status"], office.params("/order")) == (True, "ringing", [])
    assert worker.does("take")[0] == 200
    assert worker.heard == ["line: Take it?"]
    worker.does("press", keys="1")
    assert worker.heard[-1] == "line: It is yours"
    assert worker.does("take") == (409, {"error": "this call does not ring any more"})
    exchange.clock.move(1)
    assert [told["CallStatus"] for told in office.params("/status")] == ["ringing", "in-progress", "completed"]


@pytest.mark.parametrize(("deed", "ends"), [("refuse", "busy"), ("", "no-answer")])
def test_an_ordered_call_that_is_not_taken(
    worker: Handset, exchange: Exchange, client: Client, deed: str, ends: str
) -> None:
    order(client, WORKER, timeout=30)
    exchange.clock.move(1)
    if deed:
        worker.does(deed)
    exchange.clock.move(29)
    assert (worker.call["over"], worker.call["status"]) == (True, ends)


def test_a_phone_that_nobody_looks_at_behaves_by_itself(
    office: Office, worker: Handset, exchange: Exchange, client: Client
) -> None:
    office.says("/order", "<Say>Hello</Say>")
    exchange.clock.move(15)
    order(client, WORKER)
    exchange.clock.move(1)
    assert exchange.ledger("call")[-1]["status"] == "completed"
    worker.look()
    worker.ask("DELETE")
    order(client, WORKER)
    exchange.clock.move(1)
    assert exchange.ledger("call")[-1]["status"] == "completed"


def test_a_second_call_finds_a_phone_busy(worker: Handset, exchange: Exchange, client: Client) -> None:
    order(client, WORKER)
    exchange.clock.move(1)
    order(client, WORKER)
    exchange.clock.move(1)
    assert [entry["status"] for entry in exchange.ledger("call")] == ["ringing", "busy"]


RELAY = f'<Dial callerId="{LINE}" timeout="20" action="/over"><Number>{RESIDENT}</Number></Dial>'


def relayed(office: Office, worker: Handset, exchange: Exchange, client: Client) -> None:
    """The worker has taken the call that is to connect them, and the resident's phone rings."""
    office.says("/order", RELAY)
    office.says("/over", "<Say>It is over</Say><Gather input='speech'/>")
    order(client, WORKER)
    exchange.clock.move(1)
    worker.does("take")


def test_two_people_talk_and_the_called_one_hangs_up(
    office: Office, resident: Handset, worker: Handset, exchange: Exchange, client: Client
) -> None:
    relayed(office, worker, exchange, client)
    assert (resident.call["rings"], resident.call["with"]) == (True, LINE)
    assert worker.call["asks"] is None
    assert resident.does("say", words="喂") == (409, {"error": "this call is not connected"})
    resident.does("take")
    resident.does("say", words="喂")
    worker.does("say", words="我是网格员")
    resident.does("press", keys="1")
    assert resident.heard[1:] == ["called: 喂", "caller: 我是网格员", "called: [keys 1]"]
    assert (worker.call["me"], resident.call["me"]) == ("caller", "called")
    resident.does("hang_up")
    assert resident.call["over"]
    assert worker.heard[-1] == "line: It is over"
    over = office.params("/over")[0]
    assert (over["DialCallStatus"], over["DialBridged"]) == ("completed", "true")
    worker.does("hang_up")
    assert exchange.ledger("warning") == []


def test_the_caller_hangs_up_on_a_talk(
    office: Office, resident: Handset, worker: Handset, exchange: Exchange, client: Client
) -> None:
    relayed(office, worker, exchange, client)
    resident.does("take")
    worker.does("hang_up")
    assert (resident.call["status"], worker.call["status"]) == ("completed", "completed")


def test_a_phone_that_behaves_by_itself_waits_for_the_person_it_talks_with(
    office: Office, resident: Handset, exchange: Exchange, client: Client
) -> None:
    office.says("/order", RELAY)
    office.says("/over", "<Hangup/>")
    exchange.phone(WORKER, texts=["我是网格员", "好的"])
    order(client, WORKER)
    connecting = Thread(target=lambda: exchange.clock.move(1))  # the worker's call waits in it
    connecting.start()
    while not (resident.call and resident.call["rings"]):
        sleep(0.01)
    resident.does("take")
    for words in ("喂", "请下午来"):
        said = len(resident.heard)
        resident.does("say", words=words)
        while len(resident.heard) < said + 2:
            sleep(0.01)
    resident.does("hang_up")
    connecting.join(10)
    assert resident.heard[1:] == ["called: 喂", "caller: 我是网格员", "called: 请下午来", "caller: 好的"]
    assert exchange.ledger("call")[0]["status"] == "completed"


@pytest.mark.parametrize(("deed", "ends"), [("refuse", "busy"), ("", "no-answer")])
def test_the_dialled_phone_is_not_taken(
    office: Office, resident: Handset, worker: Handset, exchange: Exchange, client: Client, deed: str, ends: str
) -> None:
    relayed(office, worker, exchange, client)
    if deed:
        resident.does(deed)
    exchange.clock.move(21)
    assert office.params("/over")[0]["DialCallStatus"] == ends
    assert worker.heard[-2:] == [f"exchange: [{ends}]", "line: It is over"]


def test_whoever_called_hangs_up_while_it_rings(
    office: Office, resident: Handset, worker: Handset, exchange: Exchange, client: Client
) -> None:
    relayed(office, worker, exchange, client)
    worker.does("hang_up")
    assert (resident.call["status"], resident.call["rings"]) == ("canceled", False)
    assert resident.does("take") == (409, {"error": "this call does not ring any more"})


def test_a_telephone_shows_its_texts_both_ways(office: Office, resident: Handset, exchange: Exchange) -> None:
    office.says("/sms", "<Message>Got it</Message>")
    exchange.text(RESIDENT, LINE, "灯坏了")
    shown = resident.look()
    assert [(text["mine"], text["body"]) for text in shown["texts"]] == [(True, "灯坏了"), (False, "Got it")]
    status, later = resident.ask("GET", f"?since={shown['next']}")
    assert (status, later["texts"], later["call"]) == (200, [], None)


def test_looking_alone_does_not_hold(exchange: Exchange, client: Client, office: Office) -> None:
    office.says("/order", "<Say>Hello</Say>")
    asked = exchange.app.test_client()
    headers = {"Authorization": f"Bearer {exchange.switch.account.token}"}
    assert asked.get(f"/exchange/hands/{WORKER}", headers=headers).status_code == 200
    assert asked.get("/exchange/hands/12", headers=headers).status_code == 400
    assert asked.get(f"/exchange/hands/{WORKER}").status_code == 401
    order(client, WORKER)
    exchange.clock.move(1)
    assert exchange.ledger("call")[-1]["status"] == "completed"
