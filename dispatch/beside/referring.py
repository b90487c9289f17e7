"""The resident is told by text where to go or whom to call about their matter; the case goes on as it stands."""

from collections.abc import Mapping, Sequence
from functools import reduce

import sqlalchemy as sa

from cases.loop.deeds import Standing
from cases.models import party
from cases.phrases import Message, Name, msg
from cases.states import Role
from dispatch.acts.refusals import Refused
from dispatch.district.beside.hours import told
from dispatch.life.deciding import tell_resident
from dispatch.loop.who import Who, demand
from dispatch.reads.beside.offered import for_case
from dispatch.side import rows
from dispatch.side.rows import Line
from dispatch.transaction import Tx

PARTS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR)
_Said = Message | Name | str


def choices(tx: Tx, case: Standing) -> Mapping[str, Name]:
    """What the resident of a case may be told of, by the code of the point or the number of the line."""
    offer = for_case(tx, case.row)
    lines = {line.number: line.name for line in offer.lines}
    return {**lines, **{near.point.code: near.point.name for near in offer.points}}


def refers(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody may do it now: there is something to tell, and somebody who takes texts."""
    mine = who.part in PARTS or case.row.worker_id == who.id
    return mine and _takes_texts(tx, case) and bool(choices(tx, case))


def _takes_texts(tx: Tx, case: Standing) -> bool:
    there = (party.c.id == case.row.party_id, party.c.stopped_at.is_(None))
    return case.row.party_id is not None and tx.conn.execute(sa.select(party.c.id).where(*there)).first() is not None


def refer(tx: Tx, who: Who, case: Standing, code: str) -> Message:
    """Tell the resident of one of the choices. Raises NotYours, Refused."""
    if case.row.worker_id != who.id:
        demand(who, *PARTS)
    known = choices(tx, case)
    if code not in known:
        raise Refused(msg("beside.refused.unsuited", known=", ".join(known)), "refer_to")
    if not _takes_texts(tx, case):
        raise Refused(msg("beside.refused.no_texts"))
    rows.write(tx, case, Line("referred", who.actor, facts={"referred_to": code}))
    tell_resident(tx, case, "beside.text.referred", where=_together(_parts(tx, code)))
    return msg("beside.said.referred", number=case.row.number)


def _parts(tx: Tx, code: str) -> Sequence[_Said]:
    """What is told of it: a line with its number, or a point with its address, hours and number."""
    beside = tx.district.beside
    for line in beside.other_lines:
        if line.number == code:
            return (msg("beside.text.called", name=line.name, number=code),)
    point = next(point for point in beside.points if point.code == code)
    said = (point.name, point.address, *told(point.hours), point.phone)
    return [each for each in said if each]


def _together(parts: Sequence[_Said]) -> _Said:
    return reduce(lambda one, other: msg("beside.text.and", one=one, other=other), parts)
