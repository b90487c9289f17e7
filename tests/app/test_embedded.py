"""The embedded servers: made once, private, ended with whoever started them."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from app.embedded.postgres import APP, OWNER, EmbeddedPostgres
from app.trouble import Trouble

from ..conftest import Valkey
from .running import ROOT, gone_within

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[DataFolder]:
    """A data folder whose path is too long and too odd for a socket."""
    folder = DataFolder(tmp_path / ("数据, “folder” " + "x" * 80))
    folder.prepare()
    yield folder
    remove_cluster(folder)


def end(child: "subprocess.Popen[bytes]") -> None:
    child.send_signal(signal.SIGINT)
    assert child.wait(10) == 0


def test_the_server_speaks_utf8_with_the_builtin_locale(postgres: EmbeddedPostgres) -> None:
    with postgres.connect() as connection:
        row = connection.execute(
            "select pg_encoding_to_char(encoding), datlocprovider, datlocale from pg_database where datname = 'hotline'"
        ).fetchone()
    assert row == ("UTF8", "b", "C.UTF-8")


@pytest.mark.parametrize("role", [APP, OWNER])
def test_each_role_enters_with_its_password_and_is_no_superuser(postgres: EmbeddedPostgres, role: str) -> None:
    with psycopg.connect(plain(postgres.url(role))) as connection:
        row = connection.execute(
            "select current_user, rolsuper, rolcreatedb from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == (role, False, False)


def test_a_wrong_password_is_refused(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(postgres.cluster.socket), dbname="hotline", user=APP, password="guess")


def test_the_server_is_reached_by_a_private_socket_alone(postgres: EmbeddedPostgres) -> None:
    with postgres.connect() as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    socket = postgres.cluster.socket / ".s.PGSQL.5432"
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(postgres.cluster.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(postgres.cluster.files.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the server")
def test_as_root_the_server_runs_as_nobody_and_the_folder_points_to_it(postgres: EmbeddedPostgres) -> None:
    home = Path((postgres.folder.root / "postgres.at").read_text().strip())
    assert postgres.cluster.files.parent == home
    assert home.parent == Path("/var/lib/hotline")
    with postgres.connect() as connection:
        row = connection.execute("select pg_backend_pid()").fetchone()
    assert row
    pids = (home / "postgres" / "postmaster.pid").read_text().split()
    assert Path("/proc", pids[0]).stat().st_uid == 65534


def test_a_folder_with_an_odd_name_does_and_its_data_stay(odd: DataFolder) -> None:
    server = EmbeddedPostgres(odd, {}, QUICK)
    server.prepare()
    child = server.start_ready()
    server.set_up()
    with psycopg.connect(plain(server.url(OWNER))) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('今天')")
    end(child)
    again = EmbeddedPostgres(odd, {}, QUICK)
    again.prepare()
    child = again.start_ready()
    again.set_up()
    with psycopg.connect(plain(again.url(OWNER))) as connection:
        assert connection.execute("select word from kept").fetchone() == ("今天",)
    end(child)


def test_a_half_made_cluster_is_made_anew_and_lost_passwords_are_told(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    try:
        server = EmbeddedPostgres(folder, {}, QUICK)
        half = server.cluster.files.with_name("postgres.new")
        half.mkdir()
        (half / "PG_VERSION").write_text("broken off")
        server.prepare()
        assert (server.cluster.files / "PG_VERSION").read_text().strip() == "18"
        (folder.secrets / "database-postgres").unlink()
        with pytest.raises(Trouble) as caught, server.log.open("ab") as log:
            server.start_ready(output=log)
        assert caught.value.messages[0].id == "app.embedded.secrets_lost"
    finally:
        remove_cluster(folder)


def test_a_cluster_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    try:
        server = EmbeddedPostgres(folder, {}, QUICK | {"no_such_option": "1"})
        server.prepare()
        with pytest.raises(Trouble) as caught, server.log.open("ab") as log:
            server.start_ready(output=log)
        message = caught.value.messages[0]
        assert message.id == "app.embedded.postgres_failed"
        assert "no_such_option" in str(message.params["lines"])
    finally:
        remove_cluster(folder)


_STARTER = """
import sys, time
from pathlib import Path
from app.embedded.folder import DataFolder
from app.embedded.postgres import EmbeddedPostgres
from app.embedded.valkey import EmbeddedValkey
folder = DataFolder(Path(sys.argv[1]))
folder.prepare()
postgres = EmbeddedPostgres(folder, {}, {"fsync": "off"})
postgres.prepare()
with postgres.log.open("ab") as log:
    pids = [postgres.start_ready(output=log).pid, EmbeddedValkey(folder, {}).start_ready(output=log).pid]
print(*pids, flush=True)
time.sleep(60)
"""


def test_servers_end_when_whoever_started_them_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        pids = {int(word) for word in starter.stdout.readline().split()}
        assert len(pids) == 2
        starter.kill()
    assert not gone_within(pids, 2.0)
    remove_cluster(DataFolder(folder))


def test_valkey_has_a_private_socket_no_port_and_keeps_nothing(valkey: Valkey) -> None:
    assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o600
    with redis.Redis.from_url(valkey.url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("save") == {"save": ""}
        client.set("word", "今天", px=30)
        assert client.get("word") == "今天".encode()
        time.sleep(0.05)
        assert client.get("word") is None
