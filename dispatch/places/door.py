"""Building, entrance, floor and room in a plain text: 3号楼2单元501室, 3-2-501, building 3 unit 2."""

import re
from dataclasses import dataclass

from dispatch.reading.numerals import CHINESE, to_digits

_N = rf"(?:\d{{1,4}}|[{CHINESE}]{{1,5}})"
_MIXED = r"[a-z]\d{1,3}|\d{1,3}[a-z]"  # B5幢 is not building 5
_DASH = r"[-–—−~]"
_GAP = r"[\s,，、的]*"

# 栋楼 counts buildings (两栋楼都停水), except before 下, 道, …: 3栋楼下 is below building 3.
_BLOCK = r"(?:栋|幢)(?!楼(?![下道上前后梯顶门]))"
_HOUSE = rf"(?:第\s*)?(?P<building>{_MIXED}|{_N}|[a-z甲乙丙丁])\s*(?:号楼|号院|号栋|#楼|#|座|{_BLOCK})"
_HOUSE_EN = r"\b(?:building|bldg\.?|block|tower)\s*(?:no\.?|number|#)?\s*(?P<building>[a-z]?\d{1,4}[a-z]?|[a-z])\b"
_HOUSE_EN_AFTER = r"\bno\.?\s*(?P<building>\d{1,4})\s*building\b"
_ROOM = rf"(?P<room>\d{{3,4}}|[{CHINESE}]{{3,4}})(?:\s*(?:室|户|号房|号(?!楼|院)))?"
_ENTRANCE = rf"(?P<unit>{_N})\s*(?:单元|门(?![口牌卫诊店]))"

_HOUSES = tuple(re.compile(pattern) for pattern in (_HOUSE, _HOUSE_EN, _HOUSE_EN_AFTER))
_AFTER_HOUSE = re.compile(
    rf"{_GAP}(?:{_DASH}\s*)?(?:{_ENTRANCE}|(?P<bare>\d{{1,2}})(?={_DASH}\d{{3,4}}(?!\d)))?"
    rf"{_GAP}(?:{_DASH}\s*)?(?:(?P<floor>{_N})\s*(?:楼|层))?{_GAP}(?:{_ROOM}(?!\d|单元))?"
)
_CHAIN = re.compile(
    rf"(?<![\d.])(?<!\d{_DASH})(?P<building>\d{{1,3}}){_DASH}(?P<unit>\d{{1,2}}){_DASH}(?P<room>\d{{3,4}})(?!{_DASH}?\d)"
)
_UNIT_ANYWHERE = re.compile(rf"(?:第\s*)?(?P<n>{_N})\s*单元|\b(?:unit|entrance)\s*(?:no\.?|#)?\s*(?P<e>\d{{1,2}})\b")
_FLOOR_ANYWHERE = re.compile(
    rf"(?P<n>{_N})\s*(?:层|楼)|\b(?P<e>\d{{1,2}})(?:st|nd|rd|th)\s+floor\b|\bfloor\s*(?P<f>\d{{1,2}})\b"
)
_ROOM_ANYWHERE = re.compile(
    rf"(?P<n>\d{{3,4}}|[{CHINESE}]{{3,4}})\s*(?:室|户)|\b(?:room|flat|apartment|apt\.?)\s*(?:no\.?|#)?\s*(?P<e>\d{{3,4}})\b"
)
# Right behind the name of an estate: 幸福里3-501, 幸福里3-2, 幸福里3号(501).
_BEHIND_NAME = (
    re.compile(rf"{_GAP}(?P<building>\d{{1,3}}){_DASH}(?P<room>\d{{3,4}})(?!{_DASH}?\d)"),
    re.compile(rf"{_GAP}(?P<building>\d{{1,3}}){_DASH}(?P<unit>\d{{1,2}})(?!{_DASH}?\d)"),
    re.compile(rf"{_GAP}(?P<building>{_N})\s*号(?!楼|院|栋|线|早|上午|下午|晚)(?:{_ROOM})?"),
)


@dataclass(frozen=True, slots=True)
class Door:
    """What a text says of the way to a door. `sure` is False for the shapes that may mean something else."""

    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    start: int = 0
    end: int = 0
    sure: bool = True


def doors_in(text: str) -> tuple[Door, ...]:
    """Each building named in a plain text with what belongs to it, in the order of the text."""
    found = [_from_chain(match) for match in _CHAIN.finditer(text)]
    for pattern in _HOUSES:
        found += [_from_house(text, match) for match in pattern.finditer(text)]
    doors: list[Door] = []
    for door in sorted(found, key=lambda door: (door.start, -door.end)):
        if not doors or door.start >= doors[-1].end:
            doors.append(door)
    return tuple(doors)


def door_behind(text: str, position: int) -> Door | None:
    """A short form right behind the name of an estate that ends at `position`."""
    for pattern in _BEHIND_NAME:
        match = pattern.match(text, position)
        if match:
            parts = match.groupdict()
            building, unit, room = (_digits(parts.get(key)) for key in ("building", "unit", "room"))
            return Door(building, unit, None, room, match.start(), match.end(), sure=False)
    return None


def loose_parts(text: str) -> Door:
    """Entrance, floor and room wherever a text names them, without a building."""
    unit, floor, room = (_loose(pattern, text) for pattern in (_UNIT_ANYWHERE, _FLOOR_ANYWHERE, _ROOM_ANYWHERE))
    return Door(None, unit, floor, room)


def _from_chain(match: re.Match[str]) -> Door:
    building, unit, room = (_digits(match[key]) for key in ("building", "unit", "room"))
    return Door(building, unit, None, room, match.start(), match.end())


def _from_house(text: str, house: re.Match[str]) -> Door:
    rest = _AFTER_HOUSE.match(text, house.end())
    parts = rest.groupdict() if rest else {}
    end = rest.end() if rest and any(parts.values()) else house.end()
    unit = _digits(parts.get("unit") or parts.get("bare"))
    return Door(
        _digits(house["building"]),
        unit,
        _digits(parts.get("floor")),
        _digits(parts.get("room")),
        house.start(),
        end,
    )


def _loose(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return _digits(next((part for part in match.groups() if part), None)) if match else None


def _digits(part: str | None) -> str | None:
    return to_digits(part) if part else None
