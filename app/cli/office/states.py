"""`hotline states`: the states of a case and who may do what in which, as a table or as a diagram."""

import argparse
from collections.abc import Callable, Iterable, Iterator

from app.cli.parser import Commands
from app.cli.voice import Voice
from cases.phrases import Message, msg
from cases.states import OPEN, TRANSITIONS, Deed, State, Transition
from cases.steps import Step, ended_by, started_by

Say = Callable[[Message], str]
_ALL = frozenset(Step)
_HEAD = ("state", "deed", "who", "then", "needs", "starts", "ends")
# What a deed asks for beside its part, where it asks for something.
_NEEDS = {
    "decline": "reason", "send_back": "reason", "request_return": "reason", "hand_over": "reason",
    "answer": "words", "find": "words", "tell": "words", "report_progress": "words", "mark_safe": "words",
    "withdraw": "words", "confirm_handover": "words", "merge": "words", "unmerge": "words", "supplement": "words",
    "visit": "grade", "submit": "steps",
    "hold": "two", "waive_visit": "two", "waive_finding": "two", "waive_told": "two", "waive_verdict": "two",
    "supervise": "words", "regrade": "words", "account": "words", "release": "account",
    "exclude": "two", "include": "words", "co_handle": "words", "co_answer": "words", "co_return": "words",
    "answer_urge": "words", "flag": "words", "unflag": "words", "link": "words", "unlink": "words",
    "confide": "words", "disclose": "words", "co_accept": "co_answer", "co_release": "words",
    "void": "two", "pass": "impartial", "unreachable": "calls",
    "dispute": "words", "whistle": "words", "rate": "words", "adjudicate": "reason",
}  # fmt: skip


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("states", run_states, "output")
    commands.option(parser, "--diagram", action="store_true")
    commands.option(parser, "--page", action="store_true")


def run_states(args: argparse.Namespace, voice: Voice) -> int:
    """Print the table, the diagram alone, or the page of both."""
    if voice.as_json:
        voice.show([_plain(row) for row in TRANSITIONS])
    elif args.page:
        print(page(voice.text), end="")
    else:
        print(diagram() if args.diagram else table(voice.text), end="")
    return 0


def page(say: Say) -> str:
    """docs/states.md: the diagram and the table."""
    return f"{say(msg('ending.states.head'))}\n\n```mermaid\n{diagram()}```\n\n{table(say)}"


def table(say: Say) -> str:
    """Each transition in words, as a table of Markdown."""
    lines = [" | ".join(say(msg(f"ending.states.{name}")) for name in _HEAD), " | ".join(["---"] * len(_HEAD))]
    lines += [" | ".join(_cells(row, say)) for row in TRANSITIONS]
    return "".join(f"| {line} |\n" for line in lines)


def diagram() -> str:
    """What leads from one state to another, as text for mermaid; what leaves a case where it is stands in the table."""
    return "stateDiagram-v2\n" + "".join(f"    {line}\n" for line in _arrows())


def _arrows() -> Iterator[str]:
    for row in TRANSITIONS:
        if row.after is None:
            continue
        for state in _states(row.before) or ("[*]",):
            yield f"{state} --> {row.after}: {row.deed}"


def _states(before: Iterable[State]) -> tuple[State, ...]:
    """In the order in which a case passes through them."""
    return tuple(sorted(before, key=list(State).index))


def _cells(row: Transition, say: Say) -> Iterator[str]:
    words, needs = say(msg("ending.states.and")), _needs(row)
    if row.before == OPEN:
        yield say(msg("ending.states.open"))
    else:
        yield words.join(say(state.label) for state in _states(row.before)) or "–"
    yield say(row.deed.label)
    yield words.join(say(role.label) for role in sorted(row.who))
    yield say(row.after.label if row.after else msg("ending.states.same"))
    yield say(msg(f"ending.needs.{needs}")) if needs else "–"
    for steps in _timers(row):
        every = len(steps) == len(Step)
        yield say(msg("ending.states.all")) if every else words.join(say(step.label) for step in steps) or "–"


def _needs(row: Transition) -> str:
    """What a deed asks for; closing before the loop is whole is for two people."""
    closes_early = row.deed is Deed.CLOSE and State.IN_PROGRESS in row.before
    return "two" if closes_early else _NEEDS.get(row.deed, "")


def _timers(row: Transition) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps whose timers a transition starts, where they are owed, and those whose timers it ends."""
    state = row.after or next(iter(_states(row.before)))
    ends = ended_by(row.deed, state)
    return (started_by(row.deed, _ALL) if state.is_open else ()), tuple(step for step in Step if step in ends)


def _plain(row: Transition) -> dict[str, object]:
    """A transition in codes, for programs."""
    starts, ends = _timers(row)
    return {
        "before": [str(state) for state in _states(row.before)],
        "deed": str(row.deed),
        "who": sorted(str(role) for role in row.who),
        "then": str(row.after) if row.after else None,
        "needs": _needs(row) or None,
        "starts": [str(step) for step in starts],
        "ends": [str(step) for step in ends],
    }
