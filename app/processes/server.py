"""The web server of `web` and `hooks`: gunicorn with gevent workers.

A slow sender costs one greenlet and delays nobody. The app is made in the worker, after the fork and after
gevent's patches: psycopg imported earlier would hang, and a pool must not be shared.
"""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app.logs import start_logs
from app.sections import Settings

if TYPE_CHECKING:
    from flask import Flask

Wsgi = Callable[..., Any]
_CONNECTIONS = 2000


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a server listens and how many workers it has."""

    host: str
    port: int
    workers: int

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class _JsonLogger(Logger):  # type: ignore[misc]
    """Gunicorn's lines pass our own handler: JSON, with personal data taken out."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, listen: Listen, settings: Settings, make: Callable[[], Wsgi]) -> None:
        self._listen = listen
        self._settings = settings
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": [self._listen.address],
            "workers": self._listen.workers,
            "worker_class": "app.processes.worker.Worker",
            "worker_connections": _CONNECTIONS,
            "preload_app": False,
            "control_socket_disable": True,
            "graceful_timeout": 3,
            "keepalive": 5,
            "timeout": 30,
            "loglevel": self._settings.logs.level,
            "logger_class": _JsonLogger,
            "errorlog": "-",
            "forwarded_allow_ips": ",".join(self._settings.server.trusted_proxies) or "127.0.0.1",
            "worker_tmp_dir": None,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        return self._make()


def serve(listen: Listen, settings: Settings, make: Callable[[], Wsgi]) -> None:
    """Serve until told to end (SIGTERM). `make` is called in each worker."""
    _Server(listen, settings, make).run()


def _settled(app: "Flask") -> "Flask":
    """A worker that has nothing to answer lives too. What stands by now stays: no answer waits for a collector that
    looks through all of it again."""
    from app.metrics.requests import METERS

    app.extensions[METERS].keep_beating()
    gc.collect()
    gc.freeze()
    return app


def serve_web(settings: Settings) -> None:
    """The pages, the API and the live streams."""

    start_logs("web", settings.logs.level)

    def make() -> Wsgi:
        from app.processes.pages import make_web
        from app.processes.worker import ending

        return _settled(make_web(settings, ending))

    serve(Listen(settings.server.host, settings.server.port, settings.server.web_workers), settings, make)


def serve_hooks(settings: Settings) -> None:
    """The doors for machines, on a port of their own so that a heavy page never delays a caller."""

    start_logs("hooks", settings.logs.level)

    def make() -> Wsgi:
        from app.processes.doors import make_hooks

        return _settled(make_hooks(settings))

    serve(Listen(settings.server.host, settings.hooks_port, settings.server.hooks_workers), settings, make)
