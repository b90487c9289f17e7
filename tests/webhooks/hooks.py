"""The real `hotline hooks` on the loopback: gunicorn, gevent and the real doors; it ends with the test."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 40.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Hooks:
    """A running server."""

    port: int

    def post(self, target: str, body: bytes, headers: Mapping[str, str], method: str = "POST") -> Answer:
        started = time.monotonic()
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            conn.request(method, target, body, {**form, **headers})
            answer = conn.getresponse()
            return Answer(answer.status, answer.read(), time.monotonic() - started)
        finally:
            conn.close()

    def socket(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


@contextmanager
def hooks(environment: Mapping[str, str], log: Path) -> Iterator[Hooks]:
    """Start it, wait until it answers, end it and all its workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment, "HOTLINE__SERVER__HOOKS_PORT": str(port)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "hooks"],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    server = Hooks(port)
    try:
        _wait(server, process, log)
        yield server
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with suppress(ProcessLookupError):  # workers that did not follow their master
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _wait(server: Hooks, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            if server.post("/healthz", b"", {}, "GET").status == 200:
                return
        except OSError:
            time.sleep(0.1)
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"hooks did not start:\n{log.read_text()[-4000:]}")
