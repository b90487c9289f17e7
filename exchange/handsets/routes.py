"""Telephones in people's hands, over the exchange's own interface: whoever shows them to a person asks here.

`PUT /exchange/hands/<number>` says that somebody has the telephone before them, for a few seconds: calls to it ring
until they are taken. It gives what the telephone shows: its texts in and out, and its latest call.
"""

from typing import Any

from flask import Blueprint, Response, jsonify

from exchange.caller import parse_keys
from exchange.handsets.grips import Grips, NotNow
from exchange.ledger import Entry
from exchange.switch import Switch
from exchange.wire import asked
from exchange.wire.asked import Wrong

_MOST_TEXTS = 200
_LONGEST = 1000


def add_routes(desk: Blueprint, switch: Switch) -> None:
    """GET, PUT and DELETE /hands/<number>, POST …/calls, POST …/calls/<sid>/<deed>."""
    grips = Grips(switch)

    @desk.errorhandler(NotNow)
    def not_now(trouble: NotNow) -> tuple[Response, int]:
        return jsonify({"error": str(trouble)}), 409

    @desk.get("/hands/<number>")
    def look(number: str) -> Response:
        return jsonify(_shown(switch, grips, asked.e164("number", number)))

    @desk.put("/hands/<number>")
    def hold(number: str) -> Response:
        switch.hands.hold(asked.e164("number", number))
        return jsonify(_shown(switch, grips, number))

    @desk.delete("/hands/<number>")
    def put_down(number: str) -> Response:
        switch.hands.let_go(asked.e164("number", number))
        return jsonify({})

    @desk.post("/hands/<number>/calls")
    def dial(number: str) -> Response:
        line = asked.line(switch, asked.body("to"))
        switch.hands.hold(asked.e164("number", number))
        grips.dial(number, line)
        return jsonify(_shown(switch, grips, number))

    @desk.post("/hands/<number>/calls/<sid>/<deed>")
    def act(number: str, sid: str, deed: str) -> Response:
        if switch.hands.latest(number) != sid:
            raise NotNow("this is not the call of this phone")
        _act(grips, sid, deed)
        return jsonify(_shown(switch, grips, number))


def _act(grips: Grips, sid: str, deed: str) -> None:
    given = asked.body("keys", "words")
    if deed == "press":
        keys = asked.word(given, "keys")
        asked.tried(parse_keys, keys)
        grips.press(sid, keys[:_LONGEST])
    elif deed == "say":
        words = asked.word(given, "words").strip()
        if not words:
            raise Wrong("words: empty; say something")
        grips.say(sid, words[:_LONGEST])
    elif deed in ("take", "refuse", "hang_up"):
        getattr(grips, deed)(sid)
    else:
        raise Wrong(f"{deed}: not known; known are take, refuse, hang_up, press, say")


def _shown(switch: Switch, grips: Grips, number: str) -> dict[str, Any]:
    since = asked.count("since", 0)
    last = switch.ledger.last()
    found = [
        *switch.ledger.list("message", since, sender=number),
        *switch.ledger.list("message", since, receiver=number),
    ]
    texts = sorted(found, key=lambda entry: entry["seq"])[-_MOST_TEXTS:]
    return {
        "number": number,
        "texts": [_text(entry, number) for entry in texts],
        "next": max([last, *(entry["seq"] for entry in texts)]),
        "call": grips.shown(number),
    }


def _text(entry: Entry, number: str) -> dict[str, Any]:
    mine = entry["from"] == number
    return {
        "seq": entry["seq"],
        "sid": entry["sid"],
        "mine": mine,
        "with": entry["to"] if mine else entry["from"],
        "body": entry["body"],
        "at": entry["created_at"],
        "arrived": entry["status"] not in {"failed", "undelivered"},
    }
