"""Who is on duty: now, next, this week; shifts and leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cases.phrases import Message
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise import planning, roles, rota, saying
from console.supervise.loads import loads
from console.supervise.planning import Unread, unit_of
from console.supervise.roles import is_below
from dispatch.district import Unit
from dispatch.duty import handed
from dispatch.duty.leaves import Absence, LeaveKind, LeaveTrouble, leaves
from dispatch.duty.reach import UnitDuty, who_is_on
from dispatch.duty.shifts import ShiftTrouble
from dispatch.transaction import Tx

UNFIT = 422
A_DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form that could not be taken: which one, why, and what was written in it."""

    form: str = ""
    why: Message | None = None
    said: Mapping[str, Any] = field(default_factory=MultiDict)


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/duty; POST /duty/shifts, …/shifts/remove, …/leaves and …/leaves/<id>/cancel."""
    blueprint = Blueprint("duty", __name__)

    @blueprint.get("/duty")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx, unit_of(tx, request.args.get("unit", "")), Wrong())
        return render_template("duty.html", **shown)

    @blueprint.post("/duty/shifts")
    def add() -> Response | tuple[str, int]:
        return _write(parts, "shift", planning.add_shift)

    @blueprint.post("/duty/shifts/remove")
    def remove() -> Response | tuple[str, int]:
        return _write(parts, "rota", planning.remove_shift)

    @blueprint.post("/duty/leaves")
    def record() -> Response | tuple[str, int]:
        return _write(parts, "leave", planning.record_leave)

    @blueprint.post("/duty/leaves/<id_>/cancel")
    def cancel(id_: str) -> Response | tuple[str, int]:
        return _write(parts, "leave", lambda tx, _: planning.cancel_leave(tx, roles.id_of(id_)))

    return blueprint


def _write(parts: ConsoleParts, form: str, deed: Callable[[Tx, Unit], None]) -> Response | tuple[str, int]:
    """Do it and go back to the page of the unit; what cannot be is shown with the form as it was filled in."""
    roles.demand(*roles.PLANNERS)
    code = request.form.get("unit", "")
    try:
        with parts.door.transaction(me().office) as tx:
            deed(tx, unit_of(tx, code))
    except (ShiftTrouble, LeaveTrouble, Unread) as trouble:
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx, unit_of(tx, code), Wrong(form, trouble.message, request.form))
        return render_template("duty.html", **shown), UNFIT
    return redirect(url_for("duty.page", unit=code or None, _anchor=form), 303)


def _shown(tx: Tx, unit: Unit, wrong: Wrong) -> dict[str, Any]:
    g.zone = tx.office.zone
    units = _units(tx)
    there = {duty.unit.code: duty for duty in who_is_on(tx)}
    return {
        "now": tx.now,
        "unit": unit,
        "units": units,
        "depth": me().scope.count("/") + 1,
        "lines": [_line(tx, there[each.code]) for each in units],
        "week": rota.week(tx, unit),
        "series": rota.series(tx, unit),
        "gaps": rota.gaps(tx, unit),
        "loads": loads(tx, unit),
        "people": [(each, found) for each in units if (found := tx.district.workers_of(each.code))],
        "leaves": [_leave(tx, each) for each in leaves(tx) if _is_mine(tx, each)],
        "kinds": list(LeaveKind),
        "weekdays": WEEKDAYS,
        "hour": lambda at: at.astimezone(tx.zone).strftime("%H:%M" if at - tx.now < A_DAY else "%Y-%m-%d %H:%M"),
        "plans": me().role in roles.PLANNERS,
        "wrong": wrong,
        "said": saying.heard(),
    }


def _units(tx: Tx) -> list[Unit]:
    """The units of the account's scope in the order of the district, each before those below it."""
    place = {unit.code: at for at, unit in enumerate(tx.district.units)}
    mine = (unit for unit in tx.district.units if is_below(unit, me().scope))
    return sorted(mine, key=lambda unit: [place[code] for code in unit.path])


def _line(tx: Tx, duty: UnitDuty) -> dict[str, Any]:
    """A unit: who is there, who comes next, and in how many stretches of the coming week nobody is."""
    return {"duty": duty, "next": rota.next_up(tx, duty.unit), "holes": len(rota.holes(tx, duty.unit))}


def _is_mine(tx: Tx, absence: Absence) -> bool:
    worker = tx.district.worker(absence.code)
    return worker is not None and is_below(tx.district.unit(worker.unit), me().scope)


def _leave(tx: Tx, absence: Absence) -> dict[str, Any]:
    """A leave, what the person still has in hand, and what went to others since it began."""
    return {
        "leave": absence,
        "begun": absence.from_at <= tx.now,
        "held": handed.in_hand(tx, absence.staff_id),
        "moved": handed.handed_on(tx, me().scope, absence),
    }
