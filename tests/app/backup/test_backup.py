"""A whole instance in one file and back: nothing is written before everything fits, and nothing is lost."""

import json
import tarfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from app.backup import archive
from app.embedded.children import own_children
from app.embedded.cluster import remove_cluster, server_major
from app.embedded.folder import DataFolder
from app.embedded.postgres import EmbeddedPostgres
from tests.app.backup.yard import Yard, rows
from tests.conftest import ROOT


def names(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def test_what_was_backed_up_comes_back_whole(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    assert yard.backup("--with-key") == 0
    assert "HOLDS THE KEYS" in capsys.readouterr().err
    assert yard.file.stat().st_mode & 0o077 == 0
    assert list(yard.here.glob(".*")) == []
    assert yard.restore() == 0
    said = capsys.readouterr().out
    assert "Restored into" in said
    assert "All invariants hold" in said
    assert rows(yard.target, "SELECT number FROM cases") == [(yard.number,)]
    history = "SELECT case_id, seq, hash FROM event ORDER BY case_id, seq"
    assert rows(yard.target, history) == rows(yard.stage.database, history)
    for name in ("secrets/vault.json", "checkpoints.jsonl"):
        assert (yard.new / name).read_bytes() == (yard.old / name).read_bytes()
    assert (yard.new / "restored-config.toml").read_bytes() == (ROOT / "config.toml").read_bytes()
    assert not (yard.new / archive.DATABASE).exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in yard.new.rglob("*") if path.is_file())


def test_a_file_that_is_there_is_never_replaced(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    yard.file.write_text("precious")
    assert yard.backup() == 1
    assert "already" in capsys.readouterr().err
    assert yard.file.read_text() == "precious"


def test_the_keys_go_only_where_asked_for(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    assert yard.backup() == 0
    assert "no name, number or word of it opens again" in capsys.readouterr().out
    assert set(names(yard.file)) == {archive.MANIFEST, archive.DATABASE, archive.CHECKPOINTS, archive.CONFIG}
    seal = b64encode(b"s" * 32)
    assert seal not in yard.file.read_bytes()
    assert yard.restore() == 1
    assert "--keys DIR" in capsys.readouterr().err
    wrong = yard.here / "wrong"
    wrong.mkdir()
    (wrong / "vault.json").write_text(json.dumps({"seal": "x", "index": "y"}))
    (wrong / "checkpoint.key").write_text("z")
    assert yard.restore("--keys", str(wrong)) == 1
    assert "are not those of" in capsys.readouterr().err
    assert not yard.new.exists()
    assert yard.restore("--keys", str(yard.old / "secrets")) == 0
    assert rows(yard.target, "SELECT number FROM cases") == [(yard.number,)]


def test_it_goes_into_an_empty_place_only(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    assert yard.backup("--with-key") == 0
    yard.new.mkdir()
    (yard.new / "something").write_text("mine")
    assert yard.restore() == 1
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in yard.new.iterdir()] == ["something"]
    (yard.new / "something").unlink()
    yard.target = yard.stage.database
    assert yard.restore() == 1
    assert "has cases already" in capsys.readouterr().err
    assert list(yard.new.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": "9999"}, "install hotline 7.0 or a newer one"),
        ({"server": f"1{server_major()}"}, "hotline load database.dump"),
        ({"carrier": "twilio"}, "set carriers.kind to “twilio”"),
        ({"format": 2}, "install hotline 7.0 or a newer one"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_remedy(
    yard: Yard, change: Mapping[str, object], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert yard.backup("--with-key") == 0
    yard.rewrite(lambda manifest: replace(manifest, hotline="7.0", **change))  # type: ignore[arg-type]
    assert yard.restore() == 1
    assert says in capsys.readouterr().err
    assert not yard.new.exists()
    assert rows(yard.target, "SELECT to_regclass('cases')") == [(None,)]


def test_what_was_changed_is_found_before_anything_is_written(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    assert yard.backup("--with-key") == 0
    whole = yard.file.read_bytes()
    at = whole.index(b"PGDMP") + 700
    for broken, says in (
        (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], "database.dump is not what it was"),
        (whole[: at + 100], "is not a file that `hotline backup` wrote"),
        (b"nothing", "is not a file that `hotline backup` wrote"),
        (with_file(whole, "../escaped", b"x"), "../escaped is not what it was"),
    ):
        yard.file.write_bytes(broken)
        assert yard.restore() == 1
        assert says in capsys.readouterr().err
    yard.file.unlink()
    assert yard.restore() == 1
    assert "no file" in capsys.readouterr().err
    assert not yard.new.exists()


def with_file(whole: bytes, name: str, content: bytes) -> bytes:
    """An archive with a file more."""
    grown = BytesIO(whole)
    with tarfile.open(fileobj=grown, mode="a") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, BytesIO(content))
    return grown.getvalue()


def test_where_it_fails_on_the_way_nothing_is_left(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    assert yard.backup("--with-key") == 0
    yard.rewrite(lambda manifest: manifest, dump=b"no dump at all")
    assert yard.restore() == 1
    assert "pg_restore" in capsys.readouterr().err
    assert list(yard.new.iterdir()) == []


def test_the_checkpoints_end_where_the_database_does(yard: Yard) -> None:
    """One that is signed while the backup is under way bears witness to history that is not in it."""
    yard.stage.text("和平一村5号楼下水道堵了", "+8613800000002")
    yard.sign()
    assert len((yard.old / "checkpoints.jsonl").read_text().splitlines()) == 2
    yard.stage.plant("DELETE FROM checkpoint WHERE number = 2")
    assert yard.backup("--with-key") == 0
    with tarfile.open(yard.file) as tar:
        kept = tar.extractfile(archive.CHECKPOINTS)
        assert kept is not None
        assert len(kept.read().splitlines()) == 1
    assert yard.restore() == 0


def test_tampering_is_seen_after_restoring_too(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    yard.stage.plant("UPDATE event SET actor = 'nobody' WHERE seq = 1")
    assert yard.backup("--with-key") == 0
    assert yard.restore() == 1
    assert "CHAIN" in capsys.readouterr().out


def test_without_a_server_named_one_is_started_and_ended(yard: Yard) -> None:
    assert yard.backup("--with-key") == 0
    before = set(own_children())
    try:
        assert yard.restore(database=False) == 0
        assert set(own_children()) == before
        folder = DataFolder(yard.new)
        assert json.loads((yard.new / "stamp.json").read_text())["server"] == server_major()
        assert (EmbeddedPostgres(folder, {}).cluster.files / "PG_VERSION").exists()
    finally:
        remove_cluster(DataFolder(yard.new))
