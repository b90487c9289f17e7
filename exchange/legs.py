"""Calls: a leg carries out the player's steps as captions, and asks the application as Twilio would."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final

from exchange import texts
from exchange.caller import Caller, answer
from exchange.ledger import Entry
from exchange.lines import Line
from exchange.player import Playing, advance, lasting, load
from exchange.steps import (
    Ask,
    Done,
    Dropped,
    Happened,
    Listen,
    Pressed,
    Prompt,
    Quiet,
    Recorded,
    Refuse,
    SendText,
    Silence,
    Sound,
    Speak,
    Spoke,
    Step,
    Take,
)
from exchange.switch import Switch
from exchange.twiml.document import Document, Kind, Remark
from exchange.wire.asking import Question
from exchange.wire.params import merged, of_call, of_progress, of_recording

SORRY: Final = "We are sorry. An application error has occurred. Goodbye."
"""What a caller hears where no address gives a document."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Whom a call asks (address, method), where that fails, and who hears of which events."""

    voice: tuple[str, str]
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


def new_call(switch: Switch, sender: str, to: str, order: Mapping[str, Any] | None = None) -> Entry:
    """Put a call in the ledger; it has not begun. `order` is what the application wants of it."""
    now = switch.stamp()
    return switch.ledger.put(
        "call",
        {
            "sid": switch.new_sid("CA"),
            "from": sender,
            "to": to,
            "direction": "outbound-api" if order else "inbound",
            "status": "queued" if order else "ringing",
            "order": order,
            "created_at": now,
            "updated_at": now,
            "started_at": None,
            "ended_at": None,
            "seconds": None,
            "conversation": [],
        },
    )


class Leg:
    """One call under way. It stops where it needs the other side (`waiting`) and goes on with `give`."""

    def __init__(self, switch: Switch, entry: Entry, doors: Doors) -> None:
        self.sid: str = entry["sid"]
        self.conversation: list[dict[str, str]] = []
        self.remarks: list[Remark] = []
        self.waiting: Listen | Take | None = None
        self.over = False
        self._switch = switch
        self._entry = entry
        self._doors = doors
        self._playing = Playing(Kind.VOICE)
        self._status: str = entry["status"]
        self._seconds = 0.0
        self._told = 0
        self._lock = RLock()
        switch.take_up(self)

    def connect(self, document: Document | None = None) -> None:
        """Begin: with this document, or with the one that is asked for."""
        with self._lock:
            if document is None:
                self._do(Ask(*self._doors.voice))
            else:
                self._playing = load(self._playing, document, self._doors.voice[0])
            self._go_on(Done())

    def give(self, happened: Pressed | Spoke | Silence | Dropped) -> None:
        """Tell what the other side did; nothing where the call did not wait for it."""
        with self._lock:
            asked, self.waiting = self.waiting, None
            if asked is None:
                return
            self._hear_answer(happened)
            self._pass(float(asked.timeout) if isinstance(happened, Silence) else 2.0)
            self._go_on(self._record(asked, happened) if isinstance(asked, Take) else happened)

    def divert(self, ask: Ask | None, document: Document | None = None) -> None:
        """Go on elsewhere at once: with what is asked for there, or with this document."""
        with self._lock:
            if self.over:
                return
            self.waiting = None
            if ask is not None:
                self._do(ask)
            elif document is not None:
                self._playing = load(self._playing, document, self._doors.voice[0])
            self._go_on(Done())

    def finish(self, status: str) -> None:
        """End the call with this status; nothing where it has ended."""
        with self._lock:
            if self.over:
                return
            self.over = True
            self.waiting = None
            self._set(
                status,
                ended_at=self._switch.stamp(),
                seconds=math.ceil(self._seconds) if status == "completed" else 0,
                conversation=self.conversation,
            )
            self._switch.let_go(self.sid)
            self.tell("completed")

    def tell(self, event: str) -> None:
        """Send a status callback, where this event is wanted."""
        url, method = self._doors.status
        number, self._told = self._told, self._told + 1
        if not url or event not in self._doors.events:
            return
        seconds = math.ceil(self._seconds) if event == "completed" else None
        progress = of_progress(number, self._switch.clock.now(), seconds)
        question = Question("status", self.sid, url, method, merged(self._usual(), progress))
        self._switch.callbacks.post(self.sid, question)

    def move_to(self, status: str) -> None:
        """Keep that the call has this status now."""
        self._set(status)

    def pick_up(self) -> None:
        """The other side answers."""
        self._set("in-progress", started_at=self._switch.stamp())

    def _set(self, status: str, **fields: Any) -> None:
        self._status = status
        entry = {"status": status, "updated_at": self._switch.stamp(), **fields}
        self._entry = self._switch.ledger.change("call", self.sid, **entry)

    def _go_on(self, happened: Happened) -> None:
        while not self.over:
            turn = advance(self._playing, happened)
            self._playing = turn.playing
            self.remarks += turn.remarks
            if self._status == "ringing" and not isinstance(turn.step, Refuse):
                self.pick_up()
            if isinstance(turn.step, Listen | Take):
                for prompt in turn.step.prompt if isinstance(turn.step, Listen) else ():
                    self._hear(prompt)
                self.waiting = turn.step
                return
            happened = self._do(turn.step)

    def _do(self, step: Step) -> Happened:
        match step:
            case Speak() | Sound() | Quiet():
                self._hear(step)
            case Ask():
                self._ask(step)
            case SendText():
                ours, theirs = self._sides()
                outgoing = texts.reply(step, to=theirs, sender=ours)
                return texts.send_or_remark(self._switch, outgoing, self.remarks)
            case Refuse(reason=reason):
                self.finish("busy" if reason == "busy" else "no-answer")
            case _:
                self.finish("completed")
        return Done()

    def _ask(self, ask: Ask) -> None:
        if not ask.url:
            self.remarks.append(Remark(0, "there is no address to ask what to do with the call"))
            return
        params = merged(self._usual(), ask.params)
        question = Question("voice", self.sid, ask.url, ask.method, params)
        fetched = self._switch.asker.fetch(question, self._doors.fallback)
        self.remarks += fetched.remarks
        if fetched.document is not None:
            self._playing = load(self._playing, fetched.document, fetched.url)
        else:
            self._caption("line", SORRY)

    def _hear(self, prompt: Prompt) -> None:
        self._pass(lasting(prompt))
        match prompt:
            case Speak(text=text) if text:
                self._caption("line", text)
            case Sound(url=url, digits=digits):
                self._caption("line", f"[{url}]" if url else f"[keys {digits}]")

    def _hear_answer(self, happened: Happened) -> None:
        match happened:
            case Spoke(text=text):
                self._caption("caller", text)
            case Pressed(digits=digits, finished_on=key):
                self._caption("caller", f"[keys {digits}{key}]")

    def _caption(self, who: str, says: str) -> None:
        self.conversation.append({"who": who, "says": says})

    def _pass(self, seconds: float) -> None:
        self._seconds += seconds
        self._switch.clock.sleep(seconds)

    def _record(self, take: Take, happened: Happened) -> Happened:
        """The recording of what was said; silence leaves none, and says so to who wants to hear it."""
        if isinstance(happened, Dropped):
            return happened
        spoken = happened.text if isinstance(happened, Spoke) else ""
        entry: Entry = {
            "sid": self._switch.new_sid("RE"),
            "about": self.sid,
            "created_at": self._switch.stamp(),
            "seconds": 0,
            "status": "absent",
            "caption": spoken,
        }
        url = f"{self._switch.base}{self._switch.address('Recordings', entry['sid'])}"
        if spoken:
            entry["seconds"] = self._switch.recordings.make(entry["sid"], spoken, take.max_length)
            entry["status"] = "completed"
            self._switch.ledger.put("recording", entry)
        if take.callback and entry["status"] in take.events:
            params = of_recording(self._switch.account.sid, entry, url)
            question = Question("recording", self.sid, take.callback, take.callback_method, params)
            self._switch.callbacks.post(entry["sid"], question)
        if not spoken:
            return Silence()
        return Recorded(entry["sid"], url, entry["seconds"], "#" if "#" in take.finish_on_key else "")

    def _sides(self) -> tuple[str, str]:
        """Our number and the other side's."""
        sender, to = self._entry["from"], self._entry["to"]
        return (to, sender) if self._entry["direction"] == "inbound" else (sender, to)

    def _usual(self) -> tuple[tuple[str, str], ...]:
        return of_call(self._switch.account.sid, {**self._entry, "status": self._status})


def talk(leg: Leg, caller: Caller) -> Caller:
    """Let the caller answer as long as the call waits for it; gives what the caller had left to say."""
    while (asked := leg.waiting) is not None:
        caller, happened = answer(caller, asked)
        leg.give(happened)
    return caller
