"""`hotline act`: what people at the desks of an office decide about a case."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from uuid import UUID

    from dispatch.loop.who import Who
    from dispatch.transaction import Tx

ANSWERS = ("1", "2", "3", "4", "none")
KINDS = ("explained", "not_substantiated")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: on which case, by whom, and what was said with it."""

    tx: "Tx"
    number: str
    who: "Who"
    unit: str
    why: str
    kind: str
    answer: str


Deed = Callable[[Decision], Message | None]


def _uphold(said: Decision) -> None:
    from dispatch.loop import returns

    returns.uphold(said.tx, said.number, said.unit, said.why, said.who)


def _reject(said: Decision) -> None:
    from dispatch.loop import returns

    returns.reject(said.tx, said.number, said.why, said.who)


def _propose(said: Decision) -> None:
    from cases.states import ClosingKind
    from dispatch.loop import closing

    closing.propose(said.tx, said.number, ClosingKind(said.kind), said.why, said.who)


def _approve(said: Decision) -> None:
    from dispatch.loop import closing

    closing.approve(said.tx, said.number, said.who)


def _refuse(said: Decision) -> None:
    from dispatch.loop import closing

    closing.refuse(said.tx, said.number, said.who)


def _redo(said: Decision) -> None:
    from dispatch.loop import reworking

    reworking.order(said.tx, said.number, said.why, said.who)


def _call_back(said: Decision) -> Message:
    from dispatch.loop import verdicts

    return verdicts.attempt(said.tx, said.number, said.who, verdicts.KEYS.get(said.answer), said.why)


def _reopen(said: Decision) -> Message:
    from dispatch.loop import closing, reopening

    case = closing.by_number(said.tx, said.number)
    done = None
    if case.row.party_id:
        done = reopening.reopen(
            said.tx, case.row.party_id, said.number, said.why, actor=said.who.actor, texted=True
        )  # fmt: skip
    if not isinstance(done, reopening.Reopened):
        raise closing.NothingToDecide(said.number)
    return done.message


def _reroute(said: Decision) -> None:
    from dispatch import desk

    desk.reroute(said.tx, said.number, said.unit, said.why, said.who.actor)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a deed is done: by whom of the office where nobody is named, and which options it needs."""

    do: Deed
    roles: tuple[str, ...]
    needs: tuple[str, ...] = ()


_DISPATCHER = ("dispatcher", "duty_desk")
_SUPERVISOR = ("supervisor", "leader", "duty_desk")
DEEDS: Mapping[str, Rule] = MappingProxyType(
    {
        "uphold": Rule(_uphold, _DISPATCHER, ("why",)),
        "reject": Rule(_reject, _DISPATCHER, ("why",)),
        "propose": Rule(_propose, _SUPERVISOR, ("why", "kind")),
        "approve": Rule(_approve, ("leader", "supervisor")),
        "refuse": Rule(_refuse, ("leader", "supervisor")),
        "redo": Rule(_redo, _SUPERVISOR, ("why",)),
        "call-back": Rule(_call_back, ("caller_back", "agent", "dispatcher"), ("answer",)),
        "reopen": Rule(_reopen, _DISPATCHER),
        "reroute": Rule(_reroute, _DISPATCHER, ("unit", "why")),
    }
)


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    act = commands.add("act", run_act, "data", "output")
    commands.option(act, "number", metavar="NUMBER")
    commands.option(act, "decision", choices=tuple(DEEDS), metavar="DEED")
    commands.option(act, "--as", dest="acting", metavar="CODE")
    commands.option(act, "--unit", dest="to_unit", metavar="UNIT", default="")
    commands.option(act, "--why", dest="reason", metavar="TEXT", default="")
    commands.option(act, "--kind", dest="closing_kind", choices=KINDS, default="")
    commands.option(act, "--answer", choices=ANSWERS, default="")
    commands.option(act, "--office", metavar="CODE")


_OPTIONS = {"why": "--why \"…\"", "unit": "--unit UNIT", "kind": f"--kind {'|'.join(KINDS)}",
            "answer": f"--answer {'|'.join(ANSWERS)}"}  # fmt: skip


def run_act(args: argparse.Namespace, voice: Voice) -> int:
    """Do it, and say where the case stands."""
    from dispatch.loop import closing

    rule = DEEDS[args.decision]
    given = {"why": args.reason.strip(), "unit": args.to_unit, "kind": args.closing_kind, "answer": args.answer}
    lacking = [_OPTIONS[name] for name in rule.needs if not given[name]]
    if lacking:
        raise Trouble(msg("app.act.needs", deed=args.decision, lacking=", ".join(lacking)), code=2)
    with house(args) as found, _refusals(args), found.door.transaction(office_of(args, found)) as tx:
        decision = Decision(tx, args.number, _who(tx, args.acting, rule), **given)
        told = rule.do(decision)
        row = closing.by_number(tx, args.number).row
        if told is not None and "visit" in told.params and _takes_texts(tx, row.party_id):
            told = msg(told.id, **{**told.params, "visit": ""})  # the code is the resident's alone, who has a text
        _tell(decision, told, row.state, voice)
    return 0


def _takes_texts(tx: "Tx", party_id: "UUID | None") -> bool:
    from dispatch.people import parties

    return party_id is not None and not parties.party_of(tx, parties.number_of(tx, party_id)).stopped


def _who(tx: "Tx", code: str | None, rule: Rule) -> "Who":
    """Who decides: the one named, else the first of the office whose part it is."""
    from dispatch.loop.who import by_code
    from dispatch.people.roster import DESK_CODE

    if code:
        return by_code(tx, code)
    office = tx.office.code
    there = [worker for worker in tx.district.workers if worker.unit == office]
    meant = [worker.code for role in rule.roles for worker in there if str(worker.role) == role]
    return by_code(tx, meant[0] if meant else DESK_CODE)


def _tell(said: Decision, told: Message | None, state: str, voice: Voice) -> None:
    if voice.as_json:
        words = said.tx.say(told, voice.lang) if told else None
        voice.show({"number": said.number, "state": state, "by": said.who.code, "tell_resident": words})
        return
    voice.say(msg("app.act.done", number=said.number, state=msg(f"cases.state.{state}"), name=said.who.name))
    if told is not None:
        print(said.tx.say(told, voice.lang))


@contextmanager
def _refusals(args: argparse.Namespace) -> Iterator[None]:
    """What the house refuses, in plain words."""
    from cases.lifecycle import IllegalDeed
    from dispatch.loop.closing import NothingToDecide, SamePerson
    from dispatch.loop.who import NotYours, Partial
    from dispatch.reports import UnknownCase, UnknownUnit

    number, deed = args.number, args.decision
    try:
        yield
    except UnknownCase as error:
        raise trouble("app.cli.no_case", number=number) from error
    except UnknownUnit as error:
        raise trouble("app.cli.no_unit", unit=args.to_unit) from error
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
