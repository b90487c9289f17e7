"""Flags: many callers about one matter, or residents who complain together. A supervisor hears of each at once."""

from typing import Any

from cases.life.models import side
from cases.life.sides import End, Flag, Side
from cases.loop.deeds import Standing
from cases.phrases import Message, msg
from cases.states import Deed, Role
from dispatch.acts.refusals import Refused
from dispatch.life.deciding import words_of
from dispatch.loop import desks
from dispatch.loop.who import Who, demand
from dispatch.side import rows
from dispatch.side.rows import Line
from dispatch.transaction import Tx

PARTS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR)
LIFTERS = (Role.DISPATCHER, Role.SUPERVISOR)
MOST = 99_999


def put(tx: Tx, who: Who, case: Standing, flag: Flag, said: tuple[str, str]) -> Message:
    """Put a flag on a case; `said` is how many people it is about (empty: not known), and why. Raises NotYours,
    IllegalDeed, Refused."""
    demand(who, *PARTS)
    rows.allowed(case, Deed.FLAG)
    if flagged(tx, case, flag) is not None:
        raise Refused(msg("side.refused.flagged", flag=flag.label), "flag")
    people, words = said
    count, text = _count(people), words_of(words)
    tx.put(
        side, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt, kind=str(Side.FLAG),
        code=str(flag), times=count, staff_id=who.staff_id, opened_by=who.actor, opened_at=tx.now,
    )  # fmt: skip
    rows.write(tx, case, Line("flagged", who.actor, text, {"flag": str(flag), "people": count or 0}))
    desks.tell(tx, desks.SUPERVISORS, case, f"side.text.flagged_{flag}")
    return msg("side.said.flagged", number=case.row.number, flag=flag.label)


def _count(people: str) -> int | None:
    if not people:
        return None
    count = int(people) if people.isdecimal() and len(people) <= len(str(MOST)) else 0
    if count < 1:
        raise Refused(msg("side.refused.people"), "people")
    return count


def flagged(tx: Tx, case: Standing, flag: Flag) -> Any | None:
    """The flag, where it is on the case."""
    return next((row for row in rows.open_rows(tx, case.id, Side.FLAG) if row.code == flag), None)


def lift(tx: Tx, who: Who, case: Standing, flag: Flag, words: str) -> Message:
    """Take a flag off. Raises NotYours, IllegalDeed, Refused."""
    demand(who, *LIFTERS)
    rows.allowed(case, Deed.UNFLAG)
    row = flagged(tx, case, flag)
    if row is None:
        raise Refused(msg("side.refused.unflagged", flag=flag.label), "flag")
    text = words_of(words)
    rows.change(tx, row, ended_by=who.actor, ended_at=tx.now, result=str(End.RELEASED))
    rows.write(tx, case, Line("unflagged", who.actor, text, {"flag": str(flag)}))
    return msg("side.said.unflagged", number=case.row.number, flag=flag.label)
