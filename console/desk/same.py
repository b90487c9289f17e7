"""Cases that may be one matter: a person merges them, or says that they are two; and the storms that run."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.phrases import Message, Name, msg
from cases.states import Role as Part
from console.entry.guard import me
from console.parts import ConsoleParts
from console.words import language
from dispatch.acts import doing
from dispatch.acts.refusals import Moved, Refused
from dispatch.loop.who import Who, by_account
from dispatch.orders import place_of
from dispatch.reads import queries
from dispatch.same import proposals, storms
from dispatch.same.storm import Incident
from dispatch.side.confiding import veiled
from dispatch.transaction import Tx

PARTS = (Part.DISPATCHER, Part.SUPERVISOR)
MOST = 200  # on one page; what is decided makes room
DEEDS = ("join", "apart")


@dataclass(frozen=True, slots=True)
class Shown:
    """A case of the list in words, and how alike it is to the one into which it may be merged."""

    case: Any
    category: Name
    place: Message
    score: int = 0


@dataclass(frozen=True, slots=True)
class Matter:
    """What may be one matter: the case into which the others may be merged, and these."""

    lead: Shown
    others: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Running:
    """A storm, and how many joined it."""

    event: Incident
    count: int


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/same: the list, and what is done to those that were chosen."""
    blueprint = Blueprint("same", __name__)

    @blueprint.get("/same")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            _admit(tx)
            waiting = proposals.waiting(tx)
            matters = _matters(tx, waiting[:MOST])
            running = [Running(event, storms.joined_by(tx, event.id)) for event in tx.incidents]
        return render_template("same.html", matters=matters, count=len(waiting), running=running)

    @blueprint.post("/same/<lead>")
    def decide(lead: str) -> Response:
        deed, numbers = request.form.get("do", ""), list(dict.fromkeys(request.form.getlist("n")))[:MOST]
        if deed not in DEEDS:
            abort(HTTPStatus.BAD_REQUEST)
        with parts.door.transaction(me().office) as tx:
            _admit(tx)
        done = sum(_decided(parts, number, deed, lead) for number in numbers)
        told = msg("same.page.became", done=done, all=len(numbers)) if numbers else msg("same.page.none")
        with parts.door.transaction(me().office) as tx:
            flash(tx.say(told, language()))
        return redirect(url_for("same.page"), HTTPStatus.SEE_OTHER)

    return blueprint


def _admit(tx: Tx) -> Who:
    """Who merges cases; nobody else gets further."""
    g.zone = tx.office.zone
    who = by_account(tx, me())
    if who.part not in PARTS:
        abort(HTTPStatus.FORBIDDEN)
    return who


def _decided(parts: ConsoleParts, number: str, deed: str, lead: str) -> bool:
    """One case, in its own transaction: what is refused leaves the others as they are."""
    try:
        with parts.door.transaction(me().office) as tx:
            row = queries.case_in_scope(tx, me().scope, number) if number.isprintable() else None
            if row is None:
                return False
            doing.act(tx, _admit(tx), row.id, deed, ({"lead": lead}, row.last_seq))
    except (Moved, Refused):
        return False
    return True


def _matters(tx: Tx, waiting: Sequence[Any]) -> list[Matter]:
    """Those within the account's scope, by the case into which they may be merged."""
    found = []
    for lead_number, group in groupby(waiting, key=lambda row: str(row.lead_number)):
        lead = _shown(tx, lead_number)
        others = [one for one in (_shown(tx, row.number, row.score) for row in group) if one is not None]
        if lead is not None and others:
            found.append(Matter(lead, others))
    return found


def _shown(tx: Tx, number: str, score: int = 0) -> Shown | None:
    row = queries.case_in_scope(tx, me().scope, number)
    if row is None:
        return None
    case = veiled(row)
    return Shown(case, tx.policy.category(row.category).name, place_of(tx, case), score)
