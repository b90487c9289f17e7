"""What comes of a report that may be one of several about the same matter. Values in, values out.

Different callers count, not reports: whoever calls ten times is one, and all who withhold their number are one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.same.likeness import likeness, pairs
from dispatch.same.measures import Same
from dispatch.same.spots import Spot

_FEW = 3.0  # worth of pairs up to which a text only names its matter
_SAME_CATEGORY = 2 / 3  # what of the likeness that is asked for is enough within one category


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it is compared: `words` are plain and without the names of its place. `sure`: its category was said,
    not guessed. `lead` is the case with which it is dealt, or may be. `is_open`: its case is; `is_merged`: into another
    one."""

    case: UUID
    party: UUID | None
    spot: Spot
    category: str
    words: str
    people: int
    at: datetime
    sure: bool = True
    is_open: bool = True
    is_merged: bool = False
    lead: UUID | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What comes of it. `lead`: the open case with which it may be dealt, and how alike they are (of a hundred).
    `callers` and `people` of the `group`, where it is one; of a `collective` matter; whether it is a `storm`.
    `earlier`: the closed case that it repeats. `others`: whom it may be dealt with together."""

    lead: UUID | None = None
    score: int = 0
    group: bool = False
    collective: bool = False
    storm: bool = False
    callers: int = 1
    people: int = 0
    earlier: UUID | None = None
    others: tuple[UUID, ...] = ()


def alike(one: Told, other: Told, asked: int) -> int:
    """How alike two reports are, of a hundred; 0 where that is not enough. Whoever only names a matter (停水了) says no
    more than its category, which is enough where both were said to be of it."""
    score = likeness(one.words, other.words)
    least = asked / 100
    if one.category == other.category and one.sure and other.sure:
        if min(sum(pairs(one.words).values()), sum(pairs(other.words).values())) <= _FEW:
            score = max(score, least)
        least *= _SAME_CATEGORY
    return max(1, round(score * 100)) if score >= least else 0


def judge(new: Told, others: Sequence[Told], same: Same, *, risky: bool = False, outage: bool = False) -> Judged:
    """What comes of a report beside those before it, which are at its place and of its topic. `outage`: so many callers
    of it are no crowd."""
    near = [(told, score) for told in others if (score := alike(new, told, same.alike))]
    here = [told for told, _ in near]
    fast = _since(here, new.at - same.group)
    callers, people = _callers(new, fast), _people(new, fast)
    many = callers >= same.group_callers or (people >= same.group_people and callers > 1)
    group = risky or (many and not outage)
    storm = not risky and _callers(new, _since(here, new.at - same.storm)) >= same.storm_callers
    there = [pair for pair in near if group or storm or pair[0].spot.meets(new.spot)]
    slow = _since([told for told, _ in there], new.at - same.collective)
    lead, score = _lead(new, [pair for pair in there if pair[0].at >= new.at - same.merge or _is_led(pair[0])])
    collective = not group and _callers(new, slow) >= same.collective_callers
    return Judged(
        lead=lead,
        score=score,
        group=group,
        collective=collective,
        storm=storm,
        callers=callers if group else _callers(new, slow),
        people=people,
        earlier=_earlier(new, there) if lead is None else None,
        others=tuple(told.case for told in (fast if group or storm else slow) if told.is_open),
    )


def topical(new: Told, others: Sequence[Told], same: Same) -> Judged:
    """The same for reports of its very category wherever they are: many callers at once about one topic."""
    fast = _since([told for told in others if alike(new, told, same.alike)], new.at - same.group)
    callers = _callers(new, fast)
    if callers < same.topic_callers:
        return Judged()
    lead, score = _lead(new, [(told, same.alike) for told in fast])
    open_ = tuple(told.case for told in fast if told.is_open)
    return Judged(lead, score, group=True, callers=callers, people=_people(new, fast), others=open_)


def _since(told: Sequence[Told], since: datetime) -> list[Told]:
    return [each for each in told if each.at >= since]


def _callers(new: Told, others: Sequence[Told]) -> int:
    return len({new.party, *(told.party for told in others if not _is_master(told))})


def _is_master(told: Told) -> bool:
    """A case that was opened for others was told by nobody."""
    return told.party is None and told.lead == told.case


def _people(new: Told, others: Sequence[Told]) -> int:
    """So many people are named: of each caller the largest number."""
    named: dict[UUID | None, int] = {}
    for told in (new, *others):
        named[told.party] = max(named.get(told.party, 0), told.people)
    return sum(named.values())


def _is_led(told: Told) -> bool:
    return told.is_open and told.lead is not None


def _lead(new: Told, near: Sequence[tuple[Told, int]]) -> tuple[UUID | None, int]:
    """The case to which the others already belong; else the oldest open one. How alike the nearest of them is."""
    live = [(told, score) for told, score in near if told.is_open or (told.is_merged and told.lead)]
    if not live:
        return None, 0
    first = min((told for told, _ in live), key=lambda told: (told.lead is None, told.at))
    return first.lead or first.case, max(score for _, score in live)


def _earlier(new: Told, near: Sequence[tuple[Told, int]]) -> UUID | None:
    """The case before it that is over: the newest, at a building that both name or neither."""
    over = [told for told, _ in near if not told.is_open and not told.is_merged and told.at < new.at]
    return max(over, key=lambda told: told.at).case if over else None
