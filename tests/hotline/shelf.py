"""A carrier written for tests: it has what it was given, and remembers what it was asked."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from hotline.carriers.port import (
    CallOut,
    Capabilities,
    CarrierSilent,
    Later,
    ListedCall,
    ListedText,
    Missing,
    Outcome,
    Sent,
    Sound,
    TextOut,
    TextsIn,
    TextsOut,
    Unknown,
)

NOTHING = Missing("none")
ONLY_RECORDINGS = Capabilities(TextsIn.none, TextsOut.none, False, True, False, False)


@dataclass
class Shelf:
    """A carrier that has recordings and lists, and nothing else."""

    found: Sound | Missing | Later = NOTHING
    texts: list[ListedText] = field(default_factory=list)
    calls: list[ListedCall] = field(default_factory=list)
    silent: bool = False
    asked: list[str] = field(default_factory=list)
    capabilities: Capabilities = ONLY_RECORDINGS

    def send_text(self, text: TextOut) -> Outcome:
        return Unknown("no texts here")

    def place_call(self, call: CallOut) -> Outcome:
        return Unknown("no calls here")

    def look_up(self, text: TextOut, since: datetime, known: Collection[str] = ()) -> Sent | None:
        return None

    def look_up_call(self, call: CallOut, since: datetime, known: Collection[str] = ()) -> Sent | None:
        return None

    def fetch_recording(self, sid: str) -> Sound | Missing | Later:
        self.asked.append(sid)
        return self.found

    def delete_recording(self, sid: str) -> bool:
        return True

    def find_text(self, sid: str) -> ListedText | None:
        self._answer(sid)
        return next((text for text in self.texts if text.sid == sid), None)

    def find_call(self, sid: str) -> ListedCall | None:
        self._answer(sid)
        return next((call for call in self.calls if call.sid == sid), None)

    def _answer(self, sid: str) -> None:
        self.asked.append(sid)
        if self.silent:
            raise CarrierSilent("away")

    def list_messages(self, since: datetime) -> list[ListedText]:
        if self.silent:
            raise CarrierSilent("away")
        return self.texts

    def list_calls(self, since: datetime) -> list[ListedCall]:
        return self.calls
