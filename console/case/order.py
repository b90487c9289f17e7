"""Work orders for the printer: A4, black on white, one a page. The visit code is the resident's and never on it; the
door is told only to whoever signed, and that look is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug.exceptions import NotFound

from cases import queries as record
from cases.loop.deeds import standing
from cases.phrases import Message, Name
from cases.steps import Step
from console.case.page import in_scope
from console.entry.guard import me
from console.parts import ConsoleParts
from console.standing import lamps, telling
from console.standing.lamps import StepLine
from dispatch.loop.who import Who, by_account
from dispatch.orders import place_of
from dispatch.people import reveal
from dispatch.transaction import Tx

MOST = 50  # orders on one page
ON_PAPER = (Step.FIRST_CONTACT, Step.VISIT, Step.FINDING, Step.TOLD)


@dataclass(frozen=True, slots=True)
class Order:
    """What stands on the paper. `door` None: not told to this account, or not asked for; `may_door`: it may be."""

    case: Any
    category: Name
    place: Message
    steps: Sequence[StepLine]
    may_door: bool
    door: str | None


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/cases/<number>/order and /cases/print?n=…&n=…; sent by POST they tell the doors as well."""
    blueprint = Blueprint("order", __name__)

    @blueprint.get("/cases/<number>/order")
    def page(number: str) -> str:
        return _one(parts, number, doors=False)

    @blueprint.post("/cases/<number>/order")
    def with_door(number: str) -> str:
        return _one(parts, number, doors=True)

    @blueprint.get("/cases/print")
    def pages() -> str:
        return _several(parts, doors=False)

    @blueprint.post("/cases/print")
    def with_doors() -> str:
        return _several(parts, doors=True)

    return blueprint


def _one(parts: ConsoleParts, number: str, *, doors: bool) -> str:
    with parts.door.transaction(me().office) as tx:
        g.zone = tx.office.zone
        order = _order(tx, by_account(tx, me()), in_scope(tx, number), doors=doors)
        now, office = tx.now, tx.office.name
    return render_template(
        "order.html", orders=[order], missing=[], now=now, office=office, back=number, limit=telling.limit
    )


def _several(parts: ConsoleParts, *, doors: bool) -> str:
    """Those that are named and in scope; the others are said to be not found, whatever the reason."""
    numbers = list(dict.fromkeys(request.values.getlist("n")))[:MOST]
    orders: list[Order] = []
    missing: list[str] = []
    with parts.door.transaction(me().office) as tx:
        g.zone = tx.office.zone
        who = by_account(tx, me())
        for number in sorted(numbers):  # the lock order of cases is that of their numbers
            try:
                orders.append(_order(tx, who, in_scope(tx, number), doors=doors))
            except NotFound:
                missing.append(number[:40])
        now, office = tx.now, tx.office.name
    return render_template(
        "order.html", orders=orders, missing=missing, now=now, office=office, back=None, limit=telling.limit
    )


def _order(tx: Tx, who: Who, head: Any, *, doors: bool) -> Order:
    owed = record.owed_steps(tx.conn, head.id, head.attempt)
    timers = [row for row in record.timers(tx.conn, head.id) if row.attempt == head.attempt]
    may = reveal.has_signed(tx, who, standing(tx, head.id))
    return Order(
        case=head,
        category=tx.policy.category(head.category).name,
        place=place_of(tx, head),
        steps=lamps.steps(owed, timers, ON_PAPER),
        may_door=may,
        door=reveal.reveal_door(tx, who, head.id) if may and doors else None,
    )
