"""Messages over REST: create, list, fetch, update, delete (the ledger keeps what it has seen)."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from exchange import texts
from exchange.ledger import Entry
from exchange.rest.answers import Refused, absent, page, shown, within
from exchange.switch import Switch
from exchange.wire.params import API_VERSION


def show(switch: Switch, entry: Entry) -> dict[str, Any]:
    """A text as Twilio writes it."""
    path = switch.address("Messages", entry["sid"])
    return {
        "account_sid": switch.account.sid,
        "api_version": API_VERSION,
        "body": entry["body"],
        "date_created": shown(entry["created_at"]),
        "date_sent": shown(_sent_at(entry)),
        "date_updated": shown(entry["updated_at"]),
        "direction": entry["direction"],
        "error_code": entry["error_code"],
        "error_message": entry["error_message"],
        "from": entry["from"],
        "messaging_service_sid": entry["service"],
        "num_media": str(len(entry["media"])),
        "num_segments": str(entry["num_segments"]),
        "price": None,
        "price_unit": "USD",
        "sid": entry["sid"],
        "status": entry["status"],
        "subresource_uris": {"media": f"{path}/Media.json", "feedback": f"{path}/Feedback.json"},
        "to": entry["to"],
        "uri": f"{path}.json",
    }


def _sent_at(entry: Entry) -> str | None:
    """When a text was sent; of one that waits nobody can say, and no list by that moment finds it."""
    sent: str | None = entry["created_at"] if entry["direction"] == "inbound" else entry["sent_at"]
    return sent


def _ordered(switch: Switch) -> texts.Outgoing:
    form = request.form
    service = form.get("MessagingServiceSid", "")
    sender = form.get("From", "")
    if service and not re.fullmatch(r"MG[0-9a-f]{32}", service):
        raise Refused(400, 21701, f"The Messaging Service {service} does not exist.")
    if service and not sender:
        sender = next((line.number for line in switch.lines()), "")
    return texts.Outgoing(
        to=form.get("To", ""),
        sender=sender,
        body=form.get("Body", ""),
        media=tuple(form.getlist("MediaUrl")),
        callback=form.get("StatusCallback", ""),
        service=service,
    )


def routes(switch: Switch) -> Blueprint:
    """The addresses of messages."""
    desk = Blueprint("messages", __name__)

    def held(sid: str) -> Entry:
        entry = switch.ledger.get("message", sid)
        return absent() if entry is None or "deleted_at" in entry else entry

    @desk.post("/Messages.json")
    def create(account: str) -> tuple[Response, int]:
        ordered = _ordered(switch)
        refused = texts.refusal(switch, ordered)
        if refused is not None:
            raise Refused(400, *refused)
        return jsonify(show(switch, texts.send(switch, ordered))), 201

    @desk.get("/Messages.json")
    def listing(account: str) -> Response:
        entries = switch.ledger.list(
            "message", sender=request.args.get("From", ""), receiver=request.args.get("To", "")
        )
        fitting = [entry for entry in entries if "deleted_at" not in entry and within(_sent_at(entry), "DateSent")]
        return page("messages", fitting[::-1], lambda entry: show(switch, entry))

    @desk.get("/Messages/<sid>.json")
    def fetch(account: str, sid: str) -> Response:
        return jsonify(show(switch, held(sid)))

    @desk.post("/Messages/<sid>.json")
    def update(account: str, sid: str) -> Response:
        entry = held(sid)
        if request.form.get("Status", "canceled") != "canceled" or entry["status"] == "receiving":
            raise Refused(400, 20001, "Status may only be set to canceled")
        if "Status" in request.form:
            raise Refused(400, 30409, "Only a scheduled message can be canceled")
        if request.form.get("Body") != "":
            raise Refused(400, 20001, "Body may only be set to the empty text, which redacts the message")
        return jsonify(show(switch, switch.ledger.change("message", sid, body="", updated_at=switch.stamp())))

    @desk.delete("/Messages/<sid>.json")
    def delete(account: str, sid: str) -> tuple[str, int]:
        held(sid)
        switch.ledger.change("message", sid, deleted_at=switch.stamp())
        return "", 204

    return desk
