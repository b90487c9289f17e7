"""/figures: every figure of a period and a part of the district; below it each by unit, with the cases behind it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from werkzeug.exceptions import NotFound

from cases.phrases import Name
from console.entry.guard import me
from console.figures import accuracy
from console.parts import ConsoleParts
from console.supervise.sheets import Cell, Sheet, as_csv
from console.words import Words, language
from dispatch.figures.accuracy import figure_of
from dispatch.figures.counting import Period, Value, count, ranks
from dispatch.figures.definitions import BY_CODE, GROUPS
from dispatch.figures.reading import read, report_of
from dispatch.figures.report import between, days, percent, residents_words, score_words
from dispatch.reads import queries
from dispatch.reads.queue import seen
from dispatch.transaction import Tx

MOST = 200  # cases that are listed
PARTS = ("yes", "no", "all")
_FILE = ("figure", "share", "counted", "over", "interval", "left_out", "definition")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked for: the days, and the unit (none: the whole scope). `wrong`: the days could not be."""

    first: date
    last: date
    unit: str = ""
    wrong: bool = False

    @property
    def kept(self) -> dict[str, str]:
        """As it stands in addresses."""
        days_ = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return days_ | ({"unit": self.unit} if self.unit else {})


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/figures, /figures.csv and /figures/<code>."""
    blueprint = Blueprint("figures", __name__)

    @blueprint.get("/figures")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx)
        return render_template("figures.html", **shown)

    @blueprint.get("/figures.csv")
    def file() -> Response:
        with parts.door.transaction(me().office) as tx:
            sheet = _sheet(tx, Words(parts.door.phrasebooks(tx.zone), language(), tx.zone))
        answer = Response(as_csv(sheet), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="figures.csv"'
        return answer

    @blueprint.get("/figures/<code>")
    def one(code: str) -> str:
        if code not in BY_CODE:
            raise NotFound(f"no figure {code!r}")
        with parts.door.transaction(me().office) as tx:
            shown = _one(tx, code)
        return render_template("figure.html", **shown)

    return blueprint


def _asked(tx: Tx) -> Asked:
    """The address; days that cannot be are taken as this month, and that is said."""
    today = tx.now.astimezone(tx.zone).date()
    unit = request.args.get("unit", "").strip()
    try:
        first = date.fromisoformat(request.args.get("from", "") or today.replace(day=1).isoformat())
        last = date.fromisoformat(request.args.get("to", "") or today.isoformat())
    except ValueError:
        return Asked(today.replace(day=1), today, unit, wrong=True)
    wrong = last < first or not 1970 < first.year <= last.year < 2200
    return Asked(today.replace(day=1), today, unit, wrong=True) if wrong else Asked(first, last, unit)


def _of(tx: Tx) -> tuple[Asked, Sequence[Any], str]:
    """What is asked, the units that may be, and the path of the one that is."""
    asked, units = _asked(tx), queries.units_within(tx, me().scope)
    paths = {row.code: str(row.path) for row in units}
    if asked.unit and asked.unit not in paths:
        raise NotFound(f"no unit {asked.unit!r}")
    return asked, units, paths.get(asked.unit, me().scope)


def _usual(tx: Tx) -> tuple[dict[str, Any], Period, str]:
    g.zone = tx.office.zone
    asked, units, scope = _of(tx)
    names = {row.path: Name(row.name_zh, row.name_en) for row in units}
    shown = {
        "asked": asked, "kept": asked.kept, "units": units, "depth": me().scope.count("/"),
        "unit": names.get(scope, me().unit), "percent": percent, "between": between,
    }  # fmt: skip
    return shown, days(asked.first, asked.last, tx.zone), scope


def _shown(tx: Tx) -> dict[str, Any]:
    shown, period, scope = _usual(tx)
    found = read(tx, period)
    report = report_of(tx, period, scope, found)
    whole = request.args.get("accuracy") == "all"
    return shown | {
        "accuracy": accuracy.tables(tx, found, (period, scope), whole=whole),
        "groups": {name: [report.values[code] for code in codes] for name, codes in GROUPS.items()},
        "of_cases": BY_CODE, "score": score_words(report), "residents": residents_words(report),
    }  # fmt: skip


def _sheet(tx: Tx, words: Words) -> Sheet:
    _, period, scope = _usual(tx)
    report = report_of(tx, period, scope)
    rows: list[tuple[Cell, ...]] = [
        (
            words.t(f"figures.name.{value.code}"), percent(value.share), len(value.yes), len(value.of), between(value),
            sum(value.left_out.values()), words.t(f"figures.definition.{value.code}"),
        )
        for value in report.values.values()
    ]  # fmt: skip
    headings = tuple(words.t(f"figures.column.{name}") for name in _FILE)
    return Sheet(words.t("figures.title"), headings, rows, tx.zone)


def _one(tx: Tx, code: str) -> dict[str, Any]:
    shown, period, scope = _usual(tx)
    part = request.args.get("part", "all")
    if part not in PARTS:
        raise NotFound(f"no part {part!r}")
    chosen = accuracy.narrowed(code, request.args)
    figure, found = figure_of(*chosen) if chosen else BY_CODE[code], read(tx, period)
    whole = count(figure, found, period, scope)
    by_unit = {row.path: count(figure, found, period, str(row.path)) for row in _below(shown["units"], scope)}
    minimum = tx.policy.figuring.minimum
    names = {row.path: (Name(row.name_zh, row.name_en), row.code) for row in shown["units"]}
    numbers = _numbers(whole, part)
    rows = seen(tx, me().scope, numbers[:MOST])
    return shown | {
        "chosen": chosen[0] if chosen else None, "chosen_name": accuracy.name(tx, *chosen) if chosen else None,
        "kept": shown["kept"] | accuracy.kept(chosen), "narrowed": accuracy.kept(chosen),
        "figure": figure, "whole": whole, "part": part, "parts": PARTS, "by_unit": by_unit, "names": names,
        "ranks": ranks(by_unit, good=figure.good is not False, minimum=minimum), "minimum": minimum,
        "numbers": numbers[:MOST], "cut": len(numbers) > MOST, "most": MOST, "seen": rows,
    }  # fmt: skip


def _below(units: Sequence[Any], scope: str) -> list[Any]:
    """The units one step below: compared are those of one kind."""
    return [row for row in units if str(row.path).rpartition("/")[0] == scope]


def _numbers(value: Value, part: str) -> list[str]:
    """The cases behind it, each once, in the order in which they stand there."""
    if part == "yes":
        return list(dict.fromkeys(value.yes))
    if part == "all":
        return list(dict.fromkeys(value.of))
    return list(Counter(value.of) - Counter(value.yes))
