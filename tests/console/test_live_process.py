"""The live stream of a real `web`: it ends within its usual time, comes back where it stood, and hears wakes."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from app.processes.bell import CHANGED, Bell
from app.processes.ear import Ear
from dispatch.transaction import Door
from tests.app.running import environment, free_ports, get
from tests.conftest import Valkey
from tests.console.house import LINE, PASSWORD, ROOT, House
from tests.console.streaming import Told, events

pytestmark = pytest.mark.timed

OPEN = 30  # streams


@dataclass
class Web:
    """A `web` process, and hands to listen to it."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    listeners: list["Listener"] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def signed_in(self) -> requests.Session:
        browser = requests.Session()
        browser.trust_env = False
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{self.base}/login", timeout=10).text)
        assert found is not None
        form = {"csrf_token": found[1], "login": "dispatcher", "password": PASSWORD, "next": "/healthz"}
        assert browser.post(f"{self.base}/login", data=form, timeout=10).status_code == 200
        return browser

    def listen(self, browser: requests.Session, since: str = "") -> "Listener":
        answer = browser.get(
            f"{self.base}/live", headers={"Last-Event-ID": since} if since else {}, stream=True, timeout=30
        )
        assert answer.status_code == 200
        self.listeners.append(Listener(answer))
        return self.listeners[-1]

    def ready(self) -> "Web":
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                get(self.port, "/healthz")
                return self
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def end(self, how: int = signal.SIGTERM) -> float:
        """The seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(15)
        return time.monotonic() - began


@dataclass
class Listener:
    """Reads one stream as it comes, with the moment of each event."""

    answer: requests.Response
    told: list[tuple[float, Told]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        end = time.monotonic() + 5
        while not self.told and time.monotonic() < end:
            time.sleep(0.01)
        assert self.told

    def _read(self) -> None:
        waiting = ""
        try:
            for piece in self.answer.iter_content(None):
                *whole, waiting = (waiting + piece.decode()).split("\n\n")
                now = time.monotonic()
                self.told += [(now, one) for block in whole for one in events(f"{block}\n\n".encode())]
        except (requests.RequestException, AttributeError):  # the latter where it is closed while it is read
            return  # it was killed
        finally:
            self.answer.close()

    def heard(self, number: str, seconds: float = 5) -> float:
        """When a case was first told of."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for at, one in list(self.told):
                if one.name == "change" and one.change["case"] == number:
                    return at
            time.sleep(0.002)
        raise AssertionError(f"{number} was not told: {self.told}")


@contextmanager
def web(house: House, folder: Path, redis_url: str, port: int = 0) -> Iterator[Web]:
    """A `web` over the house's database; what it wrote is in its log."""
    port = port or free_ports(3)
    folder.mkdir(exist_ok=True)
    log = folder / "web.out"
    env = environment(folder, port) | {
        "DATABASE_URL": house.door.engine.url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "web"], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    started = Web(port, process, log)
    try:
        yield started.ready()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(10)
        for listener in started.listeners:
            listener.answer.close()
            listener.thread.join(5)


def test_open_streams_hold_up_no_end_and_lose_nothing(house: House, tmp_path: Path, valkey: Valkey) -> None:
    with web(house, tmp_path / "data", valkey.url) as first:
        browser = first.signed_in()
        listeners = [first.listen(browser) for _ in range(OPEN)]
        taken = house.case("幸福里3号楼2单元下水道堵了")
        for listener in listeners:
            listener.heard(taken.number)
        place = listeners[0].told[-1][1].id
        seconds = first.end()
        print(f"web ended in {seconds:.2f} s with {OPEN} streams open")
        assert seconds < 5, "then the supervisor would kill it"
        assert first.process.returncode == 0
        assert "graceful timeout" not in first.log.read_text()
        assert "Error" not in first.log.read_text()
    missed = house.case("幸福里5号楼电梯停了", number="+8613800000002")
    with web(house, tmp_path / "data", valkey.url) as second:
        browser.cookies.clear()
        back = second.listen(second.signed_in(), place)
        back.heard(missed.number)
        assert [one.name for _, one in back.told if one.name == "reset"] == []
        place = back.told[-1][1].id
        second.end(signal.SIGKILL)
    late = house.case("和平小区有人唱歌太吵", number="+8613800000003")
    with web(house, tmp_path / "data", valkey.url) as third:
        third.listen(third.signed_in(), place).heard(late.number)


def test_a_wake_is_heard_at_once_and_without_one_it_takes_a_quarter_of_a_second(
    house: House, tmp_path: Path, valkey: Valkey
) -> None:
    bell = Bell(valkey.url)
    ringing = Door(house.door.engine, house.door.vault, house.door.phrasebooks, bell.ring)
    loud = House(ringing, house.owner, house.app, house.parts, house.began)
    with web(house, tmp_path / "data", valkey.url) as one:
        listener = one.listen(one.signed_in())

        def slowest(filled: House, start: int) -> float:
            waits = []
            for n in range(start, start + 10):
                time.sleep(0.013 * n % 0.25)
                taken = filled.case("幸福里3号楼2单元下水道堵了", number=f"+86138000001{n:02}")
                began = time.monotonic()
                waits.append(listener.heard(taken.number) - began)
            return max(waits)

        woken, swept = slowest(loud, 10), slowest(house, 30)
        print(f"told after the commit: woken {woken * 1000:.0f} ms, swept {swept * 1000:.0f} ms at most")
        assert woken < 0.2
        assert swept < 1


def test_without_valkey_it_takes_a_quarter_of_a_second(house: House, tmp_path: Path) -> None:
    with web(house, tmp_path / "data", "unix:///nowhere/valkey.sock") as one:
        listener = one.listen(one.signed_in())
        taken = house.case("幸福里3号楼2单元下水道堵了", line=LINE)
        began = time.monotonic()
        assert listener.heard(taken.number) - began < 1


def test_an_ear_sleeps_where_valkey_is_away_and_hears_it_again(valkey: Valkey) -> None:
    ticks = [0.0]
    deaf = Ear("unix:///nowhere/valkey.sock", CHANGED, lambda: ticks[0])
    began = time.monotonic()
    deaf.wait(0.05)
    assert 0.04 < time.monotonic() - began < 0.5
    ear, bell = Ear(valkey.url, CHANGED), Bell(valkey.url)
    ear.wait(0.05)
    ear.wait(0.05)
    for _ in range(5):
        bell.ring({"live"}, None)
    time.sleep(0.2)  # the last of them is on its way still, and nothing tells when it is there
    began = time.monotonic()
    ear.wait(5)
    assert time.monotonic() - began < 1
    began = time.monotonic()
    ear.wait(0.1)
    assert time.monotonic() - began > 0.05, "five rings are one wake"


@pytest.mark.parametrize("woken", [set(), {"outbox"}])
def test_nobody_is_called_where_nothing_happened_to_a_case(valkey: Valkey, woken: set[str]) -> None:
    ear, bell = Ear(valkey.url, CHANGED), Bell(valkey.url)
    ear.wait(0.05)
    ear.wait(0.05)
    bell.ring(woken, None)
    began = time.monotonic()
    ear.wait(0.1)
    assert time.monotonic() - began > 0.05
