"""A call in the ledger: its status and its time, what was said in it, and who hears of it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

from exchange.ledger import Entry
from exchange.lines import Line
from exchange.switch import Switch
from exchange.wire.asking import Question
from exchange.wire.params import merged, of_call, of_progress

if TYPE_CHECKING:
    from exchange.legs.leg import Leg


@dataclass(frozen=True, slots=True)
class Doors:
    """Whom a call asks (address, method), where that fails, and who hears of which events."""

    voice: tuple[str, str] = ("", "POST")
    fallback: tuple[str, str] = ("", "POST")
    status: tuple[str, str] = ("", "POST")
    events: frozenset[str] = frozenset({"completed"})


def doors_of(line: Line) -> Doors:
    """Whom a call to this number asks."""
    return Doors(
        (line.voice_url, line.voice_method),
        (line.voice_fallback_url, line.voice_fallback_method),
        (line.status_callback, line.status_callback_method),
    )


def new_call(
    switch: Switch, sender: str, to: str, order: Mapping[str, Any] | None = None, parent: str | None = None
) -> Entry:
    """Put a call in the ledger; it has not begun.

    `order` is what the application wants of it, `parent` the sid of the call that dials it. Where there is
    neither, it came in from outside.
    """
    now = switch.stamp()
    direction = "outbound-dial" if parent else "outbound-api" if order else "inbound"
    status = "ringing" if direction == "inbound" else "queued"
    return switch.ledger.put(
        "call",
        {
            "sid": switch.new_sid("CA"),
            "parent_call_sid": parent,
            "from": sender,
            "to": to,
            "direction": direction,
            "status": status,
            "history": [{"status": status, "at": now}],
            "order": order,
            "created_at": now,
            "updated_at": now,
            "started_at": None,
            "ended_at": None,
            "seconds": None,
            "conversation": [],
        },
    )


class Call:
    """One call under way; safe to end from another thread. `when_ended` is run once after that."""

    def __init__(self, switch: Switch, entry: Entry, doors: Doors) -> None:
        self.sid: str = entry["sid"]
        self.switch = switch
        self.conversation: list[dict[str, str]] = []
        self.over = False
        self.when_ended: Callable[[], None] | None = None
        self.other: Leg | None = None  # the call that dialled this one and talks with it
        self._entry = entry
        self._doors = doors
        self._status: str = entry["status"]
        self._seconds = 0.0
        self._told = 0
        self._lock = RLock()
        switch.take_up(self)

    @property
    def sides(self) -> tuple[str, str]:
        """The number that calls, and the one that is called."""
        return self._entry["from"], self._entry["to"]

    @property
    def direction(self) -> str:
        """As Twilio names it: inbound, outbound-api, outbound-dial."""
        return str(self._entry["direction"])

    @property
    def status(self) -> str:
        """As Twilio names it."""
        return self._status

    @property
    def seconds(self) -> int:
        """How long it has lasted since it was answered, begun ones counted."""
        return math.ceil(self._seconds)

    def move_to(self, status: str) -> None:
        """Keep that the call has this status now; nothing where it has ended."""
        with self._lock:
            if not self.over:
                self._set(status)

    def pick_up(self) -> None:
        """The other side answers; nothing where it has ended."""
        with self._lock:
            if not self.over:
                self._seconds = 0.0
                self._set("in-progress", started_at=self.switch.stamp())

    def spend(self, seconds: float) -> None:
        """Count time that passes in this call, without moving the clock."""
        self._seconds += seconds

    def caption(self, who: str, says: str) -> None:
        """Keep what was said: by the line, the caller, the called, or what the exchange did."""
        self.conversation.append({"who": who, "says": says})

    def finish(self, status: str) -> None:
        """End the call with this status; nothing where it has ended."""
        with self._lock:
            if self.over:
                return
            self.over = True
            self._set(
                status,
                ended_at=self.switch.stamp(),
                seconds=self.seconds if status == "completed" else 0,
                conversation=self.conversation,
            )
            self.switch.let_go(self.sid)
            self.tell("completed")
        if self.when_ended is not None:
            self.when_ended()

    def tell(self, event: str) -> None:
        """Send a status callback, where this event is wanted."""
        url, method = self._doors.status
        number, self._told = self._told, self._told + 1
        if not url or event not in self._doors.events:
            return
        progress = of_progress(number, self.switch.clock.now(), self.seconds if event == "completed" else None)
        question = Question("status", self.sid, url, method, merged(self.usual(), progress))
        self.switch.callbacks.post(self.sid, question)

    def usual(self) -> tuple[tuple[str, str], ...]:
        """The parameters that every request about this call carries."""
        return of_call(self.switch.account.sid, {**self._entry, "status": self._status})

    def _set(self, status: str, **fields: Any) -> None:
        self._status = status
        entry = {"status": status, "updated_at": self.switch.stamp(), **fields}
        self._entry = self.switch.ledger.change("call", self.sid, **entry)
