"""Status and recording callbacks: in order for each call or text; late, doubled or lost on demand."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from exchange.clock import Clock
from exchange.wire.asking import Asker, Question

Before = Callable[[], None]
_HELD: Final = 0.25
"""Seconds that a callback waits to be overtaken."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    question: Question | None
    delay: float
    before: Before | None


class Callbacks:
    """What is still to be sent, in order, for each call or text."""

    def __init__(self, asker: Asker, clock: Clock) -> None:
        self._asker = asker
        self._clock = clock
        self._lock = Lock()
        self._queues: dict[str, deque[_Waiting]] = {}

    def post(self, about: str, question: Question | None, delay: float = 0.0, before: Before | None = None) -> None:
        """Send it `delay` seconds after the one before it; `before` is run just ahead of that."""
        knobs = self._asker.faults.knobs
        held = _HELD if knobs.reorder_callbacks and question is not None else 0.0
        item = _Waiting(question, delay + knobs.late_callbacks * (question is not None) + held, before)
        with self._lock:
            queue = self._queues.get(about)
            if queue is None:
                self._queues[about] = deque([item])
            elif knobs.reorder_callbacks:
                queue.appendleft(item)
            else:
                queue.append(item)
        if queue is None:
            self._clock.after(item.delay, lambda: self._drain(about))

    def waiting(self) -> int:
        """Callbacks that are still to be sent."""
        with self._lock:
            return sum(len(queue) for queue in self._queues.values())

    def _drain(self, about: str) -> None:
        with self._lock:
            item = self._queues[about].popleft()
        try:
            if item.before is not None:
                item.before()
            if item.question is not None:
                self._send(item.question)
        finally:
            self._go_on(about)

    def _go_on(self, about: str) -> None:
        with self._lock:
            queue = self._queues[about]
            if not queue:
                del self._queues[about]
                return
            delay = queue[0].delay
        self._clock.after(delay, lambda: self._drain(about))

    def _send(self, question: Question) -> None:
        if self._asker.faults.take("drop_callbacks"):
            return
        for _ in range(1 + self._asker.faults.knobs.duplicate_callbacks):
            self._asker.ask(question)
