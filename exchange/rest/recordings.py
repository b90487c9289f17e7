"""Recordings over REST: list, fetch, delete, and the sound itself."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from exchange.ledger import Entry
from exchange.rest.answers import absent, page, shown, within
from exchange.switch import Switch
from exchange.wire.params import API_VERSION


def show(switch: Switch, entry: Entry) -> dict[str, Any]:
    """A recording as Twilio writes it."""
    path = switch.address("Recordings", entry["sid"])
    return {
        "account_sid": switch.account.sid,
        "api_version": API_VERSION,
        "call_sid": entry["about"],
        "channels": 1,
        "conference_sid": None,
        "date_created": shown(entry["created_at"]),
        "date_updated": shown(entry["created_at"]),
        "duration": str(entry["seconds"]),
        "encryption_details": None,
        "error_code": None,
        "media_url": f"{switch.base}{path}",
        "price": None,
        "price_unit": "USD",
        "sid": entry["sid"],
        "source": "RecordVerb",
        "start_time": shown(entry["created_at"]),
        "status": entry["status"],
        "subresource_uris": {},
        "uri": f"{path}.json",
    }


def routes(switch: Switch) -> Blueprint:
    """The addresses of recordings. The sound is a WAV under every ending but .json."""
    desk = Blueprint("recordings", __name__)

    def held(sid: str) -> Entry:
        return switch.ledger.get("recording", sid) or absent()

    def listed(call: str) -> Response:
        entries = switch.ledger.list("recording", about=call)
        fitting = [entry for entry in entries if within(entry["created_at"], "DateCreated")]
        return page("recordings", fitting[::-1], lambda entry: show(switch, entry))

    @desk.get("/Recordings.json")
    def listing(account: str) -> Response:
        return listed(request.args.get("CallSid", ""))

    @desk.get("/Calls/<call>/Recordings.json")
    def of_call(account: str, call: str) -> Response:
        return listed(call)

    @desk.get("/Recordings/<sid>.json")
    def fetch(account: str, sid: str) -> Response:
        return jsonify(show(switch, held(sid)))

    @desk.delete("/Recordings/<sid>.json")
    def delete(account: str, sid: str) -> tuple[str, int]:
        held(sid)
        switch.ledger.remove("recording", sid)
        switch.recordings.remove(sid)
        return "", 204

    @desk.get("/Recordings/<sid>")
    @desk.get("/Recordings/<sid>.wav")
    def sound(account: str, sid: str) -> Response:
        held(sid)
        found = switch.recordings.sound(sid)
        return Response(found if found is not None else absent(), content_type="audio/x-wav")

    return desk
