"""`hotline demo load`: a sample district that has lived through some weeks, for whoever wants to look around."""

import argparse
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex
from time import monotonic
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import ACTOR
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.embedded.folder import DataFolder
from app.embedded.stamp import Stamp, check_stamp, read_stamp, stamp_release
from app.instance import read_instance, with_instance
from app.sections import Settings
from app.trouble import Trouble, trouble
from cases.phrases import msg

if TYPE_CHECKING:
    from app.living.living import Span

DAYS, MOST_DAYS = 60, 366
A_DAY, MOST_A_DAY = 6, 50  # reports on an ordinary day
SEED = "1"
_LINES = 12  # of progress, about
_END_SECONDS = 20.0


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    load = commands.add("load", run_load, "data", "output", under=commands.group("demo"))
    commands.option(load, "--days", type=int, metavar="N", default=DAYS)
    commands.option(load, "--a-day", type=int, metavar="N", default=A_DAY)
    commands.option(load, "--seed", metavar="S", default=SEED)


def run_load(args: argparse.Namespace, voice: Voice) -> int:
    """Live the days until now, and say what came of them."""
    if not 1 <= args.days <= MOST_DAYS:
        raise Trouble(msg("app.demo.days", given=args.days, most=MOST_DAYS), code=2)
    if not 1 <= args.a_day <= MOST_A_DAY:
        raise Trouble(msg("app.demo.a_day", given=args.a_day, most=MOST_A_DAY), code=2)
    settings = settings_of(args)
    folder = DataFolder(settings.folder)
    _refuse(settings, folder)
    from app.living.living import Span

    begun = monotonic()
    until = datetime.now(UTC)
    with _served(settings, folder) as served:
        counts = _live(served, args.seed, Span(until - timedelta(days=args.days), until, args.a_day), voice)
    counts["seconds"] = round(monotonic() - begun)
    if voice.as_json:
        voice.show({"days": args.days, "seed": args.seed, **counts})
    else:
        voice.say(msg("app.demo.done", days=args.days, **counts))
    return 0


def _refuse(settings: Settings, folder: DataFolder) -> None:
    """Only a rehearsal lives made-up days."""
    stamp = read_stamp(folder)
    if not settings.rehearsal_doors or (stamp is not None and stamp.carrier != "rehearsal"):
        raise trouble("app.demo.in_earnest", folder=str(folder.root))


def _live(settings: Settings, seed: str, span: "Span", voice: Voice) -> dict[str, int]:
    from app.living.hand import Hand, LivedHouse
    from app.living.living import live
    from app.logs import start_logs
    from app.winding.winder import alone

    start_logs(ACTOR, "error")
    house = LivedHouse(settings, ACTOR, 2, rings=False, hand=Hand(span.first))
    try:
        with alone(house.folder, "app.demo.twice"):
            return live(house, seed, span, _progress(voice, span))
    finally:
        house.engine.dispose()


def _progress(voice: Voice, span: "Span") -> Callable[[date, int, int], None]:
    every = max(1, (span.until - span.first).days // _LINES)

    def tell(day: date, cases: int, late: int) -> None:
        if not voice.as_json and (day - span.first.date()).days % every == 0:
            voice.say(msg("app.demo.progress", day=day.isoformat(), cases=cases, late=late))

    return tell


@contextmanager
def _served(settings: Settings, folder: DataFolder) -> Iterator[Settings]:
    """The settings with a database that answers: the one named, the running instance's, or the folder's own, which
    is started for as long as it takes."""
    if settings.database.url or read_instance(folder) is not None:
        yield with_instance(settings)
        return
    with ExitStack() as stack:
        yield _started(settings, folder, stack)


def _started(settings: Settings, folder: DataFolder, stack: ExitStack) -> Settings:
    from app.embedded.children import become_subreaper, end_descendants
    from app.embedded.cluster import server_major
    from app.embedded.postgres import APP, OWNER, EmbeddedPostgres
    from app.migrations.run import head
    from app.supervisor.watch import MARK
    from app.wiring import release

    folder.prepare()
    stack.callback(os.close, folder.lock())
    check_stamp(folder, Stamp(settings.carriers.kind, settings.clock.kind, server_major()))
    run = token_hex(8)
    become_subreaper()
    server = EmbeddedPostgres(folder, {MARK: run, "HOTLINE_PART": "postgres"})
    server.prepare()
    stack.callback(end_descendants, f"{MARK}={run}", _END_SECONDS)
    with server.log.open("ab") as log:
        child = server.start_ready(output=log)
    stack.callback(child.wait, _END_SECONDS)
    stack.callback(child.send_signal, signal.SIGINT)
    server.set_up()
    values = settings.model_dump()
    values["database"] |= {"url": server.url(APP), "owner_url": server.url(OWNER)}
    served = Settings.model_validate(values)
    release(served)
    stamp_release(folder, head(), settings.clock.kind)
    return served
