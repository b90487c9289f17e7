"""Status and recording callbacks: in order for each call, text or recording; otherwise only on demand."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final

from exchange.clock import Clock
from exchange.wire.asking import Asker, Question
from exchange.wire.held import Held

Before = Callable[[], None]
_HELD: Final = 0.25
"""Seconds that a callback waits to be overtaken."""


@dataclass(slots=True)
class _Waiting:
    question: Question | None
    delay: float
    before: Before | None


class Callbacks:
    """What is still to be sent, in order, for each call, text or recording."""

    def __init__(self, asker: Asker, clock: Clock) -> None:
        self._asker = asker
        self._clock = clock
        self._lock = Lock()
        self._queues: dict[str, list[_Waiting]] = {}
        self._drawn = 0
        self._held: Held | None = None

    def post(self, about: str, question: Question | None, delay: float = 0.0, before: Before | None = None) -> None:
        """Send it `delay` seconds after the one before it.

        `before` is run just ahead of that; where a later one is sent first, still in the order of posting.
        """
        knobs = self._asker.faults.knobs
        held = _HELD if (knobs.reorder_callbacks or knobs.shuffle_callbacks) and question is not None else 0.0
        item = _Waiting(question, delay + knobs.late_callbacks * (question is not None) + held, before)
        with self._lock:
            queue = self._queues.setdefault(about, [])
            queue.append(item)
            first = len(queue) == 1
        if first:
            self._clock.after(item.delay, lambda: self._drain(about))

    def waiting(self) -> int:
        """Callbacks that are still to be sent."""
        with self._lock:
            return sum(len(queue) for queue in self._queues.values())

    @contextmanager
    def held(self) -> Iterator[Held]:
        """Hold all callbacks back. What is still held at the end is sent then; nothing where the block failed."""
        held = self._held = Held(self._send_now)
        try:
            yield held
        finally:
            self._held = None
        held.release()

    def _drain(self, about: str) -> None:
        with self._lock:
            queue = self._queues[about]
            place = self._place(len(queue))
            happened = [item.before for item in queue[: place + 1] if item.before is not None]
            for item in queue[: place + 1]:
                item.before = None
            question = queue[place].question
        try:
            for before in happened:
                before()
            if question is not None:
                self._send(question)
        finally:
            self._go_on(about, place)

    def _place(self, waiting: int) -> int:
        """Which of those that wait is sent now: the oldest, if nothing is to go wrong."""
        knobs = self._asker.faults.knobs
        if knobs.shuffle_callbacks:
            self._drawn += 1
            drawn = hashlib.sha256(f"{knobs.shuffle_callbacks} {self._drawn}".encode()).digest()
            return int.from_bytes(drawn) % waiting
        return waiting - 1 if knobs.reorder_callbacks else 0

    def _go_on(self, about: str, place: int) -> None:
        with self._lock:
            queue = self._queues[about]
            del queue[place]
            if not queue:
                del self._queues[about]
                return
            delay = queue[0].delay
        self._clock.after(delay, lambda: self._drain(about))

    def _send(self, question: Question) -> None:
        held = self._held
        if held is not None:
            held.take(question)
        else:
            self._send_now(question)

    def _send_now(self, question: Question) -> None:
        if self._asker.faults.take("drop_callbacks"):
            return
        for _ in range(1 + self._asker.faults.knobs.duplicate_callbacks):
            self._asker.ask(question)
