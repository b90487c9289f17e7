"""`hotline rules replay`: what a draft would have done with the cases of the last days."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.parser import Commands, Parser
from app.cli.records import house, office_of
from app.cli.rules import drafts
from app.cli.voice import Voice
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.ruling.replay import Change, Replayed

_SHOWN = 40  # changed cases that are told to a person; programs get all


def add_to(commands: Commands, group: "argparse._SubParsersAction[Parser]") -> None:
    """The command of this room, under `rules`."""
    parser = commands.add("replay", run_replay, "data", "output", under=group)
    commands.option(parser, "--draft", metavar="FILE", required=True)
    commands.option(parser, "--days", type=int, default=30, metavar="30", dest="replay_days")
    commands.option(parser, "--office", metavar="CODE")


def run_replay(args: argparse.Namespace, voice: Voice) -> int:
    """Where each case went by the table in force, and where the draft would have sent it."""
    from app.cli.rules.linting import sound
    from dispatch.reads.ruling.past import past
    from dispatch.ruling.replay import replay

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        draft = sound(*drafts.drafted(drafts.of(tx), args.draft))
        seen = replay(past(tx, args.replay_days), tx.policy, draft, tx.district)
        names = {unit.code: unit.name for unit in tx.district.units}
    if voice.as_json:
        voice.show(asdict(seen))
        return 0
    voice.say(msg("rules.cli.replayed", cases=seen.cases, days=args.replay_days, changed=len(seen.changes)))
    for line in _told(seen):
        voice.say(line)
    for unit, (before, after) in seen.load.items():
        if before != after:
            change = f"{after - before:+}"
            voice.say(msg("rules.cli.load", unit=names.get(unit, unit), before=before, after=after, change=change))
    return 0


def _told(seen: "Replayed") -> Iterator[Message]:
    yield from map(_change, seen.changes[:_SHOWN])
    if len(seen.changes) > _SHOWN:
        yield msg("rules.cli.more", count=len(seen.changes) - _SHOWN)
    for name in ("spared", "caused", "uncovered"):
        numbers: tuple[str, ...] = getattr(seen, name)
        if numbers:
            shown = ", ".join(numbers[:_SHOWN]) + (" …" if len(numbers) > _SHOWN else "")
            yield msg(f"rules.cli.{name}", count=len(numbers), numbers=shown)


def _change(change: "Change") -> Message:
    before, after = (
        msg("rules.cli.went", unit=each.unit, worker=each.worker or "–", level=each.level, rule=each.rule)
        for each in (change.before, change.after)
    )
    return msg("rules.cli.change", number=change.number, before=before, after=after)
