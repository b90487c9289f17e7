"""A whole instance, as `hotline up` starts it, for the journeys: every process real, loopback only."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from tests.app.running import free_ports
from tests.stage import NO_LOTS

ROOT = Path(__file__).resolve().parents[2]
LINE = "+862166660000"
RESIDENT = "+8613800000001"
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Instance:
    """One running instance and hands to ring it."""

    data: Path
    port: int = field(default_factory=lambda: free_ports(3))
    session: requests.Session = field(default_factory=requests.Session)

    def start(self, *options: str) -> "Instance":
        """Start it; without a clock named it is Tuesday, ten in the morning, whatever the hour of the tests."""
        in_rehearsal = "--clock" not in options
        options = (*options, "--clock", "rehearsal") if in_rehearsal else options
        self.session.trust_env = False
        self.log = (self.data.parent / f"{self.data.name}.up").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "up", "--data", str(self.data), "--port", str(self.port), *options],
            cwd=ROOT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.wait_for(lambda: f"ready: {self.web}" in self.said(), 60, "the ready line")
        self.known = json.loads((self.data / "instance.json").read_text())
        self.session.headers["Authorization"] = f"Bearer {self.known['auth_token']}"
        if in_rehearsal:
            self._to_working_hours()
        return self

    def _to_working_hours(self) -> None:
        """Wind to the next Tuesday, 10:00; an instance that was started there before stays where it is."""
        today = datetime.now(ZONE)
        day = today.date() + timedelta(days=(1 - today.weekday()) % 7 or 7)
        ran = self.hotline("wind", f"{day}T10:00", "--lang", "en")
        assert ran.returncode == 0 or "the clock only goes forward" in ran.stderr, ran.stderr

    def wind(self, how_far: str) -> dict[str, Any]:
        """Wind the clock; what happened on the way."""
        found: dict[str, Any] = self.hotline_json("wind", how_far)
        return found

    @staticmethod
    def environment() -> dict[str, str]:
        """The environment of a stranger: nothing of ours is set, but that nobody looks at cases by lot."""
        foreign = ("HOTLINE", "TWILIO", "DATABASE", "REDIS", "PORT")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        lots = {"HOTLINE__POLICY__VERIFICATION": json.dumps(NO_LOTS)}
        return kept | lots | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}

    def said(self) -> list[str]:
        """What `up` has printed so far."""
        return (self.data.parent / f"{self.data.name}.up").read_text().splitlines()

    def wait_for(self, condition: Any, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"not within {seconds} s: {what}; said: {self.said()[-15:]}")
            time.sleep(0.05)

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def hooks(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def exchange(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}/exchange"

    def pid(self, name: str) -> int:
        """The process id of a part."""
        return int(self.hotline_json("status")["pids"][name])

    def call(self, *words: str, caller: str = RESIDENT, keys: str = "") -> dict[str, Any]:
        """A call through the exchange; what was said."""
        asked = {"from": caller, "to": LINE, "texts": list(words), "keys": keys}
        return self._ask("POST", "calls", asked)

    def text(self, body: str, sender: str = RESIDENT) -> str:
        """A text through the exchange; its SID."""
        return str(self._ask("POST", "texts", {"from": sender, "to": LINE, "body": body})["sid"])

    def staff_take_orders(self) -> "Instance":
        """Everybody of the sample district answers the telephone, and presses 1 for an order."""
        district = json.loads((ROOT / "app" / "sample" / "district.json").read_text())
        numbers = [district["duty_desk"]["phone"], *(worker["phone"] for worker in district["workers"])]
        phones = [{"number": number, "keys": "1"} for number in numbers]
        answer = self.session.put(f"{self.exchange}/phones", json={"phones": phones}, timeout=30)
        assert answer.status_code == 200, answer.text
        return self

    def inbox(self, number: str) -> list[str]:
        """The texts that a telephone has received."""
        answer = self.session.get(f"{self.exchange}/inbox", params={"number": number}, timeout=10)
        return [str(message["body"]) for message in answer.json()["messages"]]

    def ledger(self, kinds: str) -> list[dict[str, Any]]:
        """The exchange's own record."""
        found: list[dict[str, Any]] = []
        since = 0
        while True:
            address = f"{self.exchange}/ledger/{kinds}"
            page = self.session.get(address, params={"since": since}, timeout=30).json()
            if not page["items"]:
                return found
            found += page["items"]
            since = page["next"]

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.session.request(method, f"{self.exchange}/{path}", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def became(self, sid: str) -> dict[str, Any]:
        """What became of a call or text."""
        answer = self.session.get(f"{self.web}/rehearsal/case", params={"sid": sid}, timeout=10)
        found: dict[str, Any] = answer.json()
        return found

    def settled(self, sid: str, seconds: float = 20) -> dict[str, Any]:
        """The case of a SID once its messages have left."""
        self.wait_for(lambda: self.became(sid)["settled"], seconds, f"{sid} settled")
        found: dict[str, Any] = self.became(sid)["case"]
        return found

    def taken(self, sid: str, seconds: float = 20) -> dict[str, Any]:
        """The case of a SID once there is one. By the real clock nobody waits for its messages: outside the office's
        hours the order leaves when they begin.
        """
        self.wait_for(lambda: self.became(sid)["case"], seconds, f"{sid} taken")
        found: dict[str, Any] = self.became(sid)["case"]
        return found

    def hotline(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of a stranger."""
        return subprocess.run(
            [sys.executable, "-m", "app", *command, "--data", str(self.data)],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    def hotline_json(self, *command: str) -> Any:
        ran = self.hotline(*command, "-o", "json")
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def stop(self, *, keep: bool = False) -> None:
        """End it, and, unless its data are to be kept, whatever it left; a second time does nothing."""
        if not hasattr(self, "process") or self.log.closed:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait(10)
        self.log.close()
        self.session.close()
        if not keep:
            remove_cluster(DataFolder(self.data))
