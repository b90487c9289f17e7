"""Deeds on a case: one at a time, as the tables of states and steps say, each with its line of history.

A deed ends timers and starts others, keeps owed steps, and may close the case. Everything stands in the
transaction of its use case; whatever is not possible raises IllegalDeed and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, timers
from cases.clock.sla import Limit, parse_limit
from cases.history import Thread
from cases.lifecycle import IllegalDeed
from cases.models import assignment, cases, owed, timer
from cases.pen import Pen
from cases.states import CLOSED, Deed, Illegal, State, after
from cases.steps import WINDOWS, Grade, Level, Step, ended_by, started_by
from cases.timers import Promise


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a case.

    `kind` and `facts` are its line of history, `words` what was said (kept in the vault). `keeps` are the steps
    that it fulfils (`grade`: how well a visit is proven), `opens` those that are owed again. `starts` are steps
    whose timers start beside those that the table names; `limits` are for steps that had no timer in this
    attempt. `columns` are further changes of the case's row.
    """

    deed: Deed
    actor: str
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    keeps: tuple[Step, ...] = ()
    grade: Grade | None = None
    opens: tuple[Step, ...] = ()
    starts: tuple[Step, ...] = ()
    limits: Mapping[Step, Limit | None] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: its row, and when each owed step was kept (None: not yet)."""

    row: Any
    owed: Mapping[Step, datetime | None]
    grades: Mapping[Step, Grade | None]

    @property
    def id(self) -> UUID:
        id_: UUID = self.row.id
        return id_

    @property
    def state(self) -> State:
        return State(self.row.state)

    @property
    def level(self) -> Level:
        return Level(self.row.level)

    @property
    def attempt(self) -> int:
        attempt: int = self.row.attempt
        return attempt

    def owes(self, step: Step) -> bool:
        """Whether the step is owed and not kept yet."""
        return step in self.owed and self.owed[step] is None

    def kept(self, step: Step) -> bool:
        """Whether the step was kept in this attempt."""
        return self.owed.get(step) is not None


# Made once: every deed asks these several times, and making them takes longer than the answer.
_CASE = sa.select(cases).where(cases.c.id == sa.bindparam("case_id"), cases.c.office_id == sa.bindparam("office_id"))
_LOCKED = _CASE.with_for_update()
_OWED = sa.select(owed.c.step, owed.c.done_at, owed.c.grade).where(
    owed.c.case_id == sa.bindparam("case_id"), owed.c.attempt == sa.bindparam("attempt"), owed.c.is_owed
)


def standing(pen: Pen, case_id: UUID, *, lock: bool = False) -> Standing:
    """Where a case stands; locked, where something is to be done to it. Raises LookupError."""
    of = {"case_id": case_id, "office_id": pen.office_id}
    row = pen.conn.execute(_LOCKED if lock else _CASE, of).one_or_none()
    if row is None:
        raise LookupError(f"no case {case_id}")
    steps = pen.conn.execute(_OWED, {"case_id": case_id, "attempt": row.attempt}).all()
    return Standing(
        row,
        {Step(each.step): each.done_at for each in steps},
        {Step(each.step): Grade(each.grade) if each.grade else None for each in steps},
    )


def do(pen: Pen, case_id: UUID, act: Act) -> Standing:
    """Do it: where the case stands afterwards. Raises IllegalDeed, LookupError."""
    before = standing(pen, case_id, lock=True)
    state = after(before.state, act.deed)
    if isinstance(state, Illegal):
        raise IllegalDeed(state)
    thread = history.lock(pen, case_id, act.actor)
    at = history.append(pen, thread, act.kind, dict(act.facts), act.words)
    _keep(pen, before, act, at)
    timers.end(pen, case_id, ended_by(act.deed, state), at)
    columns = {**act.columns, **(_closing(pen, before, at) if state in CLOSED else {})}
    if state not in CLOSED:
        _start(pen, before, act, at)
    _store(pen, thread, state, {**columns, "next_due_at": timers.next_due(pen, case_id)})
    return standing(pen, case_id)


def _store(pen: Pen, thread: Thread, state: State, columns: Mapping[str, Any]) -> None:
    history.close_thread(pen, thread, state=str(state), **columns)


def _keep(pen: Pen, before: Standing, act: Act, at: datetime) -> None:
    """Steps kept now, once: the first time counts. Steps that are owed again are open as if never kept."""
    mine = (owed.c.case_id == before.id, owed.c.attempt == before.attempt)
    if act.keeps:
        names = [str(step) for step in act.keeps]
        kept = sa.update(owed).where(*mine, owed.c.step.in_(names), owed.c.done_at.is_(None))
        grade = str(act.grade) if act.grade else None
        pen.conn.execute(kept.values(done_at=at, kept_grade=grade))
    if act.opens:
        names = [str(step) for step in act.opens]
        pen.conn.execute(sa.update(owed).where(*mine, owed.c.step.in_(names)).values(done_at=None, kept_grade=None))


def _closing(pen: Pen, before: Standing, at: datetime) -> dict[str, Any]:
    """Nobody holds a closed case. The moment of its first closing stays when it is opened again."""
    if before.state in CLOSED:
        return {}
    pen.conn.execute(
        sa.update(assignment)
        .where(assignment.c.case_id == before.id, assignment.c.until_at.is_(None))
        .values(until_at=at)
    )
    return {"closed_at": at, "first_closed_at": before.row.first_closed_at or at, "awaits": None}


def _start(pen: Pen, before: Standing, act: Act, at: datetime) -> None:
    """Timers of the steps that begin with this deed; one that runs goes on, a step that was kept starts none."""
    begins = {*started_by(act.deed, set(before.owed)), *act.starts}
    done = {step for step in before.owed if before.kept(step)} | set(act.keeps)
    rows = pen.conn.execute(
        sa.select(timer).where(timer.c.case_id == before.id, timer.c.attempt == before.attempt).order_by(timer.c.id)
    ).all()
    for step in sorted(begins, key=list(Step).index):
        if step in done - set(act.opens) and step not in WINDOWS:
            continue
        mine = [row for row in rows if row.step == step]
        if any(row.state == "open" for row in mine):
            continue
        _begin(pen, Promise(before.id, step, before.attempt, before.row.unit_id), (mine, act.limits.get(step)), at)


def _begin(pen: Pen, promise: Promise, known: tuple[list[Any], Limit | None], at: datetime) -> None:
    """Start a timer: the one that waits for it, else one with the limit that the step had before or is given."""
    rows, given = known
    limit = parse_limit(rows[-1].limit_text) if rows else given
    if limit is None:
        return
    waiting = next((row for row in rows if row.state == "waiting"), None)
    if waiting is not None:
        timers.begin(pen, waiting.id, limit, at)
    elif promise.step is not Step.TOLD or not timers.resume(pen, promise, limit, at):
        timers.start(pen, promise, limit, at)  # else told was annulled: what the unit had used stays used (INV-CLOCK)
