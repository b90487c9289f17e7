"""What the figures are measured on: private servers with durable commits, and our own processes over them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from app.embedded.postgres import APP, OWNER, EmbeddedPostgres, create_database, only_ours
from app.embedded.valkey import EmbeddedValkey

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "AC" + "b" * 32
TOKEN = "bench-token"
LINE = "+862166660000"
PUBLIC = "https://bench.example"
_FOREIGN = ("HOTLINE", "TWILIO", "DATABASE", "REDIS", "PORT")
# Beside what `hotline up` says: the moment of each commit is kept, for telling how late something was.
_OPTIONS = {"track_commit_timestamp": "on"}
_PATIENCE = 40.0  # seconds


@dataclass
class Ground:
    """Servers of one run. PostgreSQL is as `hotline up` starts it: fsync and synchronous_commit are on."""

    folder: DataFolder
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def database(self, name: str) -> "Site":
        """A fresh, released database with the sample district, and a data folder of its own."""
        with self.postgres.connect() as connection:
            connection.execute(create_database(name))
            connection.execute(only_ours(name))
        site = Site(self, name, free_port())
        site.run("release")
        return site


@dataclass(frozen=True)
class Site:
    """One database with a data folder, and the processes that are run on it."""

    ground: Ground
    name: str
    port: int  # of web; hooks has the next one

    @property
    def environment(self) -> dict[str, str]:
        """What our processes are started with; the carrier is a port at which nobody listens."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        folder = self.ground.folder.root / self.name
        return kept | {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.ground.postgres.url(APP, self.name),
            "DATABASE_OWNER_URL": self.ground.postgres.url(OWNER, self.name),
            "REDIS_URL": self.ground.valkey.url,
            "HOTLINE_DATA": str(folder),
            "HOTLINE__SERVER__PORT": str(self.port),
            "HOTLINE__SERVER__PUBLIC_BASE": PUBLIC,
            "HOTLINE__LOGS__LEVEL": "warning",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
        }

    def run(self, *words: str) -> str:
        """A command of ours, to its end; what it printed. Raises RuntimeError with its last words."""
        ran = subprocess.run(
            [sys.executable, "-m", "app", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        if ran.returncode:
            raise RuntimeError(f"hotline {' '.join(words)}: {ran.stderr[-800:]}")
        return ran.stdout

    @contextmanager
    def running(self, process: str, port: int = 0, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process of ours, from its readiness to its end."""
        with self.started([sys.executable, "-m", "app", process], port, more) as child:
            yield child

    @contextmanager
    def started(self, argv: list[str], port: int, more: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        """A command that serves at a port (0: at none), from its readiness to its end."""
        log = self.ground.folder.logs / f"{self.name}.log"
        with log.open("ab") as output:
            child = subprocess.Popen(
                argv, cwd=ROOT, env=self.environment | dict(more), stdout=output, stderr=output, start_new_session=True
            )
        self.ground.children.append(child)
        try:
            if port:
                _wait_for(port, child, log)
            yield child
        finally:
            end(child)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """What the database holds, or a change, by the server's own superuser."""
        with self.ground.postgres.connect(self.name) as connection:
            found = connection.execute(sql)
            return list(found.fetchall()) if found.description else []

    def quiet(self) -> None:
        """Statistics are fresh and nothing waits to be written, so that no figure pays for the one before."""
        with self.ground.postgres.connect(self.name) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


def _wait_for(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        if child.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"nothing serves at port {port}: {log.read_text()[-800:]}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            time.sleep(0.05)


def end(child: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def free_port() -> int:
    """The first of three free ports in a row, on the loopback."""
    for port in range(22000, 32000, 3):
        if all(_is_free(port + n) for n in range(3)):
            return port
    raise RuntimeError("no three free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def standing() -> Iterator[Ground]:
    """Servers for one run; no process and no file of it is left."""
    folder = DataFolder(Path(tempfile.mkdtemp(prefix="hotline-bench-")) / "servers")
    folder.prepare()
    ground = Ground(folder, EmbeddedPostgres(folder, {}, _OPTIONS), EmbeddedValkey(folder, {}))
    servers: list[subprocess.Popen[bytes]] = []
    with (folder.logs / "servers.log").open("ab") as output:
        try:
            ground.postgres.prepare()
            servers.append(ground.postgres.start_ready(output=output))
            servers.append(ground.valkey.start_ready(output=output))
            ground.postgres.set_up()
            yield ground
        finally:
            for child in reversed(ground.children):
                end(child)
            for server in reversed(servers):
                server.send_signal(signal.SIGINT)
                server.wait(20)
            remove_cluster(folder)
            shutil.rmtree(folder.root.parent, ignore_errors=True)


def server_settings(ground: Ground) -> dict[str, str]:
    """The settings that say how durable a commit is, as the server tells them."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
    with ground.postgres.connect() as connection:
        return {name: _setting(connection, name) for name in names}


def _setting(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""
