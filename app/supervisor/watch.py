"""The process that the user started: it sees to it that nothing outlives the run, and does nothing else.

It forks the runner, which does the work. Both are subreapers, so orphans come to them and are not lost.
Killed outright, the runner leaves its descendants to the watcher, who ends them; the watcher leaves a closed
pipe to the runner, who ends them. The masters have death signals besides.
"""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType

from app.embedded.children import become_subreaper, end_descendants, send

MARK = "HOTLINE_RUN"


def watched(run: str, work: Callable[[int], int]) -> int:
    """Do `work(lifeline)` in a forked runner and watch over it; the exit code.

    `lifeline` is the pipe that reads as ended when the watcher has died.
    """
    read_end, write_end = os.pipe()
    become_subreaper()
    sys.stdout.flush()
    sys.stderr.flush()
    runner = os.fork()
    if runner == 0:
        os.close(write_end)
        os.setpgid(0, 0)
        _leave_with(work, read_end)
    os.close(read_end)
    _pass_on_signals(runner)
    code = _outcome(runner)
    end_descendants(f"{MARK}={run}")
    os.close(write_end)
    return code


def ending_signals() -> list[signal.Signals]:
    """The signals that end a run; a hang-up only where nobody asked to ignore it (nohup)."""
    wanted = [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT]
    return wanted if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else [*wanted, signal.SIGHUP]


def _leave_with(work: Callable[[int], int], lifeline: int) -> None:
    """End the forked process with the outcome of its work; the caller's cleaning up is not its own."""
    code = 1
    try:
        become_subreaper()
        code = work(lifeline)
    except Exception:
        traceback.print_exc()
    finally:
        # Whatever happens: this process must not go on as if it were the one that was forked from.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _pass_on_signals(runner: int) -> None:
    def pass_on(number: int, _: FrameType | None) -> None:
        send(runner, number)

    for number in ending_signals():
        signal.signal(number, pass_on)


def _outcome(runner: int) -> int:
    """Wait for the runner; orphans that came to us are reaped on the way."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == runner:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
