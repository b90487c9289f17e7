"""`hotline calendar`: the commands, their words and options."""

from app.cli.clock import calendar_entering as entering
from app.cli.clock import calendar_showing as showing
from app.cli.parser import Commands, Parser, Run

MOMENT = "2026-07-15T13:00"


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    group = commands.group("calendar")

    def add(name: str, run: Run, *flags: str) -> Parser:
        parser = commands.add(name, run, "data", *flags, under=group)
        commands.option(parser, "--office", metavar="CODE")
        return parser

    _entering(commands, add)
    show = add("show", showing.run_show)
    commands.option(show, "--year", dest="calendar_year", type=int, metavar="2027")
    commands.option(show, "--from", dest="calendar_first", metavar="2026-12-01")
    commands.option(show, "--to", dest="calendar_last", metavar="2027-01-31")
    commands.option(show, "--versions", dest="calendar_versions", action="store_true")
    commands.option(show, "-o", "--output", dest="calendar_output", choices=("table", "json", "csv"), default="table")
    add("check", showing.run_check, "output")


def _entering(commands: Commands, add: entering.Add) -> None:
    notice = add("import", entering.run_import, "output")
    commands.option(notice, "notice", metavar="FILE")
    commands.option(notice, "--partial", action="store_true")
    seed = add("seed", entering.run_seed, "output")
    commands.option(seed, "seed_year", type=int, metavar="YEAR")
    day = add("day", entering.run_day, "output")
    commands.option(day, "calendar_day", metavar="DATE")
    commands.option(day, "day_kind", choices=entering.KINDS)
    commands.option(day, "--name", dest="day_name", metavar="TEXT", default="")
    close, reopen = add("close", entering.run_close, "output"), add("reopen", entering.run_reopen, "output")
    for parser in (close, reopen):
        commands.option(parser, "--from", dest="closed_from", metavar=MOMENT, required=True)
        commands.option(parser, "--to", dest="closed_to", metavar=MOMENT, required=True)
        commands.option(parser, "--why", dest="calendar_why", metavar="TEXT", required=True)
        commands.option(parser, "--unit", dest="calendar_unit", metavar="CODE", default="")
    hours = add("hours", entering.run_hours, "output")
    commands.option(hours, "hours", metavar="09:00-12:00,13:00-17:30|above")
    commands.option(hours, "--unit", dest="calendar_unit", metavar="CODE", default="")
    for parser in (notice, seed, day, close, reopen, hours):
        commands.option(parser, "--dry-run", dest="dry_run", action="store_true")
