"""`hotline clock`: whether the database's own clock runs as it should, and firing again after it jumped."""

import argparse
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import ACTOR, house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from app.winding.target import shown
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.transaction import Tx


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("clock", run_clock, "data", "output")
    commands.option(parser, "clock_deed", nargs="?", choices=("resume",), metavar="resume")
    commands.option(parser, "--office", metavar="CODE")


def run_clock(args: argparse.Namespace, voice: Voice) -> int:
    """What the clock shows and whether firing waits; or: it is right, firing goes on."""
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        if args.clock_deed is None:
            _tell(voice, tx)
            return 0
        from dispatch.due import jumps

        if not jumps.resume(tx, ACTOR):
            raise trouble("firing.clock.nothing_waits")
    if voice.as_json:
        voice.show({"resumed": True})
    voice.say(msg("firing.clock.resumed"))
    return 0


def _tell(voice: Voice, tx: "Tx") -> None:
    from dispatch.due import jumps

    jump, now = jumps.found(tx.conn), jumps.shown(tx)
    if voice.as_json:
        facts = (
            {"expected_at": jump.expected_at.isoformat(), "noticed_at": jump.noticed_at.isoformat()} if jump else None
        )
        voice.show({"now": now.isoformat(), "ahead_seconds": tx.ahead.total_seconds(), "jump": facts})
        return
    voice.say(msg("firing.clock.shows", at=shown(now, tx.zone)))
    if jump is None:
        voice.say(msg("firing.clock.steady"))
        return
    at = {"expected": shown(jump.expected_at, tx.zone), "found": shown(jump.noticed_at, tx.zone)}
    voice.say(msg("firing.clock.jumped", **at))


def standing(args: argparse.Namespace) -> str:
    """Whether firing goes_on, waits, or is unknown, for `hotline status`."""
    import sqlalchemy as sa

    from dispatch.due import jumps

    try:
        with house(args) as found, found.door.found() as conn:
            return "waits" if jumps.found(conn) else "goes_on"
    except (Trouble, sa.exc.SQLAlchemyError):
        return "unknown"


def told(standing: str) -> Message:
    """The same in words."""
    return msg("app.status.line", name="firing", value=msg(f"firing.status.{standing}"))
