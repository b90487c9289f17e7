"""Hands for tests that ring: calls of ours as they leave, are answered and end, each in its own transaction."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.loop import verdicts
from dispatch.outbox import CALL, Outgoing, take
from dispatch.ringing import ends, ordering, outcomes
from hotline import outcalls
from hotline.events import DialedIn, OutStatusIn, OutTurnIn
from tests.stage import LINE, Stage

HANDLERS = {
    Kind.RING_OVER: ends.ring_over,
    Kind.RING_NEXT: ordering.ring_next,
    Kind.ASK_AGAIN: verdicts.ask_again,
}


@dataclass
class Ringer:
    """The carrier and `timers`, by hand. `left` has what left, the newest last."""

    stage: Stage
    left: list[Outgoing] = field(default_factory=list)

    def place(self) -> list[Outgoing]:
        """Everything that waits leaves; the calls among it."""
        calls: list[Outgoing] = []
        while True:
            with self.stage.door.transaction(LINE) as tx:
                item = take(tx)
                if item is None:
                    return calls
                outcomes.sent(tx, item, self.sid(item.id) if item.channel == CALL else f"SM{item.id.hex}")
            self.left.append(item)
            calls += [item] if item.channel == CALL else []

    @staticmethod
    def sid(ref: UUID) -> str:
        return f"CA{ref.hex}"

    def turn(self, ref: UUID, number: int = 0, key: str = "") -> str:
        """A turn of a call: 0 is its being answered."""
        with self.stage.door.transaction(LINE) as tx:
            return outcalls.take_out_turn(tx, OutTurnIn(LINE, ref, self.sid(ref), number, key))

    def press(self, ref: UUID, key: str) -> str:
        """Answer and press a key at once."""
        self.turn(ref)
        return self.turn(ref, 1, key)

    def status(self, ref: UUID, status: str) -> None:
        with self.stage.door.transaction(LINE) as tx:
            outcalls.take_out_status(tx, OutStatusIn(LINE, ref, self.sid(ref), status))

    def dialed(self, ref: UUID, status: str, seconds: int | None = None) -> str:
        with self.stage.door.transaction(LINE) as tx:
            return outcalls.take_dialed(tx, DialedIn(LINE, ref, self.sid(ref), status, seconds))

    def pass_time(self, ahead: timedelta = timedelta()) -> int:
        """Wind on, and do what fell due; how much."""
        if ahead:
            self.stage.wind(ahead)
        done = 0
        while True:
            with self.stage.door.transaction(LINE) as tx:
                if not errands.do_next(tx, HANDLERS):
                    return done
            done += 1

    def end(self, ref: UUID, status: str) -> list[Outgoing]:
        """A call ends so, time passes, and what is rung next leaves."""
        self.status(ref, status)
        self.pass_time(timedelta(seconds=11))
        return self.place()
