"""Children that end when we do: a death signal, a session of their own, a name in their environment."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# Loaded before any fork: a child must not load libraries between fork and exec.
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a child runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Start:
    """How a child is started. `death` is the signal it gets when the thread that started it ends."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    account: Account | None = None
    death: int = signal.SIGKILL
    output: IO[bytes] | int | None = None


def become_subreaper() -> None:
    """From now on orphaned descendants become our children, so that none gets lost."""
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(sign: int, parent: int) -> None:
    """Ask the kernel for `sign` when the parent ends; leave at once where it has ended already."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def start_child(start: Start) -> subprocess.Popen[bytes]:
    """Start a child. Only the main thread may do this: the death signal follows the *thread*.

    The death signal is set after the change of account, which would clear it.
    """
    parent = os.getpid()
    account = start.account
    return subprocess.Popen(  # noqa: S603 - our own command lines
        list(start.argv),
        env=dict(start.env),
        cwd=start.cwd,
        stdin=subprocess.DEVNULL,
        stdout=start.output,
        stderr=subprocess.STDOUT if start.output is not None else None,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=lambda: die_with_parent(start.death, parent),
    )


def children_of(tree: Mapping[int, int], roots: set[int]) -> set[int]:
    """All descendants of `roots` in a process table {pid: parent}."""
    found: set[int] = set()
    fresh = set(roots)
    while fresh:
        fresh = {pid for pid, parent in tree.items() if parent in fresh} - found
        found |= fresh
    return found


def own_children() -> set[int]:
    """Our children, those included that wait to be reaped."""
    return {pid for pid, parent in process_table(dead=True).items() if parent == os.getpid()}


def process_table(dead: bool = False) -> dict[int, int]:
    """{pid: parent pid} of all processes that live; with `dead` also of those that wait to be reaped."""
    table: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path("/proc", entry, "stat").read_bytes()
        except OSError:
            continue
        # The name stands in parentheses and may hold anything, so the fields are counted from its end.
        state, parent = stat[stat.rindex(b")") + 2 :].split()[:2]
        if dead or state not in (b"Z", b"X"):
            table[int(entry)] = int(parent)
    return table


def bearing(mark: str) -> set[int]:
    """All live processes whose starting environment holds `mark` ("HOTLINE_RUN=…")."""
    wanted = mark.encode()
    found: set[int] = set()
    for pid in process_table():
        try:
            environ = Path("/proc", str(pid), "environ").read_bytes()
        except OSError:
            continue
        if wanted in environ.split(b"\0"):
            found.add(pid)
    return found


def send(pid: int, sign: int) -> None:
    """Signal a process that may be gone already."""
    try:
        os.kill(pid, sign)
    except (ProcessLookupError, PermissionError):
        return


def reap_one(pid: int) -> None:
    """Collect a child that may have ended."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def reap() -> list[tuple[int, int]]:
    """Collect every child that has ended: (pid, exit code; negative for a signal)."""
    ended: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended.append((pid, os.waitstatus_to_exitcode(status)))


def end_descendants(mark: str, seconds: float = 3.0) -> bool:
    """Kill all descendants of this process and everything that bears `mark`; True when none is left."""
    end = time.monotonic() + seconds
    while True:
        reap()
        left = (children_of(process_table(), {os.getpid()}) | bearing(mark)) - {os.getpid()}
        if not left:
            return True
        if time.monotonic() > end:
            return False
        for pid in left:
            send(pid, signal.SIGKILL)
        time.sleep(0.02)
