"""The words of a place as a text has them, part by part."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dispatch.places.said.pieces import Measure
from dispatch.places.said.read import Part, read_parts
from dispatch.places.said.roles import Role
from dispatch.reading.script import simplified


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a place, each part as the words found in the evened text (`simplified`), none twice.

    `road`, `number`, `estate` are names by their form alone; `spot` says where about it is (对面, 大门口).
    """

    road: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    estate: tuple[str, ...] = ()
    building: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    floor: tuple[str, ...] = ()
    room: tuple[str, ...] = ()
    spot: tuple[str, ...] = ()


_NAME = r"[\u4e00-\u9fffA-Za-z0-9]"
# Behind these a name begins: larger units, small words before a place, separators.
_EDGE = (
    r"(?:[省市县镇乡]|街道|社区|(?<![小园社东南西北中A-Za-z0-9一二三四五六七八九十])区|[村路街巷]|大道"
    r"|对面|旁边|隔壁|门口|[在住到从的于]|[\s,，。;；:：、_])"
)
_BEGIN = rf"(?:{_EDGE}|^)"
_WORD = rf"(?:(?!{_EDGE}){_NAME})"
_ROAD = re.compile(rf"{_BEGIN}({_WORD}{{1,8}}?(?:大道|大街|路|街(?!道)|巷|胡同))(?![边面灯过况])")
_NO_ROADS = frozenset({"马路", "道路", "公路", "铁路", "大路", "小路", "大街", "小街", "小巷"})
_ESTATE_BEHIND = re.compile(rf"{_BEGIN}({_WORD}{{2,12}})$")
_ESTATE = re.compile(
    rf"{_BEGIN}({_WORD}{{1,10}}?(?:小区|花园|花苑|家园|公寓|新村|大厦|广场|市场|商城|别墅|山庄|名苑|佳苑))"
)
_SPOT = re.compile(
    r"斜?对[面过]|大?门口|旁边?|隔壁|楼[下上顶前后道]|附近|[前后]面|之间|交叉口|路口|拐角|围墙外?|地下室|车库|电梯口?"
)
_LOOSE = " ,，、的第-"
_NUMBERED = (Measure.NUMBER, Measure.LANE)


def words_of(text: str) -> Words:
    """The words of the place that a text names. Never raises; widths and traditional characters make no difference."""
    said = simplified(text)
    parts = read_parts(said)
    return Words(
        road=_once(name for name in _ROAD.findall(said) if name not in _NO_ROADS),
        number=_once(_texts(said, [part for part in parts if part.piece.measure in _NUMBERED], Role.NUMBER)),
        estate=_estates(said, parts),
        building=_once(_texts(said, parts, Role.BUILDING)),
        unit=_once(_texts(said, parts, Role.UNIT)),
        floor=_once(_texts(said, parts, Role.FLOOR)),
        room=_once(_texts(said, parts, Role.ROOM)),
        spot=_once(_SPOT.findall(said)),
    )


def _texts(said: str, parts: Iterable[Part], role: Role) -> list[str]:
    """The words of the parts of a role; 第 belongs to its number."""
    found = (part.piece for part in parts if part.role is role)
    return [said[piece.start - said.startswith("第", piece.start - 1) : piece.end] for piece in found]


def _estates(said: str, parts: Sequence[Part]) -> tuple[str, ...]:
    """Names that end as estates do, and what stands right before a building."""
    found = [(match.start(1), match[1]) for match in _ESTATE.finditer(said)]
    edge = 0
    for part in parts:
        match = (
            _ESTATE_BEHIND.search(said[edge : part.piece.start].rstrip(_LOOSE)) if part.role is Role.BUILDING else None
        )
        if match:
            found.append((edge + match.start(1), match[1]))
        edge = part.piece.end
    return _once(name for _, name in sorted(found))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
