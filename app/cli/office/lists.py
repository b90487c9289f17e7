"""`hotline overdue`, `hotline callbacks` and `hotline ringbacks`: what is late, and whom a person has to ring."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import msg

if TYPE_CHECKING:
    from dispatch.beside.ringbacks import RingBack
    from dispatch.reads.overdue import Late
    from dispatch.rounds.reads import RoundRow
    from dispatch.transaction import Tx

RESULTS = ("reached", "unreached", "needless", "reported")


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    for name, run in (("overdue", run_overdue), ("callbacks", run_callbacks)):
        parser = commands.add(name, run, "data", "output")
        commands.option(parser, "--office", metavar="CODE")
    parser = commands.add("ringbacks", run_ringbacks, "data", "output")
    commands.option(parser, "ringback", nargs="?", metavar="ID")
    commands.option(parser, "--result", choices=RESULTS)
    commands.option(parser, "--as", dest="acting", metavar="CODE")
    commands.option(parser, "--office", metavar="CODE")


def run_overdue(args: argparse.Namespace, voice: Voice) -> int:
    """Late cases by step and unit, with the highest rung of the ladder that a text reached; below them late rounds."""
    from dispatch.reads.overdue import overdue
    from dispatch.rounds.reads import late_rounds

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        late, rounds = overdue(tx), late_rounds(tx, tx.office.code)
        if voice.as_json:
            voice.show([*map(_facts, late), *(_round_facts(tx, each) for each in rounds)])
        else:
            _tell_late(tx, late, voice)
            _tell_rounds(tx, rounds, voice)
    return 0


def _facts(late: "Late") -> dict[str, object]:
    return {
        "number": late.number, "level": late.level, "step": str(late.step), "unit": late.unit_code,
        "due_at": late.due_at.isoformat(), "rung": late.rung, "rung_name": late.rung_name,
        "underway": late.underway,
    }  # fmt: skip


def _tell_late(tx: "Tx", late: "Sequence[Late]", voice: Voice) -> None:
    heading = None
    for each in late:
        if heading != (each.step, each.unit_code):
            heading = (each.step, each.unit_code)
            voice.say(msg("app.overdue.group", step=each.step.label, unit=each.unit))
        rung = msg(f"app.overdue.rung.{each.rung_name or 'none'}")
        rung = msg("app.overdue.underway", rung=rung) if each.underway else rung
        line = msg(
            "app.overdue.line", number=each.number, level=each.level, due=each.due_at, rung=rung,
            worker=each.worker or msg("app.cli.nobody_yet"),
        )  # fmt: skip
        print(tx.say(line, voice.lang))
    voice.say(msg("app.overdue.count", count=len({each.number for each in late})))


def _round_facts(tx: "Tx", late: "RoundRow") -> dict[str, object]:
    """As a case; it has no number, but an id, a name and where it is."""
    name = tx.policy.ladder[min(late.rung, len(tx.policy.ladder) - 1)].heard_by if late.rung else ""
    return {
        "number": None, "level": None, "step": late.kind, "unit": late.unit_code, "due_at": late.due_at.isoformat(),
        "rung": late.rung, "rung_name": name, "round": str(late.id), "plan": late.name.zh, "grid": late.grid,
        "period": late.period.isoformat(), "left": late.tasks - late.done,
    }  # fmt: skip


def _tell_rounds(tx: "Tx", late: "Sequence[RoundRow]", voice: Voice) -> None:
    for each in late:
        name = tx.policy.ladder[min(each.rung, len(tx.policy.ladder) - 1)].heard_by if each.rung else "none"
        line = msg(
            "app.overdue.round", name=each.name, at=each.grid or each.unit, left=each.tasks - each.done,
            due=each.due_at, worker=each.worker or msg("app.cli.nobody_yet"), rung=msg(f"app.overdue.rung.{name}"),
        )  # fmt: skip
        print(tx.say(line, voice.lang))
    if late:
        voice.say(msg("app.overdue.rounds", count=len(late)))


def run_callbacks(args: argparse.Namespace, voice: Voice) -> int:
    """Cases that wait for a verdict which no text and no call of ours has brought."""
    from dispatch.loop.verdicts import call_back_list

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        waiting = call_back_list(tx)
        if voice.as_json:
            voice.show([_waits(row) for row in waiting])
            return 0
        for row in waiting:
            line = msg("app.callbacks.line", number=row.number, since=row.since, missed=row.missed, summary=row.summary)
            print(tx.say(line, voice.lang))
        voice.say(msg("app.callbacks.count", count=len(waiting)))
    return 0


def _waits(row: Any) -> dict[str, object]:
    return {
        "number": row.number, "summary": row.summary, "missed": row.missed,
        "since": row.since.isoformat() if row.since else None,
    }  # fmt: skip


def run_ringbacks(args: argparse.Namespace, voice: Voice) -> int:
    """Who is to be rung because their call came to nothing or they asked for it; or one that is closed now."""
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        if args.ringback is not None:
            _end_ringback(args, tx, voice)
            return 0
        from dispatch.beside.ringbacks import waiting

        listed = waiting(tx)
        if voice.as_json:
            voice.show([_rung(row) for row in listed])
            return 0
        for row in listed:
            line = msg(
                "ringback.cli.line", id=row.short, reason=row.reason.label, times=row.times, since=row.first_at,
                case=row.reported,
            )  # fmt: skip
            print(tx.say(line, voice.lang))
        voice.say(msg("ringback.cli.count", count=len(listed)))
    return 0


def _end_ringback(args: argparse.Namespace, tx: "Tx", voice: Voice) -> None:
    from dispatch.beside.ringbacks import Result, end, waiting
    from dispatch.loop.who import NotYours, by_code

    if args.result is None or args.acting is None:
        raise Trouble(msg("ringback.cli.needs"), code=2)
    meant = [row for row in waiting(tx) if str(row.id).endswith(args.ringback)]
    if len(meant) != 1:
        raise trouble("ringback.cli.none", id=args.ringback)
    try:
        end(tx, by_code(tx, args.acting), meant[0].id, Result(args.result))
    except (LookupError, NotYours) as no:
        raise trouble("ringback.cli.who", by=args.acting) from no
    voice.say(msg("ringback.cli.ended", id=meant[0].short, result=Result(args.result).label))


def _rung(row: "RingBack") -> dict[str, object]:
    return {
        "id": row.short, "reason": str(row.reason), "times": row.times, "first_at": row.first_at.isoformat(),
        "last_at": row.last_at.isoformat(), "case": row.reported or None,
    }  # fmt: skip
