"""`hotline triage`: what waits for somebody to say what it is, and saying so."""

import argparse
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.loop.who import Who
    from dispatch.matters.doubt import Offer
    from dispatch.transaction import Tx
    from dispatch.triage.lane import Waits

NOTHING = "none"


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("triage", run_triage, "data", "output")
    commands.option(parser, "number", nargs="?", metavar="NUMBER")
    commands.option(parser, "triage_category", nargs="?", metavar="CATEGORY")
    commands.option(parser, "--as", dest="acting", metavar="CODE")
    commands.option(parser, "--office", metavar="CODE")


def run_triage(args: argparse.Namespace, voice: Voice) -> int:
    """Without a number the list; with one and a category it is sent, with `none` it is closed."""
    from dispatch.triage import lane

    if args.number and not args.triage_category:
        raise Trouble(msg("triage.cli.needs"), code=2)
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        if args.number:
            told = _sort(tx, args)
            if voice.as_json:
                voice.show({"number": args.number, "told": tx.say(told, voice.lang)})
            else:
                print(tx.say(told, voice.lang))
            return 0
        waiting = lane.waiting(tx)
        if voice.as_json:
            voice.show([_facts(each) for each in waiting])
            return 0
        for each in waiting:
            print(tx.say(_line(tx, each), voice.lang))
        voice.say(msg("triage.cli.count", count=len(waiting)))
    return 0


def _sort(tx: "Tx", args: argparse.Namespace) -> Message:
    from dispatch.acts.refusals import Refused
    from dispatch.loop.closing import NothingToDecide
    from dispatch.loop.who import NotYours
    from dispatch.reports import UnknownCase
    from dispatch.triage import sorting

    who = _who(tx, args.acting)
    try:
        if args.triage_category == NOTHING:
            return sorting.nothing(tx, who, args.number)
        return sorting.sort(tx, who, args.number, args.triage_category)
    except UnknownCase as error:
        raise trouble("app.cli.no_case", number=args.number) from error
    except NothingToDecide as error:
        raise trouble("triage.refused.gone", number=args.number) from error
    except NotYours as error:
        raise trouble("app.act.not_yours", name=error.who.name, need=error.need.label) from error
    except Refused as error:
        raise Trouble(error.why) from error


def _who(tx: "Tx", code: str | None) -> "Who":
    """Who is named, else a dispatcher of the office, else its duty desk."""
    from dispatch.district import Role
    from dispatch.loop.who import by_code
    from dispatch.people.roster import DESK_CODE

    there = (worker for worker in tx.district.workers if worker.unit == tx.office.code)
    fit = (worker.code for worker in there if worker.role is Role.DISPATCHER)
    return by_code(tx, code or next(fit, DESK_CODE))


def _facts(each: "Waits") -> dict[str, object]:
    return {
        "number": each.number, "why": each.why, "summary": each.summary,
        "due_at": each.due_at.isoformat() if each.due_at else None,
        "best": [
            {"category": one.category, "percent": one.percent, "words": list(one.words), "proposed": one.proposed}
            for one in each.offers
        ],
    }  # fmt: skip


def _offered(one: "Offer") -> str:
    likely = one.category if one.percent is None else f"{one.category} {one.percent}%"
    return f"{likely} *" if one.proposed else likely


def _line(tx: "Tx", each: "Waits") -> Message:
    names = "、".join(_offered(one) for one in each.offers)
    due: object = each.due_at if each.due_at else ""
    return msg("triage.cli.line", number=each.number, due=due, best=names or "–", summary=each.summary)
