"""What comes in by the doors: texts, turns of calls, the carrier's words; claimed once and settled as there."""

from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import sqlalchemy as sa

from app.living.hand import LivedHouse
from cases.models import report
from dispatch import inbox
from dispatch.inbox import Answer
from dispatch.lines import Line
from dispatch.ringing import outcomes
from dispatch.transaction import Tx
from hotline import calls, dialogue, outcalls
from hotline.events import CallStatusIn, DialedIn, Media, OutStatusIn, OutTurnIn, RecordingIn, TextIn, TurnIn

_NOTHING = Answer(200, "text/xml; charset=utf-8", b'<?xml version="1.0" encoding="UTF-8"?><Response/>')
_TAKEN = Answer(204, "text/plain; charset=utf-8", b"")

_CASE = sa.select(report.c.case_id).where(report.c.sid == sa.bindparam("sid"))


@dataclass
class Doors:
    """The doors of a line."""

    house: LivedHouse
    line: Line
    made: "count[int]" = field(default_factory=lambda: count(1))

    def sid(self, kind: str) -> str:
        """A carrier's name for something new."""
        return f"{kind}{next(self.made):032x}"

    def text(self, number: str, words: str, media: tuple[Media, ...] = ()) -> None:
        """Somebody writes."""
        with self.house.door.transaction(self.line) as tx:
            _text(tx, TextIn(self.line, self.sid("SM"), number, words, words, media))

    def report(self, number: str, words: str, sid: str) -> UUID | None:
        """Somebody writes of a matter; the case that it is about, where it is about one by now."""
        with self.house.door.transaction(self.line) as tx:
            _text(tx, TextIn(self.line, sid, number, words, words, ()))
            return _case_of(tx, sid)

    def case_of(self, sid: str) -> UUID | None:
        """The case that something which came in belongs to by now."""
        with self.house.door.transaction(self.line) as tx:
            return _case_of(tx, sid)

    def turn(self, turn: TurnIn) -> UUID | None:
        """A turn of a call; the case that it has led to, where it has."""
        with self.house.door.transaction(self.line) as tx:
            key = f"{turn.sid}/{turn.turn}"
            inbox.claim(tx, "voice", key)
            answer = Answer(200, "text/xml; charset=utf-8", calls.take_turn(tx, turn).encode())
            inbox.settle(tx, "voice", key, answer)
            return _case_of(tx, turn.sid)

    def hung_up(self, sid: str) -> UUID | None:
        """A call is over; the case that it has led to, where it has."""
        with self.house.door.transaction(self.line) as tx:
            inbox.claim(tx, "status", f"{sid}/completed/3")
            calls.take_status(tx, CallStatusIn(self.line, sid, "completed", "3", 60))
            inbox.settle(tx, "status", f"{sid}/completed/3", _TAKEN)
            return _case_of(tx, sid)

    def recorded(self, sid: str, call: str, seconds: int) -> None:
        """A recording is there."""
        with self.house.door.transaction(self.line) as tx:
            inbox.claim(tx, "recording", f"{sid}/completed")
            calls.take_recording(tx, RecordingIn(self.line, sid, call, "completed", seconds))
            inbox.settle(tx, "recording", f"{sid}/completed", _TAKEN)

    def receipt(self, sid: str, status: str, error: str = "") -> None:
        """The carrier's word on a text of ours."""
        with self.house.door.transaction(self.line) as tx:
            inbox.claim(tx, "status", f"{sid}/{status}/")
            outcomes.take_receipt(tx, sid, status, "", error)
            inbox.settle(tx, "status", f"{sid}/{status}/", _TAKEN)

    def out_turn(self, ref: UUID, sid: str, turn: int, digits: str = "") -> None:
        """A turn of a call that we placed."""
        with self.house.door.transaction(self.line) as tx:
            outcalls.take_out_turn(tx, OutTurnIn(self.line, ref, sid, turn, digits))

    def dialed(self, ref: UUID, sid: str, status: str, seconds: int) -> None:
        """What came of connecting two people."""
        with self.house.door.transaction(self.line) as tx:
            outcalls.take_dialed(tx, DialedIn(self.line, ref, sid, status, seconds))

    def out_status(self, ref: UUID, sid: str, status: str, seconds: int) -> None:
        """How a call that we placed ended."""
        with self.house.door.transaction(self.line) as tx:
            outcalls.take_out_status(tx, OutStatusIn(self.line, ref, sid, status, seconds))


def _text(tx: Tx, text: TextIn) -> None:
    inbox.claim(tx, "text", text.sid)
    dialogue.take_text(tx, text)
    inbox.settle(tx, "text", text.sid, _NOTHING)


def _case_of(tx: Tx, sid: str) -> UUID | None:
    found: UUID | None = tx.conn.execute(_CASE, {"sid": sid}).scalar()
    return found
