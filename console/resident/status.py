"""How a case stands: by its public address, or by its number and code, with what its resident can do about it."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message, msg
from cases.report import clean, fold
from console.parts import ConsoleParts
from console.resident import counter, deeds, known, once
from console.resident.counter import Page
from console.resident.flood import Limit, client
from console.resident.form import new_key
from console.resident.known import Known
from console.resident.once import Done
from console.resident.view import View, view
from console.words import language
from dispatch import desk
from dispatch.inbox import facts_of
from dispatch.loop.verdicts import KEYS
from dispatch.reads import resident as reads
from dispatch.reports import Taken
from dispatch.transaction import Tx
from hotline.commands import read_verdict
from hotline.commands.letters import case_number

WORDS = 500  # characters of what is added to a case
WRONG = 5  # wrong codes in an hour, of one client; those at one case are counted in the database
DEEDS = ("answer", "add", "urge", "reopen")
_ADDRESS = re.compile(r"[a-z2-9]{10}")
_TYPED = 60  # characters of a number as it is typed in; all beyond is none of it


class _Forgotten(Exception):
    """This browser opened the case too long ago, or never."""


@dataclass(frozen=True, slots=True)
class StatusPages:
    """/t/…, /status and what is done there. The limits are by client."""

    parts: ConsoleParts
    looks: Limit = field(default_factory=lambda: Limit(60, timedelta(minutes=1)))
    wrong: Limit = field(default_factory=lambda: Limit(WRONG, timedelta(hours=1)))
    done: Limit = field(default_factory=lambda: Limit(30, timedelta(hours=1)))

    def address(self, address: str) -> Page:
        """The public page of a case. Where there is none, whatever was asked for looks the same."""
        if not self.looks.passes(client(self.parts.proxies)):
            return counter.refused(self.parts, "many", HTTPStatus.TOO_MANY_REQUESTS)
        written = address.lower()
        found = self._at(written if _ADDRESS.fullmatch(written) else "")  # looked up all the same: it takes as long
        if found is None:
            return counter.refused(self.parts, "absent", HTTPStatus.NOT_FOUND)
        return counter.shown(self.parts, "resident_case.html", case=found, opened=False)

    def ask(self) -> Page:
        """The form for number and code."""
        return self._form(request.args.get("number", "")[:_TYPED], request.args.get("office", ""))

    def open(self) -> Response | Page:
        """Number and code: the case, or the same answer for a wrong code, for no such case, and for too many tries."""
        who, typed, office = client(self.parts.proxies), request.form.get("number", ""), request.form.get("office", "")
        found = None if self.wrong.is_full(who) else self._admitted(office, typed, request.form.get("code", ""), who)
        if found is None:
            self.wrong.count(who)
            return self._form(typed[:_TYPED], office, wrong=True)
        known.remember(found)
        return redirect(url_for("resident.case", number=found.number), 303)

    def case(self, number: str) -> Response | Page:
        """A case whose code was given in this browser."""
        try:
            return self._case(number)
        except _Forgotten:
            return _ask_again(number)

    def act(self, number: str, deed: str) -> Response | Page:
        """Something is done about it."""
        if deed not in DEEDS:
            raise NotFound(f"nothing is called {deed!r} here")
        if not self.done.passes(client(self.parts.proxies)):
            return counter.refused(self.parts, "many", HTTPStatus.TOO_MANY_REQUESTS)
        words, chosen = clean(request.form.get("words", "")), request.form.get("answer", "")
        try:
            fault = _fault(deed, words, chosen)
            if fault is not None:
                return self._case(number, deed, fault, (words, chosen))
            done = self._do(number, deed, words, chosen)
        except _Forgotten:
            return _ask_again(number)
        return _after(number, done)

    def leave(self, number: str) -> Response:
        """This browser has done with the case: whoever comes next must give the code."""
        known.forget(number)
        return redirect(url_for("resident.ask"), 303)

    def _at(self, address: str) -> View | None:
        for line in counter.lines(self.parts):
            with counter.office(self.parts, line.office) as tx:
                row = reads.by_address(tx, address)
                found = view(tx, row) if row is not None else None
            if found is not None:
                return found
        return None

    def _form(self, number: str, office: str, *, wrong: bool = False) -> Page:
        status = HTTPStatus.NOT_FOUND if wrong else HTTPStatus.OK
        offices = counter.offices(self.parts)
        return counter.shown(
            self.parts, "resident_ask.html", status, number=number, office=office, wrong=wrong, offices=offices
        )

    def _admitted(self, office: str, typed: str, code: str, who: str) -> Known | None:
        number, digits = case_number(fold(typed[:_TYPED])), re.sub(r"\D", "", fold(code[:_TYPED]))
        with counter.office(self.parts, office) as tx:
            id_ = desk.admitted(tx, number, digits, who)
            return Known(number, tx.office.code, id_, tx.now) if id_ is not None else None

    def _case(
        self, number: str, deed: str = "", fault: Message | None = None, typed: tuple[str, str] = ("", "")
    ) -> Page:
        with counter.office(self.parts, _recalled(number).office) as tx:
            id_ = _fresh(tx, number)
            found: View = view(tx, reads.by_id(tx, id_))
        status = HTTPStatus.OK if fault is None else HTTPStatus.UNPROCESSABLE_ENTITY
        values: dict[str, Any] = {"fault": fault, "at": deed, "typed": typed[0], "chosen": typed[1], "most": WORDS}
        return counter.shown(
            self.parts, "resident_case.html", status, case=found, opened=True, key=new_key(), answers=KEYS, **values
        )

    def _do(self, number: str, deed: str, words: str, chosen: str) -> Done:
        form = request.form
        asked = form.get("question", "")
        case = _recalled(number)
        key = facts_of(str(case.id), deed, form.get("key", ""), words, chosen, asked)
        with counter.office(self.parts, case.office) as tx:
            before = once.before(tx, key, key)
            if before is not None:
                return before
            id_ = _fresh(tx, number)
            done = _told(tx, _act(tx, (id_, deed), words, (asked, chosen)))
            once.settle(tx, key, key, done)
        return done


def _recalled(number: str) -> Known:
    case = known.recall(number)
    if case is None:
        raise _Forgotten
    return case


def _fresh(tx: Tx, number: str) -> UUID:
    """The case of that number that this browser opened within the hour. Raises _Forgotten."""
    case = _recalled(number)
    if not case.is_fresh(tx.now) or case.office != tx.office.code:
        raise _Forgotten
    return case.id


def _ask_again(number: str) -> Response:
    return redirect(url_for("resident.ask", number=number), 303)


def _fault(deed: str, words: str, chosen: str) -> Message | None:
    """What is wrong with what was filled in, and what helps."""
    if len(words) > WORDS:
        return msg("resident.fault.long", count=len(words), most=WORDS)
    if deed == "add" and not words:
        return msg("resident.fault.no_words")
    if deed != "answer":
        return None
    if chosen not in KEYS:
        return msg("resident.fault.no_answer")
    reply = read_verdict(f"{chosen} {words}") if words else None
    return msg("resident.fault.doubtful") if reply is not None and reply.doubtful else None


def _act(tx: Tx, what: tuple[UUID, str], words: str, said: tuple[str, str]) -> Message | Taken:
    case_id, deed = what
    if deed == "answer":
        question, chosen = said
        return deeds.answer(tx, case_id, question, KEYS[chosen], words)
    if deed == "reopen":
        return deeds.reopen(tx, case_id, words)
    return deeds.urge(tx, case_id) if deed == "urge" else deeds.add(tx, case_id, words)


def _told(tx: Tx, came: Message | Taken) -> Done:
    if isinstance(came, Taken):
        opened = Known(came.number, tx.office.code, came.case_id, tx.now)
        return Done(tx.say(msg("resident.said.new", number=came.number), language()), opened)
    return Done(tx.say(came, language()))


def _after(number: str, done: Done) -> Response:
    flash(done.said)
    if done.opened is None:
        return redirect(url_for("resident.case", number=number), 303)
    known.remember(done.opened)
    return redirect(url_for("report.receipt", number=done.opened.number), 303)


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/t/… and /status, without sign-in."""
    pages = StatusPages(parts)
    blueprint = Blueprint("resident", __name__)
    counter.init_refusals(blueprint, parts)
    blueprint.add_url_rule("/t/<address>", "address", pages.address)
    blueprint.add_url_rule("/status", "ask", pages.ask)
    blueprint.add_url_rule("/status", "open", pages.open, methods=["POST"])
    blueprint.add_url_rule("/status/<number>", "case", pages.case)
    blueprint.add_url_rule("/status/<number>/leave", "leave", pages.leave, methods=["POST"])
    blueprint.add_url_rule("/status/<number>/<deed>", "act", pages.act, methods=["POST"])
    return blueprint
