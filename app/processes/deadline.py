"""A deadline that holds under gevent: whatever waits on a socket is broken off."""

from collections.abc import Callable
from typing import TypeVar

import gevent

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T], /) -> T:
    """Runs work for at most so many seconds; raises TimeoutError when they are up."""
    with gevent.Timeout(seconds, TimeoutError(f"no answer within {seconds} s")):
        return work()
