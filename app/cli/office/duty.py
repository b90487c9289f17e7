"""`hotline duty` and `hotline leave`: who is there, and who is away."""

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import ACTOR, house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from app.winding.target import shown, target
from cases.phrases import Message, Name, msg

if TYPE_CHECKING:
    from dispatch.duty.leaves import Absence
    from dispatch.duty.reach import Presence, UnitDuty
    from dispatch.transaction import Tx

CANCEL = "cancel"
NOW = "now"


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    duty = commands.add("duty", run_duty, "data", "output")
    commands.option(duty, "--at", metavar="22:00|2026-12-01T09:00", dest="at")
    commands.option(duty, "--office", metavar="CODE")
    leave = commands.add("leave", run_leave, "data", "output")
    commands.option(leave, "leave", nargs="*", metavar="WORKER FROM UNTIL")
    commands.option(leave, "--kind", choices=("leave", "sick", "training", "other"), default="leave", dest="absence")
    commands.option(leave, "--office", metavar="CODE")


def run_duty(args: argparse.Namespace, voice: Voice) -> int:
    """Who is there now, or will be then, of each unit."""
    from dispatch.duty.reach import who_is_on

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        seen = tx.seen_at(target(args.at, tx.now, tx.zone)) if args.at else tx
        units = who_is_on(seen)
        if voice.as_json:
            voice.show({"at": seen.now.astimezone(tx.zone).isoformat(timespec="seconds"), "units": _units(units)})
            return 0
        voice.say(msg("app.duty.at", at=shown(seen.now, tx.zone)))
        for each in units:
            for line in _lines(each):
                print(tx.say(line, voice.lang))
    return 0


def _units(units: "list[UnitDuty]") -> list[dict[str, object]]:
    return [
        {
            "unit": each.unit.code,
            "on_duty": [there.worker.code for there in each.on_duty],
            "at_work": [there.worker.code for there in each.at_work],
            "away": [there.worker.code for there in each.away],
            "stands_in": each.stands_in.zh if each.stands_in else None,
        }
        for each in units
    ]


def _lines(duty: "UnitDuty") -> list[Message]:
    if not (duty.on_duty or duty.at_work or duty.away):
        return [msg("app.duty.nobody", unit=duty.unit.name, stands_in=duty.stands_in or Name(""))]
    there = [*_people("on_duty", duty.on_duty), *_people("at_work", duty.at_work), *_people("away", duty.away)]
    head = "app.duty.unit" if duty.stands_in is None else "app.duty.unit_covered"
    return [msg(head, unit=duty.unit.name, stands_in=duty.stands_in or Name("")), *there]


def _people(how: str, people: "tuple[Presence, ...]") -> list[Message]:
    return [msg(f"app.duty.{how}", name=each.worker.name, code=each.worker.code, until=each.until) for each in people]


def run_leave(args: argparse.Namespace, voice: Voice) -> int:
    """Who is away; somebody will be; or will not be after all."""
    from dispatch.duty.leaves import LeaveTrouble, cancel_leave, leave, leaves

    words = args.leave
    if len(words) not in (0, 2, 3) or (len(words) == 2) != (words[:1] == [CANCEL]):
        raise Trouble(msg("app.leave.needs"), code=2)
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        try:
            if not words:
                listed, how = leaves(tx), "line"
            elif words[0] == CANCEL:
                listed, how = [cancel_leave(tx, each.id) for each in leaves(tx) if each.code == words[1]], "cancelled"
            else:
                span = _span(tx, words[1], words[2])
                listed, how = [leave(tx, words[0], args.absence, *span, ACTOR)], "recorded"
        except LeaveTrouble as error:
            raise Trouble(error.message) from error
        if not listed and words:
            raise trouble("app.leave.none", code=words[1])
        _tell(tx, listed, how, voice)
    return 0


def _span(tx: "Tx", start: str, end: str) -> tuple[datetime, datetime]:
    """From when until when: moments, hours, `now`; the end may be a stretch from the begin (`3d`)."""
    from_at = tx.now if start == NOW else target(start, tx.now, tx.zone)
    return from_at, target(end, from_at, tx.zone)


def _tell(tx: "Tx", listed: "list[Absence]", how: str, voice: Voice) -> None:
    if voice.as_json:
        voice.show([_facts(each) for each in listed])
        return
    for each in listed:
        facts = {"name": each.name, "code": each.code, "kind": each.kind.label}
        line = msg(f"app.leave.{how}", **facts, start=each.from_at, end=each.until_at)
        print(tx.say(line, voice.lang))
    if how == "line":
        voice.say(msg("app.leave.count", count=len(listed)))


def _facts(absence: "Absence") -> dict[str, object]:
    return {
        "worker": absence.code, "kind": str(absence.kind),
        "from": absence.from_at.isoformat(), "until": absence.until_at.isoformat(),
    }  # fmt: skip
