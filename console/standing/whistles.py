"""The last whistle about a case, in sentences: who is summoned, who came, and how each was evaluated."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cases.phrases import Message, msg
from console.standing.note import PLAIN, WAITS, Note
from console.standing.telling import Teller
from dispatch.side.calls import Summoned, listed


def notes(there: Sequence[Summoned], teller: Teller, now: datetime) -> Iterator[Note]:
    """The sentences; rows of `dispatch.side.calls.summoned`."""
    last = [row for row in there if row.whistle_id == there[-1].whistle_id]
    if not last:
        return
    head = last[0]
    units = listed([row.unit.name for row in last])
    who = teller.actor(head.blown_by)
    waits = WAITS if head.is_open else PLAIN
    said = {"who": who, "at": head.blown_at, "units": units, "until": head.at, "n": head.short}
    yield Note(waits, Message("whistle.standing.blown", said))
    for row in last:
        is_waiting = row.is_open and (row.came_at is None or row.rated_at is None)
        yield Note(WAITS if is_waiting else PLAIN, _one(row, now))


def _one(row: Summoned, now: datetime) -> Message:
    rated = msg("whistle.standing.rated", part=_part(row), score=row.score) if row.rated_at is not None else ""
    if row.came_at is None:
        kind = "awaited" if now < row.at and row.passed_at is None else "absent"
        return msg(f"whistle.standing.{kind}", unit=row.unit.name, rated=rated)
    kind = "in_time" if row.in_time else "late"
    return msg(f"whistle.standing.{kind}", unit=row.unit.name, at=row.came_at, rated=rated)


def _part(row: Summoned) -> Message:
    return msg(f"whistle.part.{'yes' if row.took_part else 'no'}")
