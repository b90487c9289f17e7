"""A warm interpreter: it has imported everything and forks our processes in milliseconds, so that hundreds of
crashes fit into minutes. What runs in the fork is the process itself, from its command line on.

`python -m tests.chaos.warm plain|gevent` reads orders from stdin, a JSON object a line, and answers each with
the process id. Whoever ended it, or its own parent's end, ends all that it forked.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

from app.embedded.children import die_with_parent

ROOT = Path(__file__).absolute().parents[2]
# What each kind has imported before it forks: all of it is imported by the process anyway.
_ROOMS = {
    "plain": ("app.cli.entry", "app.processes.jobs", "app.processes.timers", "twilio.rest", "app.release"),
    "gevent": (
        "app.cli.entry", "app.processes.server", "app.processes.pages", "app.processes.doors",
        "gunicorn.workers.ggevent",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """A process to fork: its command line, environment, log, and the bug that is planted in it."""

    words: Sequence[str]
    env: Mapping[str, str]
    log: str
    bug: str = ""
    done: str = ""  # a file that the exit code is written to


class Warm:
    """A warm interpreter of one kind. Started by the main thread; any thread may order."""

    def __init__(self, kind: str, env: Mapping[str, str]) -> None:
        parent = os.getpid()
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.warm", kind],
            cwd=ROOT, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),
        )  # fmt: skip

    def fork(self, order: Order) -> int:
        """The id of a new process."""
        with self._lock:
            stdin, stdout = self._process.stdin, self._process.stdout
            assert stdin is not None
            assert stdout is not None
            stdin.write(json.dumps(asdict(order)).encode() + b"\n")
            stdin.flush()
            return int(stdout.readline())

    def close(self) -> None:
        """End it, and with it all that it forked."""
        self._process.kill()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


def main(kind: str) -> None:
    if kind == "gevent":
        _patch()
    for room in _ROOMS[kind]:
        importlib.import_module(room)
    importlib.import_module("dispatch.hearing").prepare()  # as a door does before it listens
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps what we fork
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        print(_forked(Order(**json.loads(line))), flush=True)


def _patch() -> None:
    """gevent's patches, as the web processes' workers have them; gunicorn's master goes on without."""
    from gevent import monkey

    monkey.patch_all(os=False, signal=False)
    import _queue

    import gunicorn.arbiter as master

    master.queue = SimpleNamespace(SimpleQueue=_queue.SimpleQueue, Empty=_queue.Empty)
    sleep = monkey.get_original("time", "sleep")
    master.time = SimpleNamespace(sleep=sleep, time=time.time, monotonic=time.monotonic)


def _forked(order: Order) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _settle_in(order, parent)
        code = _run(order)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if order.done:
            Path(order.done).write_text(str(code))
        os._exit(code)


def _settle_in(order: Order, parent: int) -> None:
    """A process of its own: session, signals, streams, environment."""
    os.setsid()
    die_with_parent(signal.SIGKILL, parent)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order.env)


def _run(order: Order) -> int:
    from app.cli.entry import run

    if order.bug:
        from tests.chaos.planted import plant

        plant(order.bug, order.words[0])
    return run(list(order.words))


if __name__ == "__main__":
    main(sys.argv[1])
