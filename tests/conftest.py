"""What tests stand on: one PostgreSQL for the session, a fresh database per test, Valkey, the samples."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from app.embedded.folder import DataFolder
from app.embedded.postgres import APP, OWNER, EmbeddedPostgres, create_database, last_lines, only_ours
from app.embedded.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from tests.stage import Stage

pytest_plugins = ("tests.workers",)
ROOT = Path(__file__).resolve().parent.parent
_TEMPLATE = "hotline_template"
_KEEPER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Database:
    """A database of one test: `url` for the application's role, `owner_url` for migrations."""

    name: str
    url: str
    owner_url: str


@dataclass(frozen=True, slots=True)
class Valkey:
    """A Valkey of one session: `url`, and `socket` for whoever wants to look at it."""

    url: str
    socket: Path


def _session_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all xdist workers of this session share."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def pytest_unconfigure(config: pytest.Config) -> None:
    """Wait until the session's server has ended, so that no test run leaves a process behind."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is None or os.environ.get("PYTEST_XDIST_WORKER") or factory._basetemp is None:
        return
    pid_file = factory._basetemp / "server" / "pid"
    if not pid_file.exists():
        return
    proc = Path("/proc", pid_file.read_text().strip())
    end = time.monotonic() + 10
    while proc.exists() and time.monotonic() < end and "Z" not in (proc / "stat").read_text().split()[2:3]:
        time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The session's server, shared by all xdist workers; durable writes are off."""
    folder = DataFolder(_session_folder(tmp_path_factory) / "server")
    folder.prepare()
    with (folder.root / "holders").open("ab") as holders, (folder.root / "starting").open("ab") as starting:
        fcntl.flock(holders, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_EX)
        _ensure_keeper(folder)
        server = EmbeddedPostgres(folder, {})
        _ensure_template(server)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield server


def _ensure_keeper(folder: DataFolder) -> None:
    if (folder.root / "ready").exists():
        return
    with (folder.logs / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "keeper.py"), str(folder.root)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (folder.root / "pid").write_text(str(keeper.pid))
    end = time.monotonic() + _KEEPER_SECONDS
    while not (folder.root / "ready").exists():
        if keeper.poll() is not None or time.monotonic() > end:
            lines = last_lines(folder.logs / "keeper.log", 20) + last_lines(folder.logs / "postgres.log", 20)
            pytest.fail(f"the session's PostgreSQL did not start:\n{lines}")
        time.sleep(0.02)
    # It is ended by the holders' locks, not by us: nobody waits for this Popen.
    keeper.returncode = 0


def _ensure_template(server: EmbeddedPostgres) -> None:
    """The migrated database that every test's database is copied from, made once a session."""
    done = server.folder.root / "migrated"
    if done.exists():
        return
    from app.migrations.run import upgrade

    with server.connect() as connection:
        connection.execute(create_database(_TEMPLATE))
        connection.execute(only_ours(_TEMPLATE))
    upgrade(server.url(OWNER, _TEMPLATE), APP)
    done.write_text("")


def template(server: EmbeddedPostgres, name: str, fill: Callable[[Database], None]) -> str:
    """The name of a migrated database that `fill` has filled, once a session, for tests' databases to be
    copied from. `fill` leaves no connection open: PostgreSQL copies no database that somebody is in."""
    full = f"hotline_{name}"
    with (server.folder.root / f"filling-{name}").open("ab") as filling:
        fcntl.flock(filling, fcntl.LOCK_EX)
        done = server.folder.root / f"filled-{name}"
        if not done.exists():
            with server.connect() as connection:
                _copy(connection, full, _TEMPLATE)
            fill(Database(full, server.url(APP, full), server.url(OWNER, full)))
            done.write_text("")
    return full


def _copy(connection: psycopg.Connection, name: str, source: str | None) -> None:
    # Where nothing must be durable, copying files is the quicker way.
    strategy = sql.SQL(" strategy file_copy") if source else sql.SQL("")
    connection.execute(create_database(name, source) + strategy)
    connection.execute(only_ours(name))


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database without any table: for the migrations' own tests."""
    with fresh_database(postgres, request, None) as made:
        yield made


@pytest.fixture
def database(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh, migrated database, gone after the test."""
    with fresh_database(postgres, request) as made:
        yield made


@contextmanager
def fresh_database(
    server: EmbeddedPostgres, request: pytest.FixtureRequest, source: str | None = _TEMPLATE
) -> Iterator[Database]:
    """A copy of the template `source`, an empty database without one; dropped at the end."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    number = request.config.stash.get(_COUNT, 0) + 1
    request.config.stash[_COUNT] = number
    name = f"test_{worker}_{number}"
    with server.connect() as connection:
        _copy(connection, name, source)
        yield Database(name, server.url(APP, name), server.url(OWNER, name))
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


_COUNT: pytest.StashKey[int] = pytest.StashKey()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A Valkey of this worker's own."""
    folder = DataFolder(tmp_path_factory.mktemp("valkey"))
    folder.prepare()
    server = EmbeddedValkey(folder, {"HOTLINE_RUN": "tests"})
    with server.log.open("ab") as log:
        child = server.start_ready(output=log)
    yield Valkey(server.url, server.socket)
    child.terminate()
    child.wait(10)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample data beside the checkout (HOTLINE_SAMPLES names another folder)."""
    folder = Path(os.environ.get("HOTLINE_SAMPLES") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no sample data at {folder}: set HOTLINE_SAMPLES")
    return folder


@pytest.fixture
def stage(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator["Stage"]:
    """The sample district on a fresh database, below the doors."""
    from tests.stage import build, found

    with fresh_database(postgres, request, template(postgres, "stage", found)) as database:
        built = build(database, postgres)
        yield built
        built.engine.dispose()
        built.owner.dispose()
