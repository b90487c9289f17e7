"""The data folder: its private parts, the lock, the stamp, and what does not fit into it."""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from app.trouble import Trouble, trouble

# A socket's address holds 107 bytes; "/.s.PGSQL.5432.lock" is the longest name beside the folder's.
_SOCKET_FOLDER_MAX = 88
# PostgreSQL takes a list of folders: a comma or a quote in the path would be more than a path.
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True, slots=True)
class DataFolder:
    """An instance's folder. Everything in it is readable by its owner only."""

    root: Path

    @property
    def run(self) -> Path:
        """Where our sockets stand; a short path elsewhere where this one does not do for a socket."""
        inside = self.root / "run"
        if len(os.fsencode(inside)) <= _SOCKET_FOLDER_MAX and _PLAIN.fullmatch(str(inside)):
            return inside
        return Path(f"/tmp/hotline-{self.mark}")  # noqa: S108 - own_folder checks that it is ours alone

    @property
    def mark(self) -> str:
        """A short name for this folder, the same at every start."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    def prepare(self) -> None:
        """Make the folder and its parts; refuse with a plain word where that cannot be."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in (self.logs, self.secrets, self.run):
                own_folder(part)
            probe = self.root / ".probe"
            write_private(probe, "x" * 4096)
            probe.unlink()
        except (NotADirectoryError, FileExistsError) as error:
            raise trouble("app.folder.no_folder", folder=str(self.root)) from error
        except OSError as error:
            raise folder_trouble(error, self.root) from error

    def secret(self, name: str, make: str | None = None) -> str:
        """A secret kept in a file of this folder (0600), made at first use."""
        file = self.secrets / name
        if not file.exists():
            fresh = self.secrets / f".{name}.{secrets.token_hex(8)}"
            write_private(fresh, make or secrets.token_urlsafe(32))
            # Of several processes that make it at once, the first wins and all read the same.
            with contextlib.suppress(FileExistsError):
                os.link(fresh, file)
            fresh.unlink()
        return file.read_text(encoding="utf-8").strip()

    def lock(self) -> int:
        """Take the folder for this process and its forks; refuse naming the process that has it."""
        handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(handle, 32).decode().strip() or "?"
            os.close(handle)
            raise trouble("app.folder.in_use", folder=str(self.root), pid=pid) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        return handle

    def locked_by(self) -> int | None:
        """The process that has this folder, or None where nobody has."""
        try:
            handle = os.open(self.root / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = os.read(handle, 32).decode().strip()
            return int(text) if text.isdigit() else None
        finally:
            os.close(handle)
        return None


def folder_trouble(error: OSError, folder: Path) -> Trouble:
    """The plain word for a file system's refusal."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return trouble("app.folder.full", folder=str(folder))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return trouble("app.folder.not_writable", folder=str(folder))
    return trouble("app.folder.trouble", folder=str(folder), why=error.strerror or str(error))


def own_folder(path: Path) -> None:
    """Make a folder that only we can enter, or check that it is ours alone. Never changes another's."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "no folder", str(path))
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
        raise PermissionError(errno.EACCES, "not ours alone", str(path))


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(path)


def read_json(path: Path) -> dict[str, object] | None:
    """A JSON object from a file; None where there is none or it is broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
