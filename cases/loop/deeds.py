"""Deeds on a case: one at a time, as the tables of states and steps say, each with its line of history.

A deed ends timers and starts others, keeps owed steps, and may close the case. Everything stands in the
transaction of its use case; whatever is not possible raises IllegalDeed and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.clock.lines import Line
from cases.history import Thread
from cases.life import holding
from cases.lifecycle import IllegalDeed
from cases.loop import clocks
from cases.models import assignment, cases, owed
from cases.pen import Pen
from cases.states import CLOSED, Deed, Illegal, State, after
from cases.steps import Grade, Level, Step


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a case.

    `kind` and `facts` are its line of history, `words` what was said (kept in the vault). `keeps` are the steps
    that it fulfils (`grade`: how well a visit is proven), `opens` those that are owed again. Which timers start and
    end follows from the line alone (`cases.clock.lines`). `columns` are further changes of the case's row.
    """

    deed: Deed
    actor: str
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    keeps: tuple[Step, ...] = ()
    grade: Grade | None = None
    opens: tuple[Step, ...] = ()
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
# Whoever writes about a case (a text to the resident whose case is merged in it) need not wait for it.
_LOCKED = _CASE.with_for_update(key_share=True)
_OWED = sa.select(owed.c.step, owed.c.done_at, owed.c.grade).where(
    owed.c.case_id == sa.bindparam("case_id"), owed.c.attempt == sa.bindparam("attempt"), owed.c.is_owed
)


_KEEP = (
    sa.update(owed)
    .where(
        owed.c.case_id == sa.bindparam("of_case"),
        owed.c.attempt == sa.bindparam("of_attempt"),
        owed.c.step.in_(sa.bindparam("steps", expanding=True)),
        owed.c.done_at.is_(None),
    )
    .values(
        done_at=sa.bindparam("at", type_=owed.c.done_at.type),
        kept_grade=sa.bindparam("kept", type_=owed.c.kept_grade.type),
    )
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
    known, thread = clocks.know(pen, before.row), history.resume(before.row, act.actor)
    at = thread.moment(pen.now)
    # What is changed at once comes first; what is gathered after it leaves in one statement.
    _keep(pen, before, act, at)
    columns = {**act.columns, **(_closing(pen, before, at) if state in CLOSED else {})}
    if before.state is State.SUSPENDED is not state:
        holding.end(pen, before.id, at)
    line = Line(act.kind, at, act.actor, act.facts)
    columns |= clocks.follow(pen, known, [line], before.row.unit_id)[0]
    history.append(pen, thread, act.kind, dict(act.facts), act.words)
    history.close_thread(pen, thread, state=str(state), **columns)
    return _stands(before, act, thread, {**columns, "state": str(state)})


def _stands(before: Standing, act: Act, thread: Thread, columns: Mapping[str, Any]) -> Standing:
    """Where the case stands after it: nobody else writes to it while it is locked, so it is not read again."""
    end = {"last_seq": thread.seq, "last_at": thread.at, "last_hash": thread.hash}
    owing = {step: thread.at if done is None and step in act.keeps else done for step, done in before.owed.items()}
    opened = {step: None if step in act.opens else done for step, done in owing.items()}
    return Standing(SimpleNamespace(**{**before.row._mapping, **columns, **end}), opened, before.grades)


def _keep(pen: Pen, before: Standing, act: Act, at: datetime) -> None:
    """Steps kept now, once: the first time counts. Steps that are owed again are open as if never kept."""
    if act.keeps:
        kept = {"steps": [str(step) for step in act.keeps], "at": at, "kept": str(act.grade) if act.grade else None}
        pen.conn.execute(_KEEP, {"of_case": before.id, "of_attempt": before.attempt, **kept})
    if act.opens:
        names = [str(step) for step in act.opens]
        mine = (owed.c.case_id == before.id, owed.c.attempt == before.attempt, owed.c.step.in_(names))
        pen.conn.execute(sa.update(owed).where(*mine).values(done_at=None, kept_grade=None))


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
