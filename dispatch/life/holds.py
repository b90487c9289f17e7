"""Holds: a case waits for a named reason, with a date on which it is looked at again, and its clocks stand meanwhile.

The time of a hold is the resident's where the resident is waited for, else nobody's (`cases.clock.happened`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.clock.happened import HoldReason
from cases.clock.sla import Limit, Measure, due_at
from cases.life.extending import is_held
from cases.life.models import permission
from cases.life.reasons import Decision, Request, Resumption
from cases.loop.deeds import Act, Standing, do, standing
from cases.phrases import Message, msg
from cases.states import Deed, Role, State
from cases.steps import URGENT, Step
from dispatch.acts.refusals import Refused
from dispatch.duty.moves import look_again
from dispatch.life import deciding
from dispatch.loop import telling
from dispatch.loop.expecting import expect
from dispatch.loop.promises import limits_for
from dispatch.loop.visits import at_hand
from dispatch.loop.who import NotYours, Who
from dispatch.policy.permissions import Approver
from dispatch.reading.dates import read_moment
from dispatch.transaction import Tx


def ask(tx: Tx, who: Who, case_id: UUID, reason: HoldReason, said: tuple[str, str]) -> Message:
    """Ask that a case is held; `said` is the date on which it is looked at again, and why. Raises IllegalDeed,
    NotYours; Refused where it cannot be held, or not so long."""
    review, words = said
    case = _in_hand(tx, who, case_id)
    latest = latest_review(tx, case, reason)
    if latest is None:
        raise Refused(msg("life.refused.urgent" if case.level in URGENT else "life.refused.no_hold"))
    at = _review(tx, review, latest)
    wanted = {"kind": str(Request.HOLD), "code": str(reason), "wanted_at": at}
    deciding.ask(tx, who, case, wanted, deciding.words_of(words))
    return msg("life.said.hold_asked", reason=reason.label, until=at)


def _in_hand(tx: Tx, who: Who, case_id: UUID) -> Standing:
    """The case, locked, of somebody who holds it or leads its unit."""
    case = standing(tx, case_id, lock=True)
    if case.row.worker_id == who.id:
        return at_hand(tx, who, case_id, Deed.HOLD)
    if not deciding.speaks(tx, who, case):
        raise NotYours(who, Role.UNIT)
    if case.state is not State.IN_PROGRESS:
        raise Refused(msg("life.refused.not_in_progress", state=case.state.label))
    return case


def latest_review(tx: Tx, case: Standing, reason: HoldReason | None = None) -> datetime | None:
    """The last date to which a case may be held for a reason: by the limit of its level, and what policy says of the
    reason. None where it cannot be held."""
    limit = limits_for(tx, case).get(Step.HOLD_REVIEW)
    if limit is None or case.level in URGENT:
        return None
    cap = tx.policy.permissions.hold(reason).cap if reason else None
    return min(due_at(each, tx.now, tx.calendar) for each in (limit, cap) if each is not None)


def _review(tx: Tx, said: str, latest: datetime) -> datetime:
    """The closing time of the day that is meant; it lies after today and within the cap."""
    at = read_moment(said, tx.calendar, tx.now)
    if at is None:
        raise Refused(msg("life.refused.no_date"), "until")
    days = tx.calendar.working_days_between(tx.calendar.local_day(tx.now), tx.calendar.local_day(at))
    if days < 1:
        raise Refused(msg("life.refused.past"), "until")
    due = due_at(Limit(days, Measure.WORKING_DAYS), tx.now, tx.calendar)
    if due > latest:
        raise Refused(msg("life.refused.too_far", latest=latest), "until")
    return due


def may_grant(tx: Tx, who: Who, case: Standing, row: Any) -> bool:
    """Whether somebody is in the part of those who grant a hold for its reason."""
    return deciding.may_decide(tx, who, case, lead=_lead_too(tx, row))


def _lead_too(tx: Tx, row: Any) -> bool:
    return tx.policy.permissions.hold(HoldReason(row.code)).approver is Approver.UNIT


def grant(tx: Tx, who: Who, case: Standing, row: Any) -> None:
    """A second person agrees: from now on the clocks stand, until the date at the latest. Raises IllegalDeed, NotYours,
    SamePerson; Refused where the date has come meanwhile."""
    deciding.demand_second(tx, who, case, row, lead=_lead_too(tx, row))
    days = tx.calendar.working_days_between(tx.calendar.local_day(tx.now), tx.calendar.local_day(row.wanted_at))
    if days < 1:
        raise Refused(msg("life.refused.past_meanwhile", until=row.wanted_at))
    reason = HoldReason(row.code)
    facts = {"code": row.code, "review_at": row.wanted_at, "asked_by": row.asked_by}
    held = do(tx, case.id, Act(Deed.HOLD, who.actor, "held", facts))
    deciding.settle(tx, row, Decision.GRANTED, who)
    tx.conn.execute(sa.update(permission).where(permission.c.id == row.id).values(held_at=held.row.last_at))
    deciding.tell_resident(tx, held, "life.text.held", reason=reason.label, until=row.wanted_at)
    deciding.tell_asker(tx, held, row, "life.text.hold_granted", until=row.wanted_at)


def resume(tx: Tx, who: Who, case_id: UUID) -> None:
    """The case goes on: said by whoever holds it, leads its unit, or decides in the office. Raises IllegalDeed,
    NotYours."""
    case = standing(tx, case_id, lock=True)
    mine = case.row.worker_id == who.id or deciding.speaks(tx, who, case)
    if not mine and who.part not in deciding.DECIDERS:
        raise NotYours(who, Role.UNIT)
    _go_on(tx, case_id, (who.actor, Resumption.UNIT if mine else Resumption.OFFICE))


def review_over(tx: Tx, case_id: UUID) -> None:
    """The date has come and nobody said anything: the case goes on by itself."""
    if standing(tx, case_id, lock=True).state is State.SUSPENDED:
        _go_on(tx, case_id, (history.SYSTEM, Resumption.REVIEW))


def answered(tx: Tx, case_id: UUID) -> None:
    """The resident said something: a case that was held to wait for that goes on."""
    held = is_held(tx, case_id)
    if held is not None and held.code == HoldReason.WAITING_RESIDENT:
        _go_on(tx, case_id, (history.SYSTEM, Resumption.ANSWERED))


def _go_on(tx: Tx, case_id: UUID, said: tuple[str, Resumption]) -> None:
    """Every clock goes on with what it had left; what arrived meanwhile counts, and both sides are told."""
    actor, through = said
    row = is_held(tx, case_id)
    done = do(tx, case_id, Act(Deed.RESUME, actor, "resumed", {"resumed": str(through)}))
    telling.count_again(tx, case_id)
    look_again(tx, case_id)
    expect(tx, standing(tx, case_id))
    promise = msg("desk.receipt.promise", due=done.row.due_at) if done.row.due_at else msg("desk.receipt.no_promise")
    deciding.tell_resident(tx, done, "life.text.resumed", promise=promise)
    if row is not None:
        deciding.tell_asker(tx, done, row, "life.text.goes_on", but=actor, through=through.label)
