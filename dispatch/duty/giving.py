"""Giving: a case is put into the hands of one person of its unit by somebody who answers for it."""

from uuid import UUID

import sqlalchemy as sa

from cases import lifecycle
from cases.loop.deeds import Standing, standing
from cases.states import Role
from dispatch.coi import record
from dispatch.district import Worker
from dispatch.district.model import FIELD_ROLES
from dispatch.duty import reach
from dispatch.duty.moves import MoveReason, hand_to
from dispatch.duty.reach import Candidate
from dispatch.loop.who import NotYours, Who
from dispatch.models import unit
from dispatch.transaction import Tx


class UnknownPerson(LookupError):
    """Nobody of the unit who is there and takes texts has this code."""


def people(tx: Tx, case: Standing) -> list[Worker]:
    """To whom a case may be given: those of its unit who go out, and of a patrol's case those of its teams, who are not
    on leave, take texts, and do not hold it."""
    code = tx.conn.execute(sa.select(unit.c.code).where(unit.c.id == case.row.unit_id)).scalar_one()
    stopped = reach.stopped_staff(tx)
    own = [worker for worker in tx.district.workers_of(code) if worker.role in FIELD_ROLES]
    members = (tx.district.worker(member) for team in reach.teams_of(tx, case.row) for member in team.members)
    named = {worker.code: worker for worker in (*own, *members) if worker is not None}
    accusation = record.of(tx, case.id)
    closed = accusation.barred if accusation else frozenset[UUID]()
    return [
        worker for worker in named.values()
        if worker.id != case.row.worker_id and worker.id in tx.staff.people
        and worker.id not in closed and worker.id not in stopped and worker.code not in tx.absent
    ]  # fmt: skip


def give(tx: Tx, case_id: UUID, code: str, why: str, who: Who) -> Standing:
    """The case goes to this person of its unit; every clock goes on. They get the order, and who had it is told.

    Raises NotYours, UnknownPerson, IllegalDeed, LookupError; ValueError where no reason is given.
    """
    if not why.strip():
        raise ValueError("why is empty: say in a few words why this person gets the case")
    if who.part not in (Role.DISPATCHER, Role.SUPERVISOR) and not who.leads:
        raise NotYours(who, Role.DISPATCHER)
    case = standing(tx, case_id, lock=True)
    to = next((worker for worker in people(tx, case) if worker.code == code), None)
    if to is None:
        raise UnknownPerson(code)
    here = next(each for each in tx.district.units if each.id == case.row.unit_id)
    moved = hand_to(tx, case, Candidate(here, to.id, to), (MoveReason.BY_HAND, who.actor), ring=True)
    lifecycle.note(tx, case_id, "reason_given", who.actor, why.strip())
    return moved
