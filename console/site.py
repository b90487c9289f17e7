"""The console put together: its pages, and what holds for every answer of the app that carries them."""

from collections.abc import Callable
from datetime import UTC
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from console.accounts import own as own_account
from console.accounts import page as accounts
from console.case import order
from console.case import page as case
from console.desk import callbacks, intake, same
from console.desk import queue as desk
from console.entry import face, session, welcome
from console.entry.guard import init_guard
from console.entry.headers import init_headers
from console.entry.places import bar
from console.figures import page as figures
from console.ground import page as ground
from console.live import page as live
from console.parts import ConsoleParts
from console.phone import page as phone
from console.resident import report, status
from console.rounds import campaigns
from console.rounds import page as rounds
from console.rulebook import blueprint as rulebook
from console.search import page as search
from console.supervise import calendar, duty, export, failures, overdue
from console.words import Words, language
from dispatch.transaction import DatabaseAway, RowHeld

HERE = Path(__file__).parent
SESSION_SECONDS = 12 * 3600
FORM_BYTES = 64 * 1024
FILE_BYTES = 1024 * 1024
_FILES = ("rules.upload",)  # forms that bring a file with a whole table

Answer = tuple[str, int]


def make_blueprints(parts: ConsoleParts) -> list[Blueprint]:
    """All pages of the console."""
    assets = Blueprint(
        "assets",
        __name__,
        static_folder=str(HERE / "static"),
        static_url_path="/static",
        template_folder=str(HERE / "templates"),
    )
    phones = [phone.make_blueprint(parts, parts.phone)] if parts.phone is not None else []
    return [
        *phones,
        assets,
        welcome.make_blueprint(parts),
        session.make_blueprint(parts),
        face.make_blueprint(),
        desk.make_blueprint(parts),
        intake.make_blueprint(parts),
        search.make_blueprint(parts),
        callbacks.make_blueprint(parts),
        same.make_blueprint(parts),
        case.make_blueprint(parts),
        order.make_blueprint(parts),
        status.make_blueprint(parts),
        report.make_blueprint(parts),
        live.make_blueprint(parts),
        ground.make_blueprint(parts),
        overdue.make_blueprint(parts),
        export.make_blueprint(parts),
        failures.make_blueprint(parts),
        duty.make_blueprint(parts),
        rounds.make_blueprint(parts),
        campaigns.make_blueprint(parts),
        figures.make_blueprint(parts),
        calendar.make_blueprint(parts),
        rulebook.make_blueprint(parts),
        accounts.make_blueprint(parts),
        own_account.make_blueprint(parts),
    ]


def init_app(app: Flask, parts: ConsoleParts) -> None:
    """Sessions, guard, CSRF, headers, words and error pages. The app needs its secret key and no static
    folder of its own; every endpoint that is not ours is closed unless `parts.public` names it."""
    if app.secret_key is None:
        raise ValueError("app.secret_key is missing: set it before console.site.init_app")
    if app.has_static_folder:
        raise ValueError("the app serves /static itself: make it with Flask(name, static_folder=None)")
    app.config.update(
        SESSION_COOKIE_NAME="hotline_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=parts.secure,
        PERMANENT_SESSION_LIFETIME=SESSION_SECONDS,
        SESSION_REFRESH_EACH_REQUEST=False,  # counted from signing in; and no cookie on files
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        MAX_CONTENT_LENGTH=FORM_BYTES,
    )

    @app.before_request
    def size() -> None:  # before anything reads the form
        if request.endpoint in _FILES:
            request.max_content_length = FILE_BYTES

    CSRFProtect(app)
    init_guard(app, parts)
    init_headers(app, parts.secure)
    _init_words(app, parts)
    _init_errors(app)


def _init_words(app: Flask, parts: ConsoleParts) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def words() -> dict[str, Any]:
        # The office's own zone where a view has opened its transaction; nothing tells moments elsewhere.
        book = parts.door.phrasebooks(g.zone) if "zone" in g else parts.phrasebook
        spoken = Words(book, language(), g.get("zone", UTC))
        return {
            "t": spoken.t,
            "words": spoken,
            "lang": spoken.lang,
            "theme": face.theme(),
            "account": g.get("account"),
            "bar": bar(g.get("account")),
            "live_from": g.get("live_from") if "account" in g else None,
            "rehearsal": parts.rehearsal,
            "asset": asset,
            "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        }


def asset(name: str) -> str:
    """The address of a static file, with a mark of its content so that browsers may keep it."""
    return url_for("assets.static", filename=name, v=_mark(name))


@lru_cache(maxsize=64)
def _mark(name: str) -> str:
    try:
        return sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    except FileNotFoundError:
        return "missing"  # `make setup` was not run: the page says so by its looks, not by failing


def _init_errors(app: Flask) -> None:
    def page(status: int, kind: str) -> Answer:
        return render_template("trouble.html", status=status, kind=kind), status

    def answer(kind: str, status: int) -> Callable[[Exception], Answer]:
        return lambda trouble: page(status, kind)

    app.register_error_handler(DatabaseAway, answer("away", HTTPStatus.SERVICE_UNAVAILABLE))
    app.register_error_handler(RowHeld, answer("held", HTTPStatus.SERVICE_UNAVAILABLE))
    app.register_error_handler(CSRFError, answer("stale", HTTPStatus.BAD_REQUEST))

    @app.errorhandler(HTTPException)
    def other(trouble: HTTPException) -> Answer | HTTPException:
        status = trouble.code or HTTPStatus.INTERNAL_SERVER_ERROR
        if status < HTTPStatus.BAD_REQUEST:
            return trouble
        return page(status, str(status) if status in (404, 405, 413, 500) else "other")
