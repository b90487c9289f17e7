"""`hotline backup` and `hotline restore`: a whole instance in one file, and into a new data folder."""

import argparse
from pathlib import Path

from app.cli.parser import Commands
from app.cli.records import tell_broken
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.instance import with_instance
from cases.phrases import msg


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    backup = commands.add("backup", run_backup, "data")
    commands.option(backup, "backup_file", metavar="FILE")
    commands.option(backup, "--with-key", action="store_true")
    restore = commands.add("restore", run_restore, "data", "output")
    commands.option(restore, "backup_file", metavar="FILE")
    commands.option(restore, "--keys", metavar="DIR")


def run_backup(args: argparse.Namespace, voice: Voice) -> int:
    """Write all of a running instance into FILE, which must not be there yet."""
    from app.backup import database
    from app.backup.saving import save

    file = Path(args.backup_file)
    found = settings_of(args)
    save(with_instance(found), database.owner_of(found), file, with_key=args.with_key)
    voice.say(msg("app.backup.done", file=str(file)))
    if args.with_key:
        voice.warn(msg("app.backup.with_key", file=str(file)))
    else:
        voice.say(msg("app.backup.without_key", folder=str(found.folder / "secrets")))
    return 0


def run_restore(args: argparse.Namespace, voice: Voice) -> int:
    """Restore FILE into a new data folder. Exit code 1 where an invariant does not hold there."""
    from app.backup.restoring import CONFIG, restore

    file, settings = Path(args.backup_file), settings_of(args)
    broken = restore(settings, file, Path(args.keys) if args.keys else None)
    if not voice.as_json:
        voice.say(msg("app.restore.done", folder=str(settings.folder), config=CONFIG))
        if settings.in_rehearsal:
            voice.say(msg("app.restore.no_carrier"))
    return tell_broken(broken, voice)
