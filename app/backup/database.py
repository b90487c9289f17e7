"""The database in one file of pg_dump's own format, and back, by the owner's role."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url

from app import settings as reader
from app.embedded.cluster import wheel
from app.embedded.folder import DataFolder
from app.embedded.postgres import OWNER, EmbeddedPostgres
from app.instance import with_instance
from app.sections import Settings
from app.trouble import trouble
from cases.seal.vault import Vault, VaultError

_LAST = 300  # characters of a tool's complaint that are passed on
_TRIES = 6  # of reading in, while processes look at the tables that are replaced
_IN_THE_WAY = re.compile("deadlock detected|lock timeout")


def owner_of(settings: Settings) -> URL:
    """The database's address with the owner's role: the one named, else the running instance's own."""
    if settings.database.owner_url:
        return make_url(settings.database.owner_url)
    if settings.database.url:
        raise trouble("app.release.no_owner")
    with_instance(settings)  # refuses where nothing runs
    return make_url(EmbeddedPostgres(DataFolder(settings.folder), {}).url(OWNER))


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """A private file to write into, in place under its own name at the end; one that is there is never replaced."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        _not_there(file)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield part
        _not_there(file)
        part.rename(file)
    except OSError as error:
        raise trouble("app.dump.unwritable", file=str(file), why=error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _not_there(file: Path) -> None:
    if file.exists():
        raise trouble("app.dump.there", file=str(file))


def write_out(owner: URL, file: Path, snapshot: str = "") -> None:
    """The whole database into a file that is there; of a `snapshot` where one is named."""
    of = [f"--snapshot={snapshot}"] if snapshot else []
    _tool("pg_dump", owner, "--format=custom", *of, f"--file={file}")


def read_in(owner: URL, file: Path) -> None:
    """What write_out has written replaces the database, in one transaction; where a running process had the tables in
    another order, it is tried again."""
    said = ("--clean", "--if-exists", "--no-owner", "--no-acl", "--single-transaction", file)
    ran = _run("pg_restore", owner, *said)
    for _ in range(_TRIES - 1):
        if ran.returncode == 0 or not _IN_THE_WAY.search(ran.stderr):
            break
        ran = _run("pg_restore", owner, *said)
    _checked("pg_restore", ran)


@contextmanager
def looking(owner: URL, isolation: str = "READ COMMITTED") -> Iterator[Connection]:
    """A connection of the owner's that changes nothing."""
    engine = sa.create_engine(owner, poolclass=sa.pool.NullPool, isolation_level=isolation)
    with engine.connect() as conn:
        yield conn


def has_cases(owner: URL) -> bool:
    """Whether there is a case in the database."""
    with looking(owner) as conn:
        if conn.execute(sa.text("SELECT to_regclass('cases')")).scalar() is None:
            return False
        return bool(conn.execute(sa.text("SELECT EXISTS (SELECT FROM cases)")).scalar())


def opens(vault: Vault, file: Path) -> bool:
    """Whether these keys open what a file of write_out holds; without the old keys the names stay shut."""
    sealed = _first_party(_tool("pg_restore", None, "--data-only", "--table=party", "--file=-", file))
    if sealed is None:
        return True
    try:
        vault.open(UUID(sealed["id"]), "number", bytes.fromhex(sealed["number_sealed"].lstrip("\\x")))
    except VaultError:
        return False
    return True


def _tool(name: str, owner: URL | None, *arguments: object) -> str:
    """Run a tool of PostgreSQL's, and give what it printed."""
    return _checked(name, _run(name, owner, *arguments))


def _checked(name: str, ran: "subprocess.CompletedProcess[str]") -> str:
    if ran.returncode != 0:
        raise trouble("app.dump.failed", tool=name, why=ran.stderr.strip()[-_LAST:])
    return ran.stdout


def _run(name: str, owner: URL | None, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a tool, ours or the machine's; the password goes by the environment, where no list of processes shows it."""
    ours = wheel() / "pginstall" / "bin" / name
    program = str(ours) if ours.exists() else shutil.which(name)
    if program is None:
        raise trouble("app.dump.no_tool", tool=name)
    words, env = list(map(str, arguments)), reader.inherited()
    if owner is not None:
        bare = URL.create("postgresql", owner.username, None, owner.host, owner.port, owner.database, owner.query)
        words.append(f"--dbname={bare.render_as_string()}")
        env |= {"PGPASSWORD": owner.password or "", "PGOPTIONS": "-c lock_timeout=5s"}
    return subprocess.run(  # noqa: S603 - our own words and a file's name
        [program, *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _first_party(copied: str) -> dict[str, str] | None:
    """The first row of the party table in what pg_restore writes out; None where there is none."""
    lines = iter(copied.splitlines())
    for line in lines:
        if line.startswith("COPY public.party ("):
            columns = [name.strip(' "') for name in line[line.index("(") + 1 : line.index(")")].split(",")]
            row = next(lines, "\\.")
            return None if row == "\\." else dict(zip(columns, row.split("\t"), strict=True))
    return None
