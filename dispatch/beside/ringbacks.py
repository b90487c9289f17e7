"""Ringing back 回拨: a call that came to nothing, or somebody who asks for a person, is not lost. (The call-back 回访
is another thing: it asks for the verdict.)

Of one number one entry is open: further calls count on it. A person rings, and closes it with what came of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases.models import cases
from cases.phrases import msg
from cases.states import Coded, Role
from cases.steps import Level
from dispatch.acts.refusals import Refused
from dispatch.beside.models import ring_back, ring_back_look
from dispatch.duty.telling import tell_staff
from dispatch.loop.who import Who, demand
from dispatch.people.parties import number_of
from dispatch.people.roster import desk_id
from dispatch.transaction import Tx

PARTS = (Role.AGENT, Role.DISPATCHER, Role.CALLER_BACK, Role.SUPERVISOR)
PAGE = 50


class _Worded(Coded):
    @classmethod
    def catalogue(cls) -> str:
        return "ringback"


class Reason(_Worded):
    """Why somebody is to be rung: they said nothing before they rang off, called while we were away, asked for a
    person."""

    EMPTY = "empty"
    AWAY = "away"
    ASKED = "asked"


class Result(_Worded):
    """What came of it: they were spoken with, did not answer, wanted nothing, or their matter is a case by now."""

    REACHED = "reached"
    UNREACHED = "unreached"
    NEEDLESS = "needless"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class RingBack:
    """Somebody who is to be rung; who it is, is not read here. `reported`: the number of a case they told since."""

    id: UUID
    reason: Reason
    times: int
    first_at: datetime
    last_at: datetime
    reported: str

    @property
    def short(self) -> str:
        """What an entry is called by."""
        return str(self.id)[-8:]


def put(tx: Tx, party_id: UUID, reason: Reason, sid: str) -> None:
    """They are to be rung. The same call told again changes nothing; who asked for it stays who asked. The duty desk
    hears of those who ask."""
    new = insert(ring_back).values(
        id=tx.new_id(), office_id=tx.office_id, party_id=party_id, reason=str(reason), times=1, sid=sid,
        first_at=tx.now, last_at=tx.now,
    )  # fmt: skip
    asked = str(Reason.ASKED)
    again = new.on_conflict_do_update(
        index_elements=[ring_back.c.office_id, ring_back.c.party_id],
        index_where=sa.text("ended_at IS NULL"),
        set_={
            "times": ring_back.c.times + 1, "last_at": tx.now, "sid": sid,
            "reason": sa.case((ring_back.c.reason == asked, asked), else_=new.excluded.reason),
        },
        where=ring_back.c.sid != sid,
    )  # fmt: skip
    changed = tx.conn.execute(again.returning(ring_back.c.id)).scalar()
    if changed is not None and reason is Reason.ASKED:
        words = msg("ringback.text.asked")
        tell_staff(tx, desk_id(tx.office_id), words, purpose="ring_back", level=Level.L2)


def count(tx: Tx) -> int:
    """How many are to be rung."""
    return int(tx.conn.execute(sa.select(sa.func.count()).where(*_open(tx))).scalar_one())


def waiting(tx: Tx) -> Sequence[RingBack]:
    """Who is to be rung, those who asked for it first, then who waits longest; PAGE of them."""
    told = (
        sa.select(cases.c.number)
        .where(
            cases.c.office_id == tx.office_id, cases.c.party_id == ring_back.c.party_id,
            cases.c.received_at >= ring_back.c.first_at, cases.c.confidential.is_(False),
        )
        .order_by(cases.c.received_at.desc())
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    first = sa.case((ring_back.c.reason == str(Reason.ASKED), 0), else_=1)
    rows = tx.conn.execute(
        sa.select(ring_back, told.label("told"))
        .where(*_open(tx))
        .order_by(first, ring_back.c.first_at, ring_back.c.id)
        .limit(PAGE)
    )
    return [RingBack(row.id, Reason(row.reason), row.times, row.first_at, row.last_at, row.told or "") for row in rows]


def _open(tx: Tx) -> tuple[sa.ColumnElement[bool], ...]:
    return ring_back.c.office_id == tx.office_id, ring_back.c.ended_at.is_(None)


def number(tx: Tx, who: Who, id_: UUID) -> str:
    """The number to ring; the look is written down before it is shown (INV-REVEAL). Raises NotYours, Refused."""
    demand(who, *PARTS)
    party_id = tx.conn.execute(sa.select(ring_back.c.party_id).where(ring_back.c.id == id_, *_open(tx))).scalar()
    if party_id is None:
        raise Refused(msg("ringback.refused.gone"))
    tx.put(ring_back_look, id=tx.new_id(), office_id=tx.office_id, ring_back_id=id_, actor=who.actor, at=tx.now)
    return number_of(tx, party_id)


def end(tx: Tx, who: Who, id_: UUID, result: Result) -> None:
    """They were rung, or need not be. Raises NotYours, Refused."""
    demand(who, *PARTS)
    ended = {"ended_at": tx.now, "result": str(result), "ended_by": who.actor}
    done = sa.update(ring_back).where(ring_back.c.id == id_, *_open(tx)).values(ended).returning(ring_back.c.id)
    if tx.conn.execute(done).scalar() is None:
        raise Refused(msg("ringback.refused.gone"))
