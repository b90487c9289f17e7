"""The search of the bar: a number leads to its case, words to the newest cases that have them."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from console.entry.guard import me
from console.parts import ConsoleParts
from dispatch.orders import place_of
from dispatch.reads.queries import case_in_scope
from dispatch.search import finding, words
from dispatch.search.finding import NEWEST
from dispatch.search.named import in_chinese
from dispatch.search.words import LENGTH_MOST, Asked
from dispatch.transaction import Tx

Pieces = Callable[[str], list[tuple[str, bool]]]


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/search?words=…, 20 cases a page."""
    blueprint = Blueprint("search", __name__)

    @blueprint.get("/search")
    def page() -> str | Response:
        said = request.args.get("words", "").strip()[:LENGTH_MOST]
        with parts.door.transaction(me().office) as tx:
            number = _number(tx, said)
            shown = {} if number else _shown(tx, said)
        if number:
            return redirect(url_for("case.page", number=number), 303)
        return render_template("search.html", **shown)

    return blueprint


def _number(tx: Tx, said: str) -> str | None:
    """The number of the case that was named whole, where there is one that they may see."""
    wanted = words.asked(said).words
    if len(wanted) != 1 or not wanted[0].isprintable():
        return None
    case = case_in_scope(tx, me().scope, wanted[0])
    return str(case.number) if case is not None else None


def _shown(tx: Tx, said: str) -> dict[str, Any]:
    g.zone = tx.office.zone
    asked = words.asked(said)
    start = request.args.get("after", "")
    found = finding.look(tx, me().scope, said, _before(start) if start else None)
    return {
        "searched": said,
        "asked": asked,
        "found": found,
        "places": {row.id: place_of(tx, row) for row in found.rows},
        "categories": tx.policy.categories,
        "pieces": _pieces(asked, words.asked(in_chinese(said, tx.district))),
        "newest": NEWEST,
        "start": start,
        "next": str(found.after) if found.after else None,
    }


def _pieces(asked: Asked, meant: Asked) -> Pieces:
    return partial(words.pieces, words=(*asked.words, *meant.words))


def _before(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as trouble:
        raise NotFound("this page of the search does not exist") from trouble
