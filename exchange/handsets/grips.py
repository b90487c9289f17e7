"""A call in a person's hands: what they press, say and see. The line waits as long as somebody who types needs."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from exchange.legs.call import Call, doors_of, new_call
from exchange.legs.leg import Leg
from exchange.lines import Line
from exchange.steps import Converse, Listen, Pressed, Silence, Spoke, Take
from exchange.switch import Switch

PATIENCE: Final = 60.0
"""Seconds without a word or a key after which the line hears a silence."""
BETWEEN_KEYS: Final = 4.0
"""Seconds after the last key in which no further one comes: the keys are whole."""


class NotNow(Exception):
    """The call does not take this at the moment; the text says why."""


@dataclass(slots=True)
class Grips:
    """What the holders of phones have begun: keys of calls that are not whole yet, and how often they acted."""

    switch: Switch
    _keys: dict[str, str] = field(default_factory=dict)
    _acts: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def dial(self, number: str, line: Line) -> str:
        """Call one of our numbers from this phone; the sid of the call."""
        if self._live(number) is not None:
            raise NotNow("this phone is in a call; hang up first")
        leg = Leg(self.switch, new_call(self.switch, number, line.number), doors_of(line))
        self.switch.hands.began(number, leg.sid)
        leg.when_ended = lambda: self._ended(leg)
        leg.connect()
        self._mind(leg.sid)
        return leg.sid

    def take(self, sid: str) -> None:
        """Pick up what rings."""
        call = self.switch.under_way(sid)
        if call is None or not self.switch.hands.take(sid):
            raise NotNow("this call does not ring any more")
        if isinstance(call, Leg):
            call.when_ended = lambda: self._ended(call)
        self._mind(sid)

    def refuse(self, sid: str) -> None:
        """Do not pick up what rings."""
        if not self.switch.hands.end(sid, "busy"):
            raise NotNow("this call does not ring any more")

    def hang_up(self, sid: str) -> None:
        """End the call; nothing where it has ended."""
        call = self.switch.under_way(sid)
        if isinstance(call, Leg):
            call.hang_up()
        elif call is not None:
            call.finish("completed")

    def say(self, sid: str, words: str) -> None:
        """Say something, where the other side listens."""
        call = self._in_call(sid)
        if not isinstance(call, Leg):
            if call.other is None:
                raise NotNow("nobody is connected")
            call.other.hear(words)
        elif isinstance(call.waiting, Take | Converse) or (isinstance(call.waiting, Listen) and call.waiting.speech):
            call.give(Spoke(words))
        else:
            raise NotNow("the line does not listen to words now")
        self._mind(sid)

    def press(self, sid: str, keys: str) -> None:
        """Press keys, one after another. What the line does not ask for goes unheard."""
        call = self._in_call(sid)
        for key in keys:
            if isinstance(call, Leg):
                self._press(call, key)
            elif call.other is not None:
                call.other.hear(f"[keys {key}]")
        act = self._mind(sid)
        if self._keys.get(sid):
            self.switch.clock.after(BETWEEN_KEYS, lambda: self._flush(sid, act))

    def shown(self, number: str) -> dict[str, Any] | None:
        """The latest call of a phone as its holder sees it."""
        sid = self.switch.hands.latest(number)
        entry = self.switch.ledger.get("call", sid) if sid else None
        if sid is None or entry is None:
            return None
        call = self.switch.under_way(sid)
        dialled = entry["direction"] == "outbound-dial"
        mine = entry["direction"] == "inbound"
        talk = list(call.conversation) if call is not None else entry["conversation"]
        return {
            "sid": sid,
            "with": entry["to"] if mine else entry["from"],
            "began_by": "me" if mine else "them",
            "me": "called" if dialled else "caller",
            "status": call.status if call is not None else entry["status"],
            "rings": self.switch.hands.rings(sid),
            "over": call is None,
            "conversation": talk,
            "asks": _asks(call),
            "typed": self._keys.get(sid, ""),
        }

    def _live(self, number: str) -> Call | None:
        return self.switch.under_way(self.switch.hands.latest(number) or "")

    def _in_call(self, sid: str) -> Call:
        call = self.switch.under_way(sid)
        if call is None or self.switch.hands.rings(sid):
            raise NotNow("this call is not connected")
        return call

    def _press(self, leg: Leg, key: str) -> None:
        match leg.waiting:
            case Listen(keys=True, finish_on_key=finish, num_digits=most):
                typed = self._keys.get(leg.sid, "")
                if key == finish:
                    self._give(leg, Pressed(typed, key))
                elif len(typed) + 1 == most:
                    self._give(leg, Pressed(typed + key))
                else:
                    self._keys[leg.sid] = typed + key
            case Take(finish_on_key=finish) if key in finish:
                self._give(leg, Pressed("", key))
            case Converse():
                self._give(leg, Pressed(key))

    def _give(self, leg: Leg, pressed: Pressed) -> None:
        self._keys.pop(leg.sid, None)
        leg.give(pressed)

    def _flush(self, sid: str, act: int) -> None:
        """No further key came: what was pressed is the whole answer."""
        leg = self.switch.under_way(sid)
        if isinstance(leg, Leg) and self._acts.get(sid) == act and (typed := self._keys.get(sid)):
            self._give(leg, Pressed(typed))
            self._mind(sid)

    def _mind(self, sid: str) -> int:
        """Count that somebody acted in a call, and see to it that it does not wait for them for ever."""
        with self._lock:
            act = self._acts[sid] = self._acts.get(sid, 0) + 1
        self.switch.clock.after(PATIENCE, lambda: self._lapse(sid, act))
        return act

    def _lapse(self, sid: str, act: int) -> None:
        """Nobody has acted since: the line hears a silence; whoever has gone is hung up."""
        if self._acts.get(sid) != act:
            return
        call = self.switch.under_way(sid)
        if call is None:
            self._keys.pop(sid, None)
            del self._acts[sid]
            return
        mine = call.sides[0] if call.direction == "inbound" else call.sides[1]
        if not self.switch.hands.holds(mine):
            self.hang_up(sid)
        elif isinstance(call, Leg) and isinstance(call.waiting, Listen | Take):
            call.give(Silence())
        self._mind(sid)

    def _ended(self, leg: Leg) -> None:
        self.switch.note(leg.sid, leg.remarks)


def _asks(call: Call | None) -> dict[str, Any] | None:
    """What is waited for: keys, words or both; by a `person` where two phones are connected."""
    match call.waiting if isinstance(call, Leg) else None:
        case Listen(keys=keys, speech=speech):
            return {"keys": keys, "words": speech, "person": False}
        case Take():
            return {"keys": True, "words": True, "person": False}
        case Converse():
            return {"keys": True, "words": True, "person": True}
    connected = call is not None and call.other is not None
    return {"keys": True, "words": True, "person": True} if connected else None
