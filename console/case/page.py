"""The case page: where it stands, who has it until when, what happened, and why it came here."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, g, render_template
from werkzeug.exceptions import NotFound

from cases import history
from cases import queries as record
from cases.states import CLOSED, State
from cases.steps import Step
from console.entry.guard import me
from console.parts import ConsoleParts
from console.standing import lamps, notes, telling
from console.standing.telling import Teller
from dispatch.orders import place_of
from dispatch.reads import queries
from dispatch.reads.around import around
from dispatch.transaction import Tx


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/cases/<number>; what is out of scope is not found, in the same words."""
    blueprint = Blueprint("case", __name__)

    @blueprint.get("/cases/<number>")
    def page(number: str) -> str:
        with parts.door.transaction(me().office) as tx:
            head = queries.case_in_scope(tx, me().scope, number) if number.isprintable() else None
            if head is None:
                raise NotFound(f"case {number!r}")
            shown = _shown(tx, head) | _around(tx, head)
        return render_template("case.html", **shown)

    return blueprint


def _shown(tx: Tx, head: Any) -> dict[str, Any]:
    g.zone = tx.office.zone
    owed = record.owed_steps(tx.conn, head.id, head.attempt)
    timers = record.timers(tx.conn, head.id)
    live = [row for row in timers if row.attempt == head.attempt]
    teller = _teller(tx)
    lines = lamps.steps(owed, live, list(Step))
    understood, routed = telling.reasons(head.reasons)
    return {
        "case": head,
        "place": place_of(tx, head),
        "category": tx.policy.category(head.category).name,
        "now": tx.now,
        "over": State(head.state) in CLOSED,
        "lamps": lamps.shown(owed, live, tx.now, over=State(head.state) in CLOSED),
        "steps": lines,
        "earlier": lamps.others(timers, lines),
        "units": {unit.id: unit.name for unit in tx.district.units},
        "limit": telling.limit,
        "shown_last": shown_last,
        "events": [teller.told(row) for row in record.timeline(tx.conn, head.id)],
        "understood": understood,
        "routed": routed,
        "messages": queries.messages(tx, head.id),
        "reports": record.reports(tx.conn, head.id),
    }


def shown_last(lines: Sequence[Any], last: int = 12) -> list[tuple[Sequence[Any], bool]]:
    """A long list as what is folded away (True) and its last lines; a short one as it is."""
    cut = len(lines) - last
    return [(lines, False)] if cut <= 0 else [(lines[:cut], True), (lines[cut:], False)]


def _teller(tx: Tx) -> Teller:
    return Teller(tx.district, tx.policy, partial(history.words_of, tx))


def _around(tx: Tx, head: Any) -> dict[str, Any]:
    """What the case waits for, who holds it, and which cases it repeats."""
    found = around(tx, me().scope, head)
    return {"around": found, "notes": notes.notes(head, found, _teller(tx), tx.now)}
