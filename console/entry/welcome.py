"""The start page: straight to the desk for whoever is signed in, else what this is."""

from flask import Blueprint, redirect, render_template, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from console.parts import ConsoleParts
from console.phone.tour import STEPS


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/ answers without the database for whoever is not signed in."""
    blueprint = Blueprint("welcome", __name__)

    @blueprint.get("/")
    def page() -> Response | str:
        if "_user_id" in session and current_user.is_authenticated:
            return redirect(url_for("desk.page"), 303)
        tour = STEPS if parts.phone is not None else ()
        return render_template("welcome.html", demo=parts.demo, lines=list(parts.lines.values()), tour_steps=tour)

    return blueprint
