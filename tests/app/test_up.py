"""`hotline up` itself, with the real processes and the exchange."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded.children import bearing
from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from app.embedded.stamp import read_stamp

from .running import ROOT, can_listen, free_ports, get

pytestmark = pytest.mark.slow
HOTLINE = [sys.executable, "-m", "app"]


class Office:
    """A running instance in rehearsal, and the command line that speaks to it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.port = free_ports(3)
        config = (ROOT / "config.toml").read_text()
        (folder / "config.toml").write_text(config)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE", "TWILIO"))}
        self.env = kept | {"HOTLINE_CONFIG": str(folder / "config.toml"), "LANG": "C", "PYTHONPATH": str(ROOT)}
        for name in ("DATABASE_URL", "REDIS_URL", "PORT"):
            self.env.pop(name, None)
        self.log = folder / "said"

    def up(self, *more: str) -> "subprocess.Popen[bytes]":
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [*HOTLINE, "up", "--port", str(self.port), "--data", str(self.data), *more],
                cwd="/",
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> list[str]:
        return self.log.read_text().splitlines()

    def ask(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*HOTLINE, *words, "--data", str(self.data)],
            cwd="/",
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    found = Office(tmp_path_factory.mktemp("office"))
    process = found.up()
    try:
        end = time.monotonic() + 60
        while f"ready: http://127.0.0.1:{found.port}" not in found.said():
            assert process.poll() is None, found.said()
            assert time.monotonic() < end, found.said()
            time.sleep(0.05)
        yield found
        run = json.loads(found.ask("status", "-o", "json").stdout)["run"]
        assert found.ask("down").returncode == 0
        assert process.wait(5) == 0
        assert not bearing(f"HOTLINE_RUN={run}")
        assert all(can_listen(found.port + number) for number in range(3))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(10)
        remove_cluster(DataFolder(found.data))


def test_it_says_what_it_is(office: Office) -> None:
    said = office.said()
    assert "Rehearsal: no text and no call leaves this machine." in said
    assert f"Data folder: {office.data}" in said
    assert sum(line.startswith("Demo account: ") for line in said) >= 3


def test_status_names_addresses_and_processes(office: Office) -> None:
    found = json.loads(office.ask("status", "-o", "json").stdout)
    assert found["web"] == f"http://127.0.0.1:{office.port}"
    assert found["hooks"] == f"http://127.0.0.1:{office.port + 1}"
    assert found["exchange"] == f"http://127.0.0.1:{office.port + 2}"
    assert found["data"] == str(office.data)
    for name in ("web", "hooks", "jobs", "timers"):
        words = Path("/proc", str(found["pids"][name]), "cmdline").read_bytes().split(b"\0")
        assert name.encode() in words


def test_the_doors_of_health_answer_and_web_has_no_doors_for_carriers(office: Office) -> None:
    for path in ("/healthz", "/readyz"):
        assert get(office.port, path) == 200
        assert get(office.port + 1, path) == 200
    assert get(office.port, "/") < 400
    assert get(office.port, "/webhooks/twilio/main/sms") == 404


def test_a_text_becomes_a_case_and_all_invariants_hold(office: Office) -> None:
    found = json.loads(office.ask("text", "幸福里小区3号楼2单元楼道灯不亮", "-o", "json").stdout)
    assert found["case"]["state"] == "dispatched"
    assert found["case"]["number"] in found["conversation"][-1]["says"]
    checked = office.ask("check")
    assert checked.returncode == 0, checked.stdout


def test_a_second_up_exits_at_once_and_names_the_pid(office: Office) -> None:
    pid = json.loads(office.ask("status", "-o", "json").stdout)["pids"]["supervisor"]
    started = time.monotonic()
    second = office.ask("up")
    assert second.returncode == 1
    assert f"process {pid}" in second.stderr
    assert time.monotonic() - started < 20, "it does not wait for the other one"


def test_a_port_in_use_is_told(office: Office, tmp_path: Path) -> None:
    other = subprocess.run(
        [*HOTLINE, "up", "--port", str(office.port), "--data", str(tmp_path / "other")],
        cwd="/",
        env=office.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert other.returncode == 1
    assert other.stderr.startswith(f"Port {office.port} on 127.0.0.1 is in use")
    assert other.stdout == ""


def test_the_folder_is_stamped_with_its_schema(office: Office) -> None:
    stamp = read_stamp(DataFolder(office.data))
    assert stamp is not None
    assert (stamp.carrier, stamp.clock, stamp.server) == ("rehearsal", "rehearsal", "18")
    assert stamp.schema


def test_the_owners_word_stays_out_of_the_processes(office: Office) -> None:
    pids = json.loads(office.ask("status", "-o", "json").stdout)["pids"]
    for name in ("web", "hooks", "jobs", "timers", "exchange"):
        assert b"hotline_owner" not in Path("/proc", str(pids[name]), "environ").read_bytes()


def test_quiet_and_empty_say_only_that_it_is_ready(tmp_path: Path) -> None:
    office = Office(tmp_path)
    process = office.up("--quiet", "--empty", "--clock", "rehearsal")
    try:
        end = time.monotonic() + 60
        while not office.said():
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        assert office.said() == [f"ready: http://127.0.0.1:{office.port}"]
        found = json.loads(office.ask("case", "new", "路灯不亮", "-o", "json").stdout)
        assert found["number"]
    finally:
        process.terminate()
        assert process.wait(20) == 0
        remove_cluster(DataFolder(office.data))
