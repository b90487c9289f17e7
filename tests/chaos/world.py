"""A world: one database, the processes of an instance on it, and the town that they serve. Parts that die come back."""

import os
import select
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.embedded.folder import DataFolder
from app.embedded.postgres import APP
from app.supervisor.watch import MARK
from tests.chaos.carrier import ACCOUNT
from tests.chaos.servers import Servers, kept_environment
from tests.chaos.town import Town
from tests.chaos.warm import Order, Warm
from tests.chaos.wires import let_in

# The fault points that each kind of process crosses.
POINTS: Mapping[str, tuple[str, ...]] = {
    "hooks": ("commit.before", "commit.after", "answer.ready"),
    "jobs": ("commit.before", "commit.after", "text.taken", "text.left"),
    "timers": ("commit.before", "commit.after"),
}
_AGAIN = 0.05  # seconds before a dead part is started again


@dataclass(frozen=True, slots=True)
class Place:
    """Where a world stands: its database, the number of its Valkey database, its first port, the seed of its
    traffic, its bug."""

    database: str
    redis: int
    port: int
    seed: float
    bug: str = ""


@dataclass(slots=True)
class Part:
    """A process of the world, held by a handle that no other process can take over."""

    name: str
    handle: int = -1
    pid: int = 0
    again_at: float = 0.0

    @property
    def kind(self) -> str:
        return self.name.rstrip("0123456789")

    def ended(self) -> bool:
        """Whether it does not run."""
        return self.handle < 0 or bool(select.select([self.handle], [], [], 0)[0])

    def let_go(self) -> None:
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1


@dataclass
class World:
    """`arm(kind)` says at which crossing of which fault points a process of this kind is to die."""

    servers: Servers
    folder: DataFolder
    place: Place
    warm: Mapping[str, Warm]
    arm: Callable[[str], dict[str, int]] = field(default=lambda kind: {})
    parts: dict[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.prepare()
        _same_secrets(self.servers.folder, self.folder)
        env = self.environment()
        self.town = Town(self.folder.root / "exchange", self.place.port, self.place.seed, env)

    def run(self, *names: str) -> None:
        """Start these parts and wait until the doors answer."""
        for name in names:
            self.parts[name] = Part(name)
        self.tend()
        end = time.monotonic() + 30
        while not all(self.listens(name) for name in names):
            self.tend()
            if time.monotonic() > end:
                raise RuntimeError(f"not ready within 30 s: see {self.folder.logs}")
            time.sleep(0.05)

    def listens(self, name: str) -> bool:
        """Whether a part that has doors answers there."""
        port = {"web": self.place.port, "hooks": self.place.port + 1}.get(name)
        return port is None or _answers(port)

    def tend(self) -> None:
        """Start again what has died."""
        now = time.monotonic()
        for part in self.parts.values():
            if not part.ended():
                continue
            if part.handle >= 0:
                part.let_go()
                part.again_at = now + _AGAIN
            if now >= part.again_at:
                self._start(part)

    def _start(self, part: Part) -> None:
        kind = part.kind
        armed = self.arm(kind)
        warm = self.warm["gevent" if kind in ("web", "hooks") else "plain"]
        log = self.folder.logs / f"{part.name}.log"
        part.pid = warm.fork(Order((kind,), self.environment(armed), str(log), self.place.bug))
        try:
            part.handle = os.pidfd_open(part.pid)
        except ProcessLookupError:
            part.again_at = time.monotonic() + _AGAIN

    def environment(self, armed: Mapping[str, int] | None = None) -> dict[str, str]:
        """The environment of this world's processes."""
        place = self.place
        env = kept_environment() | {
            MARK: self.servers.mark.partition("=")[2],
            "HOTLINE_DATA": str(self.folder.root),
            "DATABASE_URL": self.servers.url(APP, place.database),
            "REDIS_URL": f"{self.servers.valkey.url}?db={place.redis}",
            "HOTLINE__SERVER__PORT": str(place.port),
            "HOTLINE__CLOCK__KIND": "rehearsal",
            "HOTLINE__LOGS__LEVEL": "warning",
            "TWILIO_ACCOUNT_SID": ACCOUNT.sid,
            "TWILIO_AUTH_TOKEN": ACCOUNT.token,
            "PYTHONUTF8": "1",
            "LANG": "C.UTF-8",
        }
        if armed:
            points = ", ".join(f'"{point}": {count}' for point, count in armed.items())
            env["HOTLINE__REHEARSAL__CRASH_AT"] = f"{{{points}}}"
        return env

    def signal(self, name: str, sign: int) -> bool:
        """Signal a part with all its processes; whether it lived."""
        part = self.parts[name]
        if part.ended():
            return False
        try:
            os.killpg(part.pid, sign)
        except ProcessLookupError:
            return False
        return True

    def wait_for_end(self, name: str, seconds: float = 2.0) -> None:
        """Wait until a part that was killed is gone."""
        part = self.parts[name]
        if part.handle >= 0:
            select.select([part.handle], [], [], seconds)

    def wind(self, ahead: timedelta) -> bool:
        """Move the clock while nobody sends: what was being sent is then looked up, as after a long pause."""
        let_in(self.place.port + 2)
        return self.servers.wind(self.place.database, ahead)

    def crashes(self) -> Counter[str]:
        """How many processes died at each fault point ("jobs text.left")."""
        file = self.folder.logs / "crashed.log"
        return Counter(file.read_text().splitlines() if file.exists() else ())

    def command(self, *words: str, seconds: float = 240) -> tuple[int, str]:
        """A command on this world; its exit code and what it said."""
        log, done = (self.folder.root / f"{words[0]}.{end}" for end in ("said", "code"))
        for file in (log, done):
            file.unlink(missing_ok=True)
        self.warm["plain"].fork(Order(words, self.environment(), str(log), done=str(done)))
        end = time.monotonic() + seconds
        while not (done.exists() and done.read_text()):
            if time.monotonic() > end:
                raise RuntimeError(f"hotline {' '.join(words)}: not done within {seconds} s")
            time.sleep(0.02)
        return int(done.read_text()), log.read_text()

    def stop(self) -> None:
        """End all processes; the town stays."""
        for name, part in self.parts.items():
            self.signal(name, signal.SIGKILL)
            self.wait_for_end(name)
            part.let_go()

    def close(self) -> None:
        """End all, and the town."""
        self.stop()
        self.town.close()


def _same_secrets(source: DataFolder, target: DataFolder) -> None:
    if source.root != target.root:
        shutil.copytree(source.secrets, target.secrets, dirs_exist_ok=True)


def _answers(port: int) -> bool:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def log_of(world: World, name: str, lines: int = 12) -> str:
    """The last lines that a part wrote, for whoever looks into a failure."""
    file: Path = world.folder.logs / f"{name}.log"
    return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else ""
