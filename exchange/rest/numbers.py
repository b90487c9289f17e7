"""Our numbers over REST: list, fetch, and update of their webhooks."""

import hashlib
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from exchange.ledger import Entry
from exchange.lines import Line, parse_line
from exchange.rest.answers import Refused, absent, page
from exchange.switch import Switch
from exchange.wire.params import API_VERSION

_SETTINGS: Final = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
}
_NEITHER: Final = (
    "address_sid", "bundle_sid", "emergency_address_sid", "identity_sid", "sms_application_sid", "trunk_sid",
    "voice_application_sid", "voice_receive_mode",
)  # fmt: skip


def sid_of(line: Line) -> str:
    """The sid of a number, the same at every start."""
    return "PN" + hashlib.sha256(line.number.encode()).hexdigest()[:32]


def show(switch: Switch, entry: Entry) -> dict[str, Any]:
    """A number as Twilio writes it."""
    line: Line = entry["line"]
    sid = sid_of(line)
    settings = {name: value for name, value in line.as_dict().items() if name != "number"}
    return {
        **settings,
        **dict.fromkeys(_NEITHER),
        "account_sid": switch.account.sid,
        "address_requirements": "none",
        "api_version": API_VERSION,
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "date_created": None,
        "date_updated": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": line.friendly_name or line.number,
        "origin": "hosted",
        "phone_number": line.number,
        "sid": sid,
        "status": "in-use",
        "subresource_uris": {},
        "uri": f"{switch.address('IncomingPhoneNumbers', sid)}.json",
        "voice_caller_id_lookup": False,
    }


def routes(switch: Switch) -> Blueprint:
    """The addresses of numbers."""
    desk = Blueprint("numbers", __name__)

    def held(sid: str) -> Line:
        return next((line for line in switch.lines() if sid_of(line) == sid), None) or absent()

    @desk.get("/IncomingPhoneNumbers.json")
    def listing(account: str) -> Response:
        wanted = request.args.get("PhoneNumber", "")
        lines = [{"line": line} for line in switch.lines() if wanted in line.number]
        return page("incoming_phone_numbers", lines, lambda entry: show(switch, entry))

    @desk.get("/IncomingPhoneNumbers/<sid>.json")
    def fetch(account: str, sid: str) -> Response:
        return jsonify(show(switch, {"line": held(sid)}))

    @desk.post("/IncomingPhoneNumbers/<sid>.json")
    def update(account: str, sid: str) -> Response:
        line = held(sid)
        given = {_SETTINGS[name]: value for name, value in request.form.items() if name in _SETTINGS}
        try:
            line = parse_line(replace(line, **given).as_dict())
        except ValueError as trouble:
            raise Refused(400, 21502, str(trouble)) from trouble
        switch.set_line(line)
        return jsonify(show(switch, {"line": line}))

    return desk
