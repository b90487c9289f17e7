"""The pages of the rules under one name, so that the bar knows where one is."""

from flask import Blueprint

from console.parts import ConsoleParts
from console.rulebook import draft, page, row, trying


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/rules and all below it."""
    blueprint = Blueprint("rules", __name__)
    for room in (page, draft, row, trying):
        room.add_to(blueprint, parts)
    return blueprint
