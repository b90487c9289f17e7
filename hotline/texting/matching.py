"""Whether a text goes on about an open case or begins a new matter."""

import re
from collections.abc import Sequence
from enum import StrEnum

from cases.report import fold
from dispatch.places import Place
from dispatch.reports import OpenCase
from dispatch.understanding import Understood

LIKELY = 0.05  # a category that may as well be meant: the open case of it is what is spoken of
LONGEST_URGE = 24  # characters; whoever tells a story does more than urge
_URGING = re.compile(
    r"还没|還沒|怎么没|没人来|没有人来|没来人|没动静|没人管|没人理|没消息|什么时候来|几时来|啥时候|多久|多长时间"
    r"|快点|快一点|尽快|抓紧|催|等了|等半天|到底来不来|有人处理吗|处理了吗|修了吗|来了吗|进展"
    r"|still waiting|nobody came|no one came|no one has come|how long|when will|hurry|any news|any update"
)

_UNSOLVED = re.compile(
    r"[没未](?:有)?(?:得到)?(?:解决|修好|处理|弄好)|没修|没人(?:修|来|管)|又(?:坏|堵|漏|停|不亮|没)|(?:还(?:是|在)?|仍然?)(?:没|未|坏|漏|堵|不(?!错))"
    r"|老样子|not (?:solved|fixed|repaired|done)|still (?:not|no|broken|leaking)|(?:broken|leaking|out) again"
)


class Follow(StrEnum):
    """What a further text does to an open case; the words are the roles of its report."""

    SUPPLEMENT = "supplement"
    URGE = "urge"


def follow(words: str, understood: Understood, open_: Sequence[OpenCase]) -> tuple[OpenCase | None, Follow]:
    """The open case (they come newest first) that a text belongs to, and how; None for a new matter.

    New is what names another place, speaks of another matter, or tells of danger. Losing a new matter in an
    old case would be worse than a case too many: those are merged later.
    """
    how = Follow.URGE if is_urging(words) else Follow.SUPPLEMENT
    if understood.matter.risk:
        return None, how
    about = [case for case in open_ if _same_place(understood.place.place, case)]
    if understood.matter.confidence > 0:
        likely = {understood.matter.category, *(one.label for one in understood.matter.best if one.score >= LIKELY)}
        about = [case for case in about if case.category in likely]
    return (about[0] if about else None), how


def is_urging(words: str) -> bool:
    """Whether a short text asks for nothing but haste."""
    folded = fold(words)
    return len(folded) <= LONGEST_URGE and _URGING.search(folded) is not None


def is_unsolved(words: str) -> bool:
    """Whether a short text says that what was called solved is not."""
    folded = fold(words)
    return len(folded) <= LONGEST_URGE and _UNSOLVED.search(folded) is not None


def _same_place(said: Place | None, case: OpenCase) -> bool:
    """Whether what was said can be the case's place: what either does not know cannot differ."""
    if said is None or (case.estate is None and case.road is None):
        return True
    if None not in (said.building, case.building) and said.building != case.building:
        return False
    return said.estate in (None, case.estate) and _road(said) in (None, case.road)


def _road(place: Place) -> str | None:
    if place.road is None or place.number is None:
        return place.road
    return f"{place.road}{place.number}号"
