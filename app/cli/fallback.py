"""`hotline fallback DIR`: the answers of a second host, which the carrier asks when ours is away altogether."""

import argparse
from pathlib import Path

from app.cli.parser import Commands
from app.cli.voice import Voice
from app.trouble import trouble
from cases.phrases import msg


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("fallback", run_fallback, "output")
    commands.option(parser, "folder", metavar="DIR")


def run_fallback(args: argparse.Namespace, voice: Voice) -> int:
    """Write the files, and say where a carrier is told of them."""
    from webhooks.static import write_fallback

    try:
        files = [str(file) for file in write_fallback(Path(args.folder))]
    except OSError as error:
        raise trouble("app.fallback.unwritable", folder=args.folder, why=error.strerror or str(error)) from error
    if voice.as_json:
        voice.show({"files": files})
    voice.say(msg("app.fallback.done", voice=files[0], sms=files[1]))
    return 0
