"""`hotline why NUMBER`: what a case's history comes to: when each step is due, what has run, who pays, and why."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from app.cli.clock.columns import table
from app.cli.parser import Commands
from app.cli.records import case_row, house, office_of
from app.cli.voice import Voice
from cases.clock.reckoning import Charge, Reckoned, Reckoning
from cases.clock.telling import in_full, length, moment, sentence
from cases.clock.workdays import Calendar
from cases.phrases import LANGUAGES, Message, Name, msg
from cases.steps import Step

if TYPE_CHECKING:
    from dispatch.transaction import Tx

_UnitName = Callable[[str], Name]


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("why", run_why, "data", "output")
    commands.option(parser, "number", metavar="NUMBER")
    commands.option(parser, "--office", metavar="CODE")


def run_why(args: argparse.Namespace, voice: Voice) -> int:
    """What was promised on a case, what became of it, and why it is due when it is."""
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        row = case_row(tx, args.number)
        told, named, office = _reckoning(tx, row)
        who = _candidates(tx, row)
        if voice.as_json:
            candidates = {lang: [Voice(lang).text(each) for each in who] for lang in LANGUAGES}
            voice.show({"number": row.number, "state": row.state, **_facts(told, office), "candidates": candidates})
            return 0
        for line in _page(told, named, office, voice):
            print(line)
        if who:
            voice.say(msg("choice.cli.head"))
        for each in who:
            voice.say(msg("choice.cli.line", why=each))
    return 0


def _reckoning(tx: "Tx", row: Any) -> tuple[Reckoning, _UnitName, Calendar]:
    from cases.history import words_of
    from cases.loop.clocks import reckoning
    from console.standing.telling import Teller

    teller = Teller(tx.district, tx.policy, partial(words_of, tx))
    return reckoning(tx, row, teller.actor), teller.unit, tx.hours(row.policy_version).office


def _candidates(tx: "Tx", row: Any) -> list[Message]:
    """Who came into question when the case last changed hands."""
    from cases.history import words_of
    from cases.queries import timeline
    from console.standing.choices import candidates
    from console.standing.telling import Teller

    return candidates(Teller(tx.district, tx.policy, partial(words_of, tx)), timeline(tx.conn, row.id))


def _name(step: Step) -> str:
    """What programs call a step, as `hotline due` does."""
    return "finish" if step is Step.TOLD else step.value


def _last(told: Reckoning) -> list[Reckoned]:
    """Of each step the promise that runs, else the one that ended last; in the order in which steps are taken."""
    return [each for each in map(told.of, Step) if each is not None]


def _facts(told: Reckoning, office: Calendar) -> dict[str, object]:
    """The answer for a program: moments in the office's zone, times in seconds."""
    zone = office.zone
    return {
        "provisional": any(each.provisional for each in (*told.promises, *_last(told))),
        "promise": [_promised(each, zone) for each in told.promises],
        "due": {_name(each.step): each.due_at.astimezone(zone).isoformat() for each in _last(told)},
        "steps": [_promised(each, zone) for each in told.steps],
        "charges": [_charged(each, zone) for each in told.charges],
        "explanation": {lang: "\n".join(Voice(lang).text(line) for line in _why(told)) for lang in LANGUAGES},
    }


def _promised(each: Reckoned, zone: Any) -> dict[str, object]:
    local = {"started_at": each.started_at, "due_at": each.due_at, "warn_at": each.warn_at, "ended_at": each.ended_at}
    return {
        "step": _name(each.step),
        "attempt": each.attempt,
        "unit": each.unit or None,
        "payer": str(each.payer),
        "limit": str(each.limit),
        **{name: at.astimezone(zone).isoformat() if at else None for name, at in local.items()},
        "kept": each.kept,
        "stands": each.stands,
        "ran": _seconds(each.ran),
        "left": _seconds(each.left),
        "why": {lang: Voice(lang).text(sentence(each.why)) for lang in LANGUAGES},
    }


def _charged(each: Charge, zone: Any) -> dict[str, object]:
    start, end = (at.astimezone(zone).isoformat() for at in (each.start, each.end))
    return {
        "from": start, "to": end, "seconds": _seconds(each.time), "payer": str(each.payer), "unit": each.unit or None
    }  # fmt: skip


def _seconds(time: timedelta) -> int:
    return time // timedelta(seconds=1)


def _why(told: Reckoning) -> list[Message]:
    """Why each promise is due then, a sentence each: first that to the resident."""
    promised = [msg("clock.case.promise", why=sentence(each.why)) for each in told.promises]
    return [*promised, *(msg("app.due.why", step=each.step.label, why=sentence(each.why)) for each in _last(told))]


def _page(told: Reckoning, named: _UnitName, office: Calendar, voice: Voice) -> Iterator[str]:
    """The answer for a person: the promises, who paid for which time, then the reasons."""
    yield from _columns(STEPS, [_step_cells(each, office) for each in (*told.promises, *told.steps)], voice)
    yield ""
    yield from _columns(CHARGES, [_charge_cells(each, named, office) for each in told.charges], voice)
    yield ""
    yield from (voice.text(line) for line in _why(told))


# The columns of what is told: of each promise, and of each time that somebody pays for.
STEPS = ("step", "limit", "due", "ran", "left", "stands")
CHARGES = ("from", "to", "time", "payer")


def _columns(names: Sequence[str], rows: Sequence[Sequence[Message]], voice: Voice) -> list[str]:
    cells = [[msg(f"clock.case.column.{name}") for name in names], *rows]
    return table([[voice.text(cell) for cell in row] for row in cells])


def _step_cells(each: Reckoned, office: Calendar) -> list[Message]:
    who = each.step.label if each.unit or each.step is not Step.TOLD else msg("clock.case.to_resident")
    step = who if each.attempt == 1 else msg("clock.case.attempt", step=who, attempt=each.attempt)
    return [
        step,
        in_full(each.limit),
        moment(each.due_at, office),
        length(each.ran),
        _left(each),
        _stands(each, office),
    ]


def _left(each: Reckoned) -> Message:
    return length(each.left) if each.left >= timedelta() else msg("clock.case.over", time=length(-each.left))


def _stands(each: Reckoned, office: Calendar) -> Message:
    if each.ended_at is not None:
        return msg("clock.case.kept" if each.kept else "clock.case.ended", at=moment(each.ended_at, office))
    return msg("clock.case.stands" if each.stands else "clock.case.runs")


def _charge_cells(each: Charge, named: _UnitName, office: Calendar) -> list[Message]:
    payer = each.payer.label
    who = msg("clock.case.unit", payer=payer, unit=named(each.unit)) if each.unit else payer
    return [moment(each.start, office), moment(each.end, office), length(each.time), who]
