"""`hotline dump` and `hotline load`: the whole database in one file, to move it to another server version."""

import argparse
from pathlib import Path

from app.backup import database
from app.cli.parser import Commands
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.embedded.folder import DataFolder
from app.instance import with_instance
from app.trouble import trouble
from cases.phrases import msg


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    for name, run in (("dump", run_dump), ("load", run_load)):
        parser = commands.add(name, run, "data")
        commands.option(parser, "archive", metavar="FILE")


def run_dump(args: argparse.Namespace, voice: Voice) -> int:
    """Write the running instance's database into FILE, which must not be there yet."""
    file = Path(args.archive)
    owner = database.owner_of(settings_of(args))
    with database.new_file(file) as part:
        database.write_out(owner, part)
    voice.say(msg("app.dump.done", file=str(file)))
    return 0


def run_load(args: argparse.Namespace, voice: Voice) -> int:
    """Read FILE into the running instance's database, which must not have a case yet."""
    file = Path(args.archive)
    if not file.is_file():
        raise trouble("app.load.no_file", file=str(file))
    found = settings_of(args)
    settings, owner = with_instance(found), database.owner_of(found)
    if database.has_cases(owner):
        raise trouble("app.load.not_empty")
    from app.backup.loading import bring_in
    from app.proof import keys

    folder = DataFolder(settings.folder)
    folder.prepare()  # with a database named by its address nobody may have made it yet
    if not database.opens(keys.vault(folder), file):  # before anything is touched
        raise trouble("app.load.other_keys", folder=str(folder.secrets))
    bring_in(settings, owner, file)
    voice.say(msg("app.load.done", folder=str(settings.folder)))
    return 0
