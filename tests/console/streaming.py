"""Live streams in the tests' own process: browsers that read them, and a hub that ends when it is told to."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from console.live.hub import Hub
from console.live.page import Pace, Reader
from dispatch.people import accounts
from dispatch.people.accounts import Account
from tests.console.house import House, still

SOON = 5.0
QUICK = Pace(beat=0.1)


@dataclass
class Told:
    """One event as a browser reads it."""

    id: str
    name: str
    data: str

    @property
    def change(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.data)
        return found


@dataclass
class Browser:
    """A browser on a stream: what it was told, and whether the stream ended."""

    pieces: Iterator[bytes]
    told: list[Told] = field(default_factory=list)
    raw: bytes = b""

    def __post_init__(self) -> None:
        self.thread = Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        for piece in self.pieces:
            self.raw += piece
            self.told += events(piece)

    def named(self, name: str) -> list[Told]:
        return [one for one in self.told if one.name == name]

    @property
    def cases(self) -> set[str]:
        return {one.change["case"] for one in self.named("change")}

    def sees(self, what: Callable[["Browser"], object], seconds: float = SOON) -> bool:
        end = time.monotonic() + seconds
        while not what(self) and time.monotonic() < end:
            time.sleep(0.01)
        return bool(what(self))

    @property
    def ended(self) -> bool:
        self.thread.join(SOON)
        return not self.thread.is_alive()


def events(piece: bytes) -> list[Told]:
    """The events in a piece of a stream; what has no data is none."""
    found = []
    for block in piece.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in lines:
            found.append(Told(lines["id"], lines["event"], lines["data"]))
    return found


@dataclass
class Streams:
    """The streams of one process, which ends when it is told to."""

    house: House
    ending: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.hub = Hub(self.house.door, time.sleep, self.ending.is_set, check=0.1)

    def open(self, login: str = "dispatcher", since: str = "", pace: Pace = QUICK) -> Browser:
        """A browser that is told what changed from now on, or after `since`."""
        return self.of(account(self.house, login), since, pace)

    def of(self, who: Account, since: str = "", pace: Pace = QUICK) -> Browser:
        found = Browser(Reader(self.hub, who, pace).pieces(since))
        assert found.sees(lambda browser: browser.told)
        return found


def account(house: House, login: str) -> Account:
    with house.door.transaction("xingfu") as tx:
        tried = accounts.attempt(tx, login)
        assert tried is not None
        accounts.admit(tx, tried.account.id)  # the try was counted as a failure
    return tried.account


@contextmanager
def running(house: House) -> Iterator[Streams]:
    made = Streams(house)
    try:
        yield made
    finally:
        made.ending.set()
        still()
