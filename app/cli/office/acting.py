"""`hotline act`: what people at the desks of an office decide about a case."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg
from dispatch.acts.fields import DEEDS

if TYPE_CHECKING:
    from cases.loop.deeds import Standing
    from dispatch.acts.table import Action
    from dispatch.loop.who import Who
    from dispatch.transaction import Tx

ANSWERS = ("1", "2", "3", "4", "none")
KINDS = ("explained", "not_substantiated", "planned", "partly_solved", "settled_by_residents", "void")
REASONS = ("not_ours", "wrong_place", "unclear", "duplicate", "beyond_means")
STEPS = ("finding", "told", "call_back")
REQUESTS = ("hold", "extension", "waiver", "exception", "exclusion")
FLAGS = ("group", "collective")
WATCH = ("1", "2", "3")
KINDS_OF_MATTER = ("request", "complaint", "enquiry", "suggestion", "praise", "report")
LEVELS = ("L1", "L2", "L3", "L4")
REACHES = ("place", "everywhere")  # of an event
# The options by which the fields of a deed are given, and how one that is lacking is named.
_OPTIONS = {
    "why": ("reason", '--why "…"'),
    "words": ("reason", '--why "…"'),
    **dict.fromkeys(("unit", "co_unit", "called"), ("to_unit", "--unit UNIT")),
    "units": ("to_unit", "--unit UNIT,UNIT"),
    "person": ("person", "--person CODE"),
    "kind": ("closing_kind", f"--kind {'|'.join(KINDS)}"),
    "answer": ("answer", f"--answer {'|'.join(ANSWERS)}"),
    "reason": ("return_reason", f"--reason {'|'.join(REASONS)}"),
    "visit_code": ("visit_code", "--code CODE"),
    **dict.fromkeys(("place", "spot"), ("visit_place", "--place TEXT")),
    "part": ("part", "--part yes|no"),
    "score": ("score", "--score 1…5"),
    **dict.fromkeys(
        (
            "hold_reason",
            "extension_reason",
            "waiver_reason",
            "exception_reason",
            "back_reason",
            "decline_reason",
            "exclusion_reason",
            "line",
        ),
        ("cause", "--cause CODE"),
    ),
    "line_name": ("line_name", "--line-name TEXT"),
    "lead": ("lead", "--into NUMBER"),
    "category": ("category", "--category CODE"),
    "matter_kind": ("matter_kind", f"--matter-kind {'|'.join(KINDS_OF_MATTER)}"),
    "level": ("level", f"--level {'|'.join(LEVELS)}"),
    "persons": ("persons", "--persons CODE,CODE"),
    "parts": ("parts", "--parts TEXT;TEXT"),
    "earlier": ("earlier", "--earlier NUMBER"),
    "flag": ("flag", f"--flag {'|'.join(FLAGS)}"),
    "people": ("people", "--people COUNT"),
    "reach": ("reach", f"--reach {'|'.join(REACHES)}"),
    **dict.fromkeys(("until", "term", "soon"), ("until", "--until DATE")),
    "watch": ("watch", f"--watch {'|'.join(WATCH)}"),
    "step": ("left_step", f"--step {'|'.join(STEPS)}"),
    "refer_to": ("refer_to", "--to CODE"),
    "what": ("request", f"--what {'|'.join(REQUESTS)}"),
}


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    act = commands.add("act", run_act, "data", "output")
    commands.option(act, "number", metavar="NUMBER")
    commands.option(act, "decision", choices=DEEDS, metavar="DEED")
    commands.option(act, "--as", dest="acting", metavar="CODE")
    commands.option(act, "--unit", dest="to_unit", metavar="UNIT", default="")
    commands.option(act, "--why", dest="reason", metavar="TEXT", default="")
    commands.option(act, "--kind", dest="closing_kind", choices=KINDS, default="")
    commands.option(act, "--answer", choices=ANSWERS, default="")
    commands.option(act, "--person", metavar="CODE", default="")
    commands.option(act, "--reason", dest="return_reason", choices=REASONS, default="")
    commands.option(act, "--code", dest="visit_code", metavar="CODE", default="")
    commands.option(act, "--place", dest="visit_place", metavar="TEXT", default="")
    commands.option(act, "--cause", metavar="CODE", default="")
    commands.option(act, "--into", dest="lead", metavar="NUMBER", default="")
    commands.option(act, "--line-name", dest="line_name", metavar="TEXT", default="")
    commands.option(act, "--until", dest="until", metavar="DATE", default="")
    commands.option(act, "--step", dest="left_step", choices=STEPS, default="")
    commands.option(act, "--what", dest="request", choices=REQUESTS, default="")
    commands.option(act, "--earlier", metavar="NUMBER", default="")
    commands.option(act, "--flag", choices=FLAGS, default="")
    commands.option(act, "--people", metavar="COUNT", default="")
    commands.option(act, "--reach", choices=REACHES, default="")
    commands.option(act, "--watch", choices=WATCH, default="")
    commands.option(act, "--part", choices=("yes", "no"), default="")
    commands.option(act, "--score", choices=("1", "2", "3", "4", "5"), default="")
    commands.option(act, "--to", dest="refer_to", metavar="CODE", default="")
    commands.option(act, "--category", metavar="CODE", default="")
    commands.option(act, "--matter-kind", dest="matter_kind", choices=KINDS_OF_MATTER, default="")
    commands.option(act, "--level", choices=LEVELS, default="")
    commands.option(act, "--persons", metavar="CODE,CODE", default="")
    commands.option(act, "--parts", metavar="TEXT;TEXT", default="")
    commands.option(act, "--office", metavar="CODE")


def run_act(args: argparse.Namespace, voice: Voice) -> int:
    """Do it, and say where the case stands."""
    from dispatch.acts.table import ACTIONS, Given
    from dispatch.coi.reading import of_staff
    from dispatch.loop import closing
    from dispatch.loop.who import by_code

    action = ACTIONS[args.decision]
    values = {field.name: getattr(args, _OPTIONS[field.name][0]).strip() for field in action.fields}
    lacking = [_OPTIONS[field.name][1] for field in action.fields if field.needed and not values[field.name]]
    if lacking:
        raise Trouble(msg("app.act.needs", deed=args.decision, lacking=", ".join(lacking)), code=2)
    with house(args) as found, _refusals(args), found.door.transaction(office_of(args, found)) as tx:
        named = by_code(tx, args.acting) if args.acting else None
        if named is not None:  # they find what they may know of
            tx.read_by(lambda opened: of_staff(opened, named.id))
        case = closing.by_number(tx, args.number)
        who = named or _whose(tx, action, case)
        told = action.do(Given(tx, who, case, values))
        _tell((tx, args.number, who), told, closing.by_number(tx, args.number).row.state, voice)
    return 0


def _whose(tx: "Tx", action: "Action", case: "Standing") -> "Who":
    """Who does it where nobody is named: the first of the office whose part it is; what the holder does, the holder."""
    from dispatch.loop.who import by_code, by_id
    from dispatch.people.roster import DESK_CODE

    if not action.whose and case.row.worker_id is not None:
        return by_id(tx, case.row.worker_id)
    there = [worker for worker in tx.district.workers if worker.unit == tx.office.code]
    meant = [worker.code for role in action.whose for worker in there if str(worker.role) == role]
    return by_code(tx, meant[0] if meant else DESK_CODE)


def _tell(said: "tuple[Tx, str, Who]", told: Message | None, state: str, voice: Voice) -> None:
    tx, number, who = said
    if voice.as_json:
        words = tx.say(told, voice.lang) if told else None
        voice.show({"number": number, "state": state, "by": who.code, "tell_resident": words})
        return
    voice.say(msg("app.act.done", number=number, state=msg(f"cases.state.{state}"), name=who.name))
    if told is not None:
        print(tx.say(told, voice.lang))


@contextmanager
def _refusals(args: argparse.Namespace) -> Iterator[None]:
    """What the house refuses, in plain words."""
    from cases.lifecycle import IllegalDeed
    from dispatch.acts.refusals import Refused
    from dispatch.duty.giving import UnknownPerson
    from dispatch.loop.closing import NothingToDecide, SamePerson
    from dispatch.loop.who import NotYours, Partial
    from dispatch.reports import UnknownCase, UnknownUnit
    from dispatch.ringing import CannotRing

    number, deed = args.number, args.decision
    try:
        yield
    except UnknownCase as error:
        raise trouble("app.cli.no_case", number=number) from error
    except UnknownUnit as error:
        raise trouble("app.cli.no_unit", unit=args.to_unit) from error
    except UnknownPerson as error:
        raise trouble("app.act.no_person", code=args.person) from error
    except (Refused, CannotRing) as error:
        raise Trouble(error.why) from error
    except NotYours as error:
        raise trouble("app.act.not_yours", name=error.who.name, need=error.need.label) from error
    except (Partial, SamePerson) as error:
        raise trouble(f"app.act.{'partial' if isinstance(error, Partial) else 'same_person'}", number=number) from error
    except NothingToDecide as error:
        raise trouble(f"app.act.nothing.{deed}", number=number) from error
    except IllegalDeed as error:
        raise Trouble(error.why.reason) from error
    except LookupError as error:
        raise trouble("app.act.nobody", code=args.acting or "–") from error
