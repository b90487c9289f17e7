"""A worker's text about a task of a round by its shape: the verb, the task's number, where they are, what is there.

`走访 3 4471 无异常`, `走访 3 幸福里3号楼 发现 楼道堆物`, `检查 5 和平路 9 8 10 7`. Behind the number stands a proof, a
result, or both; anything else is an ordinary sentence (走访 3 户居民, 检查 3 号楼).
"""

import re
from dataclasses import dataclass

from dispatch.reading.numerals import CHINESE, to_digits
from hotline.commands.letters import Aligned, aligned
from hotline.commands.worker import is_proof, read_proof


@dataclass(frozen=True, slots=True)
class RoundWords:
    """What a text says of a task: `found` is None where nothing is said of that, empty where all is well, else the
    very words. `answers` are the points of an inspection."""

    task: int
    code: str = ""
    place: str = ""
    found: str | None = None
    answers: tuple[int, ...] = ()


_HEAD = re.compile(
    r"^[\s\"'“‘「【\[(]*(?:走访|走訪|巡查|检查|檢查|visited|visit|inspected|inspect)[\s:#,]*"
    rf"(?P<task>[0-9]{{1,3}}|[{CHINESE}]{{1,3}})(?:[\s:,.;、。]+(?P<rest>\S.*?))?[\s.。!~”’」】\])]*$",
    re.DOTALL,
)
_WELL = re.compile(
    r"(?:^|(?P<where>.*?)[\s,.;。]+)"
    r"(?:一切正常|无异常|無異常|正常|没问题|沒問題|无问题|ok|okay|all well|all good|fine)$",
    re.DOTALL,
)
_FOUND = re.compile(r"(?:^|(?P<where>.*?)[\s,.;。]+)(?:发现|發現|found)[\s:,]*(?P<what>\S.*)$", re.DOTALL)
_SCORED = re.compile(r"(?:^|(?P<where>.*?)[\s,.;。]+)(?P<points>[0-9]{1,3}(?:[\s,、/]+[0-9]{1,3})+)$", re.DOTALL)


def read_round(text: str) -> RoundWords | None:
    """What a text says of a task; None for an ordinary text. Asked only for a staff number."""
    both = aligned(text)
    head = _HEAD.match(both.folded)
    if head is None:
        return None
    task, rest = int(to_digits(head["task"])), head["rest"] or ""
    if not rest:
        return RoundWords(task)
    start = head.start("rest")
    for pattern in (_FOUND, _WELL, _SCORED):
        found = pattern.match(rest)
        if found is None or not _stands(found["where"]):
            continue
        code, place = read_proof(_written(both, start, len(found["where"] or "")))
        if pattern is _FOUND:
            return RoundWords(task, code, place, both.rest(start + found.start("what")))
        points = tuple(map(int, re.findall(r"[0-9]+", found["points"]))) if pattern is _SCORED else ()
        return RoundWords(task, code, place, "" if pattern is _WELL else None, points)
    return RoundWords(task, *read_proof(both.rest(start))) if is_proof(rest) else None


def _written(both: Aligned, start: int, many: int) -> str:
    """The very words that stand for so many folded signs."""
    end = start + many
    return both.written[both.at[start] : both.at[end]] if end < len(both.at) else both.rest(start)


def _stands(where: str | None) -> bool:
    """Whether what stands before the result says where they are, or nothing does."""
    return not where or is_proof(where)
