"""The great round: everything at once, over one world."""

import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass

import requests

from tests.chaos.carrier import ACCOUNT
from tests.chaos.checker import Verdict, judge
from tests.chaos.evidence import gather
from tests.chaos.ground import Ground
from tests.chaos.nemesis import KILLS, Nemesis
from tests.chaos.quiet import settle, waiting
from tests.chaos.sender import History
from tests.chaos.warm import ROOT
from tests.chaos.world import World

_MORE = 5.0  # seconds of traffic that are begun at a time
_LATE = 480.0  # seconds that the plan may take longer, so that every point is crossed often enough
# Of what waits with us, and what people and the carrier are late with: nobody begins anything then, else a slow
# machine only falls further behind.
_MUCH, _BEHIND = 600, 150


@dataclass(frozen=True, slots=True)
class Size:
    """How long the faults last, in seconds, and how many contacts a second are begun."""

    seconds: float
    rate: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the great round."""

    verdict: Verdict
    kills: Counter[str]
    crossed: dict[str, int]
    stops: int
    flushes: int
    history: History

    def told(self) -> str:
        """The figures in one line."""
        counts = self.verdict.counts
        kills = ", ".join(f"{kind} {self.kills[kind]}" for kind in KILLS)
        return (
            f"accepted={counts['accepted']} (texts {counts['texts']}, calls {counts['calls']}) "
            f"again={self.history.repeated} out={counts['out sent']} failed={counts['out failed']} "
            f"fired={counts['fired']} "
            f"kills={self.kills.total()} ({kills}) crashes={sum(self.crossed.values())} at {len(self.crossed)} points "
            f"(fewest {min(self.crossed.values())}) stops={self.stops} flushes={self.flushes} {self.verdict.told()} "
            f"excused={counts['excused']}"
        )


def great_round(ground: Ground, seed: int, size: Size) -> Outcome:
    """Traffic and faults together, then peace, then the judge."""
    chance = random.Random(seed)
    world = ground.world("great", chance.random())
    over = threading.Event()
    try:
        world.run("web", "hooks", "jobs", "timers1", "timers2")
        nemesis = Nemesis(world, chance, size.seconds)
        threading.Thread(target=_look, args=(world, over), daemon=True, name="looking").start()
        world.town.double(0.02)
        world.town.live(_staff())
        more_at = time.monotonic()
        over_at = more_at + size.seconds
        while (now := time.monotonic()) < over_at or (not nemesis.done and now < over_at + _LATE):
            if now >= more_at:  # while the plan takes longer, people go on
                if world.town.behind() < _BEHIND and waiting(world) < _MUCH:
                    world.town.begin(size.rate if now < over_at else size.rate / 2, _MORE)
                more_at += _MORE
            nemesis.work()
            time.sleep(0.01)
        world.town.rest()
        over.set()
        settle(world)
        evidence = gather(world)
        return Outcome(
            judge(evidence), nemesis.kills, nemesis.crossed(), nemesis.stops, nemesis.flushes, evidence.history
        )
    finally:
        over.set()
        world.close()


def _staff() -> list[str]:
    """The numbers of the sample district's people."""
    raw = json.loads((ROOT / "app" / "sample" / "district.json").read_text())
    return [worker["phone"] for worker in raw["workers"] if worker.get("phone")]


def _look(world: World, over: threading.Event) -> None:
    """Somebody keeps looking what became of a text, so that `web` has work."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {ACCOUNT.token}"
    base = f"http://127.0.0.1:{world.place.port}"
    while not over.wait(0.3):
        for path in ("/rehearsal/case?sid=SM0", "/readyz"):
            try:
                session.get(base + path, timeout=3)
            except requests.RequestException:
                continue
    session.close()
