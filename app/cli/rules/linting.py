"""`hotline rules lint`, `hotline rules show` and `hotline rules try`."""

import argparse
import csv
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.rules.drafts import Picture, drafted, picture, stored, wording
from app.cli.voice import Voice
from app.trouble import Trouble, told, trouble
from cases.phrases import msg
from cases.report import Channel

if TYPE_CHECKING:
    from dispatch.policy import Fault, Policy
    from dispatch.rules import Facts


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    from app.cli.rules import publishing, replaying

    group = commands.group("rules")
    lint = commands.add("lint", run_lint, "data", "output", under=group)
    tried = commands.add("try", run_try, "data", "output", under=group)
    commands.option(tried, "words", metavar="WORDS", nargs="+")
    commands.option(tried, "--channel", choices=[each.value for each in Channel], default="text", dest="by_channel")
    commands.option(tried, "--at", metavar="2026-11-24T10:00", dest="tried_at", default="")
    shown = commands.add("show", run_show, "data", under=group)
    commands.option(shown, "--xlsx", metavar="FILE", default="")
    commands.option(shown, "--number", dest="draft_shown", type=int, metavar="DRAFT")
    commands.option(lint, "--errors", metavar="FILE", default="")
    for parser in (lint, tried, shown):
        commands.option(parser, "--draft", metavar="FILE")
        commands.option(parser, "--office", metavar="CODE")
    replaying.add_to(commands, group)
    publishing.add_to(commands, group)


def run_lint(args: argparse.Namespace, voice: Voice) -> int:
    """All that is wrong with the table; exit code 1 where something is."""
    from dispatch.ruling.lint import lint

    there = picture(args)
    policy, faults = drafted(there, args.draft)
    found = lint(policy, there.district, faults)
    if args.errors:
        _copy(args, there, [each.fault for each in found], voice.lang)
    if voice.as_json:
        plain = [
            {
                "kind": each.kind, "rule": each.rule, "path": each.fault.path,
                "trouble": voice.text(each.fault.trouble), "remedy": voice.text(each.fault.remedy),
            }
            for each in found
        ]  # fmt: skip
        voice.show({"rules": len(policy.rules), "findings": plain})
    else:
        for each in found:
            rule = msg("rules.cli.row", rule=each.rule) if each.rule else ""
            facts = {"path": each.fault.path, "trouble": each.fault.trouble, "remedy": each.fault.remedy}
            voice.say(msg("rules.cli.finding", rule=rule, **facts))
        voice.say(msg("rules.cli.found" if found else "rules.cli.clean", count=len(found), rules=len(policy.rules)))
    return 1 if found else 0


def sound(policy: "Policy", faults: "tuple[Fault, ...]") -> "Policy":
    """The policy, where it can be used. Raises Trouble with all that is wrong."""
    if faults:
        raise Trouble(*told(faults))
    return policy


def run_try(args: argparse.Namespace, voice: Voice) -> int:
    """What a text would lead to: the row that decides, who gets it, and why."""
    from dispatch.choice import stored
    from dispatch.hearing import Known
    from dispatch.ruling.rehearsal import Manner, rehearse

    there = picture(args)
    policy = sound(*drafted(there, args.draft))
    manner = Manner(Channel(args.by_channel), _moment(args.tried_at, policy))
    tried = rehearse(" ".join(args.words), manner, Known(policy, there.district))
    choice, verdict = tried.choice, tried.verdict
    if voice.as_json:
        reasons = (*tried.matter.reasons, *verdict.reasons, *choice.reasons)
        voice.show(
            {
                "rule": verdict.rule, "level": verdict.level, "unit": choice.unit.code,
                "worker": choice.worker.code if choice.worker else None, "values": _values(tried.facts),
                "reasons": [voice.text(each) for each in reasons],
                "candidates": [{"worker": each.worker, "why": each.why, **each.facts} for each in choice.judged],
            }
        )  # fmt: skip
        return 0
    worker = choice.worker.name if choice.worker else "–"
    voice.say(
        msg("rules.cli.tried", rule=verdict.rule, level=verdict.level.label, unit=choice.unit.name, worker=worker)
    )
    for reason in (*tried.matter.reasons, *tried.where.reasons, *verdict.reasons, *choice.reasons):
        voice.say(msg("app.case.reason", reason=reason))
    if choice.judged:
        voice.say(msg("choice.cli.head"))
    names = {worker.code: worker.name for worker in there.district.workers}
    for each in choice.judged:
        voice.say(msg("choice.cli.line", why=stored.told(each, names.get(each.worker, each.worker))))
    return 0


def _values(facts: "Facts") -> dict[str, object]:
    caller = {"source": facts.caller.source, "traits": sorted(facts.caller.traits)}
    return {**asdict(facts), "keywords": sorted(facts.keywords), "caller": caller}


def _moment(said: str, policy: "Policy") -> datetime:
    """The moment on the office's clock; now where none was said."""
    try:
        at = datetime.fromisoformat(said) if said else datetime.now(UTC)
    except ValueError as error:
        raise trouble("rules.cli.no_moment", given=said) from error
    zone = policy.calendar.zone
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def run_show(args: argparse.Namespace, voice: Voice) -> int:
    """The table as a sheet that can be changed and given back as a draft: CSV by its codes, XLSX in words."""
    from console.supervise.sheets import guarded
    from dispatch.ruling.shown import sheet

    there, of_draft = (picture(args), None) if args.draft_shown is None else stored(args)
    policy = sound(*drafted(there, args.draft))
    if of_draft is not None:
        voice.warn(of_draft)
    if args.xlsx:
        from console.rulebook import workbook

        _write(args.xlsx, workbook.written(policy, wording(there), voice.lang, "xlsx"))
        voice.say(msg("rules.cli.written", file=args.xlsx, rules=len(policy.rules)))
        return 0
    writer = csv.DictWriter(sys.stdout, sheet.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: guarded(cell) for column, cell in line.items()} for line in sheet.rows(policy))
    return 0


def _copy(args: argparse.Namespace, there: Picture, faults: "list[Fault]", lang: str) -> None:
    """The draft's sheet once more, with what is wrong in a column of its own."""
    from console.rulebook import workbook

    try:
        lines = workbook.lines_of(args.draft, Path(args.draft).read_bytes())
    except (TypeError, OSError, workbook.Unreadable) as error:
        raise trouble("rules.cli.no_sheet") from error
    kind = "csv" if args.errors.endswith(".csv") else "xlsx"
    _write(args.errors, workbook.with_errors(lines, faults, wording(there), lang, kind))


def _write(file: str, content: bytes) -> None:
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise trouble("rules.cli.not_written", file=file, why=error.strerror or str(error)) from error
