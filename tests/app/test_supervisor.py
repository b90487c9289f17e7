"""`hotline up`: everything starts, nothing outlives it, whatever is killed."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded.children import bearing
from app.instance import read_instance

from .running import HERE, ROOT, Run, alive, can_listen, environment, get, gone_within, numbers_in, procfile

pytestmark = pytest.mark.timed
MASTERS = ("postgres", "valkey", "web", "hooks", "jobs", "timers")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    found = Run(tmp_path / "data", procfile(tmp_path)).start()
    try:
        found.await_line("ready: ")
        yield found
    finally:
        found.end()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One run for all tests after which it still runs. Whatever they did to it, it ends in order."""
    folder = tmp_path_factory.mktemp("lasting")
    found = Run(folder / "data", procfile(folder)).start()
    try:
        found.await_line("ready: ")
        mark = f"HOTLINE_RUN={found.instance().run}"
        yield found
        found.process.send_signal(signal.SIGTERM)
        assert found.process.wait(20) == 0
        assert not bearing(mark)
    finally:
        found.end()


@pytest.mark.slow
def test_it_says_ready_alone_on_its_line_and_where_it_is(lasting: Run) -> None:
    run = lasting
    instance = run.instance()
    assert f"ready: http://127.0.0.1:{run.port}" in run.said
    assert set(instance.pids) == {"supervisor", "runner", *MASTERS}
    assert instance.pid == run.process.pid
    assert (run.data / "instance.json").stat().st_mode & 0o077 == 0
    assert get(run.port + 1, "/healthz") == 200


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_in_order(run: Run, sign: signal.Signals) -> None:
    run.hold_query(busy=True)
    run.hold_slow_sockets(20)
    everybody, mark = run.everybody(), f"HOTLINE_RUN={run.instance().run}"
    run.process.send_signal(sign)
    assert run.process.wait(20) == 0
    assert not alive(everybody)
    assert not bearing(mark)
    assert can_listen(run.port)
    assert can_listen(run.port + 1)
    assert read_instance(run.folder) is None


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["supervisor", "runner"])
@pytest.mark.parametrize("busy", [True, False])
def test_nothing_outlives_a_killed_supervisor(run: Run, victim: str, busy: bool) -> None:
    run.hold_query(busy)
    run.hold_slow_sockets(20)
    everybody, mark = run.everybody(), f"HOTLINE_RUN={run.instance().run}"
    assert len(everybody) > 15
    subprocess.run(["kill", "-9", str(run.instance().pids[victim])], check=True)
    assert not gone_within(everybody, 2.0)
    assert not bearing(mark)
    assert can_listen(run.port)
    assert can_listen(run.port + 1)


@pytest.mark.slow
@pytest.mark.parametrize("victim", MASTERS)
def test_nothing_outlives_a_killed_master_and_it_is_started_again(lasting: Run, victim: str) -> None:
    run = lasting
    run.hold_query(busy=True)
    run.hold_slow_sockets(20)
    pid = run.instance().pids[victim]
    family = run.family(pid)
    subprocess.run(["kill", "-9", str(pid)], check=True)
    assert not gone_within(family, 2.0)
    end = time.monotonic() + 15
    while run.instance().pids.get(victim, pid) == pid and time.monotonic() < end:
        time.sleep(0.05)
    assert alive({run.instance().pids[victim]}), run.said
    assert any(line.startswith(f"{victim} ended (signal 9)") for line in run.said)
    run.await_doors()
    run.cancel_queries()


@pytest.mark.slow
def test_a_child_that_keeps_dying_is_started_again_with_growing_waits(tmp_path: Path) -> None:
    run = Run(tmp_path / "data", procfile(tmp_path, "broken: sh -c 'exit 3'")).start()
    try:
        waits = []
        for _ in range(3):
            run.await_line("broken ended (exit code 3); it is started again in ", 20)
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline and len(waits) < 3:
                waits = [line.split(" in ")[1].split(" s")[0] for line in run.said if line.startswith("broken")]
                time.sleep(0.05)
        assert waits[:3] == ["0.25", "0.5", "1"]
        run.await_line("ready: ")
    finally:
        run.end()


@pytest.mark.slow
def test_a_second_up_on_the_folder_names_the_pid_that_has_it(lasting: Run) -> None:
    run = lasting
    second = subprocess.run(
        [sys.executable, str(HERE / "upstage.py"), str(run.procfile)],
        cwd=ROOT,
        env=environment(run.data, run.port + 100),
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert second.returncode == 1
    assert run.process.pid in numbers_in(second.stderr)
    assert "Traceback" not in second.stderr
    assert second.stderr.count("\n") == 1


@pytest.mark.slow
def test_down_ends_it(run: Run) -> None:
    from app.supervisor.up import down

    everybody = run.everybody()
    assert down(run.folder) is True
    assert not gone_within(everybody, 1.0)
    assert down(run.folder) is False


@pytest.mark.slow
def test_a_release_that_fails_stops_the_start_and_shows_why(tmp_path: Path) -> None:
    line = f"release: {sys.executable} {HERE / 'stage.py'} failing-release"
    run = Run(tmp_path / "data", procfile(tmp_path, line)).start()
    try:
        assert run.process.wait(30) == 1
        run.await_line("Release failed", 2)
        assert "the migration did not fit" in run.said
        assert not any(line.startswith("ready") for line in run.said)
    finally:
        run.end()
