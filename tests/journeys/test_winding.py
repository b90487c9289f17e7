"""A case goes late and climbs, by the commands of the README, in a whole instance whose clock is wound."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from tests.journeys.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LAMP = "幸福里小区3号楼2单元楼道灯坏了"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    made = Instance(tmp_path_factory.mktemp("winding") / "data").start()
    yield made
    made.stop()
    remove_cluster(DataFolder(made.data))


def test_it_starts_in_working_hours(instance: Instance) -> None:
    shown = datetime.fromisoformat(instance.wind("1s")["now"])
    assert (shown.weekday(), shown.hour) == (1, 10)


def test_a_case_goes_late_and_climbs(instance: Instance) -> None:
    case = instance.settled(instance.text(LAMP))
    counts = instance.wind("40d")
    assert counts["warned"] >= 3
    assert counts["breached"] >= 3
    assert counts["escalated"] > counts["breached"]
    late = instance.hotline_json("overdue")
    assert {each["number"] for each in late} == {case["number"]}
    assert max(each["rung"] for each in late) == 4
    steps = {step["step"]: step for step in instance.hotline_json("case", case["number"])["steps"]}
    assert steps["visit"]["due_at"]
    assert steps["sign_for"]["done_at"]
    for head in ("xingfuli-head", "supervisor", "leader"):
        told = json.loads(instance.hotline("inbox", head, "-o", "json").stdout)
        assert any(case["number"] in message["body"] for message in told["messages"]), head
    ran = instance.hotline("check")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_clock_goes_forward_only_and_never_for_real(instance: Instance) -> None:
    ran = instance.hotline("wind", "2020-01-01", "--lang", "en")
    assert (ran.returncode, "the clock only goes forward" in ran.stderr) == (1, True)
    instance.stop(keep=True)
    ran = instance.hotline("up", "--clock", "real", "--port", str(instance.port), "--lang", "en")
    assert (ran.returncode, "never taken for the real one" in ran.stderr) == (1, True)


def test_a_real_folder_with_cases_is_not_wound(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("real") / "data"
    real = Instance(data).start("--clock", "real")
    try:
        ran = real.hotline("wind", "1d", "--lang", "en")
        assert (ran.returncode, "is the real one and is not wound" in ran.stderr) == (1, True)
        real.taken(real.text(LAMP))
        real.stop(keep=True)
        ran = real.hotline("up", "--clock", "rehearsal", "--port", str(real.port), "--lang", "en")
        assert (ran.returncode, "cannot become a rehearsal clock" in ran.stderr) == (1, True), ran.stderr
    finally:
        real.stop()
        remove_cluster(DataFolder(data))
