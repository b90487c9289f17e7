"""An instance whose data folder and database stand apart, and hands to move it: for backup, restore, dump, load."""

import json
import tarfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from app.backup import archive
from app.cli import main
from app.embedded.folder import DataFolder
from app.proof.checkpoints import Checkpoints
from app.settings import load
from app.wiring import House
from tests.conftest import ROOT, Database
from tests.signing import sign_all
from tests.stage import Stage

WORDS = "幸福里小区3号楼2单元楼道灯不亮"


class Yard:
    """An instance in `old`, and a place for another one in `new`."""

    def __init__(self, stage: Stage, target: Database, monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
        self.stage, self.target, self.here = stage, target, here
        self.old, self.new, self.file = here / "old", here / "new", here / "hotline.tar"
        self._monkeypatch = monkeypatch
        folder = DataFolder(self.old)
        folder.prepare()
        vault = {name: b64encode(name[:1].encode() * 32).decode() for name in ("seal", "index")}
        folder.secret("vault.json", json.dumps(vault))
        self.use(stage.database)
        self.number = stage.text(WORDS).number
        self.sign()

    def use(self, database: Database | None) -> None:
        """The servers that commands find in the environment."""
        named = {"DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url} if database else {}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            self._monkeypatch.delenv(name, raising=False)
        for name, value in named.items():
            self._monkeypatch.setenv(name, value)

    def sign(self) -> None:
        """A checkpoint over what there is."""
        environ = {"HOTLINE_DATA": str(self.old), "DATABASE_URL": self.stage.database.url}
        house = House(load(environ, ROOT / "config.toml"), "timers", pool=1)
        sign_all(Checkpoints(house), self.stage)
        house.engine.dispose()

    def backup(self, *options: str) -> int:
        self.use(self.stage.database)
        return main(["backup", str(self.file), "--data", str(self.old), "--lang", "en", *options])

    def restore(self, *options: str, database: bool = True) -> int:
        self.use(self.target if database else None)
        return main(["restore", str(self.file), "--data", str(self.new), "--lang", "en", *options])

    def rewrite(self, change: Callable[[archive.Manifest], archive.Manifest], **contents: bytes) -> None:
        """The backup once more, with another manifest or other contents, its sums right."""
        manifest = archive.read_manifest(self.file)
        with tarfile.open(self.file) as tar:
            kept = {name: tar.extractfile(name).read() for name in manifest.files}  # type: ignore[union-attr]
        changed = {archive.DATABASE: contents["dump"]} if "dump" in contents else {}
        archive.write(self.file, change(manifest), kept | changed)


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()
