"""An exchange for each test, an application that answers as a test says, and Twilio's own client."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from twilio.http import HttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.rest import Client

from exchange.testing import Exchange
from tests.exchange.process import start, web, words

__all__ = ["start", "web", "words"]  # fixtures from elsewhere

LINE = "+862166660000"
RESIDENT = "+8613800000001"
DOORS = "http://office.test"


class Office:
    """A transport that answers each path with what a test put there, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        self._answers: dict[str, list[Any]] = {}

    def says(self, path: str, *answers: str | bytes | tuple[int, str, bytes] | Exception) -> None:
        """The answers to requests of this path, one after another; the last one for ever."""
        self._answers[path] = list(answers)

    def __call__(
        self, method: str, url: str, params: Any, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        self.asked.append((method, url, dict(params), dict(headers)))
        path = url.removeprefix(DOORS).split("?")[0]
        answers = self._answers.get(path, [(404, "text/plain", b"nothing here")])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            answer = f"<Response>{answer}</Response>".encode()
        if isinstance(answer, bytes):
            return 200, {"Content-Type": "text/xml"}, answer
        status, content_type, body = answer
        return status, {"Content-Type": content_type}, body

    def params(self, path: str) -> list[dict[str, str]]:
        """The parameters of the requests of this path."""
        return [params for _, url, params, _ in self.asked if url.removeprefix(DOORS).split("?")[0] == path]


class InProcess(HttpClient):  # type: ignore[misc]
    """Twilio's client speaks through this to an exchange in the same process."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def request(self, method: str, url: str, params: Any = None, data: Any = None, **facts: Any) -> Any:
        given = data if method == "POST" else params
        pairs = [
            (name, str(each))
            for name, value in (given or {}).items()
            for each in (value if isinstance(value, list) else [value])
        ]
        status, _, body = self._exchange.rest(method, url, pairs, facts.get("auth"))
        return TwilioResponse(status, body.decode())


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def line() -> dict[str, str]:
    return {
        "number": LINE,
        "voice_url": f"{DOORS}/voice",
        "voice_fallback_url": f"{DOORS}/voice-fallback",
        "sms_url": f"{DOORS}/sms",
        "sms_fallback_url": f"{DOORS}/sms-fallback",
        "status_callback": f"{DOORS}/status",
    }


@pytest.fixture
def exchange(tmp_path: Path, office: Office, line: dict[str, str]) -> Iterator[Exchange]:
    started = Exchange.start(tmp_path / "exchange", [line], office)
    office.says("/status", (204, "", b""))
    yield started
    started.close()


@pytest.fixture
def client(exchange: Exchange) -> Client:
    account = exchange.switch.account
    return Client(account.sid, account.token, http_client=InProcess(exchange))


@pytest.fixture
def client_as(exchange: Exchange) -> Callable[[str, str], Client]:
    def client(name: str, secret: str) -> Client:
        return Client(name, secret, exchange.switch.account.sid, http_client=InProcess(exchange))

    return client
