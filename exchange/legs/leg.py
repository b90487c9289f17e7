"""A leg carries out the player's steps as captions, and asks the application as Twilio would."""

from threading import Condition
from typing import Final

from exchange import texts
from exchange.caller import Caller, answer
from exchange.ledger import Entry
from exchange.legs.bridging import Bridge, connect, dial
from exchange.legs.call import Call, Doors
from exchange.legs.recording import record
from exchange.legs.ringing import Ringing
from exchange.player import Playing, advance, farewell, lasting, load
from exchange.steps import (
    Ask,
    Converse,
    Dial,
    Dialled,
    Done,
    Dropped,
    End,
    Happened,
    Listen,
    Pressed,
    Prompt,
    Quiet,
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
from exchange.wire.asking import Fetched, Question
from exchange.wire.params import merged

PATIENCE: Final = 90.0
"""Seconds of the real clock for which a call waits for somebody who holds a phone."""

SORRY: Final = "We are sorry. An application error has occurred. Goodbye."
"""What a caller hears where no address gives a document."""


class Leg(Call):
    """A call that follows documents. It stops where it needs the other side (`waiting`), goes on with `give`."""

    def __init__(self, switch: Switch, entry: Entry, doors: Doors) -> None:
        self.remarks: list[Remark] = []
        self.waiting: Listen | Take | Converse | None = None
        self._playing = Playing(Kind.VOICE)
        self._bridge: Bridge | None = None
        self._ringing: Ringing | None = None
        self._changed = Condition()
        super().__init__(switch, entry, doors)

    def connect(self, document: Document | None = None) -> None:
        """Begin: with this document, or with the one that is asked for."""
        with self._lock:
            if document is None:
                self._ask(Ask(*self._doors.voice))
            else:
                self._playing = load(self._playing, document, self._doors.voice[0])
            self._go_on(Done())

    def give(self, happened: Pressed | Spoke | Silence | Dropped) -> None:
        """Tell what the other side did; nothing where the call did not wait for it."""
        with self._lock:
            asked, self.waiting = self.waiting, None
            if isinstance(asked, Converse):
                self._converse(asked, happened)
            elif asked is not None:
                self._hear_answer(happened)
                self._pass(float(asked.timeout) if isinstance(happened, Silence) else 2.0)
                self._go_on(record(self, asked, happened) if isinstance(asked, Take) else happened)

    def hang_up(self) -> None:
        """The other side hangs up, whatever goes on."""
        with self._lock:
            if self.waiting is not None:
                self.give(Dropped())
            else:
                self.finish("no-answer" if self.status == "ringing" else "completed")

    def hear(self, text: str) -> None:
        """Whoever holds the phone that we are connected with says something."""
        with self._lock:
            if self._bridge is not None:
                self._bridge.say(text)
        self._tell_changed()

    def attend(self, seconds: float) -> None:
        """Wait while somebody who holds the dialled phone lets it ring, or has the word; hang up after so long."""
        with self._changed:
            if self._changed.wait_for(lambda: not self._attending, seconds):
                return
        self.hang_up()

    @property
    def _attending(self) -> bool:
        return self._ringing is not None or (self._bridge is not None and self._bridge.silent)

    def _tell_changed(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def divert(self, ask: Ask | None, document: Document | None = None) -> None:
        """Go on elsewhere at once: with what is asked for there, or with this document."""
        with self._lock:
            if self.over:
                return
            self.waiting = None
            self._cut()
            if ask is not None:
                self._ask(ask)
            elif document is not None:
                self._playing = load(self._playing, document, self._doors.voice[0])
            self._go_on(Done())

    def finish(self, status: str) -> None:
        """End the call with this status, and what it has dialled; nothing where it has ended."""
        with self._lock:
            self.waiting = None
            self._cut()
            super().finish(status)
        self._tell_changed()

    def _go_on(self, happened: Happened) -> None:
        while not self.over:
            turn = advance(self._playing, happened)
            self._playing = turn.playing
            self.remarks += turn.remarks
            if self.status == "ringing" and not _keeps_ringing(turn.step, happened):
                self.pick_up()
            if isinstance(turn.step, Listen | Take):
                for prompt in turn.step.prompt if isinstance(turn.step, Listen) else ():
                    self._hear(prompt)
                self.waiting = turn.step
                return
            done = self._dial(turn.step) if isinstance(turn.step, Dial) else self._do(turn.step)
            if done is None:
                return
            happened = done

    def _do(self, step: Step) -> Happened:
        match step:
            case Speak() | Sound() | Quiet():
                self._hear(step)
            case Ask():
                self._ask(step)
            case SendText():
                sender, to = self.sides
                ours, theirs = (to, sender) if self._entry["direction"] == "inbound" else (sender, to)
                outgoing = texts.reply(step, to=theirs, sender=ours)
                return texts.send_or_remark(self.switch, outgoing, self.remarks)
            case Refuse(reason=reason):
                self.finish("busy" if reason == "busy" else "no-answer")
            case _:
                self.finish("no-answer" if self.status == "ringing" else "completed")
        return Done()

    def _dial(self, step: Dial) -> Dialled | None:
        """How it ended; None where somebody answered and they talk, or where it still rings."""
        outcome = dial(self, step, self.remarks)
        match outcome:
            case Ringing():
                self._ringing = outcome
                outcome.begin(lambda call: self._answered(connect(self, call, step)), self._missed)
                return None
            case Dialled():
                return outcome
        self._talk(outcome)
        return None

    def _talk(self, bridge: Bridge) -> None:
        if self.status == "ringing":
            self.pick_up()
        self._bridge = bridge
        bridge.theirs.when_ended = self._hung_up_elsewhere
        bridge.theirs.other = self
        self.waiting = bridge.begin()

    def _answered(self, bridge: Bridge) -> None:
        """A phone that rang in somebody's hands is picked up."""
        with self._lock:
            self._ringing = None
            self._talk(bridge)
        self._tell_changed()

    def _missed(self, dialled: Dialled) -> None:
        """No phone that rang in somebody's hands is picked up."""
        with self._lock:
            self._ringing = None
            self.caption("exchange", f"[{dialled.status}]")
            self._go_on(dialled)
        self._tell_changed()

    def _converse(self, asked: Converse, happened: Pressed | Spoke | Silence | Dropped) -> None:
        bridge = self._bridge
        if bridge is None:
            return
        if isinstance(happened, Dropped):
            ask = farewell(self._playing, self._cut())
            self.finish("completed")
            if ask is not None:
                self._fetch(ask)
        elif bridge.hear(happened):
            self.waiting = asked
        else:
            self._bridge = None
            self._go_on(bridge.close())

    def _hung_up_elsewhere(self) -> None:
        """The dialled phone's call was ended over REST: the leg goes on without it."""
        with self._lock:
            if self._bridge is not None:
                self.waiting = None
                self._go_on(self._cut())
        self._tell_changed()

    def _cut(self) -> Dialled:
        ringing, self._ringing = self._ringing, None
        if ringing is not None:
            ringing.stop()
        bridge, self._bridge = self._bridge, None
        return Dialled("", "failed") if bridge is None else bridge.cut()

    def _ask(self, ask: Ask) -> None:
        if not ask.url:
            self.remarks.append(Remark(0, "there is no address to ask what to do with the call"))
            return
        fetched = self._fetch(ask)
        if fetched.document is not None:
            self._playing = load(self._playing, fetched.document, fetched.url)
        else:
            self.caption("line", SORRY)

    def _fetch(self, ask: Ask) -> Fetched:
        question = Question("voice", self.sid, ask.url, ask.method, merged(self.usual(), ask.params))
        fetched = self.switch.asker.fetch(question, self._doors.fallback)
        self.remarks += fetched.remarks
        return fetched

    def _hear(self, prompt: Prompt) -> None:
        self._pass(lasting(prompt))
        match prompt:
            case Speak(text=text) if text:
                self.caption("line", text)
            case Sound(url=url, digits=digits):
                self.caption("line", f"[{url}]" if url else f"[keys {digits}]")

    def _hear_answer(self, happened: Happened) -> None:
        match happened:
            case Spoke(text=text):
                self.caption("caller", text)
            case Pressed(digits=digits, finished_on=key):
                self.caption("caller", f"[keys {digits}{key}]")

    def _pass(self, seconds: float) -> None:
        self.spend(seconds)
        self.switch.clock.sleep(seconds)


def _keeps_ringing(step: Step, happened: Happened) -> bool:
    """Whether a call that rings is not picked up for this step: <Reject>, answerOnBridge and what comes of it."""
    if isinstance(step, Dial):
        return step.answer_on_bridge
    return isinstance(step, Refuse) or (isinstance(happened, Dialled) and isinstance(step, Ask | End))


def talk(leg: Leg, caller: Caller) -> Caller:
    """Let the caller answer as long as the call waits for it; gives what the caller had left to say."""
    leg.attend(PATIENCE)
    while (asked := leg.waiting) is not None:
        caller, happened = answer(caller, asked)
        leg.give(happened)
        leg.attend(PATIENCE)
    return caller
