"""Adjudication 终审: somebody above the desks, who has not said yet whose case it is, decides it for good."""

from typing import Any

import sqlalchemy as sa

from cases.lifecycle import Holder
from cases.loop import handing
from cases.loop.deeds import Standing
from cases.loop.models import return_request
from cases.phrases import Message, msg, stored
from cases.states import Role, State
from cases.steps import URGENT
from dispatch.acts.refusals import Refused
from dispatch.choice.stored import written
from dispatch.district import Unit
from dispatch.duty import moves, reach
from dispatch.life.deciding import words_of
from dispatch.loop import desks, telling
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.disputes.raising import last_return, may_object, opinions
from dispatch.loop.who import Who, demand, demand_impartial
from dispatch.reports import UnknownUnit
from dispatch.side import rows as side
from dispatch.transaction import Tx


def adjudicate(tx: Tx, who: Who, case: Standing, code: str, why: str) -> Message:
    """It is this unit's case, for this reason. Whoever decided about its returns decides no more, nor whoever handled
    it. Raises NotYours, Partial, NothingToDecide, UnknownUnit, Refused."""
    demand(who, Role.SUPERVISOR)
    if case.state is not State.IN_DISPUTE:
        raise NothingToDecide(case.row.number)
    if not _is_free(tx, who, case):
        raise Refused(msg("dispute.refused.said_before"))
    demand_impartial(tx, who, case)
    to, words = tx.district.unit(code), words_of(why)
    if to is None:
        raise UnknownUnit(code)
    former, asked = case.row, last_return(tx, case)
    handing.adjudge(tx, case.id, _holder(tx, case, to), words, who.actor)
    if asked is not None:
        _settle(tx, asked, who, is_theirs=to.id == former.unit_id)
    side.follow(tx, case.id, to.id)
    moves.given(tx, case.id, former.worker_id, moves.MoveReason.ADJUDICATED)
    if to.id == former.unit_id:
        telling.count_again(tx, case.id)
    moves.look_again(tx, case.id)
    heads = {side.head(tx, to.id), side.head(tx, former.unit_id)} - {who.staff_id}
    side.tell(tx, case, "dispute.text.adjudicated", sorted(filter(None, heads)), unit=to.name, why=words)
    return msg("dispute.said.adjudicated", number=case.row.number, unit=to.name)


def _holder(tx: Tx, case: Standing, to: Unit) -> Holder:
    """Who of the unit has it: of the one that had it, whoever held it."""
    mine, worker = case.row.worker_id, None
    if to.id == case.row.unit_id:
        worker = next((each for each in tx.district.workers if each.id == mine), None)
    picked = None if worker else reach.receiver(tx, to, case.row, urgent=case.level in URGENT)
    worker = picked.worker if picked else worker
    return Holder(
        to.id, to.code, worker.id if worker else None, worker.code if worker else None, "by-hand",
        stored((msg("dispute.reason", unit=to.name),)), written(picked.judged) if picked else {},
    )  # fmt: skip


def _settle(tx: Tx, asked: Any, who: Who, *, is_theirs: bool) -> None:
    """What was decided about the unit's return is what holds in the end: dispatch accuracy counts by it."""
    decision = "rejected" if is_theirs else "upheld"
    if asked.decision != decision:
        columns = {"decision": decision, "decided_by": who.actor, "decided_at": tx.now}
        tx.conn.execute(sa.update(return_request).where(return_request.c.id == asked.id).values(columns))


def _is_free(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody has not said yet whose case it is; where all who could decide have, whoever does must."""
    said = opinions(tx, case.id)
    return who.actor not in said or all(f"staff:{code}" in said for code in _adjudicators(tx))


def _adjudicators(tx: Tx) -> list[str]:
    office = tx.district.units[0].code
    return [worker.code for worker in tx.district.workers_of(office) if worker.role in desks.SUPERVISORS]


def possible(tx: Tx, who: Who, case: Standing, *, handled: bool) -> frozenset[str]:
    """The names (in the table of deeds) of what somebody may do now about a dispute."""
    if case.state is State.IN_DISPUTE:
        free = who.part is Role.SUPERVISOR and not handled and _is_free(tx, who, case)
        return frozenset({"adjudicate"} if free else ())
    return frozenset({"object"} if may_object(tx, who, case) else ())
