"""How the pages look to this visitor: language and theme, kept in cookies."""

from flask import Blueprint, redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from cases.phrases import LANGUAGES
from console import words

THEME = "theme"
THEMES = ("auto", "light", "dark")
_A_YEAR = 365 * 24 * 3600


def theme() -> str:
    """The theme of this request; `auto` follows the device."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else "auto"


def local_path(address: str | None) -> str:
    """A path within this site to go back to; anything else becomes the start page."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return "/"
    return address if address.isprintable() else "/"


def make_blueprint() -> Blueprint:
    """POST /language and POST /theme."""
    face = Blueprint("face", __name__)

    @face.post("/language")
    def language() -> Response:
        return _keep(words.COOKIE, LANGUAGES)

    @face.post("/theme")
    def theme() -> Response:
        return _keep(THEME, THEMES)

    return face


def _keep(name: str, allowed: tuple[str, ...]) -> Response:
    chosen = request.form.get(name, "")
    if chosen not in allowed:
        raise BadRequest(f"{name} {chosen!r}: one of {', '.join(allowed)} is needed")
    answer = redirect(local_path(request.form.get("next")), 303)
    answer.set_cookie(name, chosen, max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer
