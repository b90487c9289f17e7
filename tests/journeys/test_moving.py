"""A whole instance moved while it runs: dumped and loaded into another one; backed up, and restored into a folder."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from tests.journeys.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_running_instance_is_moved_whole(tmp_path: Path) -> None:
    old, new = Instance(tmp_path / "old"), Instance(tmp_path / "new")
    dump, backup, third = tmp_path / "hotline.dump", tmp_path / "hotline.tar", tmp_path / "third"
    try:
        old.start()
        case = old.settled(old.text("幸福里小区3号楼2单元楼道灯坏了"))
        told = old.hotline_json("case", case["number"])
        os.kill(old.pid("timers"), signal.SIGTERM)  # at its start it signs what stands; else only twice a minute
        old.wait_for(lambda: (old.data / "checkpoints.jsonl").exists(), 60, "a checkpoint")
        assert old.hotline("dump", str(dump)).returncode == 0
        assert old.hotline("backup", str(backup), "--with-key").returncode == 0
        refused = old.hotline("load", str(dump))
        assert refused.returncode != 0
        assert "new data folder" in refused.stderr
        old.stop(keep=True)
        _give_keys(old.data, new.data)
        new.start("--clock", "rehearsal")  # not wound: the clock comes with the database
        loaded = new.hotline("load", str(dump))  # its processes look and fire meanwhile
        assert loaded.returncode == 0, loaded.stderr
        new.stop(keep=True)
        new = Instance(tmp_path / "new").start("--clock", "rehearsal")
        assert new.hotline_json("case", case["number"]) == told
        fresh = new.settled(new.text("和平一村5号楼下水道堵了"))
        assert fresh["number"] > case["number"]
        assert new.hotline_json("check") == {"ok": True, "broken": []}
        restored = Instance(third).hotline("restore", str(backup), "-o", "json")
        assert restored.returncode == 0, restored.stderr
        assert '"ok": true' in restored.stdout
    finally:
        for data in (old.data, third):
            if data.exists():
                remove_cluster(DataFolder(data))
        old.stop()
        new.stop()


def _give_keys(old: Path, new: Path) -> None:
    """What is moved beside the dump."""
    (new / "secrets").mkdir(parents=True, mode=0o700)
    for name in ("secrets/vault.json", "secrets/checkpoint.key", "checkpoints.jsonl"):
        shutil.copy(old / name, new / name)
