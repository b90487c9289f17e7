"""`hotline demo load` in a folder where nothing runs, and beside an instance that runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.embedded.children import bearing
from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from tests.journeys.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LAMP = "幸福里小区3号楼2单元楼道灯坏了"


def test_where_nothing_runs_it_starts_and_ends_a_database_of_its_own(tmp_path: Path) -> None:
    data = tmp_path / "data"

    def load() -> "subprocess.CompletedProcess[str]":
        words = ["demo", "load", "--days", "1", "--a-day", "4", "--data", str(data), "--lang", "en"]
        return subprocess.run(
            [sys.executable, "-m", "app", *words],
            env=Instance.environment(), capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip

    try:
        first = load()
        assert first.returncode == 0, first.stderr
        assert "Lived 1 days" in first.stdout
        assert DataFolder(data).locked_by() is None
        assert not bearing(f"HOTLINE_DATA={data}")
        again = load()
        assert again.returncode == 1
        assert "a sample goes into a fresh folder only" in again.stderr
    finally:
        remove_cluster(DataFolder(data))


def test_beside_an_instance_that_runs(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "data").start("--clock", "real")
    try:
        ran = instance.hotline("demo", "load", "--days", "2", "--a-day", "4", "--seed", "7", "-o", "json")
        assert ran.returncode == 0, ran.stderr
        counts = json.loads(ran.stdout)
        assert counts["cases"] >= 4
        check = instance.hotline("check")
        assert check.returncode == 0, check.stdout + check.stderr
        case = instance.taken(instance.text(LAMP))
        assert case["state"] == "dispatched"
        assert len(instance.hotline_json("cases")) == counts["cases"] + 1
    finally:
        instance.stop()
        remove_cluster(DataFolder(tmp_path / "data"))
