"""From words to the parts of a place, in one pass from left to right."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from dispatch.places.said.ground import Before
from dispatch.places.said.pieces import Measure, Piece, pieces
from dispatch.places.said.roles import CLEAR, Role, Turn, role_of
from dispatch.places.said.row import Row, joint_between


class Part(NamedTuple):
    """A number with its role."""

    role: Role
    piece: Piece


_SENTENCE = re.compile(r"[,，。!！?？;；]")  # behind one a number no longer stands on the floor that was named
_LIST = re.compile(r"\s*[、和及]\s*")
_LISTED = (Measure.BARE, Measure.NUMBER)
# What goes on behind a bare number makes it a quantity, an hour, or a name of its own: 3个人, 11点, 8小区, 7天.
_GOES_ON = re.compile(
    r"[路街道巷弄区县市镇乡期组村社队届年月日天个点时分秒次人元块米度斤台辆只条岁家多来几套件种位吨平伏瓦%％℃:：号名代季千百万亿园工店东西南北]"
    r"|小时|小区|[国省县]道|中学|公里|公交|[.．][0-9]|[+]|[A-Za-z]{2}"
)
# Right behind an entrance or a floor a number of three signs is a room, whatever else is told of it: 2单元301家里漏水.
_TOLD = re.compile(r"[东西南北园工]|家(?!商|店|住|业|企|公|单|门|饭)|[A-Za-z]{2}")
_INSIDE = (Role.BUILDING, Role.UNIT, Role.FLOOR)
_DOOR_SIGNS = 3
_FEW, _LARGE = 10, 100  # 1703-2, 207-1: a room and a part of it


def read_parts(text: str, names: Mapping[int, Before] | None = None) -> tuple[Part, ...]:
    """Every number that says where, in order. `names` tells what names are known to end at which positions.

    The text is in simplified characters of one width (dispatch/reading/script.py). Never raises.
    """
    return tuple(_Walk(text, names or {}).parts())


class _Walk:
    """What a number is depends on what the one before it was."""

    def __init__(self, text: str, names: Mapping[int, Before]) -> None:
        self._text = text
        self._row = Row(text, pieces(text), names)
        self._kept: list[Part] = []
        self._inside = self._numbered = False

    def parts(self) -> list[Part]:
        for i, piece in enumerate(self._row.found):
            if self._inside and _SENTENCE.search(self._text, self._kept[-1].piece.end, piece.start):
                self._inside = False
            clear = self._clear(i, piece)
            if clear:
                self._note(clear, piece)
                continue
            turn = self._turn(i, piece)
            role = self._role(turn)
            if role is not None:
                self._note(role, self._whole(turn) if role is Role.ROOM else piece)
        return self._kept

    def _clear(self, i: int, piece: Piece) -> Role | None:
        """The role where the measure word is enough to know it, as it mostly is."""
        if self._inside:
            return None  # a road ends what is inside: that must be looked at
        if piece.measure is Measure.FLOOR:
            behind = self._row.behind(i)
            return None if behind and behind.measure is Measure.UNIT else Role.FLOOR
        if piece.measure is Measure.BUILDING:
            return None if self._kept else Role.BUILDING
        return CLEAR.get(piece.measure)

    def _turn(self, i: int, piece: Piece) -> Turn:
        """The piece where it stands."""
        last = self._kept[-1] if self._kept else None
        joint = joint_between(self._text, last.piece, piece) if last else None
        joined = last if joint is not None else None
        turn = Turn(
            self._row,
            i,
            piece,
            joined.role if joined else None,
            joint,
            in_lane=joined is not None and joined.piece.measure is Measure.LANE,
            inside=self._inside,
            numbered=self._numbered,
        )
        if self._inside and turn.ground is Before.ROAD:
            self._inside = turn.inside = False
        return turn

    def _role(self, turn: Turn) -> Role | None:
        piece = turn.piece
        if turn.last and turn.joint and piece.measure in _LISTED and _LIST.fullmatch(turn.joint):
            return turn.last  # 501、502室
        if piece.measure is Measure.BARE:
            end = self._row.chain_end(turn.i)
            if end >= 0 and _GOES_ON.match(self._text, end) and not self._is_told_of(turn, end):
                return None
        return role_of(turn)

    def _is_told_of(self, turn: Turn, end: int) -> bool:
        """Whether words go on about a door, which make no quantity of its number."""
        if len(turn.piece.number) < _DOOR_SIGNS or not _TOLD.match(self._text, end):
            return False
        return turn.last in _INSIDE or (turn.piece.number[0].isalpha() and turn.ground is Before.TRADE)

    def _whole(self, turn: Turn) -> Piece:
        """The number of a room with what of it stands before."""
        piece = turn.piece
        if not self._is_more(turn):
            return piece
        begun = self._kept.pop().piece
        return piece._replace(number=self._text[begun.start : piece.end], start=begun.start)

    def _note(self, role: Role, piece: Piece) -> None:
        self._inside = self._inside or role is Role.FLOOR
        self._numbered = self._numbered or role is Role.NUMBER
        self._kept.append(Part(role, piece))

    def _is_more(self, turn: Turn) -> bool:
        """Whether a number goes on the room's before it: 4H1774, 1703-2, C-11."""
        if turn.last is not Role.ROOM or turn.piece.measure is not Measure.BARE:
            return False
        begun = self._kept[-1].piece
        if not turn.dashed:
            return turn.joint == ""
        return begun.number.isalpha() or (begun.value >= _LARGE and turn.piece.value < _FEW)
