"""What stands beside a case, in sentences."""

from collections.abc import Iterator
from typing import Any

from cases.life.sides import Cause, Flag, Side
from cases.phrases import Message, msg
from console.standing.note import PLAIN, WAITS, Note
from console.standing.telling import Teller


def notes(rows: list[Any], teller: Teller) -> Iterator[Note]:
    """The sentences, in the order in which it began; rows of `dispatch.reads.around`."""
    for row in rows:
        if row.kind == Side.SUPERVISION:
            yield Note(PLAIN if row.answered_at is None else WAITS, _watched(row, teller))
        elif row.kind == Side.COHANDLING:
            yield Note(PLAIN if row.answered_at is None else WAITS, _shared(row, teller))
        elif row.kind == Side.URGE:
            yield Note(WAITS if row.answered_at is None else PLAIN, _urged(row, teller))
        elif row.kind == Side.FLAG:
            yield Note(WAITS, _flagged(row, teller))
        elif row.kind == Side.HANDOVER:
            who = teller.actor(row.opened_by)
            yield Note(WAITS, msg("handover.standing", line=row.code, who=who, at=row.opened_at))


def _watched(row: Any, teller: Teller) -> Message:
    words = {"level": row.level, "cause": Cause(row.code).label}
    if row.answered_at is not None:
        who = teller.actor(row.answered_by)
        return msg("side.standing.accounted", who=who, at=row.answered_at, **words)
    words |= {"who": teller.actor(row.opened_by), "at": row.opened_at}
    if row.due_at is None:
        return msg("side.standing.watched_open", **words)
    return msg("side.standing.watched", due=row.due_at, **words)


def _shared(row: Any, teller: Teller) -> Message:
    words: dict[str, object] = {"unit": teller.unit(row.unit_code)}
    if row.answered_at is not None:
        return msg("side.standing.co_answered", who=teller.actor(row.answered_by), at=row.answered_at, **words)
    words |= {"who": teller.actor(row.opened_by), "at": row.opened_at}
    if row.due_at is None:
        return msg("side.standing.cohandled_open", **words)
    return msg("side.standing.cohandled", due=row.due_at, **words)


def _urged(row: Any, teller: Teller) -> Message:
    if row.answered_at is not None:
        who = teller.actor(row.answered_by)
        return msg("side.standing.urge_answered", times=row.times, who=who, at=row.answered_at)
    return msg("side.standing.urged", times=row.times, at=row.last_at, told=row.told_at)


def _flagged(row: Any, teller: Teller) -> Message:
    people = msg("side.people", count=row.times) if row.times else ""
    flag = Flag(row.code).label
    return msg("side.standing.flagged", flag=flag, people=people, who=teller.actor(row.opened_by), at=row.opened_at)
