"""What the case page shows, read in one transaction."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from flask import g, request

from cases import history
from cases import queries as record
from cases.loop import clocks
from cases.loop.deeds import standing
from cases.phrases import Name
from cases.states import CLOSED, State
from cases.steps import UNREACHED, Step
from console.case.decided import decided
from console.case.forms import Outcome, forms
from console.entry.guard import me
from console.ground import beside
from console.standing import lamps, notes, telling, timeline
from console.standing.choices import candidates
from console.standing.telling import Teller
from console.standing.whydue import Reckoner
from dispatch.district.beside.suiting import Offer
from dispatch.loop.who import Who, account_names, by_account
from dispatch.orders import place_of
from dispatch.people import reveal
from dispatch.reads import queries
from dispatch.reads.around import around
from dispatch.reads.beside.offered import for_case
from dispatch.rounds import reads as rounds
from dispatch.side.confiding import no_words
from dispatch.side.marks import marks
from dispatch.transaction import Tx

LAST = 60  # entries of the timeline that are not folded away


def whole(tx: Tx, head: Any, outcome: Outcome) -> dict[str, Any]:
    """Everything for the template, from the case's row as its list shows it."""
    g.zone = tx.office.zone
    who, teller = by_account(tx, me()), teller_of(tx, head)
    lines = record.timeline(tx.conn, head.id)
    return {
        "case": head,
        "place": place_of(tx, head),
        "beside": marks(tx, [head]).get(head.id, ()),
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
        **_steps(tx, head, teller),
        **_why(head, teller, lines),
        "decided": decided(tx, head, lines),
        **_happened(tx, head, teller, lines),
        **_around(tx, head, teller),
        "found_on": rounds.found_on(tx, me().scope, head.id) if head.channel in UNREACHED else None,
        **_looks(tx, head, who, teller),
        **_beside(tx, head),
    }


def teller_of(tx: Tx, head: Any = None) -> Teller:
    """Tells history with the names that are in force; of a case whose words are for a few, without them."""
    said = no_words if getattr(head, "is_veiled", False) else partial(history.words_of, tx)
    return Teller(tx.district, tx.policy, said, account_names(tx))


def shown_last(lines: Sequence[Any], last: int = 12) -> list[tuple[Sequence[Any], bool]]:
    """A long list as what is folded away (True) and its last lines; a short one as it is."""
    cut = len(lines) - last
    return [(lines, False)] if cut <= 0 else [(lines[:cut], True), (lines[cut:], False)]


def _steps(tx: Tx, head: Any, teller: Teller) -> dict[str, Any]:
    owed = record.owed_steps(tx.conn, head.id, head.attempt)
    timers = record.timers(tx.conn, head.id)
    live = [row for row in timers if row.attempt == head.attempt]
    over = State(head.state) in CLOSED
    steps = lamps.steps(owed, live, list(Step))
    pressing = None if over else lamps.pressing(live)
    reckoner = reckoner_of(tx, head, teller)
    return {
        "lamps": lamps.shown(owed, live, tx.now, over=over),
        "steps": steps,
        "next": pressing,
        "next_unit": _cohandler(tx, pressing),
        "earlier": lamps.others(timers, steps),
        "why_due": reckoner.of_timers(timers),
        "why_promised": reckoner.of_promise(head.due_at),
    }


def _cohandler(tx: Tx, pressing: Any) -> Name | None:
    """The unit whose answer is due next, where that is one that co-handles the case."""
    if pressing is None or pressing.step != Step.COHANDLE:
        return None
    return next(unit.name for unit in tx.district.units if unit.id == pressing.unit_id)


def reckoner_of(tx: Tx, head: Any, teller: Teller) -> Reckoner:
    """Explains deadlines by what the case's history comes to."""
    units = {unit.id: unit.code for unit in tx.district.units}
    return Reckoner(clocks.reckoning(tx, head, teller.actor), units, tx.hours(head.policy_version).office)


def _why(head: Any, teller: Teller, lines: Iterable[Any]) -> dict[str, Any]:
    if getattr(head, "is_veiled", False):
        return {"understood": [], "routed": [], "candidates": []}
    understood, routed = telling.reasons(head.reasons)
    return {"understood": understood, "routed": routed, "candidates": candidates(teller, lines)}


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


def _beside(tx: Tx, head: Any) -> dict[str, Any]:
    """What the resident can be told and whom to ask; nothing of a case that is over, or whose matter is for a few."""
    is_asked = State(head.state) not in CLOSED and not getattr(head, "is_veiled", False)
    return beside.offered(tx, for_case(tx, head) if is_asked else Offer())


def _looks(tx: Tx, head: Any, who: Who, teller: Teller) -> dict[str, Any]:
    """Who looked at who reported it, and whether this account may."""
    if getattr(head, "is_veiled", False):
        return {"looks": [], "may_reveal": False}
    looks = [(look, teller.actor(look.actor)) for look in reveal.looks(tx, head.id)]
    may = head.party_id is not None and reveal.may_reveal(tx, who, standing(tx, head.id))
    return {"looks": looks, "may_reveal": may}
