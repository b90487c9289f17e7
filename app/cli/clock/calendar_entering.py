"""What `hotline calendar` changes: the notice, a seed, a day, a closure and its end, hours."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.cli.clock.calendar_showing import facts, line
from app.cli.parser import Parser, Run
from app.cli.records import ACTOR, house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.calendar.entering import Change
    from dispatch.calendar.rows import Difference
    from dispatch.calendar.versions import Made, Version
    from dispatch.transaction import Tx

KINDS = ("holiday", "makeup", "usual")
ABOVE = "above"


class Add(Protocol):
    """Adds a command of the group."""

    def __call__(self, name: str, run: Run, *flags: str) -> Parser: ...


def run_import(args: argparse.Namespace, voice: Voice) -> int:
    """Enter the yearly notice."""
    from dispatch.calendar.entering import of_notice
    from dispatch.calendar.notice import NoticeErrors, read_notice
    from dispatch.calendar.versions import Made, Source

    path = Path(args.notice)
    try:
        notice = read_notice(path.name, _text(path))
    except NoticeErrors as errors:
        faults = errors.faults
        raise Trouble(
            *(msg("calendar.fault", where=f.path, trouble=f.trouble, remedy=f.remedy) for f in faults)
        ) from errors
    made = Made(Source.NOTICE, path.name, ACTOR)
    return _enter(args, voice, made, lambda _: of_notice(notice, whole=not args.partial))


def _text(path: Path) -> str:
    """A file's text. Raises Trouble."""
    from dispatch.calendar.notice import decoded

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise trouble("calendar.trouble.no_file", path=str(path), why=error.strerror or str(error)) from error
    text = decoded(raw)
    if text is None:
        raise trouble("calendar.trouble.no_text", path=str(path))
    return text


def run_seed(args: argparse.Namespace, voice: Voice) -> int:
    """Enter what the program knows of a published year."""
    from app.days import seed_of
    from dispatch.calendar.entering import of_seed
    from dispatch.calendar.versions import Made, Source

    days = seed_of(args.seed_year)
    if not days:
        raise trouble("calendar.trouble.no_seed", year=str(args.seed_year))
    made = Made(Source.SEED, str(args.seed_year), ACTOR)
    return _enter(args, voice, made, lambda _: of_seed(args.seed_year, days))


def run_day(args: argparse.Namespace, voice: Voice) -> int:
    """Enter one day by hand."""
    from cases.clock.workdays import DayKind
    from dispatch.calendar.entering import of_day
    from dispatch.calendar.versions import Made, Source

    day = day_of(args.calendar_day)
    kind = {"holiday": DayKind.OFF, "makeup": DayKind.WORK}.get(args.day_kind)
    made = Made(Source.EDIT, args.day_name, ACTOR)
    return _enter(args, voice, made, lambda _: of_day(day, kind, args.day_name))


def day_of(said: str) -> date:
    """A date as it was written. Raises Trouble."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise trouble("calendar.trouble.no_day", given=said) from None


def run_close(args: argparse.Namespace, voice: Voice) -> int:
    """Close in an emergency."""
    from dispatch.calendar.entering import of_closure

    return _stretch(args, voice, lambda tx, stretch: of_closure(tx, stretch, args.calendar_why))


def run_reopen(args: argparse.Namespace, voice: Voice) -> int:
    """Open again what was closed."""
    from dispatch.calendar.entering import of_reopening

    return _stretch(args, voice, of_reopening)


def _stretch(args: argparse.Namespace, voice: Voice, change: Callable[..., "Change"]) -> int:
    from dispatch.calendar.changing import Stretch, moment_in
    from dispatch.calendar.versions import Made, Source

    def of(tx: "Tx") -> "Change":
        start, end = (moment_in(tx.calendar, said) for said in (args.closed_from, args.closed_to))
        return change(tx, Stretch(start, end, args.calendar_unit))

    return _enter(args, voice, Made(Source.CLOSURE, args.calendar_why, ACTOR), of)


def run_hours(args: argparse.Namespace, voice: Voice) -> int:
    """Other hours of the office or of a unit."""
    from dispatch.calendar.changing import hours_in
    from dispatch.calendar.entering import of_hours
    from dispatch.calendar.versions import Made, Source

    if args.hours == ABOVE and not args.calendar_unit:
        raise Trouble(msg("calendar.trouble.above"), code=2)

    def of(tx: "Tx") -> "Change":
        return of_hours(tx, () if args.hours == ABOVE else hours_in(args.hours), args.calendar_unit)

    return _enter(args, voice, Made(Source.EDIT, args.hours, ACTOR), of)


def _enter(args: argparse.Namespace, voice: Voice, made: "Made", change: Callable[["Tx"], "Change"]) -> int:
    """Make the new version, or show what it would say."""
    from dispatch.calendar import entering
    from dispatch.calendar.changing import CalendarTrouble
    from dispatch.calendar.rows import difference

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        try:
            version = None if args.dry_run else entering.enter(tx, change(tx), made)
            differs = entering.preview(tx, change(tx)) if args.dry_run else None
        except CalendarTrouble as error:
            raise Trouble(error.message) from error
    _tell(voice, version, difference(version.before, version.table) if version else differs)
    return 0


def _tell(voice: Voice, version: "Version | None", differs: "Difference | None") -> None:
    if voice.as_json:
        came, went = ([facts(row) for row in rows] for rows in ((differs.came, differs.went) if differs else ((), ())))
        years = list(differs.years) if differs else []
        voice.show({"version": version.number if version else None, "came": came, "went": went, "published": years})
        return
    for sign, rows in (("-", differs.went), ("+", differs.came)) if differs else ():
        for row in rows:
            print(f"{sign} {voice.text(line(row))}")
    voice.say(_summary(version, differs))


def _summary(version: "Version | None", differs: "Difference | None") -> Message:
    if not differs:
        return msg("calendar.entered.nothing")
    years = msg("calendar.entered.years", years=", ".join(map(str, differs.years))) if differs.years else ""
    counts = {"came": len(differs.came), "went": len(differs.went), "years": years}
    if version is None:
        return msg("calendar.entered.would", **counts)
    return msg("calendar.entered.did", number=version.number, **counts)
