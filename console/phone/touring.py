"""The tour on the page: its steps, their buttons, and what the session keeps of it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from console.entry.session import admitted
from console.phone import tour
from console.phone.guide import Guide, Stuck
from console.phone.tour import STEPS, Kept, Standing
from console.words import language
from dispatch.people.accounts import Role

if TYPE_CHECKING:
    from console.phone.page import Site

_KEY = "tour"
_NOTICE = "phone_notice"


def kept() -> Kept:
    """What this visitor's session keeps of the tour."""
    return tour.kept(session.get(_KEY))


def keep(now: Kept) -> None:
    """Keep it."""
    session[_KEY] = now.as_json()


def heard(site: "Site", sid: str) -> None:
    """The visitor texted or called by themselves: that is the tour's report, where it has none yet."""
    if guide(site).standing().first is None:
        keep(kept().with_first(sid))


def notify(said: str) -> None:
    """Something for the next page that this visitor sees."""
    if said:
        session[_NOTICE] = said


def notice() -> str:
    """What is to be said on this page; said once."""
    return str(session.pop(_NOTICE, ""))


def guide(site: "Site") -> Guide:
    """The guide of this visitor."""
    return Guide(site.phone, site.line, kept(), tour.said(language()), site.phone.wait)


def shown(site: "Site") -> dict[str, Any]:
    """The tour for the templates."""
    at = guide(site).standing()
    return {"steps": STEPS, "tour": at, "tour_mark": _mark(at)}


def mark(site: "Site") -> str:
    """A mark that changes where the tour looks otherwise than before."""
    return _mark(guide(site).standing())


def _mark(at: Standing) -> str:
    case = (at.first.number, at.first.worker, at.first.kept) if at.first else ()
    facts = (sorted(at.done.items()), case and (*case[:2], sorted(case[2])), at.second and at.second.number)
    return sha256(repr(facts).encode()).hexdigest()[:12]


def add_routes(blueprint: Blueprint, site: "Site") -> None:
    """The tour's steps by themselves, a step's button, and beginning again."""
    from console.phone.page import NAMES, wants_json

    @blueprint.get("/tour", endpoint="tour")
    def tour_alone() -> str:
        numbers = {name: request.args.get(name, "") for name in NAMES}
        return render_template("tour.html", numbers=numbers, **shown(site))

    @blueprint.post("/tour/<step>")
    def tour_step(step: str) -> Response:
        if step == "desk":
            return _open_desk(site)
        if step not in STEPS:
            raise NotFound(f"step {step!r}: one of {', '.join(STEPS)}")
        by = guide(site)
        trouble = ""
        try:
            by.do(step)
        except Stuck as stuck:
            trouble = site.words().t(f"tour.stuck.{stuck.what}")
        keep(by.kept)
        address = _address(by.standing(), step)
        if wants_json():
            return jsonify({"trouble": trouble, "go": address})
        notify(trouble)
        return redirect(address, 303)

    @blueprint.post("/tour/again")
    def tour_again() -> Response:
        session.pop(_KEY, None)
        return redirect(url_for("phone.page"), 303)


def _address(at: Standing, step: str) -> str:
    """The page with the telephones of the step's people."""
    case = at.second if step == "late" else at.first
    numbers = {"a": case.resident, "b": case.worker} if case is not None else {}
    return page_of(numbers)


def page_of(numbers: Mapping[str, str]) -> str:
    """The page's address with these telephones; empty ones are left to the page."""
    return url_for("phone.page", _external=False, **{name: number for name, number in numbers.items() if number})


def _open_desk(site: "Site") -> Response:
    """The case at the desk, as the demo dispatcher sees it; whoever is signed in stays who they are."""
    at = guide(site).standing()
    case = at.second if request.form.get("which") == "second" else at.first
    keep(kept().with_look())
    if "_user_id" not in session:
        _sign_in(site)
    if case is None:
        return redirect(url_for("desk.page"), 303)
    return redirect(url_for("case.page", number=case.number), 303)


def _sign_in(site: "Site") -> None:
    """Sign the visitor in as the demo dispatcher, whose password the start page shows to everybody."""
    demo = next((one for one in site.parts.demo if one.role == Role.DISPATCHER), None)
    known = admitted(site.parts, demo.login, demo.password) if demo is not None else None
    if known is None:
        return  # the sign-in form comes next
    before = {name: session[name] for name in (_KEY, "csrf_token") if name in session}
    session.clear()
    session.update(before)  # the other tab's forms still hold
    session.permanent = True
    login_user(known)
