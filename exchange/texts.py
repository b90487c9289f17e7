"""Texts: those that come in are taken to the application, those that go out to the other side's inbox."""

from dataclasses import dataclass
from typing import Any, Final

from exchange.ledger import Entry
from exchange.lines import Line, is_address, is_number
from exchange.phones import TEXT_ENDS, TEXT_REFUSALS
from exchange.player import Playing, advance, load
from exchange.segments import segments
from exchange.steps import Ask, Done, Happened, SendText, Texted
from exchange.switch import Switch
from exchange.twiml.document import Kind, Remark
from exchange.wire.asking import Question
from exchange.wire.params import merged, of_text, of_text_status

LONGEST: Final = 1600
"""Characters of a text that Twilio takes."""

_RANKS: Final = ("accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed")
_ON_THE_WAY: Final = frozenset({"accepted", "queued", "sending", "sent"})
_DELIVERY: Final = 0.05
_SPOILT: Final = (30003, 30005, 30006)
"""Error codes of deliveries that fail on demand: unreachable, unknown, landline."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text to be sent. `service` is a Messaging Service sid, or empty."""

    to: str
    sender: str
    body: str
    media: tuple[str, ...] = ()
    callback: str = ""
    direction: str = "outbound-api"
    service: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text that somebody sends to one of our numbers; `media` are (address, content type)."""

    sender: str
    to: str
    body: str
    media: tuple[tuple[str, str], ...] = ()


def refusal(switch: Switch, text: Outgoing) -> tuple[int, str] | None:
    """Why Twilio would not take this text: error code and words."""
    if not text.to:
        return 21604, "A 'To' phone number is required."
    if not is_number(text.to):
        return 21211, f"The 'To' number {text.to} is not a valid phone number."
    if not text.sender:
        return 21603, "A 'From' phone number is required."
    if text.service == "" and switch.line(text.sender) is None:
        return (
            21606,
            f"The 'From' phone number {text.sender} is not a text number of this account.",
        )
    if text.to == text.sender:
        return 21266, "'To' and 'From' number cannot be the same."
    if not text.body and not text.media:
        return 21602, "Message body is required."
    if len(text.body) > LONGEST:
        return 21617, f"The message body has {len(text.body)} characters; it may have {LONGEST}."
    if text.callback and not is_address(text.callback):
        return 21609, f"The 'StatusCallback' URL {text.callback} is not a valid URL."
    if switch.stopped(text.sender, text.to):
        return 21610, f"The recipient {text.to} has told {text.sender} to send no more."
    code = TEXT_REFUSALS.get(switch.phone(text.to).messages[0])
    if code is not None:
        switch.texted(text.to)
        return code, f"The 'To' number {text.to} is none that a text can be sent to."
    return None


def send(switch: Switch, text: Outgoing) -> Entry:
    """Take a text that nothing is said against; it is on disk, and its delivery is under way."""
    entry = switch.ledger.put(
        "message",
        {
            "sid": switch.new_sid("MM" if text.media else "SM"),
            "from": text.sender,
            "to": text.to,
            "body": text.body,
            "media": [{"url": url, "content_type": ""} for url in text.media],
            "direction": text.direction,
            "service": text.service or None,
            "status_callback": text.callback,
            **_times(switch, "accepted" if text.service else "queued"),
            "num_segments": segments(text.body),
            "fate": _fate(switch, text.to),
        },
    )
    deliver(switch, entry)
    return entry


def _fate(switch: Switch, to: str) -> dict[str, Any]:
    """What is to become of a text: the status it ends with, and the error code that comes with that."""
    end = switch.texted(to)
    code = TEXT_ENDS.get(end)
    if code is None and (left := switch.faults.take("failed_deliveries")):
        return {"end": "undelivered", "code": _SPOILT[(left - 1) % len(_SPOILT)]}
    if code is None and switch.faults.take("no_receipts"):
        return {"end": "sent", "code": None}
    return {"end": end, "code": code}


def deliver(switch: Switch, entry: Entry) -> None:
    """Let an outgoing text run through the statuses that it has before it, telling each to its callback."""
    end = entry["fate"]["end"]
    ahead = ["queued", "failed"] if end == "failed" else list(dict.fromkeys(["queued", "sent", end]))
    for status in ahead:
        if _RANKS.index(status) > _RANKS.index(entry["status"]):
            _then(switch, entry, status)


def resume(switch: Switch) -> None:
    """After a start: go on with the texts that were on their way."""
    for entry in switch.ledger.list("message"):
        if entry["direction"] != "inbound" and entry["status"] in _ON_THE_WAY:
            deliver(switch, entry)


def _times(switch: Switch, status: str) -> dict[str, Any]:
    now = switch.stamp()
    return {
        "status": status,
        "history": [{"status": status, "at": now}],
        "created_at": now,
        "updated_at": now,
        "sent_at": None,
        "error_code": None,
        "error_message": None,
    }


def _then(switch: Switch, entry: Entry, status: str) -> None:
    ends = status == entry["fate"]["end"]
    code = entry["fate"]["code"] if ends else None

    def move() -> None:
        now = switch.stamp()
        held = switch.ledger.get("message", entry["sid"])
        if held is None or _RANKS.index(status) <= _RANKS.index(held["status"]):
            return
        sent = {"sent_at": now} if status == "sent" else {}
        switch.ledger.change("message", entry["sid"], status=status, updated_at=now, error_code=code, **sent)

    told = {**entry, "status": status, "error_code": code}
    params = of_text_status(switch.account.sid, told, switch.clock.now())
    url = entry["status_callback"]
    question = Question("status", entry["sid"], url, "POST", params) if url else None
    switch.callbacks.post(entry["sid"], question, _DELIVERY if ends else 0.0, move)


def receive(switch: Switch, line: Line, text: Incoming) -> tuple[str, list[dict[str, Any]]]:
    """Take a text from outside to the application and do what it answers; gives the sid and warnings."""
    entry = switch.ledger.put(
        "message",
        {
            "sid": switch.new_sid("MM" if text.media else "SM"),
            "from": text.sender,
            "to": text.to,
            "body": text.body,
            "media": [{"url": url, "content_type": kind} for url, kind in text.media],
            "direction": "inbound",
            "service": None,
            "status_callback": "",
            **_times(switch, "received"),
            "num_segments": segments(text.body),
        },
    )
    switch.heed(text.to, text.sender, text.body)
    return entry["sid"], switch.note(entry["sid"], _Answering(switch, line, entry).run())


class _Answering:
    """Carries out what the application answers to one incoming text."""

    def __init__(self, switch: Switch, line: Line, entry: Entry) -> None:
        self._switch = switch
        self._line = line
        self._entry = entry
        self._playing = Playing(Kind.MESSAGE)
        self._remarks: list[Remark] = []

    def run(self) -> list[Remark]:
        """Ask, and go on until there is nothing more to do."""
        if not self._line.sms_url:
            return [Remark(0, f"{self._line.number} has no sms_url; nobody was asked")]
        happened: Happened = self._ask(Ask(self._line.sms_url, self._line.sms_method))
        while True:
            turn = advance(self._playing, happened)
            self._playing = turn.playing
            self._remarks += turn.remarks
            match turn.step:
                case Ask():
                    happened = self._ask(turn.step)
                case SendText():
                    happened = self._send(turn.step)
                case _:
                    return self._remarks

    def _ask(self, ask: Ask) -> Happened:
        params = merged(of_text(self._switch.account.sid, self._entry), ask.params)
        question = Question("text", self._entry["sid"], ask.url, ask.method, params)
        fallback = (self._line.sms_fallback_url, self._line.sms_fallback_method)
        fetched = self._switch.asker.fetch(question, fallback)
        self._remarks += fetched.remarks
        if fetched.document is not None:
            self._playing = load(self._playing, fetched.document, fetched.url)
        return Done()

    def _send(self, step: SendText) -> Texted:
        outgoing = reply(step, to=self._entry["from"], sender=self._entry["to"])
        return send_or_remark(self._switch, outgoing, self._remarks)


def reply(step: SendText, to: str, sender: str) -> Outgoing:
    """The text that a document orders; the numbers are the other side's and ours where it names none."""
    return Outgoing(step.to or to, step.sender or sender, step.body, step.media, step.callback, "outbound-reply")


def send_or_remark(switch: Switch, text: Outgoing, remarks: list[Remark]) -> Texted:
    """Send a text that a document orders; where Twilio would not take it, a remark says why."""
    refused = refusal(switch, text)
    if refused is not None:
        remarks.append(Remark(refused[0], f"the reply was not sent: {refused[1]}"))
        return Texted("", "failed")
    entry = send(switch, text)
    return Texted(entry["sid"], entry["status"])
