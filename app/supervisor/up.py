"""`hotline up` from the first check to the last word."""

import os
import signal
import time
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.embedded.cluster import server_major
from app.embedded.folder import DataFolder
from app.embedded.stamp import Stamp, check_stamp, clock_of
from app.metrics.files import forget
from app.sections import Settings, with_clock
from app.supervisor.plan import ROOT, Plan, make_plan
from app.supervisor.ports import check_free
from app.supervisor.procfile import read_procfile
from app.supervisor.run import Runner, Say
from app.supervisor.watch import watched
from app.trouble import trouble
from cases.phrases import msg

_DOWN_SECONDS = 20.0


def up(settings: Settings, flags: Mapping[str, str], say: Say, procfile: Path | None = None) -> int:
    """Run everything until asked to end; the exit code. `flags` are passed to all processes. Without a Procfile
    named it is our own, as a checkout has it or a wheel brings it."""
    folder = DataFolder(settings.folder)
    folder.prepare()
    settings = with_clock(settings, clock_of(folder, settings.clock.kind, settings.clock_kind))
    # Held by this process and the runner; the kernel lets go of it however they end.
    folder.lock()
    entries = read_procfile(procfile or _own_procfile())
    for host, port in _ports(settings):
        check_free(host, port)
    check_stamp(folder, _stamp(settings))
    forget(folder)
    plan = make_plan(settings, flags)
    _say_what_it_is(plan, say)
    watcher = os.getpid()
    return watched(plan.run, lambda lifeline: Runner(plan, entries, watcher, say).work(lifeline))


def _own_procfile() -> Path:
    checkout = ROOT / "Procfile"
    return checkout if checkout.exists() else ROOT / "app" / "shipped" / "Procfile"


def down(folder: DataFolder) -> bool:
    """End what runs on the folder and wait for it; False where nothing runs there."""
    pid = folder.locked_by()
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGTERM)
    except PermissionError as error:
        raise trouble("app.down.not_ours", pid=pid) from error
    except ProcessLookupError:
        pass
    end = time.monotonic() + _DOWN_SECONDS
    while folder.locked_by() is not None:
        if time.monotonic() > end:
            raise trouble("app.down.stays", pid=pid)
        time.sleep(0.05)
    return True


def _ports(settings: Settings) -> list[tuple[str, int]]:
    server = settings.server
    found = [(server.host, server.port), (server.host, settings.hooks_port)]
    return [*found, ("127.0.0.1", settings.exchange_port)] if settings.in_rehearsal else found


def _stamp(settings: Settings) -> Stamp:
    server = "" if settings.database.url else server_major()
    return Stamp(settings.carriers.kind, settings.clock_kind, server)


def _say_what_it_is(plan: Plan, say: Say) -> None:
    """What this is, in rehearsal above all that it is one."""
    settings = plan.settings
    if settings.in_rehearsal:
        say(msg("app.up.rehearsal"))
        for account in _demo_accounts(settings):
            say(msg("app.up.demo_account", name=account.login, password=account.password, role=account.role))
    if settings.clock_kind == "rehearsal":
        say(msg("app.up.rehearsal_clock"))
    say(msg("app.up.data", folder=str(plan.folder.root)))
    say(msg("app.up.logs", folder=str(plan.folder.logs)))


def _demo_accounts(settings: Settings) -> list[Any]:
    """Only where the rehearsal's doors exist, and only with the sample people."""
    if not settings.rehearsal_doors or settings.rehearsal.people != "sample":
        return []
    if find_spec("app.sample.accounts") is None:
        return []
    return list(import_module("app.sample.accounts").DEMO_ACCOUNTS)
