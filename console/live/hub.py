"""One hub per process: reads what changed once, however many streams are open, and hands each what it may see."""

import queue
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic, sleep
from uuid import UUID

from sqlalchemy import Connection

from console.live import wire
from dispatch.coi import reading
from dispatch.people.accounts import Account
from dispatch.reads import stream
from dispatch.reads.stream import News, Position
from dispatch.transaction import DatabaseAway, Door

LOOK = 0.25  # seconds between looks, where nobody wakes us
GAP = 0.02  # seconds in which what follows is taken together
CHECK = 5.0  # seconds between looks at the accounts whose streams are open
AWAY = 3.0  # seconds without the database until streams end: a page must not believe that it is fresh
DEPTH = 64  # pieces that wait for one slow reader


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a stream may see: an office, a scope within it, and nothing that names one of `bars`."""

    office: str
    scope: str
    bars: frozenset[UUID] = frozenset()


@dataclass(eq=False, slots=True)
class Box:
    """What waits for one stream, of an account's session. Bounded: who reads too slowly is told to read anew, and
    nothing else."""

    viewer: Viewer
    account: UUID
    epoch: int
    _waiting: "queue.Queue[bytes | None]" = field(default_factory=lambda: queue.Queue(DEPTH))

    def put(self, piece: bytes | None, instead: bytes | None) -> None:
        """A piece; where there is no room for it, `instead` takes the place of all that waits."""
        try:
            self._waiting.put_nowait(piece)
        except queue.Full:
            self._empty()
            self._waiting.put_nowait(instead)

    def take(self, seconds: float) -> bytes | None:
        """The next piece, waited for so long; b"" where none came; None: the stream ends."""
        try:
            return self._waiting.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            return b""

    def _empty(self) -> None:
        try:
            while True:
                self._waiting.get_nowait()
        except queue.Empty:
            return


class Hub:
    """`wait(seconds)` returns early where something was committed; `ending()`: this process was told to end.

    It looks only while a stream is open, and holds no connection between its looks. Every `check` seconds it ends
    the streams whose sessions have ended, all with one question.
    """

    def __init__(
        self,
        door: Door,
        wait: Callable[[float], None],
        ending: Callable[[], bool],
        check: float = CHECK,
        tick: Callable[[], float] = monotonic,
    ) -> None:
        self._door = door
        self._wait = wait
        self._ending = ending
        self._lock = Lock()
        self._boxes: set[Box] = set()
        self._position: Position | None = None
        self._check = check
        self._tick = tick
        self._read_at = self._checked_at = 0.0

    def join(self, account: Account) -> Box:
        """A new stream's box: whatever is committed after this reaches it. Raises DatabaseAway."""
        with self._door.transaction(account.office) as tx:
            barred = reading.of_account(tx, account)
        box = Box(Viewer(account.office, account.scope, barred), account.id, account.epoch)
        with self._lock:
            if self._position is None:
                self._position = self._now()
                self._read_at = self._tick()
                Thread(target=self._look_on, daemon=True, name="live").start()
            self._boxes.add(box)
        return box

    def leave(self, box: Box) -> None:
        """The stream is gone."""
        with self._lock:
            self._boxes.discard(box)

    @property
    def position(self) -> Position | None:
        """Up to where all was put into the boxes; None where all streams have ended."""
        return self._position

    def news(self, since: Position) -> News:
        """What changed after a position. Raises DatabaseAway."""
        with self._door.found() as conn:
            return stream.news(conn, since)

    def _now(self) -> Position:
        with self._door.found() as conn:
            return stream.position(conn)

    def _look_on(self) -> None:
        try:
            while since := self._wanted():
                self._wait(LOOK)
                self._look(since)
                sleep(GAP)
        except BaseException:  # something nobody foresaw: the streams come back, and so do we
            with self._lock:
                self._end_all()
            raise

    def _wanted(self) -> Position | None:
        """From where to look on; None where nobody reads, or nobody shall."""
        with self._lock:
            if not self._boxes or self._ending() or self._tick() > self._read_at + AWAY:
                self._end_all()
            return self._position

    def _end_all(self) -> None:
        self._position = None
        for box in self._boxes:
            box.put(None, None)
        self._boxes.clear()

    def _look(self, since: Position) -> None:
        with self._lock:
            boxes = tuple(self._boxes)
        try:
            with self._door.found() as conn:
                found = stream.news(conn, since)
                self._end_those_shut(conn, boxes)
        except DatabaseAway:  # the next look finds what this one missed
            return
        self._read_at = self._tick()
        if found.changes or not found.whole:
            self._hand_out(found, since)
        with self._lock:
            self._position = found.position

    def _end_those_shut(self, conn: Connection, boxes: Collection[Box]) -> None:
        if self._tick() < self._checked_at + self._check:
            return
        self._checked_at = self._tick()
        valid = stream.epochs(conn, {box.account for box in boxes})
        for box in boxes:
            if valid.get(box.account) != box.epoch:
                box.put(None, None)

    def _hand_out(self, found: News, since: Position) -> None:
        with self._lock:
            boxes = tuple(self._boxes)
        reset = wire.reset(found.position)
        pieces: dict[Viewer, bytes] = {}
        for box in boxes:
            if box.viewer not in pieces:
                pieces[box.viewer] = piece(found, since, box.viewer)
            if pieces[box.viewer]:
                box.put(pieces[box.viewer], reset)


def piece(found: News, since: Position, viewer: Viewer) -> bytes:
    """What a viewer is sent of what was found after `since`: nothing, the changes that they may see, or a reset."""
    if not found.whole:
        return wire.reset(found.position)
    told = ((change, change.unit_for(viewer.office, viewer.scope, viewer.bars)) for change in found.changes)
    return wire.changes([(change, unit) for change, unit in told if unit is not None], since, found.position)
