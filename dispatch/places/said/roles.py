"""What a number says of the way to a door: by its measure word, by what stands before it and by what comes behind.

A house number behind a road, a building behind an estate, an entrance, floor or room behind a building: most
numbers have a measure word that decides; 号 and bare numbers are decided here. The bounds are what real
addresses most often mean.
"""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.places.said.ground import Before
from dispatch.places.said.pieces import Measure, Piece
from dispatch.places.said.row import Row, dashes
from dispatch.reading.numerals import CHINESE


class Role(StrEnum):
    """A part of a place; AREA is a piece of an estate or market (2区), which is none of ours."""

    BUILDING = "building"
    UNIT = "unit"
    FLOOR = "floor"
    ROOM = "room"
    NUMBER = "number"
    AREA = "area"


_FEW = 5  # 10-1号, 35-2号: the second number tells the doors of one house apart
_LARGE = 100  # from here on a number behind a building is a room, below it an entrance
_VAST = 1000  # an estate has no such building; where nothing else is said it is a room


@dataclass(slots=True, eq=False)
class Turn:
    """The piece `i` of a row where it stands.

    `last` is the role right before it (None: a name is), `joint` what stands between; `inside`: a floor was named.
    `numbered`: a house number was.
    """

    row: Row
    i: int
    piece: Piece
    last: Role | None
    joint: str | None
    in_lane: bool
    inside: bool
    numbered: bool
    _ground: Before | None = None

    @property
    def ground(self) -> Before:
        """The kind of the last name before it."""
        if self._ground is None:
            self._ground = self.row.ground(self.i)
        return self._ground

    @property
    def behind(self) -> Piece | None:
        """The piece right behind it."""
        return self.row.behind(self.i)

    @property
    def dashed(self) -> bool:
        """Whether a dash joins it to the one before."""
        return dashes(self.joint)

    @property
    def dashed_on(self) -> bool:
        """Whether a dash joins it to the one behind."""
        return dashes(self.row.joint(self.i))

    @property
    def dashed_after(self) -> bool:
        """Whether a dash joins the one behind to the next."""
        return dashes(self.row.joint(self.i + 1))

    @property
    def touching(self) -> bool:
        """Whether nothing stands between it and the one before."""
        return self.joint == ""

    @property
    def at_end(self) -> bool:
        """Whether it ends the text."""
        return self.row.ends_text(self.i)

    @property
    def large(self) -> bool:
        """Whether it is more than buildings and entrances are numbered."""
        return self.piece.value >= _LARGE

    @property
    def deeper(self) -> bool:
        """Whether what comes behind lies within it."""
        behind = self.behind
        return behind is not None and behind.measure in _WITHIN

    @property
    def entered(self) -> bool:
        """Whether an entrance comes behind."""
        behind = self.behind
        return behind is not None and behind.measure is Measure.UNIT


_WITHIN = frozenset({Measure.UNIT, Measure.FLOOR, Measure.ROOM, Measure.BARE})
CLEAR = {Measure.UNIT: Role.UNIT, Measure.LANE: Role.NUMBER, Measure.AREA: Role.AREA}
"""What is clear by the measure word, wherever it stands."""
_HOUSES = (Before.HOMES, Before.TRADE)
_DOORS = (Role.UNIT, Role.FLOOR)


def role_of(turn: Turn) -> Role | None:
    """The role of a piece; None where it says nothing of a place."""
    measure, last = turn.piece.measure, turn.last
    if measure is Measure.BUILDING:
        if last is Role.UNIT and turn.dashed:
            return Role.ROOM  # 3-2-501号楼: said once too often
        return Role.UNIT if last is Role.BUILDING and _reads_as_wing(turn) else Role.BUILDING
    if measure is Measure.FLOOR:
        return Role.BUILDING if turn.entered else Role.FLOOR  # 149楼11单元
    if measure in CLEAR:
        return CLEAR[measure]
    if measure is Measure.DOOR:
        return Role.UNIT if last is Role.BUILDING else None
    if measure is Measure.ROW:
        return Role.UNIT if turn.inside or last or turn.ground is Before.TRADE else Role.AREA
    if measure is Measure.NUMBER:
        return _of_number(turn)
    if measure is Measure.HOUSEHOLD:
        return Role.ROOM if last in (Role.BUILDING, *_DOORS) else None  # else it counts them: 208户
    if measure is Measure.ROOM:
        known = last is not None or len(turn.piece.number) > 2 or turn.large
        return Role.ROOM if known or turn.ground in (Before.ROAD, Before.HOMES, Before.TRADE) else None
    return _of_bare(turn)


def _reads_as_wing(turn: Turn) -> bool:
    return turn.row.text[turn.piece.start : turn.piece.end].endswith("座")


def _of_number(turn: Turn) -> Role:
    piece, last, ground = turn.piece, turn.last, turn.ground
    if last is Role.NUMBER:
        return Role.NUMBER if turn.in_lane or (turn.dashed and piece.value < _FEW) else Role.BUILDING
    if last is Role.BUILDING:
        return Role.UNIT if turn.deeper or not (turn.large or piece.is_range) else Role.ROOM
    if last in _DOORS or (turn.inside and ground is not Before.ROAD):
        return Role.ROOM
    if ground is not Before.ROAD and (turn.entered or (turn.deeper and ground is not Before.NOTHING)):
        return Role.BUILDING
    if ground is Before.HOMES:
        return Role.BUILDING if piece.value < _VAST else Role.NUMBER
    if ground is Before.TRADE:
        return Role.ROOM if piece.number.isdigit() or piece.is_range else Role.BUILDING
    return Role.NUMBER


def _of_bare(turn: Turn) -> Role | None:
    last = turn.last
    if turn.piece.number[0] in CHINESE:  # without a measure word a number only right behind another part
        return Role.ROOM if last in (Role.BUILDING, *_DOORS) else None
    if last in (None, Role.AREA):
        return _behind_name(turn)
    if last is Role.NUMBER:
        return _behind_number(turn)
    if last is Role.BUILDING:
        return _behind_building(turn)
    if last is Role.UNIT and turn.dashed_on and (turn.dashed or _is_storey(turn)):
        return Role.FLOOR
    if last is Role.ROOM:
        return Role.ROOM if turn.dashed or turn.touching else None
    return Role.ROOM


def _is_storey(turn: Turn) -> bool:
    """Whether two small numbers behind an entrance are its floor and the door there: 1单元18-1."""
    small = turn.behind is not None and turn.behind.value < _LARGE
    return small and not turn.large and turn.behind is not None and turn.behind.measure is Measure.BARE


def _behind_name(turn: Turn) -> Role | None:
    piece, ground = turn.piece, turn.ground
    if ground is Before.NOTHING:
        return _at_start(turn)
    if ground is Before.ROAD or piece.is_range or _is_front(turn):
        return Role.NUMBER
    if turn.inside:
        return Role.ROOM
    if turn.dashed_on and turn.behind and turn.behind.measure is Measure.FLOOR:
        return Role.FLOOR  # 1-8楼
    if turn.behind and (turn.dashed_on or turn.behind.measure is not Measure.BARE or ground in _HOUSES):
        return Role.BUILDING
    if ground in (Before.OTHER, Before.VILLAGE) or turn.last is Role.AREA:
        return _at_the_end(turn)
    return Role.ROOM if turn.large or piece.number[-1].isalpha() else Role.BUILDING


def _at_start(turn: Turn) -> Role | None:
    """Nothing before it: only a whole chain is a place (3-2-501, 3-2单元)."""
    whole = turn.dashed_on and (turn.dashed_after or turn.entered)
    return Role.BUILDING if whole and not turn.piece.number.startswith("0") and turn.piece.value < _VAST else None


def _is_front(turn: Turn) -> bool:
    """Whether a number begins a chain as a house number does: 西谷村64-6, 126-6号."""
    if not turn.dashed_on or turn.behind is None or turn.last:
        return False
    if turn.ground is Before.VILLAGE:
        return True
    vast = turn.piece.value >= _VAST
    short = turn.behind.value < _LARGE and not turn.dashed_after
    return turn.ground is Before.OTHER and (turn.behind.measure is Measure.NUMBER or short or vast)


def _at_the_end(turn: Turn) -> Role:
    """A number behind a name that tells nothing; in the middle of a text it may count anything."""
    if not turn.at_end or turn.ground is Before.VILLAGE:
        return Role.NUMBER
    if turn.large:
        return Role.ROOM if turn.numbered or turn.piece.value >= _VAST else Role.NUMBER
    return Role.BUILDING if turn.numbered or turn.last is Role.AREA else Role.NUMBER


def _behind_number(turn: Turn) -> Role:
    if turn.dashed and turn.behind is None and turn.piece.value < _FEW:
        return Role.NUMBER
    if turn.in_lane or turn.behind or turn.dashed:
        return Role.BUILDING
    return Role.ROOM if turn.large else Role.BUILDING


def _behind_building(turn: Turn) -> Role:
    """In 3-2-501 the entrance is in the middle; 3-501 has none; 3-2 has no room."""
    if turn.dashed_on and turn.behind:
        deeper = turn.behind.measure is not Measure.BARE or turn.behind.value >= _LARGE
        return Role.UNIT if deeper or turn.dashed or not turn.large else Role.ROOM
    return Role.UNIT if turn.dashed and not turn.large else Role.ROOM
