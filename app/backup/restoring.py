"""`hotline restore`: a backup into a data folder of its own. Everything is looked at before anything is written, and
where it fails on the way nothing is left."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from app.backup import archive, database
from app.backup.archive import Manifest
from app.backup.loading import bring_in
from app.backup.saving import fingerprint
from app.embedded.cluster import remove_cluster, server_major
from app.embedded.folder import DataFolder
from app.embedded.postgres import APP, OWNER, EmbeddedPostgres
from app.embedded.stamp import Stamp, stamp_release, write_stamp
from app.migrations import run as migrations
from app.proof import keys
from app.proof.checks import run_checks
from app.sections import Settings
from app.trouble import trouble
from app.wiring import House
from dispatch.reads.checks import Broken

_END_SECONDS = 20.0
CONFIG = "restored-config.toml"  # the settings of the backup, beside those in force


def restore(settings: Settings, file: Path, key_folder: Path | None) -> list[Broken]:
    """Bring a backup into the (new or empty) data folder and, where DATABASE_URL names one, into that database.
    Returns what `hotline check` finds there. Raises Trouble."""
    manifest = archive.read_manifest(file)
    folder = DataFolder(settings.folder)
    _fits(settings, manifest, file)
    key_folder = _keys(manifest, file, key_folder)
    if folder.root.exists() and any(folder.root.iterdir()):
        raise trouble("app.restore.not_empty", folder=str(folder.root))
    if settings.database.url:
        _fits_server(settings, manifest)
    with _whole_or_nothing(folder):
        _fill(folder, manifest, file, key_folder)
        write_stamp(folder, Stamp(manifest.carrier, manifest.clock, "" if settings.database.url else server_major()))
        with _served(settings, folder) as served:
            _read_in(served, folder, file)
            stamp_release(folder, migrations.head(), manifest.clock)
            house = House(served, "restore", pool=1, rings=False)
            try:
                # The exchange of a rehearsal is not in the backup, and has nothing to bear witness with.
                return run_checks(house, with_carrier=not settings.in_rehearsal)
            finally:
                house.engine.dispose()


def _fits(settings: Settings, manifest: Manifest, file: Path) -> None:
    if not migrations.knows(manifest.schema):
        known = {"schema": manifest.schema, "head": migrations.head(), "version": manifest.hotline}
        raise trouble("app.restore.newer", file=str(file), **known)
    if not settings.database.url and manifest.server != server_major():
        raise trouble("app.restore.server", file=str(file), found=manifest.server, wanted=server_major())
    if manifest.carrier != settings.carriers.kind:
        raise trouble("app.restore.carrier", file=str(file), found=manifest.carrier, wanted=settings.carriers.kind)


def _keys(manifest: Manifest, file: Path, folder: Path | None) -> Path | None:
    """The folder that has the keys; None where they are in the archive itself."""
    if folder is None:
        if set(archive.KEYS) <= set(manifest.files):
            return None
        raise trouble("app.restore.no_key", file=str(file))
    if fingerprint(folder) != manifest.key or not (folder / archive.KEYS[1]).is_file():
        raise trouble("app.restore.other_key", folder=str(folder), file=str(file))
    return folder


def _fits_server(settings: Settings, manifest: Manifest) -> None:
    """The database that DATABASE_URL names: of the same major, without cases."""
    owner = database.owner_of(settings)
    with database.looking(owner) as conn:
        major = str(conn.execute(sa.text("SELECT current_setting('server_version_num')::int / 10000")).scalar_one())
    if major != manifest.server:
        raise trouble("app.restore.server", file="DATABASE_URL", found=manifest.server, wanted=major)
    if database.has_cases(owner):
        raise trouble("app.restore.has_cases")


@contextmanager
def _whole_or_nothing(folder: DataFolder) -> Iterator[None]:
    """The folder made and ours; taken away again where what follows fails."""
    held = None
    try:
        folder.prepare()
        held = folder.lock()
        yield
    except BaseException:
        remove_cluster(folder)
        for entry in folder.root.iterdir() if folder.root.is_dir() else ():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise
    finally:
        if held is not None:
            os.close(held)


def _fill(folder: DataFolder, manifest: Manifest, file: Path, key_folder: Path | None) -> None:
    """Keys, checkpoints and the old settings."""
    for name in archive.KEYS:
        if key_folder is None:
            archive.take_out(file, name, folder.secrets / name)
        else:
            folder.secret(name, (key_folder / name).read_text(encoding="utf-8"))
    archive.take_out(file, archive.CHECKPOINTS, folder.root / archive.CHECKPOINTS)
    archive.take_out(file, archive.CONFIG, folder.root / CONFIG)


@contextmanager
def _served(settings: Settings, folder: DataFolder) -> Iterator[Settings]:
    """The settings with a database that answers: the one named, else the folder's own, ended afterwards."""
    if settings.database.url:
        yield settings
        return
    server = EmbeddedPostgres(folder, {"HOTLINE_PART": "restore"})
    server.prepare()
    with server.log.open("ab") as log:
        child = server.start_ready(output=log)
    try:
        server.set_up()
        values = settings.model_dump()
        values["database"] |= {"url": server.url(APP), "owner_url": server.url(OWNER)}
        yield Settings.model_validate(values)
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(_END_SECONDS)


def _read_in(settings: Settings, folder: DataFolder, file: Path) -> None:
    """The database, brought up to this code."""
    dump = folder.root / archive.DATABASE
    archive.take_out(file, archive.DATABASE, dump)
    try:
        if not database.opens(keys.vault(folder), dump):
            raise trouble("app.restore.other_key", folder=str(folder.secrets), file=str(file))
        bring_in(settings, make_url(settings.database.owner_url or ""), dump)
    finally:
        dump.unlink()
