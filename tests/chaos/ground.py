"""The ground that worlds stand on: servers, warm interpreters, and a database as `release` leaves it."""

import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.embedded.folder import DataFolder
from app.embedded.postgres import DATABASE
from app.supervisor.watch import MARK
from tests.app.running import free_ports
from tests.chaos.servers import Servers, kept_environment
from tests.chaos.warm import Order, Warm
from tests.chaos.world import Place, World

_PORTS = 3  # of a world: web, hooks, exchange


@dataclass
class Ground:
    """Makes worlds, each with a database and a data folder of its own."""

    folder: Path
    servers: Servers
    warm: dict[str, Warm]
    first_port: int
    worlds: int = 0

    def world(self, name: str, seed: float, bug: str = "") -> World:
        """A fresh world; its clock stands at ten in the morning of a working day."""
        number, self.worlds = self.worlds, self.worlds + 1
        place = Place(f"chaos_{name}", number, self.first_port + _PORTS * number, seed, bug)
        self.servers.database(place.database)
        self.servers.wind(place.database, _until_ten())
        return World(self.servers, DataFolder(self.folder / name), place, self.warm)


@contextmanager
def standing(worlds: int, keep: bool = False) -> Iterator[Ground]:
    """The ground for so many worlds; whatever happens, no process of it is left, and only with `keep` its files."""
    run = secrets.token_hex(8)
    folder = Path(tempfile.mkdtemp(prefix="hotline-chaos-"))
    env = kept_environment() | {MARK: run, "PYTHONUTF8": "1"}
    warm = {kind: Warm(kind, env) for kind in ("plain", "gevent")}
    servers = Servers(folder / "servers", run)
    try:
        servers.start()
        _release(servers, warm["plain"], folder)
        servers.keep_template()
        yield Ground(folder, servers, warm, free_ports(_PORTS * worlds))
    finally:
        for each in warm.values():
            each.close()
        servers.close()
        if keep:
            print(f"chaos: logs and ledgers are in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


# Thousands of people tell the same dozen matters of the same few buildings within minutes here, and each is to come to
# its own case, with people who have room for it: what belongs together is judged elsewhere.
_POLICY = {
    "HOTLINE__POLICY__SAME": '{"group_callers": 1000, "group_people": 100000, "topic_callers": 1000, '
    '"collective_callers": 1000, "storm_callers": 1000}',
    "HOTLINE__POLICY__CHOICE": '{"capacity": 999}',
}


def _release(servers: Servers, warm: Warm, folder: Path) -> None:
    log, done = folder / "release.log", folder / "release.code"
    env = kept_environment() | servers.addresses | {"HOTLINE_DATA": str(servers.folder.root), "LANG": "C.UTF-8"}
    env |= _POLICY
    warm.fork(Order(("release",), env, str(log), done=str(done)))
    end = time.monotonic() + 60
    while not (done.exists() and done.read_text()):
        if time.monotonic() > end:
            raise RuntimeError("release: not done within 60 s")
        time.sleep(0.02)
    if done.read_text() != "0":
        raise RuntimeError(f"release failed on {DATABASE}: {log.read_text()}")


def _until_ten() -> timedelta:
    """From now to the next ten o'clock in the morning of a working day, where the office is."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    ten = now.replace(hour=10, minute=0, second=0, microsecond=0)
    while ten < now or ten.weekday() > 4:
        ten += timedelta(days=1)
    return ten - now
