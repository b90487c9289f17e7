"""The runner's patience: it waits for signals, ended children and its lifeline, and for nothing else."""

import os
import select
import signal
import time
from types import FrameType

from app.embedded.children import children_of, own_children, process_table, reap_one, send
from app.supervisor.watch import ending_signals


class Ending(Exception):
    """The run is to end: `abandoned` where the watcher has died, so that there is no time left."""

    def __init__(self, abandoned: bool) -> None:
        super().__init__("abandoned" if abandoned else "asked to end")
        self.abandoned = abandoned


class Loop:
    """Signals and time of the runner. Only its main thread may use it."""

    def __init__(self, lifeline: int) -> None:
        self._lifeline = lifeline
        self._wake, write_end = os.pipe()
        for end in (self._wake, write_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        self.asked = 0
        for number in ending_signals():
            signal.signal(number, self._ask)
        # A handler makes the wake-up pipe ring.
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def wait(self, seconds: float) -> bool:
        """Wait until something happens, at most `seconds`; False where the watcher has died."""
        ready, _, _ = select.select([self._wake, self._lifeline], [], [], max(0.0, seconds))
        if self._wake in ready:
            os.read(self._wake, 4096)
        return self._lifeline not in ready

    def pause(self, seconds: float) -> None:
        """Wait for `seconds`, however often a child ends; raises Ending as soon as the run is to end."""
        end = time.monotonic() + seconds
        while True:
            alive = self.wait(end - time.monotonic())
            if not alive or self.asked:
                raise Ending(abandoned=not alive)
            if time.monotonic() >= end:
                return

    def tick(self, seconds: float) -> None:
        """Wait until something happens, at most `seconds`; raises Ending."""
        alive = self.wait(seconds)
        if not alive or self.asked:
            raise Ending(abandoned=not alive)


def end_orphans(known: set[int]) -> None:
    """Orphans come to us as the subreaper. A child that is none of ours lost its master: it ends with it."""
    strangers = {pid for pid in own_children() if pid not in known}
    if not strangers:
        return
    for pid in strangers | children_of(process_table(), strangers):
        send(pid, signal.SIGKILL)
    for pid in strangers:
        reap_one(pid)
