"""Dialling other phones from within a call, and the talk with the one that answers. All captions."""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.legs.call import Call, Doors, new_call
from exchange.legs.ringing import Ringing
from exchange.lines import is_number
from exchange.phones import CALL_ENDS, CALL_REFUSALS, Manner
from exchange.player import lasting
from exchange.steps import Converse, Dial, Dialled, Pressed, Silence, Speak, Spoke, Target
from exchange.twiml.document import Remark

_REFUSED_AFTER = 1.0
"""Seconds after which a phone is known to be busy or out of reach."""
_LISTENED = 2.0
"""Seconds of the talk in which the caller says nothing."""


class Bridge:
    """Two calls connected. The phone that was dialled speaks first, one of its texts at a time; the caller
    answers each, and when all are said (with none, after the caller's first words) it hangs up.

    Where somebody holds the dialled phone (`held`) they say what and when they like, until one of both hangs up.
    """

    def __init__(self, ours: Call, theirs: Call, manner: Manner, limit: int, *, held: bool = False) -> None:
        self.theirs = theirs
        self.silent = held
        self._held = held
        self._ours = ours
        self._unsaid = list(manner.texts)
        self._shortest = manner.talk_seconds
        self._limit = float(limit)
        self._spent = 0.0

    def begin(self) -> Converse:
        """Connect them, and let the dialled phone speak."""
        number = self.theirs.sides[1]
        self._caption("exchange", f"[connected with {number}]")
        self._speak()
        return Converse(number)

    def say(self, text: str) -> None:
        """Whoever holds the dialled phone says something."""
        self._caption("called", text)
        self._pass(lasting(Speak(text, "", "", 1)))
        self.silent = False

    def hear(self, happened: Pressed | Spoke | Silence) -> bool:
        """The caller says something, or nothing; tells whether the talk goes on."""
        if self.theirs.over or self._spent >= self._limit:
            return False
        said = _said(happened)
        if said:
            self._caption("caller", said)
        self._pass(lasting(Speak(said, "", "", 1)) if said else _LISTENED)
        if self._spent >= self._limit or not (self._unsaid or self._held):
            return False
        self.silent = self._held
        self._speak()
        return True

    def close(self) -> Dialled:
        """Disconnect them: the dialled phone's call is over, the other goes on."""
        self._pass(self._shortest - self._spent)
        self._ours.caption("exchange", f"[disconnected after {self.theirs.seconds} s]")
        self.theirs.finish("completed")
        return Dialled(self.theirs.sid, self.theirs.status, self.theirs.seconds, bridged=True)

    def cut(self) -> Dialled:
        """Disconnect them at once, whatever was still to be said."""
        self._shortest = 0
        return self.close()

    def _speak(self) -> None:
        text = self._unsaid.pop(0).strip() if self._unsaid else ""
        if text:
            self._caption("called", text)
            self._pass(lasting(Speak(text, "", "", 1)))

    def _caption(self, who: str, says: str) -> None:
        self._ours.caption(who, says)
        self.theirs.caption(who, says)

    def _pass(self, seconds: float) -> None:
        seconds = max(min(seconds, self._limit - self._spent), 0.0)
        self._spent += seconds
        self._ours.spend(seconds)
        self.theirs.spend(seconds)
        self._ours.switch.clock.sleep(seconds)


def _said(happened: Pressed | Spoke | Silence) -> str:
    match happened:
        case Spoke(text=text):
            return text
        case Pressed(digits=digits, finished_on=key):
            return f"[keys {digits}{key}]"
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class _Rung:
    call: Call
    manner: Manner
    held: bool

    def answers(self, within: int) -> bool:
        return not self.held and self.manner.calls == "answer" and self.manner.ring_seconds <= within

    def end(self) -> str:
        return "no-answer" if self.manner.calls == "answer" else CALL_ENDS[self.manner.calls]


def dial(ours: Call, step: Dial, remarks: list[Remark]) -> Bridge | Dialled | Ringing:
    """Ring the phones; gives the connection with the one that answered, or how it ended without one.

    Where none answers by itself and people hold some of them, these ring on.
    """
    sender = step.caller_id or ours.sides[0]
    wrong = _wrong(ours, step, sender)
    if wrong is not None:
        remarks.append(wrong)
        ours.caption("exchange", "[nobody was dialled]")
        return Dialled("", "failed")
    outcome: Bridge | Dialled | Ringing = Dialled("", "failed")
    for group in [(target,) for target in step.targets] if step.sequential else [step.targets]:
        outcome = _ring(ours, group, sender, step)
        if not isinstance(outcome, Dialled):
            break
    return outcome


def connect(ours: Call, taken: Call, step: Dial) -> Bridge:
    """The connection with a phone that its holder has picked up."""
    return Bridge(ours, taken, Manner(), step.time_limit, held=True)


def _wrong(ours: Call, step: Dial, sender: str) -> Remark | None:
    if sender not in ours.sides and ours.switch.line(sender) is None:
        return Remark(13214, f"callerId {sender[:40]!r} is no number of ours nor of this call; nobody is dialled")
    if not step.targets:
        return Remark(13223, "<Dial> names no number; nobody is dialled")
    for target in step.targets:
        if not is_number(target.number):
            return Remark(13223, f"{target.number[:40]!r} is not in E.164; nobody is dialled")
        if ours.switch.phone(target.number).now.calls in CALL_REFUSALS:
            ours.switch.called(target.number)
            return Remark(13224, f"{target.number} is a number that Twilio does not call; nobody is dialled")
    return None


def _ring(ours: Call, group: Sequence[Target], sender: str, step: Dial) -> Bridge | Dialled | Ringing:
    rung = [_start(ours, target, sender) for target in group]
    answering = [each for each in rung if each.answers(step.timeout)]
    first = min(answering, key=lambda each: each.manner.ring_seconds, default=None)
    held = [each.call for each in rung if each.held]
    if first is None and held:
        for each in rung:
            if not each.held:
                each.call.finish(each.end())
        return Ringing(held, step.timeout)
    waited = float(step.timeout) if any(each.end() == "no-answer" for each in rung) else _REFUSED_AFTER
    if first is not None:
        waited = float(first.manner.ring_seconds)
    ours.spend(waited)
    ours.switch.clock.sleep(waited)
    for each in rung:
        if each is not first:
            each.call.finish("canceled" if first is not None and each.end() == "no-answer" else each.end())
    if first is None:
        ours.caption("exchange", f"[{rung[-1].call.sides[1]}: {rung[-1].call.status}]")
        return Dialled(rung[-1].call.sid, rung[-1].call.status)
    first.call.pick_up()
    first.call.tell("answered")
    return Bridge(ours, first.call, first.manner, step.time_limit)


def _start(ours: Call, target: Target, sender: str) -> _Rung:
    entry = new_call(ours.switch, sender, target.number, parent=ours.sid)
    call = Call(ours.switch, entry, Doors(status=(target.callback, target.callback_method), events=target.events))
    ours.caption("exchange", f"[ringing {target.number}]")
    call.tell("initiated")
    call.move_to("ringing")
    call.tell("ringing")
    if ours.switch.hands.holds(target.number):
        return _Rung(call, Manner(), held=True)
    return _Rung(call, ours.switch.called(target.number), held=False)
