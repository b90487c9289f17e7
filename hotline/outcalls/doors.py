"""The addresses at which a call of ours goes on, and the turns that they name; where the word on a text comes.

A turn's address tells all there is to know of it. Odd turns answer a question that was asked for the first time,
even ones a question that was repeated because nobody pressed a key; so nothing has to be kept between them, and
turns that come late, twice or out of order find the same.
"""

from uuid import UUID

from dispatch.lines import Line
from dispatch.outbox import Outgoing
from hotline.carriers.port import CallOut, TextOut

MOST = 9  # turns; whoever wants to hear it again more often is let go


def to_place(line: Line, item: Outgoing) -> CallOut:
    """The call that a row of the outbox wants."""
    return CallOut(line, item.number, _door(line, "out", item.id), _door(line, "outstatus", item.id))


def to_send(line: Line, item: Outgoing) -> TextOut:
    """The text that a row of the outbox wants; what becomes of it comes to an address that names the row."""
    return TextOut(line, item.number, item.body, _door(line, "textstatus", item.id))


def turn_of(line: Line, ref: UUID, turn: int) -> str:
    """Where a turn of a call comes to us."""
    return f"{_door(line, 'out', ref)}/{turn}"


def dialed(line: Line, ref: UUID) -> str:
    """Where we hear what came of connecting a call."""
    return _door(line, "dialed", ref)


def _door(line: Line, door: str, ref: UUID) -> str:
    return f"/webhooks/twilio/{line.id}/{door}/{ref.hex}"


def anew(turn: int) -> int | None:
    """The turn after the question is asked as if for the first time; None after too many."""
    following = turn + 2 if turn % 2 else turn + 1
    return following if following <= MOST else None


def once_more(turn: int) -> int | None:
    """The turn after a silence: the question is repeated once; None where it was repeated already."""
    return turn + 1 if turn % 2 else None
