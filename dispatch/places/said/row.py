"""The numbers of a text side by side: what stands before each, and what between it and its neighbours."""

import re
from collections.abc import Mapping

from dispatch.places.said.ground import Before, before
from dispatch.places.said.pieces import Measure, Piece

_BETWEEN = re.compile(r"[\s,，、。.:：/的第_(（#和及]*(?:[-–—−~一]+)?[\s,，、/第_(（]*")
_DASH = re.compile(r"[-–—−~_/一]")
_DASHES = re.compile(r"[-–—−~_]+")
_NOTHING_MORE = re.compile(r"[\s_,，。.!！)）]*")


def joint_between(text: str, one: Piece, other: Piece) -> str | None:
    """What stands between two neighbours; None where it is more than a separator."""
    joint = _BETWEEN.fullmatch(text, one.end, other.start)
    return joint[0] if joint else None


def dashes(joint: str | None) -> bool:
    """Whether what stands between two numbers joins them as a dash does."""
    return bool(joint) and _DASH.search(joint or "") is not None


class Row:
    """The pieces of a text. Looks only at what is asked for: most pieces are clear by their measure word."""

    def __init__(self, text: str, found: tuple[Piece, ...], names: Mapping[int, Before]) -> None:
        self.text = text
        self.found = found
        self._names = names
        self._chain = (0, 0)  # up to which piece the last chain of bare numbers goes, and where it ends

    def joint(self, i: int) -> str | None:
        """What joins a piece to the one behind it; None where there is none or more stands between."""
        return joint_between(self.text, self.found[i], self.found[i + 1]) if i + 1 < len(self.found) else None

    def behind(self, i: int) -> Piece | None:
        """The piece that follows at once."""
        return self.found[i + 1] if self.joint(i) is not None else None

    def ground(self, i: int) -> Before:
        """The kind of the name before a piece."""
        start = self.found[i].start
        for position in range(start, max(-1, start - 3), -1) if self._names else ():
            if position in self._names and not self.text[position:start].strip(" ,，、的-"):
                return self._names[position]
        return before(self.text, start)

    def ends_text(self, i: int) -> bool:
        """Whether nothing comes behind a piece."""
        return _NOTHING_MORE.fullmatch(self.text, self.found[i].end) is not None

    def chain_end(self, i: int) -> int:
        """Where the bare numbers end that dashes join to a piece: in 50-100元 none of them is a place. -1 where what
        comes at once behind is no such number."""
        if not dashes(self.joint(i)):
            return self.found[i].end if self.behind(i) is None else -1
        if i >= self._chain[0]:
            self._chain = self._chain_from(i)
        return self._chain[1]

    def _chain_from(self, i: int) -> tuple[int, int]:
        end = self.found[i].end
        for k in range(i + 1, len(self.found)):
            if not _DASHES.fullmatch(self.text, end, self.found[k].start):
                return k, end
            if self.found[k].measure is not Measure.BARE:
                return k, -1
            end = self.found[k].end
        return len(self.found), end
