"""A round goes to somebody else: its clock goes on, its tasks get numbers of the new holder, and both hear of it.

The rules are those of an ordinary case: it stays with whoever has it; a shift's end takes what is due before the next
shift, leave of a working day or more what is not begun, STOP everything.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.history import SYSTEM
from cases.phrases import Message, Name, msg
from cases.steps import Level
from dispatch.district import Worker
from dispatch.district.model import FIELD_ROLES
from dispatch.due.errands import Errand
from dispatch.duty import moves, reach, telling
from dispatch.duty.giving import UnknownPerson
from dispatch.duty.moves import MoveReason
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.rounds.life import record
from dispatch.rounds.models import round_plan, round_target, round_task, rounds
from dispatch.rounds.planner import numbers
from dispatch.rounds.reads import name_of
from dispatch.transaction import Tx

_OPEN = (
    sa.select(rounds, round_plan.c.template)
    .join(round_plan, round_plan.c.id == rounds.c.plan_id)
    .where(rounds.c.id == sa.bindparam("round"), rounds.c.state == "open")
    .with_for_update(of=rounds)
)
_TASKS = (
    sa.select(round_task.c.id, round_task.c.visited_at)
    .join(round_target, round_target.c.id == round_task.c.target_id)
    .where(round_task.c.round_id == sa.bindparam("round"), round_task.c.state == "open")
    .order_by(round_target.c.position)
)
_BEGUN = sa.select(sa.exists().where(round_task.c.round_id == sa.bindparam("round"), round_task.c.grade.is_not(None)))


class NotOpen(LookupError):
    """The round is over, or there is none."""


def pass_on(tx: Tx, errand: Errand) -> None:
    """The errand of one round: its holder's shift or leave, or that they stopped texts. Looked at once more."""
    row = tx.conn.execute(_OPEN, {"round": errand.ref}).one_or_none()
    why = _why(tx, row) if row else None
    if row is None or why is None:
        return
    but = {row.worker_id} if row.worker_id else set()
    role = next((worker.role for worker in tx.district.workers if worker.id == row.worker_id), None)
    found = reach.next_eligible(tx, _code(tx, row.unit_id), but, urgent=False, role=role)
    if found is not None:
        _hand_to(tx, row, (found.staff_id, found.worker), (why, SYSTEM, ""))


def _why(tx: Tx, row: Any) -> MoveReason | None:
    """Why the holder of a round cannot go on with it. The duty desk always can."""
    if row.worker_id is None:
        return MoveReason.NOBODY
    if row.worker_id == desk_id(tx.office_id):
        return None
    holder = next((worker for worker in tx.district.workers if worker.id == row.worker_id), None)
    if holder is None:
        return MoveReason.GONE
    if holder.id in reach.stopped_staff(tx):
        return MoveReason.STOPPED
    back = reach.away_until(tx, holder.code, tx.now)
    presses = tx.now < row.due_at <= reach.reachable_at(tx, holder.code)
    if back is not None:
        begun = tx.conn.execute(_BEGUN, {"round": row.id}).scalar()
        long = moves.days_off(tx, holder.code, back)
        return MoveReason.LEAVE if presses or (long and not begun) else None
    return MoveReason.SHIFT if presses and not reach.in_hours(tx, holder.code) else None


def people(tx: Tx, round_id: UUID) -> list[Worker]:
    """To whom a round may be given: those of its committee who go out, are not on leave, take texts, and do not have
    it."""
    row = tx.conn.execute(sa.select(rounds.c.unit_id, rounds.c.worker_id).where(rounds.c.id == round_id)).one()
    code = _code(tx, row.unit_id)
    top = tx.district.committee_of(code) or code
    stopped = reach.stopped_staff(tx)
    near = {unit.code for unit in tx.district.units if top in unit.path}
    return [
        worker for worker in tx.district.workers
        if worker.unit in near and worker.id != row.worker_id and worker.role in FIELD_ROLES
        and worker.id in tx.staff.people and worker.id not in stopped and worker.code not in tx.absent
    ]  # fmt: skip


def give(tx: Tx, round_id: UUID, code: str, why: str, actor: str) -> Worker:
    """An open round goes to this person. Raises NotOpen, UnknownPerson; ValueError where no reason is given."""
    if not why.strip():
        raise ValueError("why is empty: say in a few words why this person gets the round")
    row = tx.conn.execute(_OPEN, {"round": round_id}).one_or_none()
    if row is None:
        raise NotOpen(round_id)
    to = next((worker for worker in people(tx, round_id) if worker.code == code), None)
    if to is None:
        raise UnknownPerson(code)
    _hand_to(tx, row, (to.id, to), (MoveReason.BY_HAND, actor, why.strip()))
    return to


def _hand_to(tx: Tx, row: Any, to: tuple[UUID, Worker | None], reason: tuple[MoveReason, str, str]) -> None:
    staff_id, worker = to
    why, actor, words = reason
    tx.conn.execute(sa.update(rounds).where(rounds.c.id == row.id).values(worker_id=staff_id))
    left = _renumber(tx, row.id, staff_id)
    former = next((each for each in tx.district.workers if each.id == row.worker_id), None)
    facts = {
        "before": former.code if former else "", "after": worker.code if worker else DESK_CODE, "reason": str(why),
    }  # fmt: skip
    record.write(tx, row.id, record.HANDED, facts, (actor, words))
    about = {
        "name": name_of(tx, row.template), "at": row.grid or _name(tx, row.unit_id), "count": left, "due": row.due_at,
        "why": _reason(why, words),
    }  # fmt: skip
    telling.tell_staff(tx, staff_id, msg("rounds.text.handed", **about), purpose="round", level=Level.L3)
    if former is not None and former.id not in reach.stopped_staff(tx) and former.id in tx.staff.people:
        told = msg("rounds.text.taken", **about, to=worker.name if worker else tx.district.duty_desk.name)
        telling.tell_staff(tx, former.id, told, purpose="round", level=Level.L3)


def _renumber(tx: Tx, round_id: UUID, staff_id: UUID) -> int:
    """Whoever has the tasks now has numbers of their own for them; how many are open."""
    tasks = tx.conn.execute(_TASKS, {"round": round_id}).all()
    ids = [task.id for task in tasks]
    tx.conn.execute(sa.update(round_task).where(round_task.c.id.in_(ids)).values(short=None, worker_id=staff_id))
    for id_, short in zip(ids, numbers(tx, staff_id, len(ids)), strict=True):
        tx.conn.execute(sa.update(round_task).where(round_task.c.id == id_).values(short=short))
    return len(ids)


def _reason(why: MoveReason, words: str) -> Message | str:
    return words if why is MoveReason.BY_HAND and words else why.label


def _code(tx: Tx, unit_id: UUID) -> str:
    return next((unit.code for unit in tx.district.units if unit.id == unit_id), tx.office.code)


def _name(tx: Tx, unit_id: UUID) -> Name:
    return next((unit.name for unit in tx.district.units if unit.id == unit_id), tx.district.duty_desk.name)
