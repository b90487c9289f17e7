"""A backup's one file: a tar with a manifest in front, which says what it was made from and bears the SHA-256 of
every other file in it."""

import hashlib
import io
import json
import shutil
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from app.trouble import trouble

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
CHECKPOINTS = "checkpoints.jsonl"
CONFIG = "config.toml"
KEYS = ("vault.json", "checkpoint.key")
_KNOWN = frozenset({DATABASE, CHECKPOINTS, CONFIG, *KEYS})
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup was made from. `hotline`: version of the program; `schema`: migration; `server`: major of
    PostgreSQL; `carrier`, `clock`: kinds; `key`: fingerprint of the vault's key; `files`: SHA-256 by name."""

    made_at: str
    hotline: str
    schema: str
    server: str
    carrier: str
    clock: str
    key: str
    format: int = FORMAT
    files: Mapping[str, str] = field(default_factory=dict)


def write(file: Path, manifest: Manifest, contents: Mapping[str, Path | bytes]) -> None:
    """Write an archive into `file`. The manifest's `files` are reckoned here."""
    summed = asdict(manifest) | {"files": {name: _sum(content) for name, content in contents.items()}}
    with tarfile.open(file, "w") as tar:
        for name, content in {MANIFEST: json.dumps(summed, indent=1).encode() + b"\n", **contents}.items():
            with _opened(content) as (source, size):
                tar.addfile(_entry(name, size), source)


def read_manifest(file: Path) -> Manifest:
    """The manifest of an archive in which everything is as the manifest says. Raises Trouble, naming what is not."""
    try:
        with tarfile.open(file, "r:") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST:
                raise trouble("app.restore.no_backup", file=str(file))
            manifest = _manifest(file, _member(tar, first).read())
            found = {entry.name: _sum_of(_member(tar, entry)) for entry in tar if entry.name != MANIFEST}
    except FileNotFoundError:
        raise trouble("app.restore.no_file", file=str(file)) from None
    except OSError as error:
        raise trouble("app.restore.unreadable", file=str(file), why=error.strerror or str(error)) from error
    except (tarfile.TarError, EOFError) as error:
        raise trouble("app.restore.no_backup", file=str(file)) from error
    wrong = sorted({name for name, _ in set(manifest.files.items()) ^ set(found.items())} | set(found) - _KNOWN)
    if wrong or DATABASE not in found:
        raise trouble("app.restore.damaged", file=str(file), names=", ".join(wrong) or DATABASE)
    return manifest


def take_out(file: Path, name: str, target: Path) -> None:
    """One file of an archive, written for its owner only."""
    with tarfile.open(file, "r:") as tar, target.open("xb") as out:
        target.chmod(0o600)
        shutil.copyfileobj(_member(tar, tar.getmember(name)), out, _BLOCK)


def _manifest(file: Path, text: bytes) -> Manifest:
    try:
        raw: dict[str, Any] = json.loads(text)
        if raw["format"] != FORMAT:
            raise trouble("app.restore.format", file=str(file), version=str(raw.get("hotline")))
        return Manifest(**raw)
    except (ValueError, KeyError, TypeError) as error:
        raise trouble("app.restore.no_backup", file=str(file)) from error


def _member(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    source = tar.extractfile(entry) if entry.isreg() else None
    if source is None:
        raise tarfile.ReadError(f"{entry.name} is no file")
    return source


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
    return entry


@contextmanager
def _opened(content: Path | bytes) -> Iterator[tuple[IO[bytes], int]]:
    if isinstance(content, bytes):
        yield io.BytesIO(content), len(content)
        return
    with content.open("rb") as source:
        yield source, content.stat().st_size


def _sum(content: Path | bytes) -> str:
    with _opened(content) as (source, _):
        return _sum_of(source)


def _sum_of(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
