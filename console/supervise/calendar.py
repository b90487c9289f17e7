"""The calendar of the office: a year as a grid, the notice entered, single days, closures and their end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.clock.workdays import DayKind
from cases.phrases import Message, msg
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise import roles, saying
from console.supervise.months import months, told
from dispatch.calendar import entering, versions
from dispatch.calendar.changing import CalendarTrouble, Stretch, moment_in
from dispatch.calendar.checking import ends_soon, findings, last_day
from dispatch.calendar.entering import Change
from dispatch.calendar.notice import YEARS, EntryKind, NoticeErrors, decoded, read_notice
from dispatch.calendar.rows import Difference
from dispatch.calendar.table import Closing
from dispatch.calendar.versions import Made, Source
from dispatch.loop.who import by_account
from dispatch.people.accounts import Role
from dispatch.transaction import Tx

UNFIT = 422
EDITORS = (Role.SUPERVISOR, Role.ADMIN)
_KINDS = {"holiday": DayKind.OFF, "makeup": DayKind.WORK}
_SHOWN_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form that could not be taken, or was only tried out: which one, why, what it would change, what was in it."""

    form: str = ""
    why: tuple[Message, ...] = ()
    would: Difference | None = None
    said: MultiDict[str, str] = field(default_factory=MultiDict)


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/calendar; POST /calendar/notice, …/day, …/closure and …/reopening."""
    blueprint = Blueprint("calendar", __name__)

    @blueprint.get("/calendar")
    def page() -> str:
        roles.demand(*roles.OFFICE)
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx, request.args.get("year", ""), Wrong())
        return render_template("calendar.html", **shown)

    @blueprint.post("/calendar/notice")
    def notice() -> Response | tuple[str, int]:
        return _write(parts, "notice", _notice)

    @blueprint.post("/calendar/day")
    def day() -> Response | tuple[str, int]:
        return _write(parts, "day", _day)

    @blueprint.post("/calendar/closure")
    def closure() -> Response | tuple[str, int]:
        return _write(parts, "closure", lambda tx: _closure(tx, entering.of_closure(tx, _stretch(tx), _said("why"))))

    @blueprint.post("/calendar/reopening")
    def reopening() -> Response | tuple[str, int]:
        return _write(parts, "reopening", lambda tx: _closure(tx, entering.of_reopening(tx, _stretch(tx))))

    return blueprint


def _write(parts: ConsoleParts, form: str, read: Callable[[Tx], tuple[Change, Made]]) -> Response | tuple[str, int]:
    """Make the new version and go back to its year; what cannot be is shown with the form as it was filled in."""
    account, year = roles.demand(*EDITORS), request.form.get("year", "")
    wrong = None
    try:
        with parts.door.transaction(account.office) as tx:
            change, made = read(tx)
            if request.form.get("step") == "preview":
                wrong = Wrong(form, (), entering.preview(tx, change), request.form)
            else:
                version = entering.enter(tx, change, made)
                saying.say("calendar.page.entered" if version else "calendar.entered.nothing",
                           **({"number": version.number} if version else {}))  # fmt: skip
    except CalendarTrouble as trouble:
        wrong = Wrong(form, (trouble.message,), None, request.form)
    except NoticeErrors as errors:
        why = (msg("calendar.fault", where=f.path, trouble=f.trouble, remedy=f.remedy) for f in errors.faults)
        wrong = Wrong(form, tuple(why), None, request.form)
    if wrong is None:
        return redirect(url_for("calendar.page", year=year or None), 303)
    with parts.door.transaction(account.office) as tx:
        shown = _shown(tx, year, wrong)
    return render_template("calendar.html", **shown), UNFIT if wrong.why else 200


def _said(name: str) -> str:
    return request.form.get(name, "").strip()


def _by(tx: Tx) -> str:
    return by_account(tx, me()).actor


def _notice(tx: Tx) -> tuple[Change, Made]:
    """The notice as a file or as pasted text."""
    file = request.files.get("file")
    name, text = "notice", _said("text")
    if file is not None and file.filename:
        name, text = file.filename, decoded(file.read()) or ""
    whole = not request.form.get("partial")
    return entering.of_notice(read_notice(name, text), whole=whole), Made(Source.NOTICE, name[:80], _by(tx))


def _day(tx: Tx) -> tuple[Change, Made]:
    try:
        day = date.fromisoformat(_said("date"))
    except ValueError:
        raise CalendarTrouble(msg("calendar.trouble.no_day", given=_said("date"))) from None
    name = _said("name")[:80]
    return entering.of_day(day, _KINDS.get(_said("kind")), name), Made(Source.EDIT, name, _by(tx))


def _closure(tx: Tx, change: Change) -> tuple[Change, Made]:
    return change, Made(Source.CLOSURE, _said("why"), _by(tx))


def _stretch(tx: Tx) -> Stretch:
    return Stretch(moment_in(tx.calendar, _said("from")), moment_in(tx.calendar, _said("to")), _said("unit"))


def _shown(tx: Tx, said: str, wrong: Wrong) -> dict[str, Any]:
    g.zone = tx.office.zone
    table, today = tx.day_table, tx.calendar.local_day(tx.now)
    year = _year(said, today)
    return {
        "year": year,
        "years": [each for each in (year - 1, year + 1) if each in YEARS],
        "months": months(table, year, today),
        "closures": [_closed(each) for each in table.closings if each.closure.day.year == year],
        "Kind": EntryKind,
        "provisional": year not in table.published,
        "soon": ends_soon(table, today),
        "end": last_day(table, today),
        "findings": [each.told for each in findings(table, today) if each.kind not in ("ends_soon", "ended")],
        "windows": [(unit, hours) for unit, hours in (("", table.windows), *table.unit_windows.items())],
        "units": {unit.code: unit.name for unit in tx.district.units},
        "versions": versions.listed(tx)[:_SHOWN_VERSIONS],
        "edits": me().role in EDITORS,
        "wrong": wrong,
        "would": _would(wrong.would),
        "said": saying.heard(),
    }


def _closed(closing: Closing) -> dict[str, Any]:
    """A closure, and from when until when it is opened again."""
    day, window = closing.closure.day, closing.closure.window or (time(), time.max)
    whole, to_midnight = closing.closure.window is None, window[1] == time.max
    end = datetime.combine(day + timedelta(days=1), time()) if to_midnight else datetime.combine(day, window[1])
    hours = "" if whole else f"{window[0]:%H:%M}–{'24:00' if to_midnight else format(window[1], '%H:%M')}"
    start = datetime.combine(day, window[0])
    return {
        "day": day, "hours": hours, "unit": closing.unit, "why": closing.why, "start": start.isoformat(),
        "end": end.isoformat(),
    }  # fmt: skip


def _would(differs: Difference | None) -> list[tuple[str, date, Message]]:
    """What would come and go, by day."""
    if differs is None:
        return []
    signed = [("−", row) for row in differs.went] + [("+", row) for row in differs.came]
    return [(sign, row.day, told(row)) for sign, row in sorted(signed, key=lambda each: (each[1].day, each[0]))]


def _year(said: str, today: date) -> int:
    """The year that is asked for, else this one. Raises NotFound for one that no table can have."""
    if not said:
        return today.year
    if not said.isascii() or not said.isdecimal() or int(said) not in YEARS:
        raise NotFound(f"no year {said!r}")
    return int(said)
