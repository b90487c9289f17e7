"""The embedded PostgreSQL: made once, started in the foreground as our child, reached by a unix socket."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.embedded.children import Start, start_child
from app.embedded.cluster import Cluster, cluster_of
from app.embedded.folder import DataFolder, write_private
from app.trouble import Trouble, trouble

OWNER = "hotline_owner"
APP = "hotline_app"
DATABASE = "hotline"
_SUPERUSER = "postgres"
_START_SECONDS = 5.0
_RECOVERY_SECONDS = 60.0

Pause = Callable[[float], None]


class EmbeddedPostgres:
    """One server of one data folder. `marks` go into the environment of its processes."""

    def __init__(self, folder: DataFolder, marks: Mapping[str, str], options: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.cluster: Cluster = cluster_of(folder)
        self._env = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC", **marks}
        self._options = dict(options or {})

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """The address of a database for SQLAlchemy, with the role's password."""
        password = quote(self._password(role), safe="")
        place = quote(str(self.cluster.socket), safe="/")
        return f"postgresql+psycopg://{role}:{password}@/{database}?host={place}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection as the server's own superuser: for setting up and for tests."""
        return psycopg.connect(
            host=str(self.cluster.socket),
            dbname=database,
            user=_SUPERUSER,
            password=self._password(_SUPERUSER),
            connect_timeout=5,
            autocommit=True,
        )

    def prepare(self, pause: Pause = time.sleep) -> None:
        """Make the cluster where there is none; a half-made one of a broken start is made anew."""
        if (self.cluster.files / "PG_VERSION").exists():
            return
        secret = self._password_file()
        fresh = self.cluster.files.with_name("postgres.new")
        child = self._run(
            [
                "initdb",
                *("-D", str(fresh), "-U", _SUPERUSER, f"--pwfile={secret}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                "--no-instructions",
            ],
            fresh,
        )
        try:
            _wait(child, pause)
        finally:
            secret.unlink(missing_ok=True)
        if child.returncode != 0:
            raise self.failed("app.embedded.initdb_failed")
        fresh.rename(self.cluster.files)

    def start(self, output: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        """Start the server. It shuts down at once (SIGQUIT) where we end without saying so."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.cluster.socket),
            "unix_socket_permissions": "0600",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self._options,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return start_child(
            Start(
                [str(self.cluster.bin / "postgres"), "-D", str(self.cluster.files), *settings],
                self._env,
                self.cluster.files,
                self.cluster.account,
                signal.SIGQUIT,
                output,
            )
        )

    def start_ready(self, pause: Pause = time.sleep, output: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; a start that fails at once is tried for 5 s.

        (The processes of a predecessor that was killed hold its memory for a moment.)
        """
        end = time.monotonic() + _START_SECONDS
        while True:
            child = self.start(output)
            if self._answers(child, pause):
                return child
            if time.monotonic() > end:
                raise self.failed("app.embedded.postgres_failed")
            pause(0.3)

    def set_up(self) -> None:
        """The two roles and the database, where they are missing."""
        with self.connect() as connection:
            for role in (OWNER, APP):
                known = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
                verb = "alter" if known else "create"
                connection.execute(
                    sql.SQL(verb + " role {} login nosuperuser nocreatedb nocreaterole password {}").format(
                        sql.Identifier(role), sql.Literal(self._password(role))
                    )
                )
            if not connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
                connection.execute(create_database(DATABASE))
            connection.execute(only_ours(DATABASE))

    def failed(self, id_: str) -> Trouble:
        """The plain word for a server that did not start, with the last lines that it wrote."""
        lines = last_lines(self.log, 6)
        if "No space left on device" in lines:
            return trouble("app.folder.full", folder=str(self.cluster.files))
        return trouble(id_, log=str(self.log), lines=lines)

    @property
    def log(self) -> Path:
        return self.folder.logs / "postgres.log"

    def _answers(self, child: subprocess.Popen[bytes], pause: Pause) -> bool:
        end = time.monotonic() + _RECOVERY_SECONDS
        while child.poll() is None and time.monotonic() < end:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if "authentication failed" in str(error):
                    child.send_signal(signal.SIGINT)
                    child.wait(10)
                    raise trouble("app.embedded.secrets_lost", folder=str(self.folder.secrets)) from error
                pause(0.05)
            else:
                return True
        return False

    def _run(self, argv: list[str], fresh: Path) -> subprocess.Popen[bytes]:
        """A tool of the server, as the server's account, writing into the server's log."""
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account = self.cluster.account
        if account:
            os.chown(fresh, account.uid, account.gid)
        with self.log.open("ab") as output:
            tool = [str(self.cluster.bin / argv[0]), *argv[1:]]
            return start_child(Start(tool, self._env, fresh, account, signal.SIGKILL, output))

    def _password(self, role: str) -> str:
        return self.folder.secret(f"database-{role}")

    def _password_file(self) -> Path:
        """The superuser's password where initdb can read it; removed as soon as it was read."""
        path = self.cluster.socket / ".initdb"
        write_private(path, self._password(_SUPERUSER))
        if self.cluster.account:
            os.chown(path, self.cluster.account.uid, self.cluster.account.gid)
        return path


def create_database(name: str, template: str | None = None) -> sql.Composed:
    """A database of the owner's; a `template` is copied whole."""
    source = sql.SQL(" template {}").format(sql.Identifier(template)) if template else sql.SQL("")
    return sql.SQL("create database {} owner {}{}").format(sql.Identifier(name), sql.Identifier(OWNER), source)


def only_ours(name: str) -> sql.Composed:
    """Nobody but our two roles may enter a database."""
    return sql.SQL("revoke all on database {} from public; grant connect, temporary on database {} to {}").format(
        sql.Identifier(name), sql.Identifier(name), sql.Identifier(APP)
    )


def last_lines(path: Path, count: int) -> str:
    """The last lines of a log."""
    try:
        with path.open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - 4096))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-count:])


def _wait(child: subprocess.Popen[bytes], pause: Pause) -> None:
    while child.poll() is None:
        pause(0.02)
