"""The exchange's own interface: whoever rehearses calls and texts through it, and looks into the ledger."""

import hmac
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from exchange import rest, texts
from exchange.caller import PATIENCE, Caller, parse_keys
from exchange.handsets import routes as handsets
from exchange.ledger import KINDS
from exchange.legs.call import doors_of, new_call
from exchange.legs.leg import Leg, talk
from exchange.lines import Line, is_number, parse_line
from exchange.phones import parse_phone
from exchange.rest.answers import from_http
from exchange.switch import Switch
from exchange.wire import asked
from exchange.wire.asked import Wrong

_LARGEST: Final = 1024 * 1024
_MOST: Final = 1000


def application(switch: Switch) -> Flask:
    """The whole exchange as a web application: Twilio's interface and its own."""
    app = Flask("exchange", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.register_blueprint(rest.routes(switch))
    app.register_blueprint(routes(switch))
    app.register_error_handler(HTTPException, lambda trouble: from_http(trouble).answer())
    return app


def call(switch: Switch, line: Line, sender: str, caller: Caller) -> dict[str, Any]:
    """Call one of our numbers and talk to the end; gives what was said, and what is to be warned of."""
    entry = new_call(switch, sender, line.number)
    leg = Leg(switch, entry, doors_of(line))
    leg.connect()
    left = talk(leg, caller)
    ended = switch.ledger.get("call", leg.sid)
    return {
        "sid": leg.sid,
        "status": ended["status"] if ended else "failed",
        "seconds": ended["seconds"] if ended else 0,
        "conversation": leg.conversation,
        "unsaid": list(left.texts),
        "unpressed": list(left.keys),
        "warnings": switch.note(leg.sid, leg.remarks),
    }


def routes(switch: Switch) -> Blueprint:
    """The exchange's own interface, for the bearer of the account's token."""
    desk = Blueprint("control", __name__, url_prefix="/exchange")

    @desk.before_request
    def guard() -> tuple[Response, int] | None:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {switch.account.token}".encode()):
            return None
        return jsonify({"error": "this needs Authorization: Bearer and the token of the exchange"}), 401

    @desk.errorhandler(Wrong)
    def wrong(trouble: Wrong) -> tuple[Response, int]:
        return jsonify({"error": str(trouble)}), 400

    _doing(desk, switch)
    _looking(desk, switch)
    _setting(desk, switch)
    handsets.add_routes(desk, switch)
    return desk


def _doing(desk: Blueprint, switch: Switch) -> None:
    @desk.post("/calls")
    def make_call() -> Response:
        body = asked.body("from", "to", "texts", "keys", "patience")
        line = asked.line(switch, body)
        spoken = asked.texts(body.get("texts", []))
        keys = asked.tried(parse_keys, asked.word(body, "keys"))
        patience = body.get("patience", PATIENCE)
        if type(patience) is not int or not 1 <= patience <= 100:
            raise Wrong("patience: not a number from 1 to 100")
        return jsonify(call(switch, line, asked.number(body, "from"), Caller(spoken, keys, patience)))

    @desk.post("/texts")
    def send_text() -> Response:
        body = asked.body("from", "to", "body", "media")
        line = asked.line(switch, body)
        words = asked.word(body, "body")
        media = asked.media(body.get("media", []))
        incoming = texts.Incoming(asked.number(body, "from"), line.number, words, media)
        sid, warnings = texts.receive(switch, line, incoming)
        return jsonify({"sid": sid, "warnings": warnings})


def _looking(desk: Blueprint, switch: Switch) -> None:
    @desk.get("/health")
    def health() -> Response:
        waiting = switch.callbacks.waiting()
        counts = switch.ledger.counts()
        return jsonify({"status": "ok", "account": switch.account.sid, "waiting": waiting, "entries": counts})

    @desk.get("/inbox")
    def inbox() -> Response:
        number = request.args.get("number", "")
        if not is_number(number):
            raise Wrong(f"number: {number!r} is not in E.164; write it as +8613800000001")
        last = switch.ledger.last()
        entries = switch.ledger.list("message", asked.count("since", 0), receiver=number)
        shown = [_received(entry) for entry in entries if entry["status"] not in {"failed", "undelivered"}]
        return jsonify({"messages": shown, "next": max([last, *(item["seq"] for item in shown)])})

    @desk.get("/ledger/<kinds>")
    def ledger(kinds: str) -> Response:
        kind = kinds.removesuffix("s")
        if kind not in KINDS or not kinds.endswith("s"):
            raise Wrong(f"{kinds}: no such part of the ledger; there are {', '.join(f'{k}s' for k in KINDS)}")
        since = asked.count("since", 0)
        about = request.args.get("about", "")
        entries = switch.ledger.list(kind, since, min(asked.count("limit", _MOST), _MOST), about=about)
        return jsonify({"items": entries, "next": entries[-1]["seq"] if entries else since})

    @desk.get("/numbers")
    def numbers() -> Response:
        return jsonify({"numbers": [line.as_dict() for line in switch.lines()]})

    @desk.get("/faults")
    def faults() -> Response:
        return jsonify(asdict(switch.faults.knobs))


def _setting(desk: Blueprint, switch: Switch) -> None:
    @desk.put("/numbers")
    def set_numbers() -> Response:
        """Make numbers ours, or change whom they ask: a list of objects with the fields of lines.Line."""
        for line in [asked.tried(parse_line, raw) for raw in asked.several("numbers")]:
            switch.set_line(line)
        return jsonify({"numbers": [line.as_dict() for line in switch.lines()]})

    @desk.put("/phones")
    def set_phones() -> Response:
        """Say how phones behave when we call, dial or text them: a list of objects as `parse_phone` reads them.

        [{"number": "+8613800000001", "calls": ["no-answer", "answer"], "keys": "1", "messages": "landline"}]
        """
        phones = [asked.tried(parse_phone, raw) for raw in asked.several("phones")]
        for phone in phones:
            switch.set_phone(phone)
        return jsonify({"phones": [phone.as_dict() for phone in phones]})

    @desk.post("/faults")
    def set_faults() -> Response:
        """Turn some knobs of faults.Knobs, by name: {"rest_slow": 3, "shuffle_callbacks": 17}; 0 turns one off.

        GET shows how they stand; counts of «next» faults go down as they are used up.
        """
        asked.tried(switch.faults.set, asked.json_of(dict))
        return jsonify(asdict(switch.faults.knobs))


def _received(entry: dict[str, Any]) -> dict[str, Any]:
    names = ("seq", "sid", "from", "to", "body", "status", "direction")
    return {**{name: entry[name] for name in names}, "at": entry["created_at"], "media": entry["media"]}
