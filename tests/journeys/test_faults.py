"""Without Valkey cases open and orders leave; without PostgreSQL a caller is answered; then all goes on."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.journeys.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timed, pytest.mark.timeout(300)]
LAMP = "幸福里小区3号楼2单元楼道灯坏了"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    made = Instance(tmp_path_factory.mktemp("faults") / "data").start()
    yield made
    made.stop()


def test_without_valkey_cases_open_and_orders_leave(instance: Instance) -> None:
    os.kill(instance.pid("valkey"), signal.SIGSTOP)  # not even a refused connection: the hardest kind of away
    try:
        case = instance.settled(instance.text(LAMP), 15)
        assert case["state"] == "dispatched"
        assert any(case["number"] in body for body in instance.inbox("+8613800000001"))
        ready = instance.session.get(f"{instance.web}/readyz", timeout=5)
        assert ready.status_code == 200
        assert "out of reach" in ready.json()["valkey"]
    finally:
        os.kill(instance.pid("valkey"), signal.SIGKILL)
    assert instance.settled(instance.text("和平一村5号楼下水道堵了"), 15)["state"] == "dispatched"
    assert instance.hotline("check").returncode == 0


def test_without_postgresql_a_caller_is_answered_and_then_all_goes_on(instance: Instance) -> None:
    first = instance.settled(instance.text(LAMP, "+8613800000005"))
    os.kill(instance.pid("postgres"), signal.SIGSTOP)
    stopped = _descendants_stopped(instance)
    try:
        for _ in range(4):
            started = time.monotonic()
            said = instance.call("着火了", caller="+8613800000002")
            asked = time.monotonic() - started
            assert asked < 4, asked
            assert any("110" in part["says"] or "1 1 0" in part["says"] for part in said["conversation"])
        slowest = max(
            request["seconds"] for request in instance.ledger("requests") if request["url"].endswith("/voice")
        )
        assert slowest < 2
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        os.kill(instance.pid("postgres"), signal.SIGCONT)
    instance.wait_for(lambda: _answers(instance), 20, "voice answers from the record again")
    case = instance.settled(instance.text("和平一村5号楼下水道堵了", "+8613800000003"))
    assert case["number"] != first["number"]


def _descendants_stopped(instance: Instance) -> list[int]:
    from app.embedded.children import children_of, process_table

    found = list(children_of(process_table(), {instance.pid("postgres")}))
    for pid in found:
        os.kill(pid, signal.SIGSTOP)
    return found


def _answers(instance: Instance) -> bool:
    said = instance.call("", caller="+8613800000004")
    return any("幸福街道" in part["says"] for part in said["conversation"])
