"""`hotline dump` and `load` between databases that are named by their addresses; a journey does it to an instance."""

import shutil
from pathlib import Path

import pytest

from app.cli import main
from tests.app.backup.yard import Yard, rows


def dump(yard: Yard) -> int:
    yard.use(yard.stage.database)
    return main(["dump", str(yard.file), "--data", str(yard.old), "--lang", "en"])


def load(yard: Yard, file: Path | None = None) -> int:
    yard.use(yard.target)
    return main(["load", str(file or yard.file), "--data", str(yard.new), "--lang", "en"])


def with_old_keys(yard: Yard) -> None:
    (yard.new / "secrets").mkdir(parents=True, mode=0o700, exist_ok=True)
    for name in ("vault.json", "checkpoint.key"):
        shutil.copy(yard.old / "secrets" / name, yard.new / "secrets" / name)


def test_what_was_dumped_is_loaded(yard: Yard) -> None:
    assert dump(yard) == 0
    assert yard.file.stat().st_mode & 0o077 == 0
    with_old_keys(yard)
    assert load(yard) == 0
    assert rows(yard.target, "SELECT number FROM cases") == [(yard.number,)]
    history = "SELECT case_id, seq, hash FROM event ORDER BY case_id, seq"
    assert rows(yard.target, history) == rows(yard.stage.database, history)


def test_nothing_is_replaced(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    assert dump(yard) == 0
    assert dump(yard) == 1
    assert "already" in capsys.readouterr().err
    yard.target = yard.stage.database
    with_old_keys(yard)
    assert load(yard) == 1
    assert "new data folder" in capsys.readouterr().err


def test_other_keys_are_refused_before_anything_is_touched(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    assert dump(yard) == 0
    (yard.new / "secrets").mkdir(parents=True, mode=0o700)
    assert load(yard) == 1
    assert "vault.json" in capsys.readouterr().err
    assert rows(yard.target, "SELECT to_regclass('cases')") == [(None,)]


@pytest.mark.parametrize(("content", "says"), [(None, "no file"), (b"nothing", "pg_restore")])
def test_what_is_no_dump_is_refused(
    yard: Yard, content: bytes | None, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = yard.here / "nonsense"
    if content is not None:
        file.write_bytes(content)
    assert load(yard, file) == 1
    assert says in capsys.readouterr().err
    assert rows(yard.target, "SELECT to_regclass('cases')") == [(None,)]
