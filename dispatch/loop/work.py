"""A person's open work, and the short numbers by which they speak of it.

A short number is the lowest that is free among the person's cases, given when a text about the case leaves,
and theirs until the case leaves them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Standing
from cases.models import assignment, cases, event, timer
from cases.phrases import Message, msg
from cases.states import State
from cases.steps import Step
from dispatch.transaction import Tx

SHORT_MARK = "\ue000"  # stands for the short number in the words of a text that waits to leave
# States in which the unit has something to do.
IN_HAND = (State.DISPATCHED, State.IN_PROGRESS, State.REWORK, State.RETURN_PENDING, State.IN_DISPUTE, State.SUSPENDED)
_ORDER = (Step.VISIT, Step.FINDING, Step.TOLD)


@dataclass(frozen=True, slots=True)
class Job:
    """A case that a person holds. `row` is the case's; `short` None where none was given yet."""

    case_id: UUID
    number: str
    short: int | None
    row: Any

    @property
    def in_hand(self) -> bool:
        """Whether the person has something to do on it."""
        return self.row.state in IN_HAND


class NoSuchJob(LookupError):
    """That person holds no case of this number; `open` are those that they hold."""

    def __init__(self, open_: list[Job]) -> None:
        super().__init__("no such order")
        self.open = open_


def jobs_of(tx: Tx, staff_id: UUID) -> list[Job]:
    """What a person has in hand, what is due first before; each with its short number."""
    unnamed = sorted(job.case_id for job in _held(tx, staff_id) if job.short is None and job.in_hand)
    for case_id in unnamed:  # the lock order: all the cases, by id, before the first number is given
        _lock(tx, case_id)
    for case_id in unnamed:
        give_short(tx, case_id, locked=True)
    return [job for job in _held(tx, staff_id) if job.in_hand]


def find_job(tx: Tx, staff_id: UUID, named: str) -> Job:
    """The case that a person means: by short number, by whole case number, or (empty) the only one in hand.

    Raises NoSuchJob.
    """
    held = _held(tx, staff_id)
    in_hand = [job for job in held if job.in_hand]
    if not named and len(in_hand) == 1:
        return in_hand[0]
    for job in held:
        if named and named in (str(job.short), job.number):
            return job
    raise NoSuchJob(in_hand)


_HELD = (
    sa.select(cases, assignment.c.short)
    .join(assignment, assignment.c.case_id == cases.c.id)
    .where(
        assignment.c.office_id == sa.bindparam("office_id"),
        assignment.c.worker_id == sa.bindparam("worker_id"),
        assignment.c.until_at.is_(None),
    )
    .order_by(cases.c.due_at.asc().nulls_last(), cases.c.id)
)


def _held(tx: Tx, staff_id: UUID) -> list[Job]:
    rows = tx.conn.execute(_HELD, {"office_id": tx.office_id, "worker_id": staff_id}).all()
    return [Job(row.id, row.number, row.short, row) for row in rows]


_QUEUE_UP = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:worker, 0))")
_SHORTS = sa.select(assignment.c.short).where(
    assignment.c.worker_id == sa.bindparam("worker_id"),
    assignment.c.until_at.is_(None),
    assignment.c.short.is_not(None),
)
_NAME = (
    sa.update(assignment).where(assignment.c.id == sa.bindparam("of_assignment")).values(short=sa.bindparam("given"))
)


def give_short(tx: Tx, case_id: UUID, *, locked: bool = False) -> str:
    """The short number of a case for whoever holds it, given now where there is none; the case's own number
    where no person holds it. The lock order: the case, then who holds it; so whoever needs one locks the case,
    unless they have it `locked`."""
    row = _live(tx, case_id)
    if row.worker_id is not None and row.short is None and not locked:
        _lock(tx, case_id)
        row = _live(tx, case_id)
    if row.worker_id is None:
        return str(row.number)
    if row.short is not None:
        return str(row.short)
    # Two orders to one person that leave at once must not get the same number.
    key = {"worker": f"short/{row.worker_id}"}
    tx.conn.execute(_QUEUE_UP, key)
    taken = set(tx.conn.execute(_SHORTS, {"worker_id": row.worker_id}).scalars())
    free = next(number for number in range(1, len(taken) + 2) if number not in taken)
    tx.conn.execute(_NAME, {"of_assignment": row.id, "given": free})
    return str(free)


def _lock(tx: Tx, case_id: UUID) -> None:
    tx.conn.execute(sa.select(cases.c.id).where(cases.c.id == case_id).with_for_update())


_LIVE = (
    sa.select(assignment.c.id, assignment.c.worker_id, assignment.c.short, cases.c.number)
    .select_from(cases.outerjoin(assignment, (assignment.c.case_id == cases.c.id) & assignment.c.until_at.is_(None)))
    .where(cases.c.id == sa.bindparam("case_id"))
)


def _live(tx: Tx, case_id: UUID) -> Any:
    """Who holds a case, and by which number they know it."""
    return tx.conn.execute(_LIVE, {"case_id": case_id}).one()


_SAID = sa.select(
    sa.exists().where(
        assignment.c.case_id == sa.bindparam("case_id"),
        assignment.c.until_at.is_(None),
        event.c.case_id == sa.bindparam("case_id"),
        event.c.kind == "signed",
        event.c.at >= assignment.c.since_at,
    )
)


def taken_by_person(tx: Tx, case_id: UUID) -> bool:
    """Whether whoever holds the case said so themselves; the system's signature for a unit does not count."""
    return bool(tx.conn.execute(_SAID, {"case_id": case_id}).scalar())


def next_step(tx: Tx, case: Standing, short: str) -> Message:
    """What is owed next, how it is written, and by when."""
    step = next((step for step in _ORDER if case.owes(step)), None)
    if step is None:
        return msg("desk.work.next.submit", n=short)
    due = due_of(tx, case, step)
    if due is None:
        return msg(f"desk.work.next.{step}_open", n=short)
    return msg(f"desk.work.next.{step}", n=short, due=due)


_DUE = sa.select(timer.c.due_at).where(
    timer.c.case_id == sa.bindparam("case_id"),
    timer.c.attempt == sa.bindparam("attempt"),
    timer.c.step == sa.bindparam("step"),
    timer.c.state.in_(("open", "parked")),
)


def due_of(tx: Tx, case: Standing, step: Step) -> datetime | None:
    """By when a step is owed, where its clock runs."""
    of = {"case_id": case.id, "attempt": case.attempt, "step": str(step)}
    due: datetime | None = tx.conn.execute(_DUE, of).scalar()
    return due
