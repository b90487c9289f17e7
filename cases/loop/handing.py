"""Handing a case on: to another person while the clocks go on, to the unit whose it is after a dispute, and to a new
attempt with targets of its own."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.clock.lines import Line
from cases.history import Thread
from cases.life import owing
from cases.lifecycle import Holder, IllegalDeed, Matter
from cases.loop import clocks
from cases.loop.deeds import Act, Standing, standing
from cases.models import assignment, owed
from cases.pen import Pen
from cases.report import Channel
from cases.states import Deed, Illegal, State, after
from cases.steps import Level, Owes, Step, owed_steps


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a new attempt owes, by the version of the policy that says what it promises. `visit_code` is a new one."""

    owes: Owes
    holder: Holder
    visit_code: str
    policy_version: int


def move(pen: Pen, case_id: UUID, holder: Holder, reason: str, actor: str) -> Standing:
    """Another person holds the case (perhaps of another unit), and every clock goes on as it stands: being handed
    on gains nobody time. `reason` is a code. Raises IllegalDeed, LookupError."""
    before = standing(pen, case_id, lock=True)
    _allowed(before.state, Deed.REROUTE)
    known, thread = clocks.know(pen, before.row), history.lock(pen, case_id, actor)
    at = thread.moment(pen.now)
    _let_go(pen, case_id, at)
    columns, _ = clocks.follow(pen, known, [Line("moved", at, actor, {"unit": holder.unit})], holder.unit_id)
    lifecycle.assign(pen, thread, before.attempt, holder, "moved", reason)
    _hold(pen, thread, before.state, holder, **columns)
    return standing(pen, case_id)


def adjudge(pen: Pen, case_id: UUID, holder: Holder, why: str, actor: str) -> Standing:
    """A dispute is decided: whose case it is. That unit is ordered anew: another one with targets of its own, the same
    one goes on where its clocks stood. Raises IllegalDeed, LookupError."""
    before = standing(pen, case_id, lock=True)
    state = _allowed(before.state, Deed.ADJUDICATE)
    known, thread = clocks.know(pen, before.row), history.lock(pen, case_id, actor)
    at = thread.moment(pen.now)
    _let_go(pen, case_id, at)
    signed = (owed.c.case_id == case_id, owed.c.attempt == before.attempt, owed.c.step == str(Step.SIGN_FOR))
    pen.conn.execute(sa.update(owed).where(*signed).values(done_at=None))
    columns, _ = clocks.follow(pen, known, [Line("adjudicated", at, actor, {"unit": holder.unit})], holder.unit_id)
    lifecycle.assign(pen, thread, before.attempt, holder, "adjudicated")
    history.append(pen, thread, "reason_given", {}, why)
    _hold(pen, thread, state, holder, **columns)
    return standing(pen, case_id)


def attempt_again(pen: Pen, case_id: UUID, act: Act, new: Attempt) -> tuple[Standing, dict[Step, datetime]]:
    """The matter is taken up again (REDO, REOPEN): a new attempt; by when the unit owes each step that runs.

    Raises IllegalDeed, LookupError.
    """
    before = standing(pen, case_id, lock=True)
    state = _allowed(before.state, act.deed)
    row = SimpleNamespace(**{**before.row._mapping, "policy_version": new.policy_version})
    known, thread = clocks.know(pen, row), history.lock(pen, case_id, act.actor)
    number, at = before.attempt + 1, thread.moment(pen.now)
    _let_go(pen, case_id, at)
    facts = {**act.facts, "attempt": number, "policy": new.policy_version}
    lines = [Line(act.kind, at, act.actor, facts), Line("dispatched", at, act.actor, {"unit": new.holder.unit})]
    columns, due = clocks.follow(pen, known, lines, new.holder.unit_id)
    history.append(pen, thread, act.kind, facts, act.words)
    lifecycle.assign(pen, thread, number, new.holder, "dispatched")
    channel, reachable = Channel(before.row.channel), before.row.party_id is not None
    steps = owed_steps(new.owes, channel, Level(before.row.level), reachable=reachable)
    owing.owe(pen, case_id, number, steps, at)
    code = pen.vault.seal(case_id, "visit_code", new.visit_code)
    _hold(
        pen, thread, state, new.holder, attempt=number, visit_code_sealed=code, visit_tries=0, closed_at=None,
        closing_kind=None, awaits=None, policy_version=new.policy_version, **columns, **act.columns,
    )  # fmt: skip
    return standing(pen, case_id), {step: each.due_at for step, each in due.running.items()}


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a case goes that waited for a person to say so, and what it is about by then."""

    about: Matter
    holder: Holder


def send(pen: Pen, case_id: UUID, to: Sent, actor: str) -> Standing:
    """A case that waited for a person is dispatched: what it owes and promises is that of what it is about now, the
    promise to the resident from receipt. Raises IllegalDeed, LookupError."""
    before = standing(pen, case_id, lock=True)
    state, about = _allowed(before.state, Deed.DISPATCH), to.about
    matter = {
        "category": about.category, "kind": about.kind, "level": str(about.level), "service_line": about.service_line,
        "sla": about.sla,
    }  # fmt: skip
    row = SimpleNamespace(**{**before.row._mapping, **matter})
    known, thread = clocks.know(pen, row), history.lock(pen, case_id, actor)
    at = thread.moment(pen.now)
    _let_go(pen, case_id, at)
    owing.sent(pen, before.row, at)
    owing.owe_anew(pen, row, about.owes)
    lines = [Line("dispatched", at, actor, {"unit": to.holder.unit})]
    columns, _ = clocks.follow(pen, known, lines, to.holder.unit_id)
    lifecycle.assign(pen, thread, before.attempt, to.holder, "dispatched", more={"category": about.category})
    _hold(pen, thread, state, to.holder, triage=None, **matter, **columns)
    return standing(pen, case_id)


def _allowed(state: State, deed: Deed) -> State:
    found = after(state, deed)
    if isinstance(found, Illegal):
        raise IllegalDeed(found)
    return found


def _let_go(pen: Pen, case_id: UUID, at: datetime) -> None:
    live = (assignment.c.case_id == case_id, assignment.c.until_at.is_(None))
    pen.conn.execute(sa.update(assignment).where(*live).values(until_at=at))


def _hold(pen: Pen, thread: Thread, state: State, holder: Holder, **columns: object) -> None:
    history.close_thread(
        pen, thread, state=str(state), unit_id=holder.unit_id, worker_id=holder.worker_id,
        rule=holder.rule, reasons=holder.reasons, **columns,
    )  # fmt: skip
