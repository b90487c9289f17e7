"""Doors that exist in rehearsal only, behind a loopback listener: what the command line phone asks."""

from hmac import compare_digest

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, request

from app.sections import Settings
from cases.models import cases, report
from dispatch.models import outbox, staff, unit
from dispatch.transaction import Door, Tx


def rehearsal_doors(door: Door, settings: Settings) -> Blueprint:
    """`/rehearsal/case?sid=…`: what became of a text or call, and whether all its messages have left."""
    doors = Blueprint("rehearsal", __name__, url_prefix="/rehearsal")
    secret = settings.carriers.twilio.auth_token.get_secret_value()

    @doors.before_request
    def guard() -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secret or not compare_digest(given.encode(), secret.encode()):
            abort(404)

    @doors.get("/case")
    def case() -> Response:
        with door.transaction(settings.lines[0].office) as tx:
            return jsonify(became(tx, request.args.get("sid", "")))

    return doors


def became(tx: Tx, sid: str) -> dict[str, object]:
    """The case that a SID belongs to, and whether it is settled: nothing of it waits to be sent."""
    row = tx.conn.execute(
        sa.select(cases.c.id, cases.c.number, cases.c.state, cases.c.rule, unit.c.code, staff.c.code.label("worker"))
        .join(report, report.c.case_id == cases.c.id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .outerjoin(staff, staff.c.id == cases.c.worker_id)
        .where(report.c.sid == sid)
    ).one_or_none()
    if row is None:
        return {"settled": False, "case": None}
    waiting = tx.conn.execute(
        sa.select(sa.func.count()).where(
            outbox.c.case_id == row.id, outbox.c.state.in_(("pending", "sending", "unknown"))
        )
    ).scalar_one()
    shown = {
        "number": row.number,
        "state": row.state,
        "unit": row.code,
        "worker": row.worker,
        "rule": row.rule,
    }
    return {"settled": waiting == 0, "case": shown}
