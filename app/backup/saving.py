"""`hotline backup`: database, checkpoints, settings and, where asked for, the keys in one file, while all runs."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from app import settings as reader
from app.backup import archive, database
from app.backup.archive import Manifest
from app.embedded.folder import DataFolder
from app.embedded.stamp import read_stamp
from app.migrations import run as migrations
from app.sections import Settings
from app.trouble import trouble
from cases.seal import witness


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the database says of itself in the snapshot that is dumped."""

    schema: str
    server: str
    last_line: str | None  # the hash of the newest checkpoint


def save(settings: Settings, owner: URL, file: Path, *, with_key: bool) -> None:
    """Write a backup of the instance into `file`. Raises Trouble; then nothing is left of it."""
    folder = DataFolder(settings.folder)
    key = fingerprint(folder.secrets)
    if key is None:
        raise trouble("app.backup.no_keys", folder=str(folder.secrets))
    with database.new_file(file) as whole, TemporaryDirectory(prefix=".hotline-", dir=file.parent) as room:
        dump = Path(room) / archive.DATABASE
        seen = _dumped(owner, dump)
        contents: dict[str, Path | bytes] = {
            archive.DATABASE: dump,
            archive.CHECKPOINTS: _covered(folder.root / archive.CHECKPOINTS, seen.last_line),
            archive.CONFIG: reader.config_file().read_bytes(),
        }
        if with_key:
            contents |= {name: folder.secrets / name for name in archive.KEYS}
        archive.write(whole, _manifest(settings, folder, seen, key), contents)


def fingerprint(folder: Path) -> str | None:
    """What tells one vault key from another and tells nothing of it; None where there is no such key."""
    try:
        stored = json.loads((folder / archive.KEYS[0]).read_text())
        return sha256(f"{stored['seal']} {stored['index']}".encode()).hexdigest()[:16]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _dumped(owner: URL, dump: Path) -> _Seen:
    """The database in `dump`, and what it said of itself at that very moment."""
    with database.looking(owner, "REPEATABLE READ") as conn:
        snapshot = conn.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        seen = _seen(conn)
        database.write_out(owner, dump, snapshot)
    return seen


def _seen(conn: Connection) -> _Seen:
    number = conn.execute(sa.text("SELECT current_setting('server_version_num')::int")).scalar_one()
    schema = migrations.current(conn)
    if schema is None:
        raise trouble("app.backup.empty")
    newest = sa.text("SELECT line_hash FROM checkpoint ORDER BY number DESC LIMIT 1")
    return _Seen(schema, str(number // 10000), conn.execute(newest).scalar())


def _covered(file: Path, last_line: str | None) -> bytes:
    """The checkpoints up to the newest that the dumped database knows; those after it would bear witness to history
    that is not in the backup. Where it is not among them the file is taken as it is, and `hotline check` says so."""
    lines = file.read_text().splitlines() if file.exists() else []
    known = [number for number, line in enumerate(lines, 1) if witness.line_hash(line) == last_line]
    kept = lines[: known[-1]] if known else [] if last_line is None else lines
    return "".join(f"{line}\n" for line in kept).encode()


def _manifest(settings: Settings, folder: DataFolder, seen: _Seen, key: str) -> Manifest:
    stamp = read_stamp(folder)
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        hotline=version("hotline"),
        schema=seen.schema,
        server=seen.server,
        carrier=settings.carriers.kind,
        clock=stamp.clock if stamp else settings.clock_kind,  # a running rehearsal may have a clock of its own
        key=key,
    )
