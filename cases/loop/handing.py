"""Handing a case on: to another person while the clocks go on, and to a new attempt with targets of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle, timers
from cases.clock.sla import NO_SLA_REVIEW, Limit
from cases.history import Thread
from cases.lifecycle import Holder, IllegalDeed
from cases.loop.deeds import Act, Standing, standing
from cases.models import assignment, timer
from cases.pen import Pen
from cases.report import Channel
from cases.states import Deed, Illegal, State, after
from cases.steps import Level, Owed, Owes, Step, owed_steps, started_by
from cases.timers import Promise

_LIVE = ("waiting", "open", "parked")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a new attempt owes and promises. `limits` None: no promise of time. `visit_code` is a new one."""

    owes: Owes
    limits: Mapping[Step, Limit | None] | None
    holder: Holder
    visit_code: str
    policy_version: int


def move(pen: Pen, case_id: UUID, holder: Holder, reason: str, actor: str) -> Standing:
    """Another person holds the case (perhaps of another unit), and every clock goes on as it stands: being handed
    on gains nobody time. `reason` is a code. Raises IllegalDeed, LookupError."""
    before = standing(pen, case_id, lock=True)
    _allowed(before.state, Deed.REROUTE)
    thread = history.lock(pen, case_id, actor)
    at = thread.moment(pen.now)
    _let_go(pen, case_id, at)
    lifecycle.assign(pen, thread, before.attempt, holder, "moved", reason)
    if before.row.unit_id != holder.unit_id:
        _take_over(pen, case_id, holder.unit_id, at)
    _hold(pen, thread, before.state, holder)
    return standing(pen, case_id)


def attempt_again(pen: Pen, case_id: UUID, act: Act, new: Attempt) -> tuple[Standing, dict[Step, datetime]]:
    """The matter is taken up again (REDO, REOPEN): a new attempt; by when the unit owes each step that runs.

    Raises IllegalDeed, LookupError.
    """
    before = standing(pen, case_id, lock=True)
    state = _allowed(before.state, act.deed)
    thread = history.lock(pen, case_id, act.actor)
    number = before.attempt + 1
    at = history.append(pen, thread, act.kind, {**act.facts, "attempt": number}, act.words)
    timers.end(pen, case_id, frozenset(Step), at)
    _let_go(pen, case_id, at)
    lifecycle.assign(pen, thread, number, new.holder, "dispatched")
    channel, reachable = Channel(before.row.channel), before.row.party_id is not None
    steps = owed_steps(new.owes, channel, Level(before.row.level), reachable=reachable)
    lifecycle.owe(pen, case_id, number, steps, at)
    dues = _time(pen, Promise(case_id, Step.SIGN_FOR, number, new.holder.unit_id), (steps, new.limits), at)
    code = pen.vault.seal(case_id, "visit_code", new.visit_code)
    _hold(
        pen, thread, state, new.holder, attempt=number, visit_code_sealed=code, visit_tries=0, closed_at=None,
        closing_kind=None, awaits=None, policy_version=new.policy_version, **act.columns,
    )  # fmt: skip
    return standing(pen, case_id), dues


def _allowed(state: State, deed: Deed) -> State:
    found = after(state, deed)
    if isinstance(found, Illegal):
        raise IllegalDeed(found)
    return found


def _take_over(pen: Pen, case_id: UUID, unit_id: UUID, at: datetime) -> None:
    """Another unit goes on with each live clock as it stands. The old unit's own end here: if the case comes back
    to it by hand, what it had used stays used (`timers.resume`, INV-CLOCK)."""
    live = (timer.c.case_id == case_id, timer.c.state.in_(_LIVE))
    rows = pen.conn.execute(sa.select(timer).where(*live).order_by(timer.c.id)).all()
    pen.conn.execute(sa.update(timer).where(*live).values(state="ended", ended_at=at, fires_at=None))
    for row in rows:
        pen.conn.execute(sa.insert(timer).values({**row._mapping, "id": pen.new_id(), "unit_id": unit_id}))


def _let_go(pen: Pen, case_id: UUID, at: datetime) -> None:
    live = (assignment.c.case_id == case_id, assignment.c.until_at.is_(None))
    pen.conn.execute(sa.update(assignment).where(*live).values(until_at=at))


def _hold(pen: Pen, thread: Thread, state: State, holder: Holder, **columns: object) -> None:
    history.close_thread(
        pen, thread, state=str(state), unit_id=holder.unit_id, worker_id=holder.worker_id,
        rule=holder.rule, reasons=holder.reasons, next_due_at=timers.next_due(pen, thread.case_id), **columns,
    )  # fmt: skip


_Promised = tuple[tuple[Owed, ...], Mapping[Step, Limit | None] | None]


def _time(pen: Pen, first: Promise, promised: _Promised, at: datetime) -> dict[Step, datetime]:
    """The timers of a new attempt: those that begin with the order run, the others wait for their deed."""
    steps, limits = promised
    if limits is None:
        timers.start(pen, replace(first, step=Step.HOLD_REVIEW), NO_SLA_REVIEW, at)
        return {}
    owing = {item.step for item in steps}
    begun = set(started_by(Deed.REDO, owing))
    dues: dict[Step, datetime] = {}
    for step in (item.step for item in steps):
        limit = limits.get(step)
        if limit is None or step in (Step.ACCEPT, Step.DISPATCH):
            continue
        promise = replace(first, step=step)
        if step in begun:
            dues[step] = timers.start(pen, promise, limit, at)
        else:
            timers.wait(pen, promise, limit)
    if not dues:
        timers.start(pen, replace(first, step=Step.HOLD_REVIEW), NO_SLA_REVIEW, at)
    return dues
