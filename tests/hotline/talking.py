"""Hands for tests that talk: texts and calls as the doors hand them in, each in its own transaction."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from cases.models import cases, report
from cases.report import clean
from hotline import calls, dialogue
from hotline.events import CallStatusIn, Media, RecordingIn, TextIn, TurnIn
from tests.stage import LINE, RESIDENT, Stage


@dataclass
class Talker:
    """Someone with a telephone."""

    stage: Stage
    number: str = RESIDENT
    read: int = 0

    def text(self, body: str, sid: str = "", media: int = 0) -> list[str]:
        """Send a text; the texts that came back for it."""
        sid = sid or "SM" + secrets.token_hex(16)
        pictures = tuple(Media(f"https://media.example/{n}", "image/jpeg") for n in range(media))
        text = TextIn(LINE, sid, self.number, clean(body), body, pictures)
        with self.stage.door.transaction(LINE) as tx:
            dialogue.take_text(tx, text)
        return self.news()

    def news(self) -> list[str]:
        """The texts that came since the last look."""
        texts = self.stage.texts(self.number)
        fresh, self.read = texts[self.read :], len(texts)
        return fresh


@dataclass
class Caller:
    """A call, turn by turn."""

    stage: Stage
    number: str = RESIDENT
    sid: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    turn: int = -1
    waited: int = 0  # how often the next turns were put off before

    def ring(self) -> str:
        return self.go(TurnIn(LINE, self.sid, 0, self.number))

    def say(self, speech: str, confidence: float | None = 0.9) -> str:
        words = clean(speech)
        return self.next(TurnIn(LINE, self.sid, 0, self.number, "", words, speech, confidence))

    def key(self, digits: str) -> str:
        return self.next(TurnIn(LINE, self.sid, 0, self.number, digits))

    def silence(self) -> str:
        return self.next(TurnIn(LINE, self.sid, 0, self.number))

    def record(self, sid: str, seconds: int | None) -> str:
        turn = TurnIn(LINE, self.sid, 0, self.number, recording_sid=sid, recording_seconds=seconds)
        return self.next(turn)

    def next(self, turn: TurnIn) -> str:
        return self.go(replace(turn, turn=self.turn + 1, waited=self.waited))

    def go(self, turn: TurnIn) -> str:
        with self.stage.door.transaction(LINE) as tx:
            answer = calls.take_turn(tx, turn)
        self.turn = max(self.turn, turn.turn)
        return answer

    def status(self, status: str) -> None:
        with self.stage.door.transaction(LINE) as tx:
            calls.take_status(tx, CallStatusIn(LINE, self.sid, status, ""))

    def recording(self, sid: str, status: str, seconds: int | None = 7) -> None:
        with self.stage.door.transaction(LINE) as tx:
            calls.take_recording(tx, RecordingIn(LINE, sid, self.sid, status, seconds))


def all_cases(stage: Stage) -> list[sa.Row[tuple[object, ...]]]:
    """The cases, the oldest first."""
    with stage.owner.connect() as conn:
        return list(conn.execute(sa.select(cases).order_by(cases.c.number)).all())


def reports(stage: Stage) -> Iterator[tuple[str | None, str, object]]:
    """Every report: its SID, its role, its case."""
    with stage.owner.connect() as conn:
        for row in conn.execute(sa.select(report).order_by(report.c.received_at, report.c.id)):
            yield row.sid, row.role, row.case_id


def events(stage: Stage) -> list[str]:
    """The kinds of all lines of history, in order."""
    return [str(row[0]) for row in stage.rows("SELECT kind FROM event ORDER BY case_id, seq")]
