"""A run of the supervisor over the stage's processes, for the tests that end it in every way."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.children import bearing, children_of, process_table
from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from app.instance import Instance, read_instance

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ACCOUNT = "AC" + "0" * 32
_READY_SECONDS = 40.0


_FIRST_PORT, _PORTS_EACH = 20_000, 4_000  # of each xdist worker; all below the system's own


def free_ports(count: int) -> int:
    """The first of `count` ports in a row that nobody listens on; no two test processes look at the same ones."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    start = _FIRST_PORT + worker % 3 * _PORTS_EACH
    for first in range(start + os.getpid() % 2_000, start + _PORTS_EACH - count, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports")


def procfile(folder: Path, *lines: str) -> Path:
    """A Procfile of the stage's processes: web, hooks, jobs, timers, and what `lines` add."""
    stage = f"{sys.executable} {HERE / 'stage.py'}"
    names = [f"{name}: {stage} {name}" for name in ("web", "hooks", "jobs", "timers")]
    path = folder / "Procfile"
    path.write_text("\n".join([*lines, *names]) + "\n")
    return path


def environment(folder: Path, port: int) -> dict[str, str]:
    """Settings of a run that needs no exchange."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE")}
    return kept | {
        "HOTLINE_DATA": str(folder),
        "HOTLINE__CARRIERS__KIND": "twilio",
        "HOTLINE__SERVER__PUBLIC_BASE": "https://hooks.example",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": "token",
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }


@dataclass
class Run:
    """One `up`, with what it said."""

    data: Path
    procfile: Path
    port: int = field(default_factory=lambda: free_ports(3))
    said: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = DataFolder(self.data)
        self.sockets: list[socket.socket] = []

    def start(self) -> "Run":
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "upstage.py"), str(self.procfile)],
            cwd=ROOT,
            env=environment(self.data, self.port) | self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()
        return self

    def _listen(self) -> None:
        assert self.process.stdout
        self.said.extend(line.rstrip("\n") for line in self.process.stdout)

    def await_line(self, start: str, seconds: float = _READY_SECONDS) -> str:
        """Wait until a line that begins so has been said."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self._heard():
                if line.startswith(start):
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"not said: {start!r}; said: {self._heard()}")

    def _heard(self) -> list[str]:
        return list(self.said)

    def instance(self) -> Instance:
        found = read_instance(self.folder)
        assert found is not None
        return found

    def hold_slow_sockets(self, count: int) -> None:
        """Open requests whose body never ends, half of them at each server."""
        for number in range(count):
            sock = socket.create_connection(("127.0.0.1", self.port + number % 2))
            sock.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow")
            self.sockets.append(sock)

    def await_doors(self, seconds: float = 15.0) -> None:
        """Wait until both servers answer, the database behind them too."""
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if get(self.port, "/database") == get(self.port + 1, "/healthz") == 200:
                    return
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    def hold_query(self, busy: bool) -> None:
        """Have a web worker run a statement of 60 seconds. Asked again where nothing comes of it: a worker that has
        just begun may have lost the connection that came before it."""
        for _ in range(4):
            sock = socket.create_connection(("127.0.0.1", self.port))
            sock.sendall(f"GET /query?busy={'1' if busy else ''} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            self.sockets.append(sock)
            end = time.monotonic() + 10
            while not self._queries() and time.monotonic() < end:
                time.sleep(0.05)
            if self._queries():
                return
        raise AssertionError("the statement does not run")

    def cancel_queries(self) -> None:
        """End the statements that run still: nobody waits for them any more, and they would take others' time."""
        for pid in self._queries():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)

    def _queries(self) -> list[int]:
        """Who runs a statement: PostgreSQL shows in its processes' titles what they do."""
        found = []
        for pid in children_of(process_table(), {self.instance().pids["postgres"]}):
            with contextlib.suppress(OSError):
                if b"SELECT" in Path("/proc", str(pid), "cmdline").read_bytes():
                    found.append(pid)
        return found

    def family(self, pid: int) -> set[int]:
        return {pid, *children_of(process_table(), {pid})}

    def everybody(self) -> set[int]:
        return self.family(self.process.pid) | bearing(f"HOTLINE_RUN={self.instance().run}")

    def end(self) -> None:
        """End whatever is left, so that no test leaves a process behind."""
        for sock in self.sockets:
            sock.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()
        remove_cluster(self.folder)


def alive(pids: set[int]) -> set[int]:
    """Those of `pids` that still live."""
    return pids & set(process_table())


def gone_within(pids: set[int], seconds: float) -> set[int]:
    """Wait until all of `pids` are gone; those that are not."""
    end = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.02)
    return alive(pids)


def can_listen(port: int) -> bool:
    """Whether a new server could take this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def get(port: int, path: str) -> int:
    """The status of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def numbers_in(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"\d+", text)]
