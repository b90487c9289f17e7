"""`hotline rounds give`: an open round goes to somebody else."""

import argparse
from datetime import date
from typing import TYPE_CHECKING

from app.cli.parser import Commands, Parser
from app.cli.records import ACTOR, house, office_of
from app.cli.voice import Voice
from app.trouble import trouble
from cases.phrases import msg

if TYPE_CHECKING:
    from dispatch.rounds.reads import RoundRow
    from dispatch.transaction import Tx


def add_command(commands: Commands, group: "argparse._SubParsersAction[Parser]") -> None:
    """The command of this room, in the group of rounds."""
    parser = commands.add("give", run_give, "data", under=group)
    commands.option(parser, "give_at", metavar="GRID|COURTYARD")
    commands.option(parser, "--to", dest="give_to", metavar="CODE", required=True)
    commands.option(parser, "--why", dest="give_why", metavar="TEXT", required=True)
    commands.option(parser, "--plan", dest="give_plan", metavar="PLAN", default="")
    commands.option(parser, "--period", dest="give_period", type=date.fromisoformat, metavar="2026-11-23")
    commands.option(parser, "--office", metavar="CODE")


def run_give(args: argparse.Namespace, voice: Voice) -> int:
    """The round's clock goes on; who has it now, and who had it, are told."""
    from dispatch.duty.giving import UnknownPerson
    from dispatch.rounds.life import handing

    if not args.give_why.strip():
        raise trouble("rounds.cli.no_why")
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        row = _row(tx, args)
        try:
            to = handing.give(tx, row.id, args.give_to, args.give_why, ACTOR)
        except UnknownPerson:
            there = ", ".join(worker.code for worker in handing.people(tx, row.id))
            raise trouble("rounds.cli.no_person", code=args.give_to, there=there) from None
    voice.say(msg("rounds.cli.given", name=row.name, at=args.give_at, to=to.name))
    return 0


def _row(tx: "Tx", args: argparse.Namespace) -> "RoundRow":
    """The open round that is meant. Raises Trouble where there is none, or several."""
    from dispatch.rounds import reads

    rows = [
        each for each in reads.listed(tx, tx.office.code, reads.PRESSING, most=10_000)
        if args.give_at in (each.grid or each.unit_code,) and args.give_plan in ("", each.template)
        and args.give_period in (None, each.period)
    ]  # fmt: skip
    if len(rows) > 1:
        raise trouble("rounds.cli.several", at=args.give_at, count=len(rows))
    if not rows:
        raise trouble("rounds.cli.no_round", at=args.give_at)
    return rows[0]
