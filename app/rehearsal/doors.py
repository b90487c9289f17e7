"""Doors that exist in rehearsal only, behind a loopback listener: what the command line's telephone asks."""

from hmac import compare_digest

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, request

from app.sections import Settings
from cases.models import cases, party, report
from cases.phrases import ZH, Name
from cases.report import is_e164
from dispatch.models import outbox, staff, unit
from dispatch.people.parties import number_of
from dispatch.transaction import Door, Tx


def rehearsal_doors(door: Door, settings: Settings) -> Blueprint:
    """`/rehearsal/case?sid=…`: what became of a text or call, and whether all its messages have left.
    `/rehearsal/person?who=…`: the worker who has a number or a code."""
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

    @doors.get("/person")
    def person() -> Response:
        with door.transaction(settings.lines[0].office) as tx:
            return jsonify(_person(tx, request.args.get("who", ""), request.args.get("lang", ZH)))

    return doors


def _person(tx: Tx, who: str, lang: str) -> dict[str, str]:
    """Number and name of the worker with this code or number; nothing where there is none."""
    mine = staff.c.code == who
    if is_e164(who):
        mine = sa.and_(staff.c.party_id == party.c.id, party.c.number_hash == tx.vault.number_hash(tx.office_id, who))
    row = tx.conn.execute(
        sa.select(staff.c.name_zh, staff.c.name_en, staff.c.party_id)
        .join(party, party.c.id == staff.c.party_id)
        .where(staff.c.office_id == tx.office_id, staff.c.active, mine)
        .order_by(staff.c.code)
        .limit(1)
    ).one_or_none()
    if row is None:
        return {}
    return {"number": number_of(tx, row.party_id), "name": Name(row.name_zh, row.name_en).in_language(lang)}


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
