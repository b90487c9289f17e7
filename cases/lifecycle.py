"""The life of a case: opened, assigned, assigned anew. Each deed writes its line of history, what is owed,
and the timers that it starts and ends, in the transaction of its use case."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, timers
from cases.clock.lines import Line
from cases.clock.sla import NO_SLA_REVIEW, Limit, due_at
from cases.life import owing
from cases.loop import clocks
from cases.models import assignment, cases, owed
from cases.pen import Pen
from cases.report import Channel
from cases.states import Deed, Illegal, State, after
from cases.steps import WORK, Level, Owed, Owes, Step, owed_steps, started_by
from cases.timers import Promise


class IllegalDeed(Exception):
    """The deed is not possible in the case's state; `why` says so and what is possible."""

    def __init__(self, why: Illegal) -> None:
        super().__init__(str(why.reason))
        self.why = why


@dataclass(frozen=True, slots=True)
class Place:
    """The place of the matter, without the door."""

    kind: str
    estate: str | None = None
    building: str | None = None
    entrance: str | None = None
    road: str | None = None
    grid: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who must act, and why: the unit, the person or none, the rule, and the reasons as stored. `values` are what the
    rule looked at, where one decided."""

    unit_id: UUID
    unit: str
    worker_id: UUID | None
    worker: str | None
    rule: str
    reasons: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about and what it owes. `limits` None: no promise of time, said explicitly; `sla`: the set of them
    that a rule chose."""

    category: str
    kind: str
    level: Level
    service_line: str
    summary: str
    owes: Owes
    limits: Mapping[Step, Limit | None] | None
    sla: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A person decides first where a case goes: why (unsure, unclear), within which limit, and what they are offered
    (facts of the line that says so)."""

    why: str
    limit: Limit
    offers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Opening:
    """A whole report, understood and routed, about to become a case."""

    channel: Channel
    line: str
    number: str
    address: str
    party_id: UUID | None
    content_id: UUID | None
    received_at: datetime
    matter: Matter
    place: Place
    holder: Holder
    codes: tuple[str, str]  # query code, visit code
    policy_version: int
    words: str
    actor: str
    repeat_of: UUID | None = None
    confidential: bool = False
    told_with: UUID | None = None  # the message that it was told in, where that told several
    wait: Wait | None = None


def open_case(pen: Pen, opening: Opening) -> tuple[UUID, datetime | None, dict[Step, datetime]]:
    """A new case, accepted and dispatched, or held until a person says where it goes: its id, when the resident is
    promised an answer, and by when each step is owed whose clock runs."""
    thread = history.Thread(pen.new_id(), opening.actor)
    matter, place = opening.matter, opening.place
    received = {"channel": str(opening.channel), "line": opening.line, "received_at": opening.received_at}
    history.append(pen, thread, "registered", received, opening.words)
    thread.actor = history.SYSTEM
    understood = {
        "category": matter.category, "level": str(matter.level), "kind": matter.kind,
        "estate": place.estate, "building": place.building, "place_kind": place.kind, "policy": opening.policy_version,
        **({"sla": matter.sla} if matter.sla else {}),
        **({"within": str(opening.wait.limit)} if opening.wait else {}),
    }  # fmt: skip
    history.append(pen, thread, "accepted", understood)
    at = _assigned(pen, thread, opening)
    reachable = opening.party_id is not None
    steps = owed_steps(matter.owes, opening.channel, matter.level, reachable=reachable)
    told = next((_limit(matter, Step.TOLD) for o in steps if o.step is Step.TOLD), None)
    # As the reckoning does: a carrier whose clock is ahead takes no time from anybody.
    promised = due_at(told, min(opening.received_at, pen.now), pen.calendar) if told else None
    owing.owe(pen, thread.case_id, 1, steps, at, waits=opening.wait is not None)
    first = Promise(thread.case_id, Step.ACCEPT, 1, opening.holder.unit_id)
    dues = _time(pen, first, opening, steps)
    # Nothing is promised for now: it is looked at again all the same.
    next_due = min(dues.values(), default=None) or _review(pen, first)
    # Where nobody is promised anything the unit's last target stands for it: an urgent case is not shown last.
    pen.put(cases, **_case_row(pen, opening, thread, (promised or max(dues.values(), default=None), next_due)))
    return thread.case_id, promised, dues


def _assigned(pen: Pen, thread: history.Thread, opening: Opening) -> datetime:
    if opening.wait is None:
        return assign(pen, thread, 1, opening.holder, "dispatched")
    return assign(pen, thread, 1, opening.holder, "triaged", more={"why": opening.wait.why, **opening.wait.offers})


def _limit(matter: Matter, step: Step) -> Limit | None:
    return None if matter.limits is None else matter.limits.get(step)


def _case_row(
    pen: Pen, opening: Opening, thread: history.Thread, dues: tuple[datetime | None, datetime]
) -> dict[str, Any]:
    id_, matter, place, holder = thread.case_id, opening.matter, opening.place, opening.holder
    due, next_due = dues
    return {
        "id": id_, "office_id": pen.office_id, "number": opening.number, "address": opening.address,
        "state": str(State.TO_DISPATCH if opening.wait else State.DISPATCHED),
        "channel": str(opening.channel), "line": opening.line,
        "category": matter.category, "kind": matter.kind, "level": str(matter.level),
        "service_line": matter.service_line, "summary": matter.summary,
        "estate": place.estate, "building": place.building, "entrance": place.entrance, "road": place.road,
        "place_kind": place.kind, "grid": place.grid,
        "party_id": opening.party_id, "content_id": opening.content_id,
        "code_sealed": pen.vault.seal(id_, "code", opening.codes[0]),
        "visit_code_sealed": pen.vault.seal(id_, "visit_code", opening.codes[1]),
        "unit_id": holder.unit_id, "worker_id": holder.worker_id, "attempt": 1,
        "rule": holder.rule, "reasons": holder.reasons, "policy_version": opening.policy_version,
        "received_at": opening.received_at, "due_at": due, "next_due_at": next_due,
        "repeat_of": opening.repeat_of, "sla": matter.sla, "confidential": opening.confidential,
        "told_with": opening.told_with, "triage": opening.wait.why if opening.wait else None,
        "last_seq": thread.seq, "last_at": thread.at, "last_hash": thread.hash,
    }  # fmt: skip


def assign(  # noqa: PLR0913 - the thread, the attempt, to whom, how it is told, and why
    pen: Pen, thread: history.Thread, attempt: int, holder: Holder, kind: str, reason: str = "",
    *, more: Mapping[str, object] | None = None,
) -> datetime:  # fmt: skip
    """The one live owner of a case from now on (INV-OWNER); since when. `reason` is the code of a move, `more` are
    further facts of the line."""
    facts: dict[str, object] = {"unit": holder.unit, "worker": holder.worker, "rule": holder.rule}
    facts |= {"reason": reason} if reason else {}
    facts |= {"values": holder.values} if holder.values else {}
    at = history.append(pen, thread, kind, {**facts, **(more or {})})
    pen.put(
        assignment,
        id=pen.new_id(),
        office_id=pen.office_id,
        case_id=thread.case_id,
        attempt=attempt,
        unit_id=holder.unit_id,
        worker_id=holder.worker_id,
        since_at=at,
        rule=holder.rule,
        reasons=holder.reasons,
    )
    return at


def _time(pen: Pen, first: Promise, opening: Opening, steps: tuple[Owed, ...]) -> dict[Step, datetime]:
    """A timer for every owed step that has a limit; when those that run are due. No history is played here: opening
    is what callers wait for, and a clock that begins is due as the reckoning says of one that never stood."""
    matter, hours = opening.matter, pen.hours(opening.policy_version)
    owing = {item.step for item in steps}
    begun = set(started_by(Deed.DISPATCH, owing)) & owing if opening.wait is None else set[Step]()
    dues: dict[Step, datetime] = {}
    for step in (item.step for item in steps):
        limit = opening.wait.limit if opening.wait and step is Step.DISPATCH else _limit(matter, step)
        promise = replace(first, step=step)
        if limit is None:
            continue
        if step is Step.ACCEPT:
            timers.kept(pen, promise, limit, (opening.received_at, pen.now))
        elif step is Step.DISPATCH and opening.wait is not None:
            dues[step] = timers.start(pen, promise, limit, (pen.now, hours.office))
        elif step is Step.DISPATCH:
            timers.kept(pen, promise, limit, (pen.now, pen.now))
        elif step in begun:
            dues[step] = timers.start(pen, promise, limit, (pen.now, hours.for_step(step, opening.holder.unit)))
        elif opening.wait is None or step not in WORK:
            timers.wait(pen, promise, limit)
    return dues


def _review(pen: Pen, first: Promise) -> datetime:
    """A case without any promise is reviewed; when."""
    return timers.start(pen, replace(first, step=Step.HOLD_REVIEW), NO_SLA_REVIEW, (pen.now, pen.calendar))


def reroute(pen: Pen, case_id: UUID, holder: Holder, why: str, actor: str) -> State:
    """Another unit holds the case: the old assignment ends, the new unit gets full targets of its own,
    the promise to the resident stands. Within the same unit only the person changes: nobody gains time by
    being given the case again (INV-CLOCK). Raises IllegalDeed, LookupError."""
    thread = history.lock(pen, case_id, actor)
    row = pen.conn.execute(sa.select(cases).where(cases.c.id == case_id)).one()
    state = after(State(row.state), Deed.REROUTE)
    if isinstance(state, Illegal):
        raise IllegalDeed(state)
    known, at = clocks.know(pen, row), thread.moment(pen.now)
    same = row.unit_id == holder.unit_id and State(row.state) is not State.TO_DISPATCH
    pen.conn.execute(
        sa.update(assignment)
        .where(assignment.c.case_id == case_id, assignment.c.until_at.is_(None))
        .values(until_at=at)
    )
    if not same:
        unsigned = (owed.c.case_id == case_id, owed.c.attempt == row.attempt, owed.c.step == str(Step.SIGN_FOR))
        pen.conn.execute(sa.update(owed).where(*unsigned).values(done_at=None))
    owing.sent(pen, row, at)
    line = Line("rerouted", at, actor, {"unit": holder.unit})
    columns, _ = clocks.follow(pen, known, [line], holder.unit_id)
    assign(pen, thread, row.attempt, holder, "rerouted")
    history.append(pen, thread, "reason_given", {}, why)
    state = State(row.state) if same else state
    history.close_thread(
        pen, thread, state=str(state), unit_id=holder.unit_id, worker_id=holder.worker_id,
        rule=holder.rule, reasons=holder.reasons, triage=None, **columns,
    )  # fmt: skip
    return state


def note(  # noqa: PLR0913 - the line: of which case, of what kind, by whom, in which words, with which facts
    pen: Pen, case_id: UUID, kind: str, actor: str, words: str = "", facts: Mapping[str, Any] | None = None
) -> None:
    """A line of history that changes nothing else: a further word, an urge."""
    thread = history.lock(pen, case_id, actor)
    history.append(pen, thread, kind, dict(facts or {}), words)
    history.close_thread(pen, thread)
