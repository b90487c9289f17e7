"""Who is there: sign-in state of a request, and the guard that closes every page but a few."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask, Response, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response as AnyResponse

from console.parts import ConsoleParts
from dispatch.people import accounts
from dispatch.people.accounts import Account
from dispatch.reads import stream
from dispatch.transaction import UnknownOffice

# Endpoints that need no sign-in. All others do, also those added later by others.
PUBLIC = frozenset(
    {
        "welcome.page",
        "session.form",
        "session.sign_in",
        "face.language",
        "face.theme",
        "assets.static",
        "resident.address",
        "resident.ask",
        "resident.open",
        "resident.case",
        "resident.act",
        "resident.leave",
        "report.form",
        "report.send",
        "report.receipt",
    }
)


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):  # type: ignore[misc]
    """A signed-in person as Flask-Login keeps it: the session holds office, account and its epoch."""

    account: Account

    def get_id(self) -> str:
        """What the session keeps."""
        return f"{self.account.office} {self.account.id} {self.account.epoch}"


def me() -> Account:
    """The account of this request; only behind the guard."""
    account: Account = current_user.account
    return account


def init_guard(app: Flask, parts: ConsoleParts) -> None:
    """Session loading and the guard, for the whole app."""
    manager = LoginManager()
    # The epoch is checked at each request; addresses change within a session in mobile networks.
    manager.session_protection = None
    # Templates get the account from us: an error page must not ask the database again.
    manager.init_app(app, add_context_processor=False)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(kept: str) -> SignedIn | None:
        return _load(parts, kept)

    @app.before_request
    def guard() -> AnyResponse | None:
        endpoint = request.endpoint
        if endpoint in PUBLIC or endpoint in parts.public:
            return None
        if current_user.is_authenticated:
            g.account = me()
            return None
        return _ask_to_sign_in() if endpoint is not None else None  # what is not there is not there for anybody


def _load(parts: ConsoleParts, kept: str) -> SignedIn | None:
    try:
        office, account_id, epoch = kept.split(" ")
        with parts.door.transaction(office) as tx:
            found = accounts.in_session(tx, UUID(account_id), int(epoch))
            if _is_page():  # before it reads anything: from here on its stream tells what changed
                g.live_from = stream.position(tx.conn)
    except (ValueError, UnknownOffice):
        return None
    return SignedIn(found) if found is not None else None


def _is_page() -> bool:
    return request.method == "GET" and "HX-Request" not in request.headers and request.endpoint != "live.stream"


def _ask_to_sign_in() -> AnyResponse:
    if "HX-Request" in request.headers:  # a table that refreshes itself: the whole page must go
        return Response(status=401, headers={"HX-Refresh": "true"})
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("session.form", next=wanted), 303)
