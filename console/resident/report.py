"""The form to report something, for everybody: by the same use case as a text, so it is understood the same."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from cases.phrases import Message, msg
from cases.report import Channel
from cases.steps import URGENT, Level
from console.parts import ConsoleParts
from console.resident import counter, form, known, once
from console.resident.counter import Page
from console.resident.flood import Limit, client
from console.resident.form import Filled
from console.resident.known import Known
from console.resident.once import Changed, Done
from console.resident.view import code_of, view
from console.words import language
from dispatch import desk
from dispatch.people import parties
from dispatch.people.numbers import read_number
from dispatch.people.parties import Party
from dispatch.reads import resident as reads
from dispatch.reports import Report
from dispatch.transaction import Tx
from dispatch.understanding import understand

PER_NUMBER = 5  # reports in an hour that name the same telephone number
HOUR = timedelta(hours=1)


class _Flood(Exception):
    """This number was given for too many reports of late."""


class _Where(Exception):
    """Nothing says where it is, and it was not asked for yet."""


@dataclass(frozen=True, slots=True)
class ReportPages:
    """/report and the receipt. `taken` counts reports, `tries` sendings of any kind, each by client: a courtyard may
    well share one address."""

    parts: ConsoleParts
    taken: Limit = field(default_factory=lambda: Limit(20, HOUR))
    tries: Limit = field(default_factory=lambda: Limit(60, timedelta(minutes=10)))

    def form(self) -> Page:
        """The empty form."""
        return self._page(Filled(key=form.new_key(), office=request.args.get("office", "")))

    def send(self) -> Response | Page:
        """A report comes in."""
        who = client(self.parts.proxies)
        if not self.tries.passes(who):
            return counter.refused(self.parts, "many", HTTPStatus.TOO_MANY_REQUESTS)
        filled = form.read(request.form)
        faults = form.faults(filled, self._line(filled), [line.number for line in self.parts.lines.values()])
        if faults:
            return self._page(filled, faults)
        try:
            done = self._take(filled, room=not self.taken.is_full(who), who=who)
        except _Flood:
            return counter.refused(self.parts, "many", HTTPStatus.TOO_MANY_REQUESTS)
        except _Where:
            return self._page(replace(filled, asked=True), {"where": msg("resident.fault.where")})
        except Changed as other:
            return self._changed(filled, other.before)
        return self._opened(done)

    def receipt(self, number: str) -> Response | Page:
        """Number, code and address of a case that was reported here."""
        case = known.recall(number)
        if case is None:
            return redirect(url_for("resident.ask", number=number), 303)
        with counter.office(self.parts, case.office) as tx:
            row = reads.by_id(tx, case.id) if case.is_fresh(tx.now) else None
            if row is None:
                return redirect(url_for("resident.ask", number=number), 303)
            shown, code = view(tx, row), code_of(tx, row)
        danger = shown.level == Level.L1
        place_known = shown.place.id != "dispatch.place.unknown"
        return counter.shown(
            self.parts, "report_done.html", case=shown, code=code, danger=danger, place_known=place_known
        )

    def stale(self, _trouble: CSRFError) -> Page:
        """The page lay too long: what was written stands in it still, to be sent once more."""
        if request.endpoint != "report.send":
            return counter.refused(self.parts, "stale", HTTPStatus.BAD_REQUEST)
        return self._page(form.read(request.form), {"form": msg("resident.fault.stale")}, HTTPStatus.BAD_REQUEST)

    def _take(self, filled: Filled, *, room: bool, who: str) -> Done:
        with counter.office(self.parts, filled.office) as tx:
            done = once.before(tx, filled.key, filled.facts)
            if done is not None:
                return done
            if not room:
                raise _Flood
            done = Done(opened=_report(tx, filled, self._line(filled)))
            once.settle(tx, filled.key, filled.facts, done)
        self.taken.count(who)
        return done

    def _line(self, filled: Filled) -> str:
        ours = counter.lines(self.parts)
        return next((line for line in ours if line.office == filled.office), ours[0]).number

    def _opened(self, done: Done) -> Response:
        if done.opened is None:
            raise LookupError("a report that opened no case: the inbox is inconsistent")
        known.remember(done.opened)
        return redirect(url_for("report.receipt", number=done.opened.number), 303)

    def _changed(self, filled: Filled, before: Done) -> Page:
        number = before.opened.number if before.opened is not None else ""
        fault = msg("resident.fault.changed", number=number)
        return self._page(replace(filled, key=form.new_key()), {"form": fault}, HTTPStatus.CONFLICT)

    def _page(self, filled: Filled, faults: dict[str, Message] | None = None, status: int | None = None) -> Page:
        with counter.office(self.parts, filled.office) as tx:
            danger = bool(filled.what) and understand(tx, filled.what[: form.WHAT]).matter.level is Level.L1
            office = tx.office
        values: dict[str, Any] = {"filled": filled, "faults": faults or {}, "danger": danger, "office": office}
        wanted = status or (HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)
        return counter.shown(
            self.parts, "report.html", wanted, offices=counter.offices(self.parts), form=form, **values
        )


def _report(tx: Tx, filled: Filled, line: str) -> Known:
    """The case that a whole form opens. Raises _Flood, _Where."""
    if not filled.where and not filled.asked:
        understood = understand(tx, filled.what)
        if not understood.place.clear and understood.matter.level not in URGENT:  # danger does not wait for an address
            raise _Where
    party = _party(tx, filled, line)
    report = Report(Channel.WEB, party, filled.what, tx.now, place_text=filled.where)
    taken = desk.take_report(tx, report)
    return Known(taken.number, tx.office.code, taken.case_id, tx.now)


def _party(tx: Tx, filled: Filled, line: str) -> Party | None:
    number = read_number(filled.number, line) if filled.number else None
    if number is None:
        return None
    party = parties.party_of(tx, number, language(), hold=True)
    if reads.taken_lately(tx, party.id, HOUR) >= PER_NUMBER:
        raise _Flood
    if filled.name:
        parties.introduce(tx, party.id, filled.name)
    return party


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/report, without sign-in."""
    pages = ReportPages(parts)
    blueprint = Blueprint("report", __name__)
    counter.init_refusals(blueprint, parts)
    blueprint.register_error_handler(CSRFError, pages.stale)
    blueprint.add_url_rule("/report", "form", pages.form)
    blueprint.add_url_rule("/report", "send", pages.send, methods=["POST"])
    blueprint.add_url_rule("/report/<number>", "receipt", pages.receipt)
    return blueprint
