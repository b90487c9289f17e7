"""`hotline figures`: every figure of a period, with what it counts and over what."""

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from app.cli.clock.columns import table
from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import trouble
from cases.phrases import Message, Name, msg

if TYPE_CHECKING:
    from dispatch.figures.counting import Period, Value
    from dispatch.figures.report import Report
    from dispatch.transaction import Tx

_SHOWN = ("figure", "share", "counted", "interval", "definition")
_HEAD = ("figure", "share", "counted", "over", "low", "high", "left_out")


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("figures", run_figures, "data")
    commands.option(parser, "--from", metavar="2026-10-01", dest="figures_from")
    commands.option(parser, "--to", metavar="2026-10-31", dest="figures_to")
    commands.option(parser, "--unit", metavar="UNIT", dest="figures_unit", default="")
    commands.option(parser, "--office", metavar="CODE")
    commands.option(parser, "--accuracy", choices=("rule", "dispatcher"))
    commands.option(parser, "--page", action="store_true")
    commands.option(parser, "-o", "--output", choices=("table", "json", "csv"), default="table", dest="output")


def run_figures(args: argparse.Namespace, voice: Voice) -> int:
    """Without days: those of the month until today. `--page` prints what each counts, and asks no database."""
    if args.page:
        print(page(voice.text), end="")
        return 0
    from dispatch.figures.reading import report_of

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        period, part = _period(args, tx), _part(args, tx)
        if args.accuracy:
            _tell_accuracy(args, _accuracy(tx, period, part.path, args.accuracy), voice)
            return 0
        report = report_of(tx, period, part.path)
        if args.output == "json":
            voice.show(_facts(tx, report))
        elif args.output == "csv":
            csv.writer(sys.stdout).writerows([_HEAD, *_plain(report)])
        else:
            _tell(tx, report, Name(part.name_zh, part.name_en), voice)
    return 0


def page(say: Callable[[Message], str]) -> str:
    """docs/figures.md: what each figure counts, over what, and which cases it leaves out."""
    from dispatch.figures.definitions import BY_CODE, GROUPS

    lines = [f"# {say(msg('figures.title'))}", "", say(msg("figures.page"))]
    for group, codes in GROUPS.items():
        head = (say(msg(f"figures.column.{name}")) for name in ("figure", "definition", "left_out"))
        lines += [
            "",
            f"## {say(msg(f'figures.group.{group}'))}",
            "",
            f"| code | {' | '.join(head)} |",
            "| --- | --- | --- | --- |",
        ]
        for code in codes:
            out = sorted(BY_CODE[code].leaves_out) if code in BY_CODE else []
            left = ", ".join(say(why.label) for why in out) or "–"
            lines.append(
                f"| `{code}` | {say(msg(f'figures.name.{code}'))} | {say(msg(f'figures.definition.{code}'))} | {left} |"
            )
    return "\n".join([*lines, "", say(msg("figures.calls")), ""])


def _period(args: argparse.Namespace, tx: "Tx") -> "Period":
    from dispatch.figures.report import days

    today = tx.now.astimezone(tx.zone).date()
    first = _day("--from", args.figures_from) or today.replace(day=1)
    last = _day("--to", args.figures_to) or max(today, first)
    if last < first:
        raise trouble("app.figures.backwards", first=str(first), last=str(last))
    return days(first, last, tx.zone)


def _day(option: str, said: str | None) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        raise trouble("app.figures.no_day", option=option, given=said) from None


def _part(args: argparse.Namespace, tx: "Tx") -> Any:
    """The unit that is asked about: the office, or the one named."""
    from dispatch.reads.queries import units_within

    units = {row.code: row for row in units_within(tx, tx.office.code)}
    wanted = args.figures_unit or tx.office.code
    if wanted not in units:
        raise trouble("app.figures.no_unit", given=wanted, there=", ".join(sorted(units)))
    return units[wanted]


def _plain(report: "Report") -> Iterator[list[object]]:
    """A row for each figure, in codes and numbers."""
    for value in report.values.values():
        low, high = value.interval or (None, None)
        yield [
            value.code, _rounded(value.share), len(value.yes), len(value.of), _rounded(low), _rounded(high),
            sum(value.left_out.values()),
        ]  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _facts(tx: "Tx", report: "Report") -> dict[str, Any]:
    """The report for a program; the moments are in the office's zone."""
    from dispatch.figures.definitions import OF_CALLS

    return {
        "from": report.period.from_at.astimezone(tx.zone).isoformat(),
        "to": report.period.to_at.astimezone(tx.zone).isoformat(),
        "unit": report.scope.rpartition("/")[2],
        "figures": [_value(value) for value in report.values.values()],
        "score": {"weights": dict(report.score.weights), "share": _rounded(report.score.share)},
        "per_10000": {
            "numerator": len(report.received), "residents": report.residents, "cases": list(report.received),
            "value": None if report.per_10000 is None else round(report.per_10000, 2),
        },
        "not_counted_yet": list(OF_CALLS),
    }  # fmt: skip


def _value(value: "Value") -> dict[str, Any]:
    low, high = value.interval or (None, None)
    return {
        "code": value.code, "numerator": len(value.yes), "denominator": len(value.of),
        "share": _rounded(value.share), "low": _rounded(low), "high": _rounded(high),
        "left_out": {str(why): number for why, number in value.left_out.items()},
        "cases": {"numerator": list(value.yes), "denominator": list(value.of)},
    }  # fmt: skip


def _tell(tx: "Tx", report: "Report", unit: Name, voice: Voice) -> None:
    """A table for people: what each figure counts, and over what, stands beside it."""
    from dispatch.figures.report import residents_words, score_words

    ends = [at.astimezone(tx.zone) for at in (report.period.from_at, report.period.to_at - timedelta(seconds=1))]
    voice.say(msg("app.figures.head", first=str(ends[0].date()), last=str(ends[1].date()), unit=unit))
    rows = [[voice.text(msg(f"figures.column.{name}")) for name in _SHOWN]]
    rows += [_line(value, voice) for value in report.values.values()]
    print("", *table(rows), "", sep="\n")
    for line in (score_words(report), residents_words(report), msg("figures.calls")):
        voice.say(line)


def _line(value: "Value", voice: Voice) -> list[str]:
    from dispatch.figures.report import between, percent

    counted = f"{len(value.yes)} / {len(value.of)}"
    words = [voice.text(msg(f"figures.{part}.{value.code}")) for part in ("name", "definition")]
    return [words[0], percent(value.share), counted, between(value), words[1]]


def _accuracy(tx: "Tx", period: "Period", path: str, whose: str) -> "Mapping[str, Value]":
    from dispatch.figures.accuracy import Whose, accuracy
    from dispatch.figures.reading import read

    return accuracy(read(tx, period), period, path, Whose(whose))


def _tell_accuracy(args: argparse.Namespace, found: "Mapping[str, Value]", voice: Voice) -> None:
    """Of each rule or person how many of their orders stood, the worst first."""
    from dispatch.figures.report import between, percent

    if args.output == "json":
        voice.show([{**_value(value), args.accuracy: key} for key, value in found.items()])
        return
    if args.output == "csv":
        rows = ([key, _rounded(value.share), len(value.yes), len(value.of)] for key, value in found.items())
        csv.writer(sys.stdout).writerows([[args.accuracy, "share", "counted", "over"], *rows])
        return
    head = (f"figures.whose.{args.accuracy}", *(f"figures.column.{name}" for name in ("share", "counted", "interval")))
    lines = [[voice.text(msg(name)) for name in head]]
    for key, value in found.items():
        counted = f"{len(value.yes)} / {len(value.of)}"
        lines.append([key, percent(value.share), counted, between(value)])
    print(*table(lines), sep="\n")
    voice.say(msg("app.figures.accuracy"))
