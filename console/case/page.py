"""The case page: where it stands, who has it until when, what happened and why, and what may be done now."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message
from console.case import shown
from console.case.forms import Outcome, said_of
from console.entry.guard import me
from console.parts import ConsoleParts
from console.words import language
from dispatch.acts import doing
from dispatch.acts.fields import WORDS_MOST
from dispatch.acts.refusals import Moved, Refused
from dispatch.acts.table import ACTIONS
from dispatch.loop.who import NotYours, by_account
from dispatch.people import reveal
from dispatch.reads import queries
from dispatch.side.confiding import opened
from dispatch.transaction import Tx

SEEN_DIGITS = 9
Answer = Response | str | tuple[str, int]


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/cases/<number>, its deeds and the look at who reported it; what is out of scope is not found, in the same
    words."""
    blueprint = Blueprint("case", __name__)

    @blueprint.get("/cases/<number>")
    def page(number: str) -> str:
        return _page(parts, number, Outcome())

    @blueprint.post("/cases/<number>/act/<name>")
    def act(number: str, name: str) -> Answer:
        if name not in ACTIONS:
            raise NotFound(f"deed {name!r}")
        outcome, said = _act(parts, number, name)
        if outcome.is_good:
            flash(said)
            return redirect(url_for("case.page", number=number, _anchor="deeds"), HTTPStatus.SEE_OTHER)
        if outcome.plan is not None:
            return _page(parts, number, outcome)
        status = HTTPStatus.CONFLICT if outcome.moved else HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(parts, number, outcome), status

    @blueprint.post("/cases/<number>/reveal")
    def contact(number: str) -> Answer:
        outcome = _reveal(parts, number, request.form.get("why", "").strip())
        answer = _page(parts, number, outcome)
        return answer if outcome.is_good else (answer, HTTPStatus.UNPROCESSABLE_ENTITY)

    return blueprint


def in_scope(tx: Tx, number: str) -> Any:
    """The case's row, as they may see it. Raises NotFound where there is none, or it is not theirs to see."""
    head = queries.case_in_scope(tx, me().scope, number) if number.isprintable() else None
    if head is None:
        raise NotFound(f"case {number!r}")
    return opened(tx, by_account(tx, me()), head)


def _page(parts: ConsoleParts, number: str, outcome: Outcome) -> str:
    with parts.door.transaction(me().office) as tx:
        whole = shown.whole(tx, in_scope(tx, number), outcome)
    return render_template("case.html", **whole)


def _act(parts: ConsoleParts, number: str, name: str) -> tuple[Outcome, str]:
    """What came of it, and the sentence for whoever did it."""
    values = {field.name: ",".join(request.form.getlist(field.name)) for field in ACTIONS[name].fields}
    outcome = Outcome(name, values)
    if request.form.get("look") and ACTIONS[name].foresee is not None:
        return _look(parts, number, outcome), ""
    try:
        with parts.door.transaction(me().office) as tx:
            who, head = by_account(tx, me()), in_scope(tx, number)
            told = doing.act(tx, who, head.id, name, (values, _seen()))
            said = said_of(name, told)
            sentence = tx.say(said, language())
    except Moved as moved:
        return replace(outcome, moved=moved.lines), ""
    except Refused as no:
        return replace(outcome, trouble=no.why, where=no.field), ""
    field = doing.field_of(told)
    if field is not None:
        return replace(outcome, trouble=said, where=field), ""
    return replace(outcome, is_good=True), sentence


def _look(parts: ConsoleParts, number: str, outcome: Outcome) -> Outcome:
    """What would come of it: nothing is done."""
    try:
        with parts.door.transaction(me().office) as tx:
            plan = doing.foresee(tx, by_account(tx, me()), in_scope(tx, number), outcome.name, outcome.values)
    except Refused as no:
        return replace(outcome, trouble=no.why, where=no.field)
    return replace(outcome, plan=plan)


def _seen() -> int:
    """The last line of history that the page had shown; a form that names none has seen nothing."""
    written = request.form.get("seen", "")
    return int(written) if written.isdecimal() and len(written) <= SEEN_DIGITS else 0


def _reveal(parts: ConsoleParts, number: str, why: str) -> Outcome:
    """The contact, recorded: it is shown when the record stands."""
    outcome = Outcome("reveal", {"why": why})
    if not why:
        return replace(outcome, trouble=Message("casepage.needs.words"), where="why")
    try:
        with parts.door.transaction(me().office) as tx:
            contact = reveal.reveal(tx, by_account(tx, me()), in_scope(tx, number).id, why[:WORDS_MOST])
    except NotYours as no:
        return replace(outcome, trouble=Message("casepage.refused.not_yours", {"need": no.need.label}))
    return replace(outcome, is_good=True, contact=contact)
