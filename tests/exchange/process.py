"""An exchange in a process of its own, Twilio's client over a socket, and what one asks of both."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask, request
from twilio.http.http_client import TwilioHttpClient
from werkzeug.serving import make_server

ACCOUNT = "AC" + "b" * 32
TOKEN = "process-token-0123456789"
LINE = "+862166660000"
RESIDENT = "+8613800000001"


class Running:
    """An exchange process and what one asks of it."""

    def __init__(self, process: "subprocess.Popen[str]", base: str) -> None:
        self.process = process
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.base}/exchange/{path}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def end(self, number: int) -> float:
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        self.session.close()
        return time.monotonic() - begun


class Swapped(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client over a real socket, to another address."""

    def __init__(self, base: str, timeout: float | None = None) -> None:
        super().__init__(pool_connections=False, timeout=timeout)
        self._base = base

    def request(self, method: str, url: str, *args: Any, **facts: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._base), *args, **facts)


@pytest.fixture
def web() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """An application on a socket; the form of each request is kept."""
    app, asked = Flask("office"), []

    @app.post("/<path:path>")
    def answer(path: str) -> tuple[str, int, dict[str, str]]:
        asked.append({"path": path, **request.form.to_dict()})
        if path == "slow":
            time.sleep(1.0)
        events = "initiated ringing answered completed"
        number = f"<Number statusCallback='/progress' statusCallbackEvent='{events}'>{RESIDENT}</Number>"
        if path == "dial":
            return f"<Response><Dial action='/after'>{number}</Dial></Response>", 200, {"Content-Type": "text/xml"}
        body = "<Message statusCallback='/told'>好</Message>" if path == "sms" else "<Say>好</Say>"
        return f"<Response>{body}</Response>", 200, {"Content-Type": "text/xml"}

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", asked
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def words(tmp_path: Path, web: tuple[str, Any]) -> list[str]:
    (tmp_path / "token").write_text(TOKEN + "\n")
    line = {
        "number": LINE,
        "voice_url": f"{web[0]}/voice",
        "sms_url": f"{web[0]}/sms",
        "status_callback": f"{web[0]}/status",
    }
    (tmp_path / "numbers.json").write_text(json.dumps([line]))
    return [
        *("--port", "0", "--data", str(tmp_path / "data"), "--account", ACCOUNT),
        *("--token-file", str(tmp_path / "token"), "--numbers", str(tmp_path / "numbers.json")),
    ]


@pytest.fixture
def start(words: list[str]) -> Iterator[Callable[[], Running]]:
    started: list[Running] = []

    def begin() -> Running:
        process = subprocess.Popen(
            [sys.executable, "-m", "exchange", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        assert said.startswith("exchange: http://127.0.0.1:"), process.stderr.read()
        started.append(Running(process, said.removeprefix("exchange: ").strip()))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGKILL)


def eventually(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end, "it did not come about within 5 s"
        time.sleep(0.02)
