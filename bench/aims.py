"""What the figures are meant to reach. An aim is told beside its figure; nothing fails by it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure, found by its path in what was measured, and the bound that it should keep."""

    what: str
    path: tuple[str, ...]
    least: float | None = None
    most: float | None = None

    def told(self, figures: Mapping[str, Any]) -> Iterator[str]:
        """One line; none where that part was not measured."""
        if self.path[0] not in figures:
            return
        found: Any = figures
        for name in self.path:
            found = found.get(name) if found else None
        if found is None:
            yield f"not measured {self.what}"
            return
        value = float(found)
        bound = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        reached = value >= self.least if self.least is not None else value <= (self.most or 0.0)
        yield f"{'reached' if reached else 'MISSED '} {self.what}: {value:g} (aim: {bound})"


_SPEECH: Mapping[str, dict[str, float]] = {
    "danger recall": {"least": 0.97},
    "false alarms": {"most": 0.05},
    "matter right": {"least": 0.80},
    "matter right or unsure": {"least": 0.90},
    "accused told": {"most": 0},
    "several matters seen as several": {"least": 0.90},
}

AIMS = (
    Aim("intake with 2 clients, as a part of pgbench", ("intake", "2 clients", "of pgbench"), least=0.40),
    Aim("intake with 8 clients, as a part of pgbench", ("intake", "8 clients", "of pgbench"), least=0.40),
    Aim("intake with 8 clients, p99 ms", ("intake", "8 clients", "ours", "p99 ms"), most=15),
    Aim("intake with 2 clients, times the naive form", ("intake", "2 clients", "times the naive form"), least=4),
    Aim("intake with 8 clients, times the naive form", ("intake", "8 clients", "times the naive form"), least=4),
    Aim("timers at 100,000 open, p99 ms late", ("timers", "p99 ms late"), most=50),
    Aim("timers at 100,000 open, fired early", ("timers", "early"), most=0),
    Aim("timers at 1,000,000 open, p99 ms late", ("million", "ours", "p99 ms late"), most=50),
    Aim("timers at 1,000,000 open, fired early", ("million", "ours", "early"), most=0),
    Aim("an idle look at 1,000,000 open timers, p50 ms", ("million", "idle", "p50 ms"), most=1),
    Aim("RQ's scheduler in the same run, p99 times ours", ("million", "rq's p99, times ours"), least=1),
    Aim("20,000 timers due at once, seconds until all are committed", ("burst", "seconds"), most=5),
    Aim("20,000 due at once, one of two killed: lost", ("killed", "lost"), most=0),
    Aim("20,000 due at once, one of two killed: twice", ("killed", "twice"), most=0),
    Aim("queue page at 10,000 cases, p99 ms", ("pages", "10000", "p99 ms"), most=20),
    Aim("queue page at 100,000 cases, p99 ms", ("pages", "100000", "p99 ms"), most=20),
    Aim("queue page at 100,000 cases, times that at 10,000", ("pages", "times the smaller"), most=1.5),
    Aim("500 live streams beside normal use, p99 ms from commit to page", ("streams", "fan_out_p99_ms"), most=250),
    Aim("200 rules, 5,000 keywords and the place of a text, µs", ("rules", "text, place and rule µs"), most=100),
    Aim("200 rules alone, times zen-engine", ("rules", "times zen-engine"), least=100),
    Aim("real letters, learnt model, right first", ("matter", "learnt", "top-1"), least=0.85),
    Aim("real letters, learnt model, right among three", ("matter", "learnt", "top-3"), least=0.97),
    Aim("real letters, listed words alone, right first", ("matter", "words alone", "top-1"), least=0.70),
    Aim("other rules on the cases of 30 days, 10,000 of them, s", ("replay", "s"), most=10),
    Aim("two-character words over 1,000,000 texts, p99 ms", ("search", "all two-character words", "p99 ms"), most=10),
    Aim("search, cases that LIKE finds and ours does not", ("search", "misses"), most=0),
    Aim("LIKE over the same texts, p50 times ours", ("search", "LIKE p50, times ours"), least=50),
    Aim("intake's p99 while the index follows, times", ("search", "intake", "p99 with, times without"), most=1.1),
    *(
        Aim(f"speech, {half}: {name}", ("speech", half, name), **bound)
        for half in ("known", "unread")
        for name, bound in _SPEECH.items()
    ),
    *(
        Aim(f"real addresses kept apart, F1 of {part}", ("place", "kept apart", part, "f1"), least=0.95)
        for part in ("building", "unit", "floor", "room")
    ),
)
