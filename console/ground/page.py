"""The map of grids with their open cases; drawn by the server, and a map to move in where the browser can."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template

from console.entry.guard import me
from console.ground import beside
from console.ground.picture import STEPS, collection, picture
from console.parts import ConsoleParts
from dispatch.reads.ground import by_grid
from dispatch.reads.queue import NOWHERE


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/map, its figures alone (which refresh themselves), what stands beside the grids, and the ground as GeoJSON."""
    blueprint = Blueprint("map", __name__)

    @blueprint.get("/map")
    def page() -> str:
        return render_template("map.html", **_shown(parts))

    @blueprint.get("/map/figures")
    def figures() -> str:
        return render_template("map_figures.html", **_shown(parts))

    @blueprint.get("/map/district")
    def district() -> str:
        with parts.door.transaction(me().office) as tx:
            found = beside.shown(tx)
        return render_template("district.html", **found)

    @blueprint.get("/map/grids.json")
    def grids() -> Response:
        with parts.door.transaction(me().office) as tx:
            return jsonify(collection(tx.district, me().scope))

    return blueprint


def _shown(parts: ConsoleParts) -> dict[str, Any]:
    with parts.door.transaction(me().office) as tx:
        g.zone = tx.office.zone
        found = picture(tx.district, me().scope, by_grid(tx, me().scope))
        return {"map": found, "now": tx.now, "steps": STEPS, "nowhere": NOWHERE}
