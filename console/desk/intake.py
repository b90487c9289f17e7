"""A new case by hand: somebody came to the counter, wrote a letter, or told us in another way.

What the system understands is shown before anything is kept, by the very functions of every intake, and can be
corrected. A form has a key: sent twice it makes one case (INV-ONCE).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from secrets import token_hex
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.clock.happened import Happened, Subject
from cases.clock.reckoning import reckon
from cases.phrases import Message, msg
from cases.report import Channel, clean, fold
from cases.states import Deed
from cases.states import Role as Part
from cases.steps import Level
from console.desk import onto as same
from console.desk.several import Holders, holders
from console.entry.guard import me
from console.ground import beside
from console.parts import ConsoleParts
from dispatch import desk, inbox
from dispatch.inbox import Answer
from dispatch.learning.suggesting import likely
from dispatch.lines import Line
from dispatch.loop.who import Who, by_account
from dispatch.people import parties
from dispatch.people.numbers import read_number
from dispatch.places import shown
from dispatch.reads import queries
from dispatch.reads.beside.offered import for_report
from dispatch.reports import Correction, Report
from dispatch.ruling.conditions import caller
from dispatch.transaction import Tx
from dispatch.understanding import Told, Understood, route, understand

KIND = "hand"  # in the inbox
NOTHING_UNDERSTOOD: Mapping[str, Any] = {"understood": None, "known": (), "storm": None, "offered": ()}
OFFERED = 3  # other categories that are put before whoever takes a report down
PARTS = (Part.AGENT, Part.DISPATCHER, Part.SUPERVISOR)
MOST: Mapping[str, int] = {"number": 32, "name": 40, "words": 1000, "place": 100, "key": 64}


@dataclass(frozen=True, slots=True)
class Written:
    """What the form says, cleaned. `seen` is the digest of what was understood when the form was last shown."""

    number: str = ""
    name: str = ""
    words: str = ""
    place: str = ""
    category: str = ""
    level: str = ""
    unit: str = ""
    key: str = ""
    seen: str = ""

    @property
    def corrected(self) -> Correction:
        return Correction(self.category, self.level, self.unit)

    @property
    def digest(self) -> str:
        """What must not change between looking and keeping, nor between two sendings of one form."""
        return inbox.facts_of(
            self.number, self.name, self.words, self.place, self.category, self.level, self.unit
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a field (empty: with the whole), and the remedy."""

    field: str
    what: Message


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/new: the form, what is understood, and the case."""
    blueprint = Blueprint("new", __name__)

    @blueprint.get("/new")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            _admit(tx)
            number = request.args.get("made", "")
            made = queries.case_in_scope(tx, me().scope, number) if number.isprintable() else None
            shown_ = _shown(tx, Written(key=token_hex(16)), ())
        return render_template("new.html", made=made, **shown_)

    @blueprint.post("/new")
    def send() -> Response | str | tuple[str, int]:
        written = _written(request.form)
        line = _line(parts)
        do, _, onto = request.form.get("do", "").partition(":")
        if do == "keep" and written.seen == written.digest:
            kept = _keep(parts, line, written, onto)
            if isinstance(kept, str):
                return redirect(url_for("new.page", made=kept), 303)
            troubles = kept
        else:
            troubles = _troubles(line, written)
        changed = do == "keep" and not troubles
        with parts.door.transaction(line or me().office) as tx:
            _admit(tx)
            shown_ = _shown(tx, written, troubles)
            if fold(written.words):
                said = understand(
                    tx, written.words, place_text=written.place, corrected=_possible(tx, written.corrected)
                )
                found = _understood(tx, written, said)
                suggested = likely(tx, written.words)
                offered = [each for each in suggested if each.label != found["code"]][:OFFERED]
                shown_ |= {"understood": found, "offered": offered, **found["beside"], **_known(tx, written, said)}
        return render_template("new.html", made=None, changed=changed, **shown_), 422 if troubles else 200

    return blueprint


def _admit(tx: Tx) -> Who:
    """Who takes reports down; nobody else gets further."""
    g.zone = tx.office.zone
    who = by_account(tx, me())
    if who.part not in PARTS:
        abort(403)
    return who


def _line(parts: ConsoleParts) -> Line | None:
    """The line of the account's office: receipts go out on it."""
    return next((line for line in parts.lines.values() if line.office == me().office), None)


def _written(form: Mapping[str, str]) -> Written:
    """The form; a suggestion that was pressed is the category that was chosen."""
    said = {field.name: clean(form.get(field.name, "")) for field in fields(Written)}
    return Written(**{**said, "category": clean(form.get("suggested", "")) or said["category"]})


def _troubles(line: Line | None, written: Written) -> tuple[Trouble, ...]:
    found = []
    for name, most in MOST.items():
        if (length := len(getattr(written, name))) > most:
            found.append(Trouble(name, msg("console.new.too_long", length=length, most=most)))
    if not fold(written.words):  # nothing that anybody can see
        found.append(Trouble("words", msg("console.new.words_missing")))
    if written.number and _number(line, written) is None:
        found.append(Trouble("number", msg("console.new.number_odd")))
    if written.name and not written.number:
        found.append(Trouble("name", msg("console.new.name_alone")))
    return tuple(found)


def _number(line: Line | None, written: Written) -> str | None:
    return read_number(written.number, line.number) if line is not None and written.number else None


def _keep(parts: ConsoleParts, line: Line | None, written: Written, onto: str) -> str | tuple[Trouble, ...]:
    """The number of the case that this form made, or was put onto, now or before; or what is wrong with the form."""
    if troubles := _troubles(line, written):
        return troubles
    if not written.key:
        return (Trouble("", msg("console.new.no_key")),)
    with parts.door.transaction(line or me().office) as tx:
        before = inbox.claim(tx, KIND, f"{me().id}/{written.key}")
        if before is None:
            number = _take(tx, line, written, onto)
            answer = Answer(200, "text/plain", number.encode(), written.digest)
            inbox.settle(tx, KIND, f"{me().id}/{written.key}", answer)
            return number
    if before.facts == written.digest:
        return before.body.decode()
    return (Trouble("", msg("console.new.kept_before", number=before.body.decode())),)


def _take(tx: Tx, line: Line | None, written: Written, onto: str) -> str:
    """A new case; or onto that of a number, where it is one of theirs still."""
    who = _admit(tx)
    number = _number(line, written)
    party = parties.party_of(tx, number) if number else None
    if party is not None and written.name:
        parties.introduce(tx, party.id, written.name)
    if onto and (put := same.put(tx, party, f"{written.words} {written.place}".strip(), onto, who.actor)):
        return put
    report = Report(
        Channel.HAND, party, written.words, tx.now, place_text=written.place, actor=who.actor,
        corrected=_possible(tx, written.corrected),
    )  # fmt: skip
    return desk.take_report(tx, report).number


def _possible(tx: Tx, said: Correction) -> Correction:
    """A correction to what does not exist is none: the selects of the page offer what does."""
    return Correction(
        said.category if said.category in tx.policy.categories else "",
        said.level if said.level in list(Level) else "",
        said.unit if tx.district.unit(said.unit) else "",
    )


def _shown(tx: Tx, written: Written, troubles: tuple[Trouble, ...]) -> dict[str, Any]:
    units: list[Holders] = holders(tx, me().scope)
    return {
        "written": written,
        "troubles": {trouble.field: trouble.what for trouble in troubles},
        **NOTHING_UNDERSTOOD,
        "categories": tx.policy.categories,
        "levels": list(Level),
        "units": [holder.unit for holder in units],
        "most": MOST,
        "now": tx.now,
    }


def _understood(tx: Tx, written: Written, found: Understood) -> dict[str, Any]:
    """What would become of it: the same functions that every intake asks."""
    known = bool(written.number)
    told = Told(Channel.HAND, caller(Channel.HAND, worker=False, known=known, english=False))
    routed = route(tx, found, told, _possible(tx, written.corrected))
    category = tx.policy.category(found.matter.category)
    subject = Subject(
        category.code, str(found.matter.kind), routed.verdict.level, Channel.HAND, known, routed.verdict.outcome.sla
    )  # fmt: skip
    terms, hours = tx.terms(tx.policy_version, subject, rework=False), tx.hours(tx.policy_version)
    promise = reckon([Happened(Deed.REGISTER, tx.now)], [terms], hours).promise
    return {
        "code": category.code,
        "category": category.name,
        "level": routed.verdict.level,
        "place": shown(found.place.place, tx.district),
        "place_clear": found.place.clear,
        "unit": routed.choice.unit.name,
        "worker": routed.choice.worker.name if routed.choice.worker else None,
        "rule": routed.verdict.rule,
        "due": promise.due_at if promise else None,
        "beside": beside.offered(tx, for_report(tx, found, routed)),
        "why": (*found.matter.reasons, *found.place.reasons),
        "why_routed": (*routed.verdict.reasons, *routed.choice.reasons),
    }


def _known(tx: Tx, written: Written, found: Understood) -> dict[str, Any]:
    """What it may be the same as: the open cases of this number, and a storm that runs."""
    number = _number(tx.line, written)
    id_ = parties.known(tx, number) if number else None
    party = parties.party_of(tx, number) if number and id_ is not None else None
    known, storm = same.known(tx, party, f"{written.words}，{written.place}", found)
    return {"known": known, "storm": storm}
