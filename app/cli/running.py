"""`hotline up`, `down`, `status`, and the processes of the Procfile."""

import argparse
import contextlib
import os
import signal
import sys

from app import settings as reader
from app.cli.parser import Commands
from app.cli.voice import Voice
from app.embedded.children import die_with_parent
from app.embedded.folder import DataFolder
from app.embedded.stamp import clock_of, stamp_release
from app.instance import running
from app.sections import Settings
from app.trouble import Trouble, told, trouble
from cases.phrases import Message, msg

_FLAGS = {"data": "HOTLINE_DATA", "port": "HOTLINE__SERVER__PORT", "clock": "HOTLINE__CLOCK__KIND"}

# The processes of the Procfile.
PROCESSES = frozenset({"release", "web", "hooks", "jobs", "timers"})


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    up = commands.add("up", run_up, "data")
    commands.option(up, "--port", type=int, metavar="PORT")
    commands.option(up, "--empty", action="store_true")
    commands.option(up, "--clock", choices=("real", "rehearsal"))
    commands.option(up, "--quiet", action="store_true")
    commands.option(up, "--end-with-parent", action="store_true")
    commands.add("down", run_down, "data")
    commands.add("status", run_status, "data", "output")
    commands.add("release", run_release)
    commands.add("web", run_web)
    commands.add("hooks", run_hooks)
    commands.add("jobs", run_jobs)
    commands.add("timers", run_timers)


def flags_of(args: argparse.Namespace) -> dict[str, str]:
    """The options of a command line as the environment that means the same."""
    given = vars(args)
    flags = {name: str(given[key]) for key, name in _FLAGS.items() if given.get(key) is not None}
    return flags | ({"HOTLINE__REHEARSAL__PEOPLE": "none"} if given.get("empty") else {})


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings in force for a command line."""
    return reader.load(reader.inherited() | flags_of(args))


def run_up(args: argparse.Namespace, voice: Voice) -> int:
    from app.supervisor.up import up

    settings = settings_of(args)

    def say(message: Message) -> None:
        # Whoever read our words may have gone; the run goes on.
        with contextlib.suppress(OSError):
            if message.id in _LOUD:
                voice.warn(message)
            elif message.id == "app.up.ready" or not args.quiet:
                voice.say(message)

    if args.end_with_parent:
        # `make` killed outright must not leave us behind; killed so, we leave nothing behind ourselves.
        die_with_parent(signal.SIGKILL, os.getppid())
    return up(settings, flags_of(args), say)


# What is said on stderr, quiet or not.
_LOUD = frozenset(
    {
        "app.up.died",
        "app.up.keeps_dying",
        "app.up.release_failed",
        "app.up.not_ready",
        "app.embedded.initdb_failed",
        "app.embedded.postgres_failed",
        "app.embedded.valkey_failed",
        "app.embedded.secrets_lost",
        "app.folder.full",
        "app.folder.not_writable",
        "app.folder.trouble",
    }
)


def run_down(args: argparse.Namespace, voice: Voice) -> int:
    from app.supervisor.up import down

    folder = DataFolder(settings_of(args).folder)
    if not down(folder):
        raise trouble("app.instance.none", folder=str(folder.root))
    voice.say(msg("app.down.done", folder=str(folder.root)))
    return 0


def run_status(args: argparse.Namespace, voice: Voice) -> int:
    found = running(DataFolder(settings_of(args).folder))
    facts = {"web": found.web, "hooks": found.hooks, "exchange": found.exchange, "data": found.data}
    from app.cli.clock import jump, leaving

    firing, out = jump.standing(args), leaving.standing(args)
    if voice.as_json:
        voice.show({**facts, "firing": firing, "out": dict(out), "pids": dict(found.pids), "run": found.run})
        return 0
    for name, value in facts.items():
        voice.say(msg("app.status.line", name=name, value=value or "–"))
    voice.say(jump.told(firing))
    leaving.tell(voice, out)
    for name, pid in found.pids.items():
        voice.say(msg("app.status.pid", name=name, pid=pid))
    return 0


def run_release(_args: argparse.Namespace, voice: Voice) -> int:
    settings = reader.load()
    if not settings.database.owner_url:
        raise trouble("app.release.no_owner")
    from app.migrations.run import head
    from app.wiring import release
    from dispatch.district import DistrictErrors
    from dispatch.policy import PolicyErrors

    try:
        release(settings)
    except (PolicyErrors, DistrictErrors) as error:
        raise Trouble(*told(error.faults)) from error
    folder = DataFolder(settings.folder)
    stamp_release(folder, head(), clock_of(folder, settings.clock.kind, settings.clock_kind))
    voice.say(msg("app.release.done"))
    return 0


def run_web(_args: argparse.Namespace, _voice: Voice) -> int:
    from app.processes.server import serve_web

    serve_web(_for_process())
    return 0


def run_hooks(_args: argparse.Namespace, _voice: Voice) -> int:
    from app.processes.server import serve_hooks

    serve_hooks(_for_process())
    return 0


def run_jobs(_args: argparse.Namespace, _voice: Voice) -> int:
    settings = _for_process()
    _end_on_sigterm()
    from app.processes.jobs import main

    main(settings)
    return 0


def run_timers(_args: argparse.Namespace, _voice: Voice) -> int:
    settings = _for_process()
    _end_on_sigterm()
    from app.processes.timers import main

    main(settings)
    return 0


def _for_process() -> Settings:
    settings = reader.load()
    if not settings.database.url:
        raise trouble("app.process.no_database")
    return settings


def _end_on_sigterm() -> None:
    """Until the loop sets its own way to end, SIGTERM ends the process without a word."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
