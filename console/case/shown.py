"""What the case page shows, read in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import g, request

from cases import history
from cases import queries as record
from cases.clock.sla import parse_limit
from cases.loop.deeds import standing
from cases.states import CLOSED, State
from cases.steps import Step
from console.case.forms import Outcome, forms
from console.entry.guard import me
from console.standing import lamps, notes, telling, timeline
from console.standing.telling import Teller
from console.standing.whydue import Reckoner, Why
from dispatch.loop.who import Who, account_names, by_account
from dispatch.orders import place_of
from dispatch.people import reveal
from dispatch.reads import queries
from dispatch.reads.around import around
from dispatch.transaction import Tx

LAST = 60  # entries of the timeline that are not folded away


def whole(tx: Tx, head: Any, outcome: Outcome) -> dict[str, Any]:
    """Everything for the template, from the case's row as its list shows it."""
    g.zone = tx.office.zone
    who, teller = by_account(tx, me()), teller_of(tx)
    lines = record.timeline(tx.conn, head.id)
    return {
        "case": head,
        "place": place_of(tx, head),
        "category": tx.policy.category(head.category).name,
        "now": tx.now,
        "over": State(head.state) in CLOSED,
        "units": {unit.id: unit.name for unit in tx.district.units},
        "limit": telling.limit,
        "shown_last": shown_last,
        "reports": record.reports(tx.conn, head.id),
        "outcome": outcome,
        "forms": forms(tx, who, head, outcome),
        "moved": [teller.told(line) for line in outcome.moved],
        **_steps(tx, head, lines),
        **_why(head),
        **_happened(tx, head, teller, lines),
        **_around(tx, head, teller),
        **_looks(tx, head, who, teller),
    }


def teller_of(tx: Tx) -> Teller:
    """Tells history with the names that are in force."""
    return Teller(tx.district, tx.policy, partial(history.words_of, tx), account_names(tx))


def shown_last(lines: Sequence[Any], last: int = 12) -> list[tuple[Sequence[Any], bool]]:
    """A long list as what is folded away (True) and its last lines; a short one as it is."""
    cut = len(lines) - last
    return [(lines, False)] if cut <= 0 else [(lines[:cut], True), (lines[cut:], False)]


def _steps(tx: Tx, head: Any, lines: Iterable[Any]) -> dict[str, Any]:
    owed = record.owed_steps(tx.conn, head.id, head.attempt)
    timers = record.timers(tx.conn, head.id)
    live = [row for row in timers if row.attempt == head.attempt]
    over = State(head.state) in CLOSED
    steps = lamps.steps(owed, live, list(Step))
    reckoner = reckoner_of(tx, head, [line.at for line in lines])
    return {
        "lamps": lamps.shown(owed, live, tx.now, over=over),
        "steps": steps,
        "next": None if over else lamps.pressing(live),
        "earlier": lamps.others(timers, steps),
        "why_due": reckoner.of_timers(timers),
        "why_promised": _promise(reckoner, head, timers),
    }


def reckoner_of(tx: Tx, head: Any, happened: Sequence[datetime]) -> Reckoner:
    """Reckons with the calendar that the case was opened under, else with the one in force."""
    calendars = (tx.policy_at(head.policy_version).calendar, tx.calendar)
    return Reckoner(calendars, happened, tx.zone)


def _promise(reckoner: Reckoner, head: Any, timers: Iterable[Any]) -> Why | None:
    """Why the resident is promised an answer by then: from receipt, or from the order of a case opened again."""
    for timer in timers:
        limit = parse_limit(timer.limit_text)
        if limit is None or timer.step != Step.TOLD or head.due_at is None:
            continue
        for start in (head.received_at, timer.started_at):
            if start is not None and (why := reckoner.of_promise(limit, start, head.due_at)).lines:
                return why
    return None


def _why(head: Any) -> dict[str, Any]:
    understood, routed = telling.reasons(head.reasons)
    return {"understood": understood, "routed": routed}


def _happened(tx: Tx, head: Any, teller: Teller, lines: Iterable[Any]) -> dict[str, Any]:
    entries = timeline.entries(teller, lines, queries.messages(tx, head.id))
    show = request.args.get("show", "")
    counts = timeline.counts(entries)
    chosen = show if show in counts else "all"
    return {"counts": counts, "show": chosen, "entries": timeline.shown(entries, chosen), "last": LAST}


def _around(tx: Tx, head: Any, teller: Teller) -> dict[str, Any]:
    """What the case waits for, who holds it, and which cases it repeats."""
    found = around(tx, me().scope, head)
    return {"around": found, "notes": notes.notes(head, found, teller, tx.now)}


def _looks(tx: Tx, head: Any, who: Who, teller: Teller) -> dict[str, Any]:
    """Who looked at who reported it, and whether this account may."""
    looks = [(look, teller.actor(look.actor)) for look in reveal.looks(tx, head.id)]
    may = head.party_id is not None and reveal.may_reveal(tx, who, standing(tx, head.id))
    return {"looks": looks, "may_reveal": may}
