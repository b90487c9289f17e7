"""Waiting no longer than a caller can: work under a deadline that does not trust the network."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Protocol, TypeVar

T = TypeVar("T")


class Within(Protocol):
    """Runs work for at most so many seconds; raises TimeoutError when they are up."""

    def __call__(self, seconds: float, work: Callable[[], T], /) -> T: ...


def in_thread(seconds: float, work: Callable[[], T], /) -> T:
    """Runs the work beside us; when the time is up it is left behind, to end or to fail on its own."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as trouble:
            outcome.set_exception(trouble)

    Thread(target=run, daemon=True, name="door").start()
    return outcome.result(seconds)
