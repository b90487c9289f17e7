"""Calls over REST: create, list, fetch, update."""

from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from exchange.ledger import Entry
from exchange.legs.call import new_call
from exchange.legs.leg import Leg
from exchange.lines import is_address, is_number
from exchange.phones import CALL_REFUSALS
from exchange.rest import dialing
from exchange.rest.answers import Refused, absent, page, shown, within
from exchange.steps import Ask
from exchange.switch import Switch
from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Document, Kind, read
from exchange.wire.params import API_VERSION

EVENTS: Final = ("initiated", "ringing", "answered", "completed")


def show(switch: Switch, entry: Entry) -> dict[str, Any]:
    """A call as Twilio writes it."""
    path = switch.address("Calls", entry["sid"])
    resources = ("recordings", "notifications", "events", "payments", "siprec", "streams", "transcriptions")
    return {
        "account_sid": switch.account.sid,
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": shown(entry["created_at"]),
        "date_updated": shown(entry["updated_at"]),
        "direction": entry["direction"],
        "duration": None if entry["seconds"] is None else str(entry["seconds"]),
        "end_time": shown(entry["ended_at"]),
        "forwarded_from": None,
        "from": entry["from"],
        "from_formatted": entry["from"],
        "group_sid": None,
        "parent_call_sid": entry.get("parent_call_sid"),
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": entry["sid"],
        "start_time": shown(entry["started_at"]),
        "status": entry["status"],
        "subresource_uris": {name: f"{path}/{name.capitalize()}.json" for name in resources},
        "to": entry["to"],
        "to_formatted": entry["to"],
        "trunk_sid": None,
        "uri": f"{path}.json",
    }


def _check(switch: Switch) -> None:
    form = request.form
    if not form.get("To"):
        raise Refused(400, 21201, "No 'To' number is specified")
    if not is_number(form["To"]):
        raise Refused(400, 21211, f"The phone number you are attempting to call, {form['To']}, is not valid.")
    if not form.get("From"):
        raise Refused(400, 21213, "No 'From' number is specified")
    if switch.line(form["From"]) is None:
        raise Refused(400, 21210, f"The source phone number provided, {form['From']}, is not yet verified.")
    if not form.get("Url") and not form.get("Twiml"):
        raise Refused(400, 21205, "Url parameter is required")
    refused = CALL_REFUSALS.get(switch.phone(form["To"]).now.calls)
    if refused is not None:
        switch.called(form["To"])
        raise Refused(400, refused, f"Twilio does not call {form['To']}.")
    for name, code in (("Url", 21205), ("FallbackUrl", 21205), ("StatusCallback", 21609)):
        if form.get(name) and not is_address(form[name]):
            raise Refused(400, code, f"{name} is not a valid URL: {form[name]}")
    for event in _events():
        if event not in EVENTS:
            raise Refused(400, 21626, f"Invalid status callback event: {event}")


def _events() -> list[str]:
    return [word for value in request.form.getlist("StatusCallbackEvent") for word in value.split()]


def _order() -> dict[str, Any]:
    form = request.form
    return {
        "url": form.get("Url", ""),
        "method": _method("Method"),
        "fallback_url": form.get("FallbackUrl", ""),
        "fallback_method": _method("FallbackMethod"),
        "status_callback": form.get("StatusCallback", ""),
        "status_callback_method": _method("StatusCallbackMethod"),
        "events": _events() or ["completed"],
        "timeout": _timeout(),
        "twiml": "" if form.get("Url") else form.get("Twiml", ""),
    }


def _timeout() -> int:
    value = request.form.get("Timeout", "")
    return min(int(value), 600) if value.isdecimal() and int(value) > 0 else dialing.RINGS


def _method(name: str) -> str:
    value = request.form.get(name) or "POST"
    if value not in {"GET", "POST"}:
        raise Refused(400, 21209, f"{name} is not GET or POST: {value}")
    return value


def _document() -> Document:
    document = read(request.form["Twiml"].encode(), "text/xml", Kind.VOICE)
    if document.refused is not None:
        raise Refused(400, document.refused.code, document.refused.text)
    return document


def change(switch: Switch, sid: str) -> None:
    """Do to a call what an update asks for: end it, or go on elsewhere. Raises Refused."""
    form = request.form
    call = switch.under_way(sid)
    status = form.get("Status", "")
    if status not in {"", "canceled", "completed"}:
        raise Refused(400, 21218, f"Invalid status: {status}")
    if call is None:
        if status == "canceled" and (switch.ledger.get("call", sid) or absent())["status"] == "queued":
            switch.ledger.change("call", sid, status="canceled", updated_at=switch.stamp())
            return
        raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
    if status:
        call.finish("completed")
    elif not isinstance(call, Leg):
        raise Refused(400, 21220, "This exchange turns only calls elsewhere that follow a document, no dialled one.")
    elif form.get("Twiml"):
        document = _document()
        switch.note(sid, remarks_on(document, Kind.VOICE))
        call.divert(None, document)
    elif is_address(form.get("Url", "")):
        call.divert(Ask(form["Url"], _method("Method")))
    else:
        raise Refused(400, 21205, "Url parameter is required")


def _begun_at(entry: Entry) -> str | None:
    """When a call began to ring; of one that waits to be dialled nobody can say: no list by that moment finds it."""
    begun: str | None = entry["started_at"] or entry["created_at"]
    return None if entry["status"] == "queued" else begun


def routes(switch: Switch) -> Blueprint:
    """The addresses of calls."""
    desk = Blueprint("calls", __name__)

    def held(sid: str) -> Entry:
        return switch.ledger.get("call", sid) or absent()

    @desk.post("/Calls.json")
    def create(account: str) -> tuple[Response, int]:
        _check(switch)
        if request.form.get("Twiml") and not request.form.get("Url"):
            _document()
        entry = new_call(switch, request.form["From"], request.form["To"], _order())
        dialing.start(switch, entry)
        return jsonify(show(switch, entry)), 201

    @desk.get("/Calls.json")
    def listing(account: str) -> Response:
        asked = request.args
        entries = switch.ledger.list("call", sender=asked.get("From", ""), receiver=asked.get("To", ""))
        fitting = [
            entry
            for entry in entries
            if within(_begun_at(entry), "StartTime")
            and within(entry["ended_at"], "EndTime")
            and asked.get("Status", entry["status"]) == entry["status"]
            and asked.get("ParentCallSid") in {None, entry.get("parent_call_sid")}
        ]
        return page("calls", fitting[::-1], lambda entry: show(switch, entry))

    @desk.get("/Calls/<sid>.json")
    def fetch(account: str, sid: str) -> Response:
        return jsonify(show(switch, held(sid)))

    @desk.post("/Calls/<sid>.json")
    def update(account: str, sid: str) -> Response:
        held(sid)
        change(switch, sid)
        return jsonify(show(switch, held(sid)))

    return desk
