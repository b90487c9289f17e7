"""The triage lane: what nobody is sure of, sorted with one press."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.lifecycle import IllegalDeed
from cases.phrases import Message, msg
from console.entry.guard import me
from console.parts import ConsoleParts
from console.words import language
from dispatch.acts.refusals import Refused
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.who import NotYours, by_account
from dispatch.reads import queries
from dispatch.transaction import Tx
from dispatch.triage import asking, sorting


def add_routes(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """POST /desk/triage/<number>: a category, or that there is nothing in it."""

    @blueprint.post("/desk/triage/<number>")
    def sort(number: str) -> Response:
        told = _told(parts, number)
        with parts.door.transaction(me().office) as tx:
            flash(tx.say(told, language()))
        return redirect(url_for("desk.page", awaits="triage"), HTTPStatus.SEE_OTHER)


def _told(parts: ConsoleParts, number: str) -> Message:
    """What came of it, or why nothing did."""
    try:
        with parts.door.transaction(me().office) as tx:
            return _sort(tx, number)
    except NotYours:
        abort(HTTPStatus.FORBIDDEN)
    except (NothingToDecide, IllegalDeed):
        return msg("triage.refused.gone", number=number)
    except Refused as no:
        return no.why


def _sort(tx: Tx, number: str) -> Message:
    row = queries.case_in_scope(tx, me().scope, number) if number.isprintable() else None
    if row is None:
        raise NotFound(f"case {number!r}")
    who = by_account(tx, me())
    if request.form.get("settled"):
        return asking.settle(tx, who, number)
    if request.form.get("nothing"):
        return sorting.nothing(tx, who, number)
    return sorting.sort(tx, who, number, request.form.get("category") or request.form.get("other", ""))
