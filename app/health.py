"""`/healthz`: the process answers. `/readyz`: it can do its work."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify


@dataclass(frozen=True, slots=True)
class Checks:
    """What readiness asks.

    `database` returns the schema revision in the database, raising where it is out of reach; `schema` is the
    revision that this code needs; `jump` tells of a jump of its clock for which firing waits, where there is one;
    `bell` raises where Valkey is out of reach (work goes on without it).
    `broken` are the errors that mean "out of reach".
    """

    database: Callable[[], str | None]
    schema: str
    jump: Callable[[], str | None]
    bell: Callable[[], object]
    broken: tuple[type[Exception], ...]


def health_doors(checks: Checks) -> Blueprint:
    """The two doors; they tell no secret and need no sign-in."""
    doors = Blueprint("health", __name__)

    @doors.get("/healthz")
    def healthz() -> Response:
        return jsonify(ok=True)

    @doors.get("/readyz")
    def readyz() -> tuple[Response, int]:
        found = {"database": _database(checks), "valkey": _bell(checks)}
        found["firing"] = _firing(checks) if found["database"] == "ok" else "unknown"
        # Firing that waits for a person takes no visitor's page away.
        # Without Valkey all promises are kept still, so it is told and nobody is sent away for it.
        ready = found["database"] == "ok"
        return jsonify(ready=ready, **found), 200 if ready else 503

    return doors


def _database(checks: Checks) -> str:
    try:
        revision = checks.database()
    except checks.broken:
        return "out of reach"
    return "ok" if revision == checks.schema else f"at {revision or 'nothing'}, needs {checks.schema}: run release"


def _firing(checks: Checks) -> str:
    try:
        jump = checks.jump()
    except checks.broken:
        return "unknown"
    return f"waits, the database's clock jumped ({jump}): see hotline clock" if jump else "ok"


def _bell(checks: Checks) -> str:
    try:
        checks.bell()
    except checks.broken:
        return "out of reach: wakes are missing, the sweeps go on"
    return "ok"
