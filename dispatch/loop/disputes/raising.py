"""What leads to adjudication: the third return of a case, a second one that a dispatcher would uphold, and a unit that
objects to the rejection of its return. While it lasts the time is the adjudicator's."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.clock.sla import due_at
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import return_request
from cases.models import event
from cases.phrases import Message, msg
from cases.states import Coded, Deed, Role, State
from cases.steps import Step
from dispatch.acts.refusals import Refused
from dispatch.life.deciding import speaks, words_of
from dispatch.loop import desks
from dispatch.loop.promises import limits_for
from dispatch.loop.visits import at_hand
from dispatch.loop.who import NotYours, Who
from dispatch.loop.work import give_short
from dispatch.side.rows import allowed
from dispatch.transaction import Tx

RETURNS = 3  # the return that no dispatcher decides any more
DISPUTED = "disputed"  # what became of a return whose dispute is not decided yet
# Lines of those who said already whose case it is.
_OPINIONS = ("return_upheld", "return_rejected", "disputed")


class Cause(Coded):
    """Why a case is in dispute."""

    THIRD = "third"
    UPHELD_TWICE = "upheld_twice"
    OBJECTION = "objection"

    @classmethod
    def catalogue(cls) -> str:
        return "dispute"


def begin(tx: Tx, case_id: UUID, cause: Cause, by: tuple[str, str], proposed: str | None = None) -> Standing:
    """The dispute begins; `by` is who brings it about and in which words, `proposed` the code of the unit whose case it
    should be. Somebody who has not said yet whose it is hears of it. Raises IllegalDeed."""
    actor, words = by
    facts = {"cause": str(cause), **({"proposed": proposed} if proposed else {})}
    done = do(tx, case_id, Act(Deed.DISPUTE, actor, "disputed", facts, words))
    heard = opinions(tx, case_id)
    but = {worker.id for worker in tx.district.workers if f"staff:{worker.code}" in heard}
    desks.tell(tx, desks.SUPERVISORS, done, "dispute.text.disputed", but)
    return done


def opinions(tx: Tx, case_id: UUID) -> frozenset[str]:
    """Who (as history names them) decided about a return of the case, or brought it into dispute."""
    mine = (event.c.case_id == case_id, event.c.kind.in_(_OPINIONS))
    return frozenset(tx.conn.execute(sa.select(event.c.actor).where(*mine)).scalars())


def decided_at(tx: Tx, case_id: UUID) -> datetime | None:
    """When it was adjudicated whose case it is; None where it never was."""
    mine = (event.c.case_id == case_id, event.c.kind == "adjudicated")
    at: datetime | None = tx.conn.execute(sa.select(sa.func.max(event.c.at)).where(*mine)).scalar()
    return at


def is_third(tx: Tx, case_id: UUID) -> bool:
    """Whether the return that is asked for now is one that no dispatcher decides."""
    asked = (return_request.c.case_id == case_id, return_request.c.decision != "overtaken")
    times = tx.conn.execute(sa.select(sa.func.count()).select_from(return_request).where(*asked)).scalar_one()
    return bool(times >= RETURNS - 1)


def was_upheld(tx: Tx, case_id: UUID) -> bool:
    """Whether a return of the case was upheld before: the dispatchers were wrong about it once."""
    upheld = sa.exists().where(return_request.c.case_id == case_id, return_request.c.decision == "upheld")
    return bool(tx.conn.execute(sa.select(upheld)).scalar())


def last_return(tx: Tx, case: Standing) -> Any | None:
    """The last return that the unit asked for which has the case."""
    mine = (return_request.c.case_id == case.id, return_request.c.unit_id == case.row.unit_id)
    wanted = sa.select(return_request).where(*mine).order_by(return_request.c.asked_at.desc(), return_request.c.id)
    return tx.conn.execute(wanted.limit(1)).one_or_none()


def objecting(tx: Tx, who: Who, case_id: UUID, words: str) -> Message:
    """A unit says that the rejection of its return is wrong: whoever holds the case, or leads the unit. Raises
    NotYours, IllegalDeed, Refused."""
    short = give_short(tx, case_id)
    case = standing(tx, case_id, lock=True)
    if case.row.worker_id == who.id:
        case = at_hand(tx, who, case_id, Deed.DISPUTE)
    elif not speaks(tx, who, case):
        raise NotYours(who, Role.UNIT)
    allowed(case, Deed.DISPUTE)
    no = closed_to(tx, case)
    if no is not None:
        raise Refused(msg(no.id, **no.params, n=short))
    begin(tx, case_id, Cause.OBJECTION, (who.actor, words_of(words)))
    return msg("dispute.work.objected", n=short)


def closed_to(tx: Tx, case: Standing) -> Message | None:
    """Why a unit cannot object; the sentence lacks its number."""
    at = decided_at(tx, case.id)
    if at is not None:
        return msg("dispute.work.final", at=at)
    asked = last_return(tx, case)
    if asked is None or asked.decision != "rejected" or case.attempt > 1:
        return msg("dispute.work.nothing")
    until = _until(tx, case, asked.decided_at)
    return msg("dispute.work.late", until=until) if until is not None and until < tx.now else None


def _until(tx: Tx, case: Standing, since: datetime) -> datetime | None:
    """Until when it may object: as long after the rejection as there is for asking."""
    limit = limits_for(tx, case).get(Step.RETURN_REQUEST)
    return due_at(limit, since, tx.calendar) if limit else None


def may_object(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody could object now."""
    mine = case.row.worker_id == who.id or speaks(tx, who, case)
    return mine and case.state is State.IN_PROGRESS and closed_to(tx, case) is None
