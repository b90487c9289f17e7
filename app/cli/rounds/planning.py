"""`hotline rounds plan` and `hotline rounds show`: plans of rounds and inspections, and what came of them."""

import argparse
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import ACTOR, house, office_of
from app.cli.rounds import giving, plates
from app.cli.rounds.shape import SHAPES, show
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import msg

if TYPE_CHECKING:
    from dispatch.figures.counting import Value
    from dispatch.rounds.plans import Draft
    from dispatch.rounds.reads import Narrowed, RoundRow
    from dispatch.transaction import Tx

_AHEAD = 4  # periods that a trial shows of each plan


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    group = commands.group("rounds")
    plan = commands.add("plan", run_plan, "data", under=group)
    commands.option(plan, "template", metavar="PLAN", nargs="?", default="")
    commands.option(plan, "--all", dest="all_plans", action="store_true")
    commands.option(plan, "--grid", metavar="GRID|COURTYARD", default="")
    commands.option(plan, "--rule", dest="rrule", metavar="RRULE", default="")
    commands.option(plan, "--from", dest="begins", type=date.fromisoformat, metavar="DATE")
    commands.option(plan, "--target", dest="targets", action="append", default=[], metavar="TEXT")
    commands.option(plan, "--dry-run", action="store_true")
    looked = commands.add("show", run_show, "data", under=group)
    commands.option(looked, "--period", metavar="2026-11|2026-11-23", default="")
    commands.option(looked, "--grid", metavar="GRID", default="")
    giving.add_command(commands, group)
    plates.add_command(commands, group)
    for parser in (plan, looked):
        commands.option(parser, "-o", "--output", dest="output", choices=SHAPES, default="table")
        commands.option(parser, "--office", metavar="CODE")


def run_plan(args: argparse.Namespace, voice: Voice) -> int:
    """Make the plans, or say what they would do; with --all those of every kind that do not run yet."""
    from dispatch.rounds import plans
    from dispatch.rounds.plans import BadPlan, Wanted

    if bool(args.template) is args.all_plans:
        raise Trouble(msg("rounds.cli.plan_or_all"), code=2)
    wanted = Wanted(args.template, args.grid, args.rrule, args.begins, tuple(args.targets))
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        try:
            drafts = plans.standard(tx) if args.all_plans else plans.draft(tx, wanted)
            if args.dry_run:
                show(list(_trial(tx, drafts)), args.output, voice)
                return 0
            made = [each for each in drafts if plans.make(tx, each, ACTOR) is not None]
        except BadPlan as bad:
            raise Trouble(bad.why, code=2) from bad
    show([_plan_facts(each) for each in made], args.output, voice)
    if args.output == "table":
        voice.say(msg("rounds.cli.made", count=len(made)) if made else msg("rounds.cli.runs"))
    return 0


def _plan_facts(each: "Draft") -> dict[str, object]:
    return {
        "plan": each.template.code, "unit": each.ground.unit, "grid": each.ground.grid, "rule": each.rule,
        "from": each.begins.isoformat(), "targets": len(each.places),
        "households": sum(place.room is not None for place in each.places),
    }  # fmt: skip


def _trial(tx: "Tx", drafts: "tuple[Draft, ...]") -> Iterator[dict[str, object]]:
    """The first periods of each plan; one without a working day owes nothing."""
    from dispatch.rounds.plans import first_periods

    for each in drafts:
        for period, window in first_periods(tx, each, _AHEAD):
            yield {
                "plan": each.template.code, "grid": each.ground.grid or each.ground.unit,
                "period": period.start.isoformat(), "last": period.last.isoformat(),
                "opens_at": _local(tx, window.opens_at) if window else None,
                "due_at": _local(tx, window.due_at) if window else None,
                "tasks": len(each.places) if window else 0,
            }  # fmt: skip


def _local(tx: "Tx", at: datetime) -> str:
    return at.astimezone(tx.zone).isoformat(timespec="minutes")


def run_show(args: argparse.Namespace, voice: Voice) -> int:
    """The rounds of a month, or of the period that begins on a day; without one the last thirty days."""
    from dispatch.figures.rounds import coverage
    from dispatch.rounds.reads import counts, listed

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        narrowed = _narrowed(tx, args)
        rows = listed(tx, tx.office.code, narrowed, most=10_000)
        covered = coverage(counts(tx, tx.office.code, narrowed), tx.now)
        show([_facts(tx, row, voice) for row in rows], args.output, voice)
    if args.output == "table":
        _tell(covered, voice)
    return 0


def _narrowed(tx: "Tx", args: argparse.Namespace) -> "Narrowed":
    from dispatch.rounds.periods import asked
    from dispatch.rounds.reads import Narrowed

    span = asked(args.period, tx.calendar.local_day(tx.now))
    if span is None:
        raise trouble("rounds.cli.bad_period", given=args.period)
    if args.grid and tx.district.grid(args.grid) is None:
        raise trouble("rounds.plan.no_grid", given=args.grid)
    return Narrowed(span.start, span.end, args.grid)


def _tell(covered: "Value", voice: Voice) -> None:
    from dispatch.figures.report import percent

    done, due = len(covered.yes), len(covered.of)
    words = msg("rounds.cli.coverage", done=done, due=due, percent=percent(covered.share))
    voice.say(words if due else msg("rounds.cli.none"))


def _facts(tx: "Tx", row: "RoundRow", voice: Voice) -> dict[str, object]:
    return {
        "period": row.period.isoformat(), "plan": row.name.in_language(voice.lang), "unit": row.unit_code,
        "grid": row.grid, "worker": row.worker.in_language(voice.lang) if row.worker else None,
        "due_at": _local(tx, row.due_at), "state": "overdue" if row.late else row.state, "tasks": row.tasks,
        "done": row.done, "score": str(row.score) if row.score is not None else None,
    }  # fmt: skip
