"""A deadline that holds under gevent: whatever waits on a socket is broken off.

What breaks it off is no `Exception`, so that no handler on the way mistakes it for a failure of its own.
"""

from collections.abc import Callable
from typing import TypeVar

import gevent

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T], /) -> T:
    """Runs work for at most so many seconds; raises TimeoutError when they are up."""
    timer = gevent.Timeout(seconds)
    try:
        with timer:
            return work()
    except gevent.Timeout as over:
        if over is not timer:
            raise
        raise TimeoutError(f"no answer within {seconds} s") from None
