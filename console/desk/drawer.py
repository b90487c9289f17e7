"""A case beside the queue: what a dispatcher must know of it at a glance, and what is done from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cases import history
from cases import queries as record
from cases.phrases import Message, Name
from cases.states import CLOSED, State
from console.standing import lamps, notes, telling
from console.standing.lamps import Shown
from console.standing.notes import Note
from console.standing.telling import Teller, Told
from dispatch.loop.who import by_account
from dispatch.matters.doubt import Offer
from dispatch.orders import place_of
from dispatch.people.accounts import Account
from dispatch.policy import Category
from dispatch.reads import queries
from dispatch.reads.around import Around, around
from dispatch.side.confiding import no_words, veiled
from dispatch.side.marks import marks
from dispatch.transaction import Tx
from dispatch.triage import lane, sorting

LAST = 5  # lines of history; the case page has all


@dataclass(frozen=True, slots=True)
class Opened:
    """A case's row and what stands around it, in words; `running` are its open promises, what is due first before."""

    case: Any
    category: Name
    place: Message
    around: Around
    notes: list[Note]
    lamps: list[Shown]
    running: list[Any]
    events: list[Told]
    understood: list[Message]
    routed: list[Message]
    over: bool
    now: Any
    beside: Sequence[Message]
    offers: Sequence[Offer] = ()
    waits: bool = False
    categories: Sequence[Category] = ()


def opened(tx: Tx, account: Account, number: str) -> Opened | None:
    """The case of this number; None where there is none within the account's scope."""
    row = queries.case_in_scope(tx, account.scope, number) if number.isprintable() else None
    if row is None:
        return None
    row = veiled(row)
    over = State(row.state) in CLOSED
    timers = [timer for timer in record.timers(tx.conn, row.id) if timer.attempt == row.attempt]
    owed = record.owed_steps(tx.conn, row.id, row.attempt)
    said = no_words if row.confidential else partial(history.words_of, tx)
    teller = Teller(tx.district, tx.policy, said)
    found = around(tx, account.scope, row)
    understood, routed = ([], []) if row.confidential else telling.reasons(row.reasons)
    return Opened(
        row, tx.policy.category(row.category).name, place_of(tx, row), found,
        notes.notes(row, found, teller, tx.now), lamps.shown(owed, timers, tx.now, over=over), _running(timers),
        [teller.told(line) for line in record.timeline(tx.conn, row.id)[-LAST:]], understood, routed, over, tx.now,
        marks(tx, [row]).get(row.id, ()), **_sorting(tx, account, row),
    )  # fmt: skip


def _sorting(tx: Tx, account: Account, row: Any) -> dict[str, Any]:
    """What it may be, for whoever says so; nothing where it does not wait for that."""
    if row.triage is None or by_account(tx, account).part not in sorting.PARTS:
        return {}
    if not lane.waits(row):
        return {"waits": True}
    known = tx.policy.categories
    offers = [each for each in lane.offers_of(tx, row.id) if each.category in known]
    return {"waits": True, "offers": offers, "categories": list(known.values())}


def _running(timers: list[Any]) -> list[Any]:
    return sorted((timer for timer in timers if timer.state in ("open", "parked")), key=lambda timer: timer.due_at)
