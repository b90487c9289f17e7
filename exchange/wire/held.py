"""Callbacks held back by a test, and let go in the order that it chooses."""

from collections.abc import Callable, Iterable
from threading import Lock

from exchange.wire.asking import Question

_STATUSES = (("recording", "RecordingStatus"), ("text", "MessageStatus"), ("call", "CallStatus"))


class Held:
    """Callbacks of all calls, texts and recordings, as they came up; `names` says which are held.

    What they tell of has happened (REST and ledger show it); only the news of it is held back.
    """

    def __init__(self, send: Callable[[Question], None]) -> None:
        self._send = send
        self._lock = Lock()
        self._questions: list[Question] = []

    @property
    def names(self) -> list[str]:
        """What is held, oldest first: "call ringing", "recording completed", "text delivered"."""
        return [_name(question) for question in self._questions]

    def __len__(self) -> int:
        return len(self._questions)

    def take(self, question: Question) -> None:
        """Hold one more."""
        with self._lock:
            self._questions.append(question)

    def release(self, order: Iterable[int | str] | None = None) -> None:
        """Send these, one after another; without an order all, oldest first.

        `order` names each by its place in `names` or by its name (the oldest so named); what it does not name
        stays held. Raises ValueError where nothing of that name or place is held.
        """
        with self._lock:
            left: list[Question | None] = list(self._questions)
            chosen = [self._pull(left, which) for which in (range(len(left)) if order is None else order)]
            self._questions = [question for question in left if question is not None]
        for question in chosen:
            self._send(question)

    def drop(self) -> None:
        """Forget what is held: it is never sent."""
        with self._lock:
            self._questions = []

    def _pull(self, left: list[Question | None], which: int | str) -> Question:
        for place, question in enumerate(left):
            if question is not None and which in (place, _name(question)):
                left[place] = None
                return question
        raise ValueError(f"{which!r} is not held; held are {self.names}")


def _name(question: Question) -> str:
    params = dict(question.params)
    return next((f"{kind} {params[name]}" for kind, name in _STATUSES if name in params), question.kind)
