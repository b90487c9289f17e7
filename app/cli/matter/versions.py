"""`hotline classify train --now`, `versions` and `undo`: what this office learnt from its own cases."""

import argparse
import json
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from app.cli.parser import Commands, Parser
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_HAND = "command"


def add_commands(commands: Commands, below: "argparse._SubParsersAction[Parser]") -> None:
    """The commands of this room, under `hotline classify`."""
    shown = commands.add("versions", run_versions, "data", "output", under=below)
    back = commands.add("undo", run_undo, "data", under=below)
    commands.option(back, "--as", metavar="CODE", dest="acting", required=True)
    commands.option(back, "--why", metavar="TEXT", required=True)
    for parser in (shown, back):
        commands.option(parser, "--office", metavar="CODE")


def train_now(args: argparse.Namespace, voice: Voice) -> int:
    """What happens at night, now; 1 where the comparison refused it."""
    from app.processes.learning.nightly import learn
    from dispatch.learning import versions
    from dispatch.learning.training import ground

    with house(args) as found:
        office = office_of(args, found)
        with found.door.transaction(office) as tx:
            there, zone = versions.course(tx), tx.zone
        if not there.lessons:
            raise trouble("learning.cli.no_cases")
        row = learn(found, office, ground(), BY_HAND)
    if voice.as_json:
        voice.show(_facts(row))
    voice.say(_line(row, zone))
    return 0 if row.state == versions.IN_FORCE else 1


def run_versions(args: argparse.Namespace, voice: Voice) -> int:
    """Every version, the newest first, with what its comparison came to."""
    from dispatch.learning import versions

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        rows, zone, is_usable = versions.listed(tx), tx.zone, tx.learnt is not None
    if voice.as_json:
        voice.show({"versions": [_facts(row) for row in rows]})
        return 0
    for row in rows:
        voice.say(_line(row, zone))
    in_force = next((row.number for row in rows if row.state == versions.IN_FORCE), None)
    if in_force is None:
        voice.say(msg("learning.cli.shipped_speaks"))
    elif not is_usable:
        voice.warn(msg("learning.cli.unusable", number=in_force))
    return 0


def run_undo(args: argparse.Namespace, voice: Voice) -> int:
    """The version before is in force again."""
    from dispatch.learning import versions
    from dispatch.loop.who import NotYours, by_code

    try:
        with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
            before = versions.undo(tx, by_code(tx, args.acting), args.why)
    except versions.NothingToUndo as error:
        raise trouble("learning.cli.nothing_to_undo") from error
    except NotYours as error:
        raise trouble("rules.cli.no.not_yours", name=error.who.name) from error
    except LookupError as error:
        raise trouble("rules.cli.no.nobody", code=args.acting) from error
    back = msg("learning.cli.undone_to", number=before) if before else msg("learning.cli.undone_to_shipped")
    voice.say(msg("learning.cli.undone", back=back))
    return 0


def _facts(row: Any) -> "Mapping[str, object]":
    return {**row._mapping, "figures": json.loads(row.figures)}


def _line(row: Any, zone: tzinfo) -> Message:
    figures = json.loads(row.figures)
    own, before, shipped = figures["own"], figures["own_before"], figures["shipped"]
    ended: Message | str = ""
    if row.state == "undone":
        ended = msg("learning.cli.ended", by=row.ended_by, why=row.ended_why)
    elif figures["worse"]:
        ended = msg("learning.cli.worse", why=msg(f"learning.worse.{figures['worse'][0]}"))
    return msg(
        "learning.cli.version", number=row.number, state=msg(f"learning.state.{row.state}"), by=row.made_by,
        at=f"{row.made_at.astimezone(zone):%Y-%m-%d %H:%M}", lessons=figures["lessons"],
        corrected=figures["corrected"], kept=own["texts"], before=_percent(before["right"]),
        right=_percent(own["right"]), recall=_percent(shipped["recall"]), alarms=_percent(shipped["false_alarms"]),
        ended=ended,
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
