"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from console.entry import passwords
from console.entry.face import local_path
from console.entry.guard import SignedIn
from console.parts import ConsoleParts
from dispatch.people import accounts

LOGIN_LENGTH = 64


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/login and /logout."""
    blueprint = Blueprint("session", __name__)

    @blueprint.get("/login")
    def form() -> Response | str:
        if current_user.is_authenticated:
            return redirect(local_path(request.args.get("next")), 303)
        return _form(parts, next_=request.args.get("next", ""))

    @blueprint.post("/login")
    def sign_in() -> Response | tuple[str, int]:
        login = request.form.get("login", "")[:LOGIN_LENGTH]
        wanted = request.form.get("next", "")
        known = admitted(parts, login, request.form.get("password", ""))
        if known is None:
            return _form(parts, next_=wanted, login=login, wrong=True), 401
        session.clear()  # nothing that was in the browser before is taken over
        session.permanent = True
        login_user(known)
        return redirect(local_path(wanted), 303)

    @blueprint.post("/logout")
    def sign_out() -> Response:
        logout_user()
        session.clear()
        return redirect(url_for("welcome.page"), 303)

    return blueprint


def _form(parts: ConsoleParts, next_: str, login: str = "", wrong: bool = False) -> str:
    return render_template("login.html", wrong=wrong, login=login, next=next_, demo=parts.demo)


def admitted(parts: ConsoleParts, login: str, password: str) -> SignedIn | None:
    """Who signs in, or None for every reason alike: unknown, disabled, waiting, wrong."""
    with parts.door.transaction(parts.home) as tx:
        tried = accounts.attempt(tx, login)
    # Outside of any transaction: it takes long on purpose.
    right = passwords.is_right(tried.password_hash if tried else None, password)
    if tried is None or not right:
        return None
    with parts.door.transaction(parts.home) as tx:
        accounts.admit(tx, tried.account.id, passwords.renewed(tried.password_hash, password))
    return SignedIn(tried.account)
