"""Phones in people's hands that ring for a call: the first that is taken is connected."""

from collections.abc import Callable, Sequence
from threading import Lock

from exchange.handsets.hands import Ring
from exchange.legs.call import Call
from exchange.steps import Dialled

Taken = Callable[[Call], None]
Missed = Callable[[Dialled], None]


class Ringing:
    """Several phones ring; `begin` says whom to tell what became of it, which is told once."""

    def __init__(self, calls: Sequence[Call], seconds: int) -> None:
        self._calls = list(calls)
        self._seconds = seconds
        self._decided = False
        self._lock = Lock()

    def begin(self, taken: Taken, missed: Missed) -> None:
        """Let them ring."""
        for call in list(self._calls):
            ring = Ring(call, self._taker(call, taken), self._ender(call, missed))
            call.switch.hands.ring(ring, self._seconds)

    def stop(self) -> None:
        """Whoever called has hung up."""
        if self._decide():
            self._cancel(self._calls)

    def _taker(self, call: Call, taken: Taken) -> Callable[[], None]:
        def take() -> None:
            if self._decide():
                self._cancel([other for other in self._calls if other is not call])
                call.pick_up()
                call.tell("answered")
                taken(call)

        return take

    def _ender(self, call: Call, missed: Missed) -> Callable[[str], None]:
        def end(status: str) -> None:
            call.finish(status)
            with self._lock:
                last = self._calls == [call]
                self._calls = [other for other in self._calls if other is not call]
            if last and self._decide():
                missed(Dialled(call.sid, status))

        return end

    def _decide(self) -> bool:
        """True for the first that decides what becomes of it."""
        with self._lock:
            first, self._decided = not self._decided, True
        return first

    @staticmethod
    def _cancel(calls: Sequence[Call]) -> None:
        for call in calls:
            call.switch.hands.withdraw(call.sid)
            call.finish("canceled")
