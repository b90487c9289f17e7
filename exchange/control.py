"""The exchange's own interface: whoever rehearses calls and texts through it, and looks into the ledger."""

import hmac
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, TypeVar

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from exchange import rest, texts
from exchange.caller import PATIENCE, Caller, parse_keys
from exchange.ledger import KINDS
from exchange.legs.call import doors_of, new_call
from exchange.legs.leg import Leg, talk
from exchange.lines import Line, is_address, is_number, parse_line
from exchange.phones import parse_phone
from exchange.rest.answers import from_http
from exchange.switch import Switch

A = TypeVar("A")
T = TypeVar("T")

_LARGEST: Final = 1024 * 1024
_MOST: Final = 1000


class _Wrong(Exception):
    """A request that cannot be done; the text names the field, the trouble and the remedy."""


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

    @desk.errorhandler(_Wrong)
    def wrong(trouble: _Wrong) -> tuple[Response, int]:
        return jsonify({"error": str(trouble)}), 400

    _doing(desk, switch)
    _looking(desk, switch)
    _setting(desk, switch)
    return desk


def _doing(desk: Blueprint, switch: Switch) -> None:
    @desk.post("/calls")
    def make_call() -> Response:
        body = _body("from", "to", "texts", "keys", "patience")
        line = _line(switch, body)
        spoken = _texts(body.get("texts", []))
        keys = _tried(parse_keys, _word(body, "keys"))
        patience = body.get("patience", PATIENCE)
        if type(patience) is not int or not 1 <= patience <= 100:
            raise _Wrong("patience: not a number from 1 to 100")
        return jsonify(call(switch, line, _number(body, "from"), Caller(spoken, keys, patience)))

    @desk.post("/texts")
    def send_text() -> Response:
        body = _body("from", "to", "body", "media")
        line = _line(switch, body)
        words = _word(body, "body")
        media = _media(body.get("media", []))
        incoming = texts.Incoming(_number(body, "from"), line.number, words, media)
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
            raise _Wrong(f"number: {number!r} is not in E.164; write it as +8613800000001")
        last = switch.ledger.last()
        entries = switch.ledger.list("message", _count("since", 0), receiver=number)
        shown = [_received(entry) for entry in entries if entry["status"] not in {"failed", "undelivered"}]
        return jsonify({"messages": shown, "next": max([last, *(item["seq"] for item in shown)])})

    @desk.get("/ledger/<kinds>")
    def ledger(kinds: str) -> Response:
        kind = kinds.removesuffix("s")
        if kind not in KINDS or not kinds.endswith("s"):
            raise _Wrong(f"{kinds}: no such part of the ledger; there are {', '.join(f'{k}s' for k in KINDS)}")
        since = _count("since", 0)
        about = request.args.get("about", "")
        entries = switch.ledger.list(kind, since, min(_count("limit", _MOST), _MOST), about=about)
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
        for line in [_tried(parse_line, raw) for raw in _several("numbers")]:
            switch.set_line(line)
        return jsonify({"numbers": [line.as_dict() for line in switch.lines()]})

    @desk.put("/phones")
    def set_phones() -> Response:
        """Say how phones behave when we call, dial or text them: a list of objects as `parse_phone` reads them.

        [{"number": "+8613800000001", "calls": ["no-answer", "answer"], "keys": "1", "messages": "landline"}]
        """
        phones = [_tried(parse_phone, raw) for raw in _several("phones")]
        for phone in phones:
            switch.set_phone(phone)
        return jsonify({"phones": [phone.as_dict() for phone in phones]})

    @desk.post("/faults")
    def set_faults() -> Response:
        """Turn some knobs of faults.Knobs, by name: {"rest_slow": 3, "shuffle_callbacks": 17}; 0 turns one off.

        GET shows how they stand; counts of «next» faults go down as they are used up.
        """
        _tried(switch.faults.set, _json(dict))
        return jsonify(asdict(switch.faults.knobs))


def _received(entry: dict[str, Any]) -> dict[str, Any]:
    names = ("seq", "sid", "from", "to", "body", "status", "direction")
    return {**{name: entry[name] for name in names}, "at": entry["created_at"], "media": entry["media"]}


def _json(kind: type[T]) -> T:
    body = request.get_json(silent=True)
    if not isinstance(body, kind):
        raise _Wrong(f"the body is not a JSON {'object' if kind is dict else 'list'}")
    return body


def _body(*known: str) -> dict[str, Any]:
    body: dict[str, Any] = _json(dict)
    for name in body:
        if name not in known:
            raise _Wrong(f"{name}: not known; known are {', '.join(known)}")
    return body


def _several(name: str) -> list[Any]:
    body = request.get_json(silent=True)
    listed = body.get(name) if isinstance(body, dict) else body
    if not isinstance(listed, list):
        raise _Wrong(f"the body is neither a JSON list nor an object with {name!r}")
    return listed


def _tried(read: Callable[[A], T], raw: A) -> T:
    try:
        return read(raw)
    except ValueError as trouble:
        raise _Wrong(str(trouble)) from trouble


def _word(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise _Wrong(f"{name}: not a text")
    return _sendable(value)


def _number(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not is_number(value):
        raise _Wrong(f"{name}: {value!r} is not in E.164; write it as +8613800000001")
    return str(value)


def _line(switch: Switch, body: dict[str, Any]) -> Line:
    ours = switch.lines()
    number = _number(body, "to") if "to" in body or not ours else ours[0].number
    line = switch.line(number)
    if line is None:
        there = ", ".join(each.number for each in ours) or "none"
        raise _Wrong(f"to: {number} is no number of this exchange; there are: {there}")
    return line


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise _Wrong("texts: not a list of texts")
    return tuple(_sendable(text) for text in value)


def _sendable(text: str) -> str:
    """Half a surrogate pair cannot be sent over any line; a question mark stands for it."""
    return text.encode("utf-8", "replace").decode()


def _media(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        raise _Wrong("media: not a list of addresses")
    media = [item if isinstance(item, dict) else {"url": item} for item in value]
    if not all(is_address(item.get("url")) for item in media):
        raise _Wrong("media: not a list of addresses that begin with http:// or https://")
    return tuple((item["url"], _sendable(str(item.get("content_type", "image/jpeg")))) for item in media)


def _count(name: str, default: int) -> int:
    raw = request.args.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,12}", raw):
        raise _Wrong(f"{name}: {raw!r} is not a number")
    return int(raw)
