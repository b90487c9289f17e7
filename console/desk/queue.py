"""The dispatcher's queue: open cases by remaining time."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.states import OPEN, State
from cases.steps import Level
from console.entry.guard import me
from console.parts import ConsoleParts
from dispatch.orders import place_of
from dispatch.policy import ServiceLine
from dispatch.reads import queries
from dispatch.reads.queries import Cursor, Filter
from dispatch.transaction import Tx

FIELDS = ("state", "level", "service_line", "unit", "time", "awaits")
TIMES = ("over", "soon")
_KNOWN: Mapping[str, Collection[str]] = {
    "state": tuple(state.value for state in OPEN),
    "level": tuple(level.value for level in Level),
    "service_line": tuple(line.value for line in ServiceLine),
    "time": TIMES,
    "awaits": ("supervisor",),
}
NUMBER_LENGTH = 40


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/desk, its table alone at /desk/rows (which refreshes itself), and the way to a case by number."""
    blueprint = Blueprint("desk", __name__)

    @blueprint.get("/desk")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _queue(tx) | _choices(tx)
        return render_template("desk.html", **shown)

    @blueprint.get("/desk/rows")
    def rows() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _queue(tx)
        return render_template("desk_rows.html", **shown)

    @blueprint.get("/desk/find")
    def find() -> Response:
        number = request.args.get("number", "").strip()[:NUMBER_LENGTH]
        return redirect(url_for("case.page", number=number) if number else url_for("desk.page"), 303)

    return blueprint


def _queue(tx: Tx) -> dict[str, Any]:
    narrowed = _filter(request.args)
    kept = {name: value for name in FIELDS if (value := getattr(narrowed, name))}
    start = request.args.get("after", "")
    page = queries.queue(tx, me().scope, narrowed, _cursor(start) if start else None)
    figures = queries.figures(tx, me().scope)
    g.zone = tx.office.zone
    return {
        "page": page,
        "places": {row.id: place_of(tx, row) for row in page.rows},
        "now": tx.now,
        "figures": figures,
        "filter": narrowed,
        "kept": kept,
        "start": start,
        "next": _written(page.after) if page.after else None,
        # Those that occur; and the one that is asked for, even where it has none left.
        "states": [state for state in State if figures.get(state.value) or state.value == narrowed.state],
    }


def _choices(tx: Tx) -> dict[str, Any]:
    return {
        "levels": list(Level),
        "units": queries.units_within(tx, me().scope),
        "service_lines": list(ServiceLine),
        "depth": me().scope.count("/"),
    }


def _filter(args: Mapping[str, str]) -> Filter:
    """The filter in the address. A value that cannot be is taken as none, as the form then shows."""
    found = {name: args.get(name, "").strip() for name in FIELDS}
    return Filter(**{name: value for name, value in found.items() if _can_be(name, value)})


def _can_be(name: str, value: str) -> bool:
    return value in _KNOWN[name] if name in _KNOWN else value.isprintable()


def _written(after: Cursor) -> str:
    return f"{after.due_at.isoformat() if after.due_at else ''}~{after.id}"


def _cursor(written: str) -> Cursor:
    due, _, id_ = written.partition("~")
    try:
        moment = datetime.fromisoformat(due) if due else None
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return Cursor(moment, UUID(id_))
    except ValueError as trouble:
        raise NotFound("this page of the queue does not exist") from trouble
