"""The dispatcher's queue: open cases, what is due first before, and one of them opened beside it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from cases.phrases import Message, msg
from cases.states import OPEN, State
from cases.steps import Level
from console.desk import drawer, several, sorting
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise.roles import OFFICE
from dispatch.calendar.checking import ends_soon, last_day
from dispatch.loop.who import by_account
from dispatch.orders import place_of
from dispatch.policy import ServiceLine
from dispatch.reads import queries, queue
from dispatch.reads.queries import Cursor
from dispatch.reads.queue import MOST, Filter
from dispatch.side.marks import marks
from dispatch.transaction import Tx

FIELDS = ("state", "level", "service_line", "category", "unit", "time", "awaits", "words", "grid")
_KNOWN: Mapping[str, Collection[str]] = {
    "state": tuple(state.value for state in OPEN),
    "level": tuple(level.value for level in Level),
    "service_line": tuple(line.value for line in ServiceLine),
    "time": ("over", "soon"),
    "awaits": ("supervisor", "decision", "triage"),
}
WORDS_LENGTH = 40


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/desk, its table alone at /desk/rows (which refreshes itself), a case beside it, and what is done to several."""
    blueprint = Blueprint("desk", __name__)

    @blueprint.get("/desk")
    def page() -> str:
        number = request.args.get("open", "")
        with parts.door.transaction(me().office) as tx:
            shown = _queue(tx) | _choices(tx) | {"opened": drawer.opened(tx, me(), number) if number else None}
        return render_template("desk.html", **shown)

    @blueprint.get("/desk/rows")
    def rows() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _queue(tx)
        return render_template("desk_rows.html", **shown)

    @blueprint.get("/desk/drawer/<number>")
    def beside(number: str) -> str:
        with parts.door.transaction(me().office) as tx:
            g.zone = tx.office.zone
            opened = drawer.opened(tx, me(), number)
            kept = kept_in(request.args)
        if opened is None:
            raise NotFound(f"case {number!r}")
        return render_template("desk_drawer.html", opened=opened, kept=kept, start=request.args.get("after", ""))

    several.add_routes(blueprint, parts)
    sorting.add_routes(blueprint, parts)
    return blueprint


def _queue(tx: Tx) -> dict[str, Any]:
    narrowed = _filter(request.args)
    start = request.args.get("after", "")
    page = queue.queue(tx, me().scope, narrowed, _cursor(start) if start else None)
    figures = queue.figures(tx, me().scope)
    g.zone = tx.office.zone
    return {
        "page": page,
        "beside": marks(tx, page.rows),
        "places": {row.id: place_of(tx, row) for row in page.rows},
        "categories": tx.policy.categories,
        "now": tx.now,
        "figures": {name: f"{MOST}+" if count > MOST else count for name, count in figures.items()},
        "filter": narrowed,
        "kept": kept_in(request.args),
        "start": start,
        "next": _written(page.after) if page.after else None,
        "calendar_ends": _calendar_ends(tx),
        "may_give": several.may_give(by_account(tx, me())),
        # Those that occur; and the one that is asked for, even where it has none left.
        "states": [state for state in State if figures.get(state.value) or state.value == narrowed.state],
    }


def _calendar_ends(tx: Tx) -> Message | None:
    """That the calendar ends soon, for those who can see to it; None where it does not."""
    today = tx.calendar.local_day(tx.now)
    if me().role not in OFFICE or not ends_soon(tx.day_table, today):
        return None
    end = last_day(tx.day_table, today)
    return msg("calendar.desk.ends", end=str(end)) if end else msg("calendar.desk.ended")


def _choices(tx: Tx) -> dict[str, Any]:
    return {
        "levels": list(Level),
        "units": queries.units_within(tx, me().scope),
        "service_lines": list(ServiceLine),
        "depth": me().scope.count("/"),
        "holders": several.holders(tx, me().scope),
        "most_words": WORDS_LENGTH,
    }


def kept_in(args: MultiDict[str, str]) -> dict[str, str]:
    """What of an address narrows the queue."""
    narrowed = _filter(args)
    return {name: value for name in FIELDS if (value := getattr(narrowed, name))}


def _filter(args: Mapping[str, str]) -> Filter:
    """The filter in the address. A value that cannot be is taken as none, as the form then shows."""
    found = {name: args.get(name, "").strip()[:WORDS_LENGTH] for name in FIELDS}
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
