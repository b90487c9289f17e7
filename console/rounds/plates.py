"""/rounds/plates: the plate codes of a grid or courtyard on A4, for who plans rounds. Whoever goes must not know them
before they are there."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from cases.report import clean
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise import roles
from dispatch.rounds.life.plates import plates
from dispatch.transaction import Tx


def add_page(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """GET /rounds/plates?grid=…"""

    @blueprint.get("/rounds/plates")
    def sheet() -> Response:
        roles.demand(*roles.PLANNERS)
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx, clean(request.args.get("grid", "")).strip())
        answer = make_response(render_template("plates.html", **shown))
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _shown(tx: Tx, at: str) -> dict[str, Any]:
    found = plates(tx, me().scope, at)
    if not found:
        raise NotFound(f"no plates of {at!r}")
    return {"at": at, "plates": found}
