"""From words to the parts of a place, in one pass from left to right."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dispatch.places.said.ground import Before, before
from dispatch.places.said.pieces import Measure, Piece, pieces
from dispatch.places.said.roles import Role, Turn, role_of


@dataclass(frozen=True, slots=True)
class Part:
    """A number with its role."""

    role: Role
    piece: Piece


_BETWEEN = re.compile(r"[\s,，、。.:：/的第_(（#和及]*(?:[-–—−~一]+)?[\s,，、/第_(（]*")
_DASH = re.compile(r"[-–—−~_/一]")
_DASHES = re.compile(r"[-–—−~_]+")
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
_NOTHING_MORE = re.compile(r"[\s_,，。.!！)）]*")


def read_parts(text: str, names: Mapping[int, Before] | None = None) -> tuple[Part, ...]:
    """Every number that says where, in order. `names` tells what names are known to end at which positions.

    The text is in simplified characters of one width (dispatch/reading/script.py). Never raises.
    """
    return tuple(_Walk(text, names or {}).parts())


def joint_between(text: str, one: Piece, other: Piece) -> str | None:
    """What stands between two neighbours; None where it is more than a separator."""
    gap = text[one.end : other.start]
    return gap if _BETWEEN.fullmatch(gap) else None


class _Walk:
    """What a number is depends on what the one before it was."""

    def __init__(self, text: str, names: Mapping[int, Before]) -> None:
        self._text = text
        self._names = names
        self._found = pieces(text)
        self._kept: list[Part] = []
        self._inside = self._numbered = False

    def parts(self) -> list[Part]:
        for i, piece in enumerate(self._found):
            turn, joint = self._turn(i)
            role = self._role(turn, joint)
            if role is not None:
                self._keep(role, piece, turn)
        return self._kept

    def _turn(self, i: int) -> tuple[Turn, str | None]:
        """The piece where it stands, and what stands between it and the part before."""
        piece, last = self._found[i], self._kept[-1] if self._kept else None
        joint = self._joint(last.piece, piece) if last else None
        behind, on, after = self._behind(i)
        ground = self._ground(piece)
        self._inside = self._inside and ground is not Before.ROAD
        turn = Turn(
            piece,
            ground,
            last.role if last and joint is not None else None,
            behind,
            dashed=bool(joint and _DASH.search(joint)),
            dashed_on=bool(on and _DASH.search(on)),
            dashed_after=bool(after and _DASH.search(after)),
            touching=joint == "",
            in_lane=bool(last and joint is not None and last.piece.measure is Measure.LANE),
            inside=self._inside,
            numbered=self._numbered,
            at_end=_NOTHING_MORE.fullmatch(self._text, piece.end) is not None,
        )
        return turn, joint

    def _behind(self, i: int) -> tuple[Piece | None, str | None, str | None]:
        """The piece that follows at once, what joins it, and what joins it to the next."""
        row = [*self._found[i : i + 3], None, None][:3]
        first, second, third = row
        on = self._joint(first, second) if first and second else None
        after = self._joint(second, third) if second and third else None
        return (second if on is not None else None), on, after

    def _joint(self, one: Piece, other: Piece) -> str | None:
        return joint_between(self._text, one, other)

    def _ground(self, piece: Piece) -> Before:
        for position in range(piece.start, max(-1, piece.start - 3), -1):
            if position in self._names and not self._text[position : piece.start].strip(" ,，、的-"):
                return self._names[position]
        return before(self._text, piece.start)

    def _chain_end(self, piece: Piece, turn: Turn) -> int:
        """Where the bare numbers end that dashes join to this one: in 50-100元 none of them is a place."""
        end = piece.end if turn.behind is None or turn.dashed_on else -1
        following = self._found[self._found.index(piece) + 1 :] if turn.dashed_on else ()
        for behind in following:
            if not _DASHES.fullmatch(self._text, end, behind.start) or behind.measure is not Measure.BARE:
                return end if behind.measure is Measure.BARE else -1
            end = behind.end
        return end

    def _role(self, turn: Turn, joint: str | None) -> Role | None:
        piece = turn.piece
        if turn.last and joint and _LIST.fullmatch(joint) and piece.measure in _LISTED:
            return turn.last  # 501、502室
        if piece.measure is Measure.BARE:
            end = self._chain_end(piece, turn)
            if _GOES_ON.match(self._text, end) and not self._is_told_of(turn, end):
                return None
        return role_of(turn, self._text[piece.start : piece.end])

    def _is_told_of(self, turn: Turn, end: int) -> bool:
        """Whether words go on about a door, which make no quantity of its number."""
        behind = turn.last in _INSIDE or (turn.ground is Before.TRADE and turn.piece.number[0].isalpha())
        return behind and len(turn.piece.number) >= _DOOR_SIGNS and _TOLD.match(self._text, end) is not None

    def _keep(self, role: Role, piece: Piece, turn: Turn) -> None:
        if role is Role.ROOM and self._is_more(turn):
            begun = self._kept.pop().piece
            piece = replace(piece, number=self._text[begun.start : piece.end], start=begun.start)
        self._inside = self._inside or role is Role.FLOOR
        self._numbered = self._numbered or role is Role.NUMBER
        self._kept.append(Part(role, piece))

    def _is_more(self, turn: Turn) -> bool:
        """Whether a number goes on the room's before it: 4H1774, 1703-2, C-11."""
        if turn.last is not Role.ROOM or turn.piece.measure is not Measure.BARE:
            return False
        begun = self._kept[-1].piece
        if not turn.dashed:
            return turn.touching
        return begun.number.isalpha() or (begun.value >= _LARGE and turn.piece.value < _FEW)
