"""`hotline due`: what is due when, were it received and dispatched at a moment. Needs no running instance.

The hours are those of the office's calendar where its database is at hand, else those of config.toml; it says which.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from app import settings as reader
from app.cli.clock.columns import table
from app.cli.parser import Commands
from app.cli.voice import Voice
from app.trouble import Trouble, told
from cases.clock.happened import Calendars, Happened
from cases.clock.reckoning import Reckoned, reckon
from cases.clock.sla import TargetSet
from cases.clock.telling import in_full, moment, sentence
from cases.clock.workdays import Calendar
from cases.phrases import LANGUAGES, Message, msg
from cases.states import Deed
from cases.steps import Step

if TYPE_CHECKING:
    from app.cli.clock.asked import Hours, Matter
    from app.sections import Settings
    from dispatch.district import District
    from dispatch.policy import Policy

# What is promised of a new matter, under the names that programs know.
_NAMES: Mapping[str, Step] = MappingProxyType(
    {
        "accept": Step.ACCEPT,
        "dispatch": Step.DISPATCH,
        "sign_for": Step.SIGN_FOR,
        "first_contact": Step.FIRST_CONTACT,
        "visit": Step.VISIT,
        "interim": Step.INTERIM,
        "finish": Step.TOLD,
    }
)
_LEVELS = tuple(column.value for column in TargetSet)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was asked, and what is due; `review` is when a matter without promises is looked at again."""

    matter: "Matter"
    hours: "Hours"
    office: Calendar
    at: datetime
    due: Mapping[str, Reckoned]
    review: Reckoned | None
    calendar: Message  # which one


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("due", run_due, "output")
    commands.option(parser, "--level", type=_level, choices=_LEVELS, metavar="|".join(_LEVELS), dest="due_level")
    commands.option(parser, "--category", metavar="CATEGORY", dest="due_category")
    commands.option(parser, "--at", metavar="2026-09-30T16:40", dest="due_at", required=True)
    commands.option(parser, "--unit", metavar="UNIT", dest="due_unit", default="")


def _level(said: str) -> str:
    return {level.casefold(): level for level in _LEVELS}.get(said.casefold(), said)


def run_due(args: argparse.Namespace, voice: Voice) -> int:
    """When each step is due, and why."""
    if (args.due_level is None) == (args.due_category is None):
        raise Trouble(msg("app.due.level_or_category"), code=2)
    answer = _answer(args)
    if voice.as_json:
        voice.show(_facts(answer))
        return 0
    for line in _page(answer, voice):
        print(line)
    return 0


def _answer(args: argparse.Namespace) -> _Answer:
    from app.cli.clock.asked import by_category, by_level, hours_of, moment_of, units_of
    from app.cli.clock.at_hand import at_hand
    from dispatch.calendar.table import of_policy

    settings = reader.load()
    policy, real = _policy(settings), at_hand(settings)
    calendar = real.table if real else of_policy(policy)
    units = real.units if real else units_of(_district(settings) if args.due_unit else None)
    column, category = args.due_level, args.due_category
    matter = by_level(policy, TargetSet(column)) if column else by_category(policy, category)
    hours = hours_of(calendar, units, args.due_unit)
    at = moment_of(args.due_at, calendar.calendar)
    deeds = (Deed.REGISTER, Deed.ACCEPT, Deed.DISPATCH)
    events = [Happened(deed, at, unit=hours.unit if deed is Deed.DISPATCH else "") for deed in deeds]
    found = reckon(events, [matter.terms], Calendars(calendar.calendar, {hours.unit: hours.calendar}))
    steps = {name: found.of(step) for name, step in _NAMES.items()}
    due = {name: each for name, each in steps.items() if each is not None}
    which = msg("app.due.calendar.office", number=real.number) if real else msg("app.due.calendar.config")
    return _Answer(matter, hours, calendar.calendar, at, due, found.of(Step.HOLD_REVIEW), which)


def _policy(settings: "Settings") -> "Policy":
    """The policy of config.toml with the published days. Raises Trouble with all that is wrong with it."""
    from app.days import with_day_table
    from dispatch.policy import PolicyErrors, parse

    raw = settings.policy
    try:
        parse(raw)
        return parse(with_day_table(raw))
    except PolicyErrors as errors:
        raise Trouble(*told(errors.faults)) from errors


def _district(settings: "Settings") -> "District | None":
    """The sample district in a rehearsal that has it; another one is in the database only."""
    from app.sample import raw_district
    from dispatch.district import parse_district

    sample = raw_district()
    if not settings.rehearsal_doors or settings.rehearsal.people != "sample":
        return None
    return parse_district(sample) if sample["office"]["code"] in {line.office for line in settings.lines} else None


def _facts(answer: _Answer) -> dict[str, object]:
    """The answer for a program: moments in the office's zone."""
    zone = answer.office.zone
    return {
        "provisional": any(each.provisional for each in answer.due.values()),
        "due": {name: each.due_at.astimezone(zone).isoformat() for name, each in answer.due.items()},
        "explanation": {lang: "\n".join(Voice(lang).text(line) for line in _why(answer)) for lang in LANGUAGES},
    }


def _why(answer: _Answer) -> list[Message]:
    """Why each step is due then, a sentence each, and by which calendar; of a matter without promises when it is looked
    at again."""
    if not answer.due:
        review = msg("app.due.review", why=sentence(answer.review.why)) if answer.review else ""
        return [msg("app.due.no_sla", matter=answer.matter.words, review=review), answer.calendar]
    why = [msg("app.due.why", step=_label(name), why=sentence(each.why)) for name, each in answer.due.items()]
    return [*why, answer.calendar]


def _label(name: str) -> Message:
    return msg(f"app.due.step.{name}")


def _page(answer: _Answer, voice: Voice) -> list[str]:
    """The answer for a person: a table, then the reasons."""
    at = moment(answer.at, answer.office, year=True)
    head = [voice.text(msg("app.due.head", matter=answer.matter.words, at=at, hours=answer.hours.words))]
    if any(each.provisional for each in answer.due.values()):
        head.append(voice.text(msg("app.due.provisional")))
    rows = [[msg("app.due.column.step"), msg("app.due.column.limit"), msg("app.due.column.due")]] if answer.due else []
    for name, each in answer.due.items():
        rows.append([_label(name), in_full(each.limit), moment(each.due_at, answer.office)])
    lines = table([[voice.text(cell) for cell in row] for row in rows])
    return [*head, "", *([*lines, ""] if lines else []), *(voice.text(line) for line in _why(answer))]
