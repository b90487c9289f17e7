"""`hotline rounds plates`: the plate codes of a grid or courtyard, to be put up."""

import argparse

from app.cli.parser import Commands, Parser
from app.cli.records import house, office_of
from app.cli.rounds.shape import SHAPES, show
from app.cli.voice import Voice
from app.trouble import trouble


def add_command(commands: Commands, group: "argparse._SubParsersAction[Parser]") -> None:
    """The command of this room, in the group of rounds."""
    parser = commands.add("plates", run_plates, "data", under=group)
    commands.option(parser, "--grid", metavar="GRID|COURTYARD", required=True)
    commands.option(parser, "-o", "--output", dest="output", choices=SHAPES, default="table")
    commands.option(parser, "--office", metavar="CODE")


def run_plates(args: argparse.Namespace, voice: Voice) -> int:
    """Who may speak to the instance may print them; on pages it is who plans rounds."""
    from dispatch.rounds.life.plates import plates

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        rows = [
            {"plan": each.plan.in_language(voice.lang), "place": tx.say(each.place, voice.lang), "code": each.code}
            for each in plates(tx, tx.office.code, args.grid)
        ]
    if not rows:
        raise trouble("rounds.cli.no_plates", at=args.grid)
    show(rows, args.output, voice)
    return 0
