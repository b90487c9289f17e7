"""The ways to doors that a text tells: buildings with what belongs to each."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dispatch.places.said import Part, Role
from dispatch.places.said.pieces import Measure
from dispatch.reading.numerals import to_digits

_NEAR = 4  # characters between a building and what belongs to it: 3号楼，是2单元
_FIELDS = {Role.UNIT: "unit", Role.FLOOR: "floor", Role.ROOM: "room"}


class Door(NamedTuple):
    """What a text says of the way to a door. `sure` is False for the shapes that may mean something else."""

    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    start: int = 0
    end: int = 0
    sure: bool = True


def doors_in(parts: Sequence[Part]) -> tuple[Door, ...]:
    """Each building that is named with what belongs to it, in the order of the text; a chain of three is sure."""
    doors: list[Door] = []
    for part in parts:
        piece = part.piece
        if part.role is Role.BUILDING:
            certain = piece.measure is Measure.BUILDING
            doors.append(Door(to_digits(piece.number), start=piece.start, end=piece.end, sure=certain))
        elif part.role in _FIELDS and doors and piece.start - doors[-1].end <= _NEAR:
            doors[-1] = _longer(doors[-1], part)
    return tuple(doors)


def loose_parts(parts: Iterable[Part]) -> Door:
    """Entrance, floor and room wherever a text names them, without a building."""
    found: dict[str, str] = {}
    for part in parts:
        if part.role in _FIELDS:
            found.setdefault(_FIELDS[part.role], to_digits(part.piece.number))
    return Door(None, found.get("unit"), found.get("floor"), found.get("room"))


def _longer(door: Door, part: Part) -> Door:
    """The door with one more part, if it lacks it."""
    if getattr(door, _FIELDS[part.role]):
        return door
    number = to_digits(part.piece.number)
    unit = number if part.role is Role.UNIT else door.unit
    floor = number if part.role is Role.FLOOR else door.floor
    room = number if part.role is Role.ROOM else door.room
    return Door(door.building, unit, floor, room, door.start, part.piece.end, door.sure or bool(unit and room))
