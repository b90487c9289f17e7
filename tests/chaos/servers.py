"""Private PostgreSQL and Valkey for a run of chaos: started, killed and started again by the main thread."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from app.embedded.children import children_of, end_descendants, process_table, send
from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from app.embedded.postgres import APP, DATABASE, OWNER, EmbeddedPostgres, create_database, only_ours
from app.embedded.valkey import EmbeddedValkey
from app.supervisor.watch import MARK

# The machine does not fail here, only processes do: what the kernel was given stays. Commits stay synchronous.
_OPTIONS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_connections": "300"}
TEMPLATE = "chaos_template"
_OPEN = 5.0  # seconds that open transactions are waited for


class Servers:
    """PostgreSQL and Valkey of one run."""

    def __init__(self, folder: Path, run: str) -> None:
        self.folder = DataFolder(folder)
        self.folder.prepare()
        self.mark = f"{MARK}={run}"
        self.postgres = EmbeddedPostgres(self.folder, {MARK: run}, _OPTIONS)
        self.valkey = EmbeddedValkey(self.folder, {MARK: run})
        self.stopped: set[str] = set()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._logs = {"postgres": self.postgres.log.open("ab"), "valkey": self.valkey.log.open("ab")}

    def start(self) -> None:
        """The first start of both."""
        self.postgres.prepare()
        self._children["postgres"] = self.postgres.start_ready(output=self._logs["postgres"])
        self._children["valkey"] = self.valkey.start_ready(output=self._logs["valkey"])
        self.postgres.set_up()

    def tend(self) -> None:
        """Start again what has died; it is waited for by whoever needs it."""
        for name, child in self._children.items():
            if child.poll() is not None:
                start = self.postgres.start if name == "postgres" else self.valkey.start
                self.stopped.discard(name)
                self._children[name] = start(self._logs[name])

    def pids(self, name: str) -> list[int]:
        """The server's process, and PostgreSQL's own children after it."""
        root = self._children[name].pid
        return [root, *sorted(children_of(process_table(), {root}))]

    def signal(self, name: str, sign: int) -> bool:
        """Signal a server with all its processes; whether it lived."""
        if self._children[name].poll() is not None:
            return False
        (self.stopped.add if sign == signal.SIGSTOP else self.stopped.discard)(name)
        for pid in self.pids(name):
            send(pid, sign)
        return True

    def kill_one_backend(self, place: int) -> bool:
        """Kill one of PostgreSQL's backends outright: it throws all the others out and recovers by itself."""
        backends = self.pids("postgres")[1:]
        if self._children["postgres"].poll() is not None or not backends:
            return False
        send(backends[place % len(backends)], signal.SIGKILL)
        return True

    def database(self, name: str, template: str | None = TEMPLATE) -> None:
        """A database as the first start left it."""
        with self.postgres.connect() as connection:
            connection.execute(create_database(name, template))
            connection.execute(only_ours(name))

    def keep_template(self) -> None:
        """Keep the database as it is now for the worlds to come."""
        with self.postgres.connect() as connection:
            connection.execute(create_database(TEMPLATE, DATABASE))

    def execute(self, database: str, statement: str, values: Mapping[str, object] | None = None) -> bool:
        """A change that no use case makes; False where PostgreSQL is away."""
        if "postgres" in self.stopped:
            return False
        try:
            with self.postgres.connect(database) as connection:
                connection.execute(sql.SQL(statement), values)
        except psycopg.OperationalError:
            return False
        return True

    def wind(self, database: str, ahead: timedelta) -> bool:
        """The rehearsal clock of a world, on by so much, once nothing that was begun before is open on the server; that
        is not waited for long, for somebody may have been stopped. What is written after the jump with the moment
        from before it, or is held back from the next checkpoint by a neighbour, would look as if it had been put in."""
        if "postgres" in self.stopped:
            return False
        end = time.monotonic() + _OPEN
        try:
            with self.postgres.connect(database) as connection:
                begun = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
                while not _is_past(connection, begun) and time.monotonic() < end:
                    time.sleep(0.02)
        except psycopg.OperationalError:
            return False
        return self.execute(database, "UPDATE clock SET ahead = ahead + %(ahead)s", {"ahead": ahead})

    def flush(self) -> bool:
        """FLUSHALL; False where Valkey is away."""
        try:
            with redis.Redis(unix_socket_path=str(self.valkey.socket), socket_timeout=0.5) as client:
                client.flushall()
        except redis.RedisError:
            return False
        return True

    def ready(self, seconds: float = 20) -> None:
        """Wait until both answer."""
        end = time.monotonic() + seconds
        while True:
            self.tend()
            try:
                self.postgres.connect().close()
                with redis.Redis(unix_socket_path=str(self.valkey.socket), socket_timeout=1) as client:
                    client.ping()
            except (psycopg.OperationalError, redis.RedisError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return

    def url(self, role: str, database: str) -> str:
        """The address of a database."""
        return self.postgres.url(role, database)

    @property
    def addresses(self) -> dict[str, str]:
        """The environment that names the first database and Valkey to its owner."""
        return {
            "DATABASE_URL": self.url(APP, DATABASE),
            "DATABASE_OWNER_URL": self.url(OWNER, DATABASE),
            "REDIS_URL": self.valkey.url,
        }

    def close(self) -> None:
        """End both, and whatever bears our mark."""
        for child in self._children.values():
            send(child.pid, signal.SIGCONT)
            send(child.pid, signal.SIGQUIT)
        end_descendants(self.mark, 5.0)
        for log in self._logs.values():
            log.close()
        remove_cluster(self.folder)


def _is_past(connection: psycopg.Connection, begun: tuple[object, ...] | None) -> bool:
    """Whether every transaction of the server that was begun before has ended."""
    query = "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8"
    return connection.execute(query, begun).fetchone() == (True,)


def kept_environment() -> dict[str, str]:
    """The environment of a stranger: nothing of ours is set."""
    foreign = ("HOTLINE__", "HOTLINE_DATA", "HOTLINE_CONFIG", "TWILIO", "DATABASE", "REDIS", "PORT")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
