"""The switch: one account's exchange put together. Numbers, phones, ledger, clock, and what is under way."""

import secrets
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from exchange.clock import Clock
from exchange.handsets.hands import Hands
from exchange.ledger import Ledger
from exchange.lines import Line, parse_line
from exchange.phones import Manner, Phone, parse_phone
from exchange.recordings import Recordings
from exchange.twiml.document import Remark
from exchange.wire.asking import Account, Asker
from exchange.wire.callbacks import Callbacks
from exchange.wire.transport import Transport

if TYPE_CHECKING:
    from exchange.legs.call import Call

API_VERSION: Final = "2010-04-01"
STOP_WORDS: Final = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START_WORDS: Final = frozenset({"start", "yes", "unstop"})


class Switch:
    """One account's exchange. `base` is the address under which its own REST interface is reached."""

    def __init__(self, account: Account, transport: Transport, clock: Clock, folder: Path) -> None:
        """Open the ledger in this folder and go on from it. Raises LedgerTrouble."""
        self.account = account
        self.clock = clock
        self.ledger = Ledger(folder)
        self.recordings = Recordings(folder / "recordings")
        self.asker = Asker(account, transport, self.ledger, clock)
        self.faults = self.asker.faults
        self.callbacks = Callbacks(self.asker, clock)
        self.hands = Hands(clock, self.under_way)
        self.base = "https://api.twilio.com"
        self._calls: dict[str, Call] = {}
        self._lock = Lock()

    def new_sid(self, prefix: str) -> str:
        """A fresh sid: the prefix and 32 hexadecimal digits."""
        return prefix + secrets.token_hex(16)

    def stamp(self) -> str:
        """The moment now, as the ledger writes it."""
        return self.clock.now().isoformat()

    def address(self, *parts: str) -> str:
        """The REST path of something of this account's."""
        return "/".join((f"/{API_VERSION}/Accounts/{self.account.sid}", *parts))

    def lines(self) -> list[Line]:
        """Our numbers, in the order in which they were made."""
        return [parse_line(_stored(entry)) for entry in self.ledger.list("line")]

    def line(self, number: str) -> Line | None:
        """One of our numbers."""
        entry = self.ledger.get("line", number)
        return None if entry is None else parse_line(_stored(entry))

    def set_line(self, line: Line) -> None:
        """Make a number ours, or change whom it asks."""
        self.ledger.put("line", {**line.as_dict(), "sid": line.number})

    def set_lines(self, lines: Iterable[Line]) -> None:
        """Make these our numbers in this order, and no others."""
        for former in self.lines():
            self.ledger.remove("line", former.number)
        for line in lines:
            self.set_line(line)

    def phone(self, number: str) -> Phone:
        """How a phone behaves; one that nothing is known of answers, and its texts are delivered."""
        entry = self.ledger.get("phone", number)
        return Phone(number) if entry is None else parse_phone(_stored(entry))

    def set_phone(self, phone: Phone) -> None:
        """Say how a phone behaves from now on."""
        self.ledger.put("phone", {**phone.as_dict(), "sid": phone.number})

    def called(self, number: str) -> Manner:
        """What a phone does with the call that comes to it now; it does the next thing in the next one."""
        with self._lock:
            phone = self.phone(number)
            if phone.called() != phone:
                self.set_phone(phone.called())
        return phone.now

    def texted(self, number: str) -> str:
        """What becomes of the text that goes to a phone now; the next text fares as is set for that."""
        with self._lock:
            phone = self.phone(number)
            if phone.texted() != phone:
                self.set_phone(phone.texted())
        return phone.messages[0]

    def stopped(self, line: str, number: str) -> bool:
        """Whether the holder of `number` has told `line` to send no more texts."""
        return self.ledger.get("stop", f"{line} {number}") is not None

    def heed(self, line: str, number: str, body: str) -> None:
        """Keep that a text stops, or starts again, what this line sends to this number."""
        word = body.strip().lower()
        if word in STOP_WORDS:
            self.ledger.put("stop", {"sid": f"{line} {number}", "at": self.stamp()})
        elif word in START_WORDS:
            self.ledger.remove("stop", f"{line} {number}")

    def note(self, about: str, remarks: Iterable[Remark]) -> list[dict[str, Any]]:
        """Keep warnings in the ledger; gives them as they are shown outside."""
        shown = [{"code": remark.code, "text": remark.text} for remark in remarks]
        for warning in shown:
            kept = {"sid": self.new_sid("NO"), "about": about, "at": self.stamp()}
            self.ledger.put("warning", {**kept, **warning})
        return shown

    def under_way(self, sid: str) -> "Call | None":
        """The call, if it is under way."""
        return self._calls.get(sid)

    def take_up(self, call: "Call") -> None:
        """Know a call as under way."""
        with self._lock:
            self._calls[call.sid] = call

    def let_go(self, sid: str) -> None:
        """Forget a call that has ended."""
        with self._lock:
            self._calls.pop(sid, None)

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()


def _stored(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in {"sid", "seq"}}
