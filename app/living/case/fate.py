"""What is in store for a case: how soon each step is done, and what goes wrong on the way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.living.case.sight import STEPS

# How often each pace is met, and which share of a limit it uses.
_PACES = (
    (58, (0.03, 0.30)),
    (26, (0.15, 0.70)),
    (10, (0.50, 1.00)),
)
_LATE = 6
_OVER = (1.1, 1.8)  # of the limit, for the one step that is late
_MOST = timedelta(days=9)  # nobody is let alone longer


@dataclass(frozen=True, slots=True)
class Fate:
    """A case's fate. `late` is the step that is late, empty for none; the rest says what goes wrong, or how. Who does
    not `signs` goes there at once, which signs for it."""

    share: tuple[float, float]
    late: str
    returned: bool
    upheld: bool
    wrong_code: bool
    bare: bool
    rings: bool
    signs: bool


def draw(luck: Random, *, troubled: bool = False) -> Fate:
    """A fate by lot; a `troubled` one goes wrong more often."""
    often = 3 if troubled else 1
    shares = (*(share for _, share in _PACES), None)
    [pace] = luck.choices(shares, (*(often for often, _ in _PACES), _LATE * often))
    return Fate(
        share=pace or _PACES[1][1],
        late=luck.choice(STEPS) if pace is None else "",
        returned=luck.random() < 0.06 * often,
        upheld=luck.random() < 0.6,
        wrong_code=luck.random() < 0.05,
        bare=luck.random() < 0.06,
        rings=luck.random() < 0.08,
        signs=pace is not _PACES[0][1] or luck.random() < 0.4,
    )


def when(fate: Fate, luck: Random, step: str, span: tuple[datetime, datetime | None]) -> datetime:
    """When a step is done; `span` is from now until it is due, where it has a limit that runs."""
    now, due = span
    share = luck.uniform(*(_OVER if step == fate.late else fate.share))
    if due is None:
        return now + timedelta(minutes=luck.randint(8, 90))
    if due <= now:
        return now + timedelta(minutes=luck.randint(30, 600))
    return now + min((due - now) * share, _MOST)
