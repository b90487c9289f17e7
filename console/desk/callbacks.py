"""The call-back list: a person rings the resident, asks for the verdict, and writes down what was said."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message, msg
from cases.report import clean
from console.entry.guard import me
from console.parts import ConsoleParts
from console.words import language
from dispatch.acts import doing
from dispatch.acts.fields import WORDS_MOST
from dispatch.acts.refusals import Moved, Refused
from dispatch.acts.table import ANSWERS, CALLERS
from dispatch.beside import ringbacks
from dispatch.beside.ringbacks import Result
from dispatch.loop.who import Who, by_account
from dispatch.orders import place_of
from dispatch.people import reveal
from dispatch.people.reveal import Contact
from dispatch.reads import callbacks
from dispatch.reads.callbacks import CallBack
from dispatch.side.confiding import VEILED, veiled
from dispatch.transaction import Tx

Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a form of the page came to: the case (or `ring`: who is to be rung), and who it is, or what was wrong;
    `words` is what was written."""

    number: str = ""
    contact: Contact | None = None
    trouble: Message | None = None
    answer: str = ""
    words: str = ""
    ring: UUID | None = None


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/callbacks: the list, a number shown, an answer written down."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.get("/callbacks")
    def page() -> str:
        return _page(parts, Outcome())

    @blueprint.post("/callbacks/<number>/number")
    def show(number: str) -> str:
        with parts.door.transaction(me().office) as tx:
            who = _admit(tx)
            found = _on_list(tx, who, number)
            why = tx.say(msg("console.callbacks.look"), language())
            contact = reveal.reveal(tx, who, found.case.id, why)
        # The look stands in the history now: what was seen is shown.
        return _page(parts, Outcome(number, contact))

    @blueprint.post("/callbacks/<number>")
    def answer(number: str) -> Response | Page:
        said, words = request.form.get("answer", ""), clean(request.form.get("words", ""))
        if said not in ANSWERS or len(words) > WORDS_MOST:
            trouble = msg("console.callbacks.no_answer") if said not in ANSWERS else msg("console.callbacks.long")
            return _page(parts, Outcome(number, None, trouble, said, words)), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            flash(_answer(parts, number, said, words))
        except (Moved, Refused) as no:
            trouble = no.why if isinstance(no, Refused) else msg("console.callbacks.moved")
            return _page(parts, Outcome(number, None, trouble, said, words)), HTTPStatus.CONFLICT
        return redirect(url_for("callbacks.page"), HTTPStatus.SEE_OTHER)

    _add_rings(blueprint, parts)
    return blueprint


def _add_rings(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """Who is to be rung back: their number shown, and what came of it."""

    @blueprint.post("/callbacks/ring/<uuid:entry>/number")
    def show_ring(entry: UUID) -> str | Page:
        try:
            with parts.door.transaction(me().office) as tx:
                number = ringbacks.number(tx, _admit(tx), entry)
        except Refused as no:
            return _page(parts, Outcome(ring=entry, trouble=no.why)), HTTPStatus.CONFLICT
        return _page(parts, Outcome(ring=entry, contact=Contact("", number, "")))

    @blueprint.post("/callbacks/ring/<uuid:entry>")
    def end_ring(entry: UUID) -> Response | Page:
        said = request.form.get("result", "")
        if said not in set(Result):
            abort(HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            with parts.door.transaction(me().office) as tx:
                ringbacks.end(tx, _admit(tx), entry, Result(said))
                flash(tx.say(msg("ringback.page.noted", result=Result(said).label), language()))
        except Refused as no:
            return _page(parts, Outcome(ring=entry, trouble=no.why)), HTTPStatus.CONFLICT
        return redirect(url_for("callbacks.page"), HTTPStatus.SEE_OTHER)


def _admit(tx: Tx) -> Who:
    """Who rings residents; nobody else gets further."""
    g.zone = tx.office.zone
    who = by_account(tx, me())
    if who.part not in CALLERS:
        abort(HTTPStatus.FORBIDDEN)
    return who


def _on_list(tx: Tx, who: Who, number: str) -> CallBack:
    """Raises NotFound for a case that is not on the list for them: whatever the reason, in the same words."""
    found = callbacks.call_back(tx, me().scope, who, number) if number.isprintable() else None
    if found is None:
        raise NotFound(f"call-back {number!r}")
    return found


def _answer(parts: ConsoleParts, number: str, said: str, words: str) -> str:
    """What the resident is told now. Raises Moved, Refused, NotFound."""
    with parts.door.transaction(me().office) as tx:
        who = _admit(tx)
        found = _on_list(tx, who, number)
        seen = found.case.last_seq
        told = doing.act(tx, who, found.case.id, "call-back", ({"answer": said, "words": words}, seen))
        return tx.say(told, language()) if told is not None else ""


def _page(parts: ConsoleParts, outcome: Outcome) -> str:
    with parts.door.transaction(me().office) as tx:
        who = _admit(tx)
        found = callbacks.call_backs(tx, me().scope, who)
        shown = {"found": found, "cards": [_card(tx, one) for one in found.rows], "now": tx.now}
        shown |= {"rings": ringbacks.waiting(tx), "rings_count": ringbacks.count(tx), "results": tuple(Result)}
        office = tx.office.name
    return render_template("callbacks.html", outcome=outcome, answers=ANSWERS, office=office, **shown)


def _card(tx: Tx, one: CallBack) -> dict[str, Any]:
    category = tx.policy.category(one.case.category).name
    case = veiled(one.case)
    shown = replace(one, told=VEILED) if one.case.confidential else one
    return {"one": shown, "case": case, "category": category, "place": place_of(tx, case)}
