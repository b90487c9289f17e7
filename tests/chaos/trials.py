"""Trials: short and directed, one for each planted bug; the judge is that of the great round.

The same trials over a world without any bug must come out clean: it is the bug that is found.
"""

import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tests.chaos.checker import Verdict, judge
from tests.chaos.evidence import gather, is_answer
from tests.chaos.ground import Ground
from tests.chaos.planted import BUGS
from tests.chaos.quiet import settle
from tests.chaos.world import World

_LONGEST = 60.0  # seconds that a step of a trial may take: it is over as soon as what it waits for has come


@dataclass(frozen=True, slots=True)
class Trial:
    """A world at hand, and the care that its processes need."""

    world: World

    def tend(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, so many seconds at most; what dies comes back."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            self.world.tend()
            time.sleep(0.02)

    def finish(self) -> None:
        """Let everybody say what they have to say."""
        self.tend(_LONGEST, self.world.town.idle)

    def answered(self) -> int:
        """How often callers' words have been answered so far."""
        asked = self.world.town.ledger.list("request")
        return sum(bool(request["params"].get("SpeechResult")) and is_answer(request) for request in asked)

    def kill(self, name: str) -> None:
        self.world.signal(name, signal.SIGKILL)
        self.world.wait_for_end(name)


def _hooks_die_while_callers_talk(trial: Trial) -> None:
    """Callers talk, and `hooks` dies in the middle of it, five times: what was answered by then must stand."""
    for _ in range(5):
        trial.tend(_LONGEST, lambda: trial.world.listens("hooks"))
        before = trial.answered()
        trial.world.town.plan("call_at_once", 12, 0.15)  # once it is there, however long its start takes
        # It dies a moment after it answered somebody's words, however long that takes on a full machine.
        trial.tend(_LONGEST, lambda before=before: trial.answered() >= before + 3)  # type: ignore[misc]
        trial.kill("hooks")
    trial.tend(_LONGEST, lambda: trial.world.listens("hooks"))
    trial.finish()


def _jobs_die_at_sending(trial: Trial) -> None:
    """`jobs` dies with a text in its hand, three times."""
    trial.world.arm = lambda kind: {"text.taken": 3} if kind == "jobs" else {}
    trial.kill("jobs")
    trial.world.town.plan("one_text", 10, 0.1)
    trial.tend(_LONGEST, lambda: trial.world.crashes()["jobs text.taken"] >= 3)
    trial.world.arm = lambda kind: {}
    trial.finish()


def _each_comes_twice_at_once(trial: Trial) -> None:
    """Every request comes twice at the same moment."""
    trial.world.town.double(1)
    trial.world.town.plan("one_text", 20, 0.1)
    trial.finish()
    trial.world.town.double(0)


def _valkey_is_emptied(trial: Trial) -> None:
    """What was acknowledged a moment ago, and everything in Valkey is gone."""
    trial.kill("jobs")
    for number in range(8):
        trial.world.town.text(f"+86136001{number:05}", "幸福里小区3号楼2单元楼道灯不亮")
    trial.world.servers.flush()
    trial.finish()


def _deadlines_pass(trial: Trial) -> None:
    """Many promises fall due at once, and two `timers` are there for them."""
    for number in range(10):
        trial.world.town.text(f"+86136002{number:05}", f"幸福里小区{number % 9 + 1}号楼整栋楼停水了")
    for minutes in (25, 10, 35):
        trial.kill("jobs")
        trial.world.wind(timedelta(minutes=minutes))
        trial.tend(1.0)


TRIALS: Mapping[str, Callable[[Trial], None]] = {
    "acknowledge before commit": _hooks_die_while_callers_talk,
    "mark sent before sending": _jobs_die_at_sending,
    "missing unique key": _each_comes_twice_at_once,
    "enqueue-only intake": _valkey_is_emptied,
    "timer fired outside its claim": _deadlines_pass,
}
# What each bug must show: any other finding could be an accident of the trial.
SHOWS: Mapping[str, str] = {
    "acknowledge before commit": "lost",
    "mark sent before sending": "lost",
    "missing unique key": "duplicate",
    "enqueue-only intake": "lost",
    "timer fired outside its claim": "twice",
}
_WITHOUT_KEYS = """
DO $$ DECLARE key record; BEGIN
    FOR key IN SELECT conname, conrelid::regclass AS of FROM pg_constraint
               WHERE contype IN ('p', 'u') AND (conrelid = 'inbox'::regclass OR conrelid = 'report'::regclass
               AND pg_get_constraintdef(oid) = 'UNIQUE (sid)')
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.of, key.conname); END LOOP;
END $$
"""


def try_all(ground: Ground, seed: int) -> dict[str, Verdict]:
    """The verdict of each trial with its bug, and under "" that of all trials without any."""
    verdicts: dict[str, Verdict] = {}
    troubles: list[str] = []

    def run(bug: str, world: World) -> None:
        try:
            verdicts[bug] = _tried(bug, world)
        except Exception as trouble:
            troubles.append(f"{bug or 'no bug'}: {type(trouble).__name__}: {trouble}")

    worlds = {bug: ground.world(f"trial_{number}", seed + number, bug) for number, bug in enumerate(("", *BUGS))}
    threads = [threading.Thread(target=run, args=each, name=f"trial {each[0]}", daemon=True) for each in worlds.items()]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for world in worlds.values():
            world.close()
    if troubles:
        raise RuntimeError("; ".join(troubles))
    return verdicts


def _tried(bug: str, world: World) -> Verdict:
    if bug == "missing unique key":
        world.servers.execute(world.place.database, _WITHOUT_KEYS)
    world.run("hooks", "jobs", "timers1", "timers2")
    for name, course in TRIALS.items():
        if bug in ("", name):
            course(Trial(world))
    settle(world)
    return judge(gather(world))
