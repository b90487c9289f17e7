"""What is late and what soon will be: by step and unit, and the list below it with the ladder."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from werkzeug.exceptions import NotFound

from cases.steps import Level, Step
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise.matrix import matrix
from dispatch.orders import place_of
from dispatch.reads import pressing, queries
from dispatch.reads.pressing import Narrowed, Side
from dispatch.reads.queries import Cursor
from dispatch.rounds import reads as rounds
from dispatch.transaction import Tx

_KNOWN: Mapping[str, Collection[str]] = {
    "time": tuple(side.value for side in Side),
    "step": tuple(step.value for step in Step),
    "level": tuple(level.value for level in Level),
}


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/overdue, and its table and list alone at /overdue/rows (which refresh themselves)."""
    blueprint = Blueprint("overdue", __name__)

    @blueprint.get("/overdue")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx) | {"levels": list(Level), "all_steps": list(Step), "sides": list(Side)}
        return render_template("overdue.html", **shown)

    @blueprint.get("/overdue/rows")
    def rows() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx)
        return render_template("overdue_rows.html", **shown)

    return blueprint


def narrowed(args: Mapping[str, str]) -> Narrowed:
    """The filter in the address. A value that cannot be is taken as none, as the form then shows."""
    found = {name: args.get(name, "").strip() for name in ("time", "step", "unit", "level")}
    return Narrowed(**{name: value for name, value in found.items() if _can_be(name, value)})


def _can_be(name: str, value: str) -> bool:
    return value in _KNOWN[name] if name in _KNOWN else value.isprintable()


def _shown(tx: Tx) -> dict[str, Any]:
    g.zone = tx.office.zone
    wanted = narrowed(request.args)
    start = request.args.get("after", "")
    page = pressing.pressing(tx, me().scope, wanted, _cursor(start) if start else None)
    units = queries.units_within(tx, me().scope)
    return {
        "page": page,
        "places": {row.id: place_of(tx, row.case) for row in page.rows},
        "rounds": rounds.late_rounds(tx, me().scope),
        "matrix": matrix(units, pressing.counts(tx, me().scope, wanted.level)),
        "units": units,
        "depth": me().scope.count("/"),
        "filter": wanted,
        "kept": {name: value for name, value in asdict(wanted).items() if value},
        "start": start,
        "next": f"{page.after.due_at.isoformat()}~{page.after.id}" if page.after and page.after.due_at else None,
        "now": tx.now,
    }


def _cursor(written: str) -> Cursor:
    due, _, id_ = written.partition("~")
    try:
        moment = datetime.fromisoformat(due)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return Cursor(moment, UUID(id_))
    except ValueError as trouble:
        raise NotFound("this page of the list does not exist") from trouble
