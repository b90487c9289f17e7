"""The ledger: what is put stays, also over kill -9."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from exchange.ledger import Ledger, LedgerTrouble


def test_a_new_status_is_added_to_the_history(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    begun = [{"status": "queued", "at": "1"}]
    ledger.put("call", {"sid": "CA1", "status": "queued", "history": begun, "updated_at": "1"})
    ledger.change("call", "CA1", status="ringing", updated_at="2")
    ledger.change("call", "CA1", status="ringing", updated_at="3")
    held = ledger.change("call", "CA1", seconds=3, updated_at="4")
    assert held["history"] == [*begun, {"status": "ringing", "at": "2"}]
    assert ledger.get("call", "CA1") == held
    ledger.close()


def test_put_get_change_list_remove(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    first = ledger.put("message", {"sid": "SM1", "from": "+861", "to": "+862", "body": "灯"})
    second = ledger.put("message", {"sid": "SM2", "from": "+862", "to": "+861", "body": "好"})
    ledger.put("request", {"sid": "r1", "about": "SM1"})
    assert first["seq"] < second["seq"] < ledger.last()
    assert ledger.get("message", "SM1") == first
    assert ledger.get("message", "SM9") is None
    assert ledger.change("message", "SM1", body="水")["body"] == "水"
    assert ledger.put("message", {**first, "body": "气"})["seq"] == first["seq"]
    with pytest.raises(KeyError):
        ledger.change("message", "SM9", body="")
    assert [entry["sid"] for entry in ledger.list("message")] == ["SM1", "SM2"]
    assert [entry["sid"] for entry in ledger.list("message", sender="+862")] == ["SM2"]
    assert [entry["sid"] for entry in ledger.list("message", receiver="+862")] == ["SM1"]
    assert [entry["sid"] for entry in ledger.list("message", first["seq"])] == ["SM2"]
    assert [entry["sid"] for entry in ledger.list("message", limit=1)] == ["SM1"]
    assert [entry["sid"] for entry in ledger.list("request", about="SM1")] == ["r1"]
    assert ledger.counts() == {"message": 2, "request": 1}
    assert ledger.remove("message", "SM1")
    assert not ledger.remove("message", "SM1")
    ledger.close()
    again = Ledger(tmp_path)
    assert [entry["body"] for entry in again.list("message")] == ["好"]
    again.close()


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(LedgerTrouble, match=r"cannot be kept in .*; name a folder that can be written"):
        Ledger(file)


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(LedgerTrouble, match="file is not a database"):
        Ledger(tmp_path)


_WRITER = """
import sys
from pathlib import Path
from exchange.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    ledger.put("message", {"sid": str(number)})
    print(number, flush=True)
"""


def test_what_was_said_to_be_kept_outlives_kill_9(tmp_path: Path) -> None:
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path / "l")], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(40)]
        os.kill(writer.pid, signal.SIGKILL)
        said += [int(word) for word in writer.stdout.read().split()]
        writer.wait(10)
        writer.stdout.close()
        ledger = Ledger(tmp_path / "l")
        kept = {entry["sid"] for entry in ledger.list("message")}
        ledger.close()
        assert {str(number) for number in said} <= kept
