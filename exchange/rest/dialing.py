"""Calls that the application orders: the number is dialled, and who answers says and presses what is set."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from exchange.handsets.hands import Ring
from exchange.ledger import Entry
from exchange.legs.call import Doors
from exchange.legs.leg import Leg, talk
from exchange.phones import CALL_ENDS, Manner
from exchange.switch import Switch
from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Kind, read

RINGS: Final = 60
"""Seconds for which an ordered call rings where the order names no time."""


def doors_of(entry: Mapping[str, Any]) -> Doors:
    """Whom an ordered call asks."""
    order = entry["order"]
    return Doors(
        (order["url"], order["method"]),
        (order["fallback_url"], order["fallback_method"]),
        (order["status_callback"], order["status_callback_method"]),
        frozenset(order["events"]),
    )


def start(switch: Switch, entry: Entry) -> None:
    """Dial, a moment from now and in another thread where the clock is real."""
    switch.clock.after(0.0, lambda: _dial(switch, entry))


def resume(switch: Switch) -> None:
    """After a start: dial what was still to be dialled; what was under way has ended with the process."""
    for entry in switch.ledger.list("call"):
        if entry["status"] == "queued" and entry["order"] is not None:
            start(switch, entry)
        elif entry["status"] in {"queued", "ringing", "in-progress"}:
            ended = {"ended_at": switch.stamp(), "updated_at": switch.stamp(), "seconds": 0}
            switch.ledger.change("call", entry["sid"], status="failed", **ended)


def _dial(switch: Switch, entry: Entry) -> None:
    held = switch.ledger.get("call", entry["sid"])
    if held is None or held["status"] != "queued":
        return
    leg = Leg(switch, held, doors_of(held))
    in_hands = switch.hands.holds(entry["to"])
    manner = Manner() if in_hands else switch.called(entry["to"])
    leg.tell("initiated")
    leg.move_to("ringing")
    leg.tell("ringing")
    if in_hands:
        take = partial(_pick_up, switch, leg, held["order"]["twiml"])
        switch.hands.ring(Ring(leg, take, leg.finish), held["order"].get("timeout", RINGS))
    elif manner.calls == "answer":
        _answer(switch, leg, manner, held["order"]["twiml"])
    else:
        leg.finish(CALL_ENDS.get(manner.calls, "failed"))


def _answer(switch: Switch, leg: Leg, manner: Manner, twiml: str) -> None:
    _pick_up(switch, leg, twiml)
    talk(leg, manner.caller())
    switch.note(leg.sid, leg.remarks)


def _pick_up(switch: Switch, leg: Leg, twiml: str) -> None:
    leg.pick_up()
    leg.tell("answered")
    if twiml:
        document = read(twiml.encode(), "text/xml", Kind.VOICE)
        leg.remarks += remarks_on(document, Kind.VOICE)
        leg.connect(document)
    else:
        leg.connect()
