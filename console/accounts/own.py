"""One's own account: who one is here, and another password."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from cases.phrases import Message, msg
from console.entry import passwords
from console.entry.guard import SignedIn, me
from console.parts import ConsoleParts
from console.supervise import saying
from dispatch.people import accounts
from dispatch.people.accounts import Account

UNFIT = 422


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/account and POST /account/password."""
    blueprint = Blueprint("account", __name__)

    @blueprint.get("/account")
    def page() -> str:
        return _page()

    @blueprint.post("/account/password")
    def change() -> Response | tuple[str, int]:
        old, new = request.form.get("old", ""), request.form.get("new", "")
        wrong = _unfit(new, request.form.get("again", "")) or _refused(parts, old)
        if wrong is not None:
            return _page(wrong), UNFIT
        _keep(parts, new)
        saying.say("accounts.own.changed")
        return redirect(url_for("account.page"), 303)

    return blueprint


Wrong = tuple[str, Message]  # the field, and what is wrong with it


def _page(wrong: Wrong | None = None) -> str:
    return render_template(
        "accounts_own.html", wrong=dict([wrong]) if wrong else {}, least=passwords.SHORTEST, most=passwords.LONGEST,
        said=saying.heard(),
    )  # fmt: skip


def _unfit(new: str, again: str) -> Wrong | None:
    refused = passwords.unfit(new)
    if refused is not None:
        return "new", refused
    return ("again", msg("accounts.own.differs")) if new != again else None


def _refused(parts: ConsoleParts, old: str) -> Wrong | None:
    """Why the old password does not do. Each try counts as one to sign in: a session left open is no way to guess."""
    with parts.door.transaction(me().office) as tx:
        tried = accounts.attempt(tx, me().login)
    if tried is None:
        return "old", msg("accounts.own.wait")
    if not passwords.is_right(tried.password_hash, old):
        return "old", msg("accounts.own.wrong")
    return None


def _keep(parts: ConsoleParts, new: str) -> None:
    """Other sessions of the account end; this one goes on."""
    hashed = passwords.hash_password(new)
    with parts.door.transaction(me().office) as tx:
        accounts.set_password(tx, me().login, hashed)
        account: Account | None = accounts.in_session(tx, me().id, me().epoch + 1)
    if account is not None:
        session.clear()
        session.permanent = True
        login_user(SignedIn(account))
