"""/phone: two telephones side by side, a clock to wind, and the tour. Rehearsal only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, session
from flask_login import current_user
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from cases.report import is_e164
from console.entry.guard import me
from console.parts import ConsoleParts
from console.phone import touring
from console.phone.clock import told_of
from console.phone.parts import Contact, Far, PhoneParts, PhoneTrouble
from console.phone.screen import screen
from console.words import Words, language

# Endpoints that need no sign-in: a visitor of a rehearsal rings and texts as anybody.
PUBLIC = frozenset(
    f"phone.{name}" for name in ("page", "state", "text", "call", "wind", "tour", "tour_step", "tour_again")
)
NAMES = ("a", "b")
LONGEST = 1000
DEEDS = ("dial", "take", "refuse", "hang_up", "press", "say")


@dataclass(frozen=True, slots=True)
class Site:
    """What the page's views share."""

    parts: ConsoleParts
    phone: PhoneParts

    @property
    def line(self) -> str:
        """The number that is called and texted."""
        return next(iter(self.parts.lines.values())).number

    def words(self) -> Words:
        """The visitor's language."""
        return Words(self.parts.phrasebook, language(), UTC)  # none of them tells a moment


def make_blueprint(parts: ConsoleParts, phone: PhoneParts) -> Blueprint:
    """The page, what it asks for, and what it does."""
    site = Site(parts, phone)
    blueprint = Blueprint("phone", __name__, url_prefix="/phone")

    @blueprint.before_request
    def who() -> None:
        if "_user_id" in session and current_user.is_authenticated:
            g.account = me()

    _looking(blueprint, site)
    _doing(blueprint, site)
    touring.add_routes(blueprint, site)
    return blueprint


def _looking(blueprint: Blueprint, site: Site) -> None:
    @blueprint.get("")
    def page() -> str:
        people = site.phone.record.people()
        numbers = chosen(request.args, people)
        words = site.words()
        phones = {name: screen(site.phone.telephones.look(numbers[name], 0), words) for name in NAMES}
        return render_template(
            "phone.html",
            phones=phones,
            numbers=numbers,
            people=people,
            line=site.line,
            clock=told_of(site.phone.clock, words),
            fars=list(Far),
            notice=touring.notice(),
            **touring.shown(site),
        )

    @blueprint.get("/state")
    def state() -> Response:
        words = site.words()
        shown: dict[str, Any] = {}
        for name in NAMES:
            number = _number(request.args.get(name, ""))
            since = request.args.get(f"{name}_since", 0, type=int)
            shown[name] = screen(site.phone.telephones.hold(number, max(since, 0)), words)
        return jsonify({**shown, "clock": told_of(site.phone.clock, words), "tour": touring.mark(site)})


def _doing(blueprint: Blueprint, site: Site) -> None:
    @blueprint.errorhandler(PhoneTrouble)
    def refused(trouble: PhoneTrouble) -> tuple[Response, int] | tuple[str, int]:
        words = site.words()
        said = words.t("phonepage.trouble.away" if trouble.away else "phonepage.trouble.refused", why=str(trouble))
        status = 503 if trouble.away else 409
        if wants_json():
            return jsonify({"trouble": said}), status
        return render_template("phone_away.html", why=said), status

    @blueprint.post("/text")
    def text() -> Response:
        body = request.form.get("body", "").strip()[:LONGEST]
        if body:
            sid = site.phone.telephones.text(_number(request.form.get("number", "")), site.line, body)
            touring.heard(site, sid)
        return back()

    @blueprint.post("/call")
    def call() -> Response:
        form = request.form
        number, deed = _number(form.get("number", "")), form.get("deed", "")
        if deed not in DEEDS:
            raise BadRequest(f"deed {deed!r}: one of {', '.join(DEEDS)} is needed")
        if deed == "dial":
            touring.heard(site, site.phone.telephones.dial(number, site.line))
        else:
            given = {name: form[name][:LONGEST] for name in ("keys", "words") if form.get(name)}
            site.phone.telephones.act(number, form.get("sid", ""), deed, given)
        return back()

    @blueprint.post("/wind")
    def wind() -> Response:
        far = request.form.get("far", "")
        if far not in list(Far):
            raise BadRequest(f"far {far!r}: one of {', '.join(Far)} is needed")
        told = "" if site.phone.clock.wind(Far(far)) else site.words().t("phonepage.clock.nothing")
        if wants_json():
            return jsonify({"told": told})
        touring.notify(told)
        return back()


def chosen(asked: Mapping[str, str], people: Any) -> dict[str, str]:
    """The numbers of both telephones: those asked for, else the first resident and the first worker."""
    residents: list[Contact] = [one for one in people if one.unit is None]
    workers: list[Contact] = [one for one in people if one.unit is not None]
    usual = {"a": [*residents, *workers][0].number, "b": _usual_worker(workers) or residents[-1].number}
    found = {}
    for name in NAMES:
        wanted = (asked.get(f"{name}_other", "") or asked.get(name, "")).strip().replace(" ", "")
        found[name] = wanted if is_e164(wanted) else usual[name]
    return found


def _usual_worker(workers: list[Contact]) -> str:
    """Whoever is likely to get what the resident reports: a grid worker of the sample, else the first."""
    known = [one.number for one in workers]
    return "+8613900000032" if "+8613900000032" in known else next(iter(known), "")


def _number(raw: str) -> str:
    if not is_e164(raw):
        raise NotFound(f"number {raw!r}: a number such as +8613800000001 is needed")
    return raw


def wants_json() -> bool:
    """Whether the page's script asks, and not a form."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def back(**more: str) -> Response:
    """Back to the page with the same telephones; nothing for the script, which looks by itself."""
    if wants_json():
        return jsonify({})
    numbers = {name: request.form.get(name, "") for name in NAMES} | more
    return redirect(touring.page_of(numbers), 303)
