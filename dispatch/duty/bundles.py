"""Many cases that change hands at once: a leave, or somebody who is of the office no more. What does not press is told
together, to whoever has it now and to whoever had it, each in one digest instead of a text for each case."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Standing
from cases.models import cases, timer
from cases.phrases import msg
from cases.steps import URGENT, Payer, Step
from dispatch.district import Unit, Worker
from dispatch.due.errands import Kind
from dispatch.duty import digests, reach, telling
from dispatch.duty.digests import GIVEN, WENT, News
from dispatch.duty.telling import Recipient
from dispatch.models import errand, notice
from dispatch.people.roster import desk_id
from dispatch.transaction import Tx

MANY = 3  # so many others that are about to go too are told together
AHEAD = timedelta(hours=1)  # what falls due so soon after the digest is told at once

_ABOUT_TO_GO = (
    sa.select(sa.func.count() >= MANY)
    .select_from(errand.join(cases, cases.c.id == errand.c.case_id))
    .where(
        errand.c.office_id == sa.bindparam("office_id"),
        errand.c.kind == str(Kind.HAND_ON),
        errand.c.state == sa.literal_column("'open'"),
        cases.c.worker_id == sa.bindparam("former"),
        cases.c.level.not_in([str(level) for level in URGENT]),
    )
)
_WAITS = sa.select(
    sa.exists().where(
        notice.c.party_id == sa.bindparam("party"), notice.c.outbox_id.is_(None), notice.c.kind == sa.bindparam("kind")
    )
)
_NEXT = (
    sa.select(timer.c.step, timer.c.due_at)
    .where(
        timer.c.case_id == sa.bindparam("case_id"),
        timer.c.state == "open",
        timer.c.payer == str(Payer.UNIT),
        timer.c.step != str(Step.SIGN_FOR),
    )
    .order_by(timer.c.due_at)
    .limit(1)
)


def is_one_of_many(tx: Tx, before: Standing) -> bool:
    """Whether a case that is about to go from its holder is one of many: others go too, or went a moment ago."""
    former = telling.person(tx, before.row.worker_id)
    if former is not None and _waits(tx, former, WENT):
        return True
    return bool(tx.conn.execute(_ABOUT_TO_GO, {"office_id": tx.office_id, "former": before.row.worker_id}).scalar())


def can_wait(tx: Tx, before: Standing, to: UUID) -> bool:
    """Whether whoever gets it (staff id) need not know before their next digest."""
    known = telling.person(tx, to)
    if before.level in URGENT or known is None or to in reach.stopped_staff(tx):
        return False
    due = tx.conn.execute(_NEXT, {"case_id": before.id}).one_or_none()
    return due is None or due.due_at > digests.next_digest(tx) + AHEAD


def _waits(tx: Tx, who: Recipient, kind: str) -> bool:
    return bool(tx.conn.execute(_WAITS, {"party": who.party_id, "kind": kind}).scalar())


def give(tx: Tx, case_id: UUID, to: UUID) -> None:
    """Whoever has it now is told of it in their next digest."""
    known = telling.person(tx, to)
    due = tx.conn.execute(_NEXT, {"case_id": case_id}).one_or_none()
    step, at = (Step(due.step).label, due.due_at) if due else (msg("desk.digest.no_step"), tx.now)
    if digests.keep(tx, known, News(case_id, GIVEN, step, at)) and known is not None:
        digests.promise(tx, [known.party_id])


def went(tx: Tx, case_id: UUID, former: UUID | None, to: tuple[Unit, Worker | None]) -> None:
    """Whoever had it is told who has it, once they are there again; not the desk, nor who has gone or stopped texts."""
    known = telling.person(tx, former)
    if known is None or former == desk_id(tx.office_id) or former in reach.stopped_staff(tx):
        return
    unit, worker = to
    name = worker.name if worker else tx.district.duty_desk.name
    digests.keep(tx, known, News(case_id, WENT, msg("desk.holder", unit=unit.name, worker=name), tx.now))
    digests.promise_return(tx, known)
