"""The whole database in one file and back: in a new folder, with the old keys, everything stands."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.journeys.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_what_was_dumped_is_loaded_whole(tmp_path: Path) -> None:
    old, new = Instance(tmp_path / "old"), Instance(tmp_path / "new")
    file = tmp_path / "hotline.dump"
    try:
        old.start()
        case = old.settled(old.text("幸福里小区3号楼2单元楼道灯坏了"))
        told = old.hotline_json("case", case["number"])
        os.kill(old.pid("timers"), signal.SIGTERM)  # at its start it signs what stands; else only twice a minute
        old.wait_for(lambda: (old.data / "checkpoints.jsonl").exists(), 60, "a checkpoint")
        assert old.hotline("dump", str(file)).returncode == 0
        assert file.stat().st_mode & 0o077 == 0
        again = old.hotline("dump", str(file))
        assert again.returncode != 0
        assert "already" in again.stderr
        refused = old.hotline("load", str(file))
        assert refused.returncode != 0
        assert "new data folder" in refused.stderr
        old.stop()
        new.start()
        shut = new.hotline("load", str(file))
        assert shut.returncode != 0
        assert "vault.json" in shut.stderr
        assert new.hotline_json("cases") == []
        new.stop(keep=True)
        for name in ("vault.json", "checkpoint.key"):
            shutil.copy(old.data / "secrets" / name, new.data / "secrets" / name)
        shutil.copy(old.data / "checkpoints.jsonl", new.data / "checkpoints.jsonl")
        new = Instance(tmp_path / "new").start()
        loaded = new.hotline("load", str(file))
        assert loaded.returncode == 0, loaded.stderr
        new.stop(keep=True)
        new = Instance(tmp_path / "new").start()
        assert new.hotline_json("case", case["number"]) == told
        fresh = new.settled(new.text("和平一村5号楼下水道堵了"))
        assert fresh["number"] > case["number"]
        assert new.hotline_json("check") == {"ok": True, "broken": []}
    finally:
        old.stop()
        new.stop()


def test_what_is_no_dump_is_refused(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "data")
    nonsense = tmp_path / "nonsense"
    nonsense.write_text("nothing")
    try:
        instance.start()
        for name, says in (("missing", "no file"), ("nonsense", "pg_restore")):
            ran = instance.hotline("load", str(tmp_path / name))
            assert ran.returncode != 0
            assert says in ran.stderr
            assert "Traceback" not in ran.stderr
        assert instance.hotline("check").returncode == 0
    finally:
        instance.stop()
