"""The town: the carrier and all who call and text, in a process of its own that no fault reaches.

`python -m tests.chaos.town FOLDER PORT HOOKS_PORT SEED` does what it is told on stdin, a JSON list of a name and
arguments a line, and answers each with a line of JSON.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from app.embedded.children import die_with_parent
from exchange.ledger import Ledger
from tests.chaos.carrier import Carrier
from tests.chaos.people import People
from tests.chaos.sender import Agenda, History, Kind, Sender
from tests.chaos.warm import ROOT


class Town:
    """A town at hand. Its ledger is read from its file; everything else is asked of the process."""

    def __init__(self, folder: Path, port: int, seed: float, env: Mapping[str, str]) -> None:
        parent = os.getpid()
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.town", str(folder), str(port + 2), str(port + 1), str(seed)],
            cwd=ROOT, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),
        )  # fmt: skip
        self._ask("idle")  # it is there
        self.ledger = Ledger(folder)

    def _ask(self, name: str, *args: object) -> Any:
        with self._lock:
            stdin, stdout = self._process.stdin, self._process.stdout
            assert stdin is not None
            assert stdout is not None
            stdin.write(json.dumps([name, *args]).encode() + b"\n")
            stdin.flush()
            line = stdout.readline()
        if not line:
            raise RuntimeError("the town has ended: see what it wrote above")
        return json.loads(line)

    def begin(self, rate: float, seconds: float) -> None:
        """Plan everything that is said by itself: so many contacts a second."""
        self._ask("begin", rate, seconds)

    def live(self, staff: Sequence[str]) -> None:
        """From now on people read their texts and do what these ask for; staff answers calls."""
        self._ask("live", list(staff))

    def rest(self) -> None:
        """They do so no longer."""
        self._ask("rest")

    def plan(self, meeting: str, count: int, gap: float) -> None:
        """So many meetings of one kind, one every `gap` seconds."""
        self._ask("plan", meeting, count, gap)

    def text(self, number: str, body: str) -> None:
        """A whole matter by text, now."""
        self._ask("text", number, body)

    def double(self, share: float) -> None:
        """From now on this share of the carrier's requests comes twice at once."""
        self._ask("double", share)

    def idle(self) -> bool:
        """Whether nobody means to say anything more, and the carrier has told us everything."""
        return bool(self._ask("idle"))

    def behind(self) -> int:
        """How much people say, and the carrier tells us, later than they mean to."""
        return int(self._ask("behind"))

    def history(self) -> History:
        """What was sent, as the senders know it."""
        found = self._ask("history")
        return History({sid: Kind(kind) for sid, kind in found["texts"].items()}, found["repeated"], found["troubles"])

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self.ledger.close()


class _Desk:
    """The town's own side."""

    def __init__(self, folder: Path, port: int, hooks_port: int, seed: str) -> None:
        chance = random.Random(seed)
        self.carrier = Carrier(folder, port, hooks_port)
        self.agenda = Agenda()
        self.sender = Sender(self.carrier, random.Random(chance.random()), self.agenda)
        self.people = People(self.sender, self.agenda, random.Random(chance.random()))

    def begin(self, rate: float, seconds: float) -> None:
        self.sender.begin(rate, seconds)

    def live(self, staff: Sequence[str]) -> None:
        self.people.answers_calls(*staff)
        self.people.begin()

    def rest(self) -> None:
        self.people.over.set()

    def plan(self, meeting: str, count: int, gap: float) -> None:
        for number in range(count):
            self.agenda.after(number * gap, getattr(self.sender, meeting))

    def text(self, number: str, body: str) -> None:
        self.sender.text(number, body, Kind.MATTER)

    def double(self, share: float) -> None:
        self.carrier.doubling = share

    def idle(self) -> bool:
        return self.agenda.idle() and self.carrier.quiet

    def behind(self) -> int:
        return self.agenda.behind() + self.carrier.switch.callbacks.waiting()

    def history(self) -> dict[str, object]:
        known = self.sender.history
        return {"texts": known.texts, "repeated": known.repeated, "troubles": self.agenda.troubles}


def main(folder: str, port: str, hooks_port: str, seed: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    desk = _Desk(Path(folder), int(port), int(hooks_port), seed)
    for line in sys.stdin.buffer:
        name, *args = json.loads(line)
        deed = partial(getattr(desk, name), *args)
        print(json.dumps(deed()), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
