"""A new version of the calendar: every open case and round is reckoned anew, in batches that go on where they stopped.

One batch is one errand and one transaction. Cases that somebody changed while the version came into force are looked
at once more when no transaction of before can still be under way. A case that cannot be reckoned has an errand of its
own, which fails, is tried again and is shown; the others go on.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop import recounting
from cases.loop.recounting import Recount
from cases.models import IS_OPEN, cases
from cases.steps import Step
from dispatch.calendar.models import calendar_moved, calendar_recount, calendar_version
from dispatch.calendar.versions import Version
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import telling
from dispatch.rounds.life import moving
from dispatch.transaction import Tx, fault_of

BATCH = 40  # cases of one transaction
LATE = timedelta(minutes=2)  # no transaction lasts so long
_ALL, _TOUCHED, _OVER, _ROUNDS = range(4)  # where a recount stands: the open rounds come last, before it is over

_RUN = (
    sa.select(calendar_recount, calendar_version.c.made_at)
    .join(calendar_version, calendar_version.c.id == calendar_recount.c.id)
    .where(calendar_recount.c.id == sa.bindparam("version_id"))
    .with_for_update(of=calendar_recount)
)
_NEWEST = (
    sa.select(calendar_version.c.id, calendar_version.c.number)
    .where(calendar_version.c.office_id == sa.bindparam("office_id"))
    .order_by(calendar_version.c.number.desc())
    .limit(1)
)
_OPEN = (
    sa.select(cases.c.id)
    .where(cases.c.office_id == sa.bindparam("office_id"), sa.text(IS_OPEN))
    .where(cases.c.id > sa.bindparam("reached"))
    .order_by(cases.c.id)
)
_SINCE = _OPEN.where(cases.c.last_at >= sa.bindparam("since"))
_FIRST = UUID(int=0)


def begin(tx: Tx, version: Version) -> None:
    """All open cases are to be reckoned anew."""
    tx.put(calendar_recount, id=version.id, office_id=tx.office_id, reached=None, rounds=_ALL, changed=0, done_at=None)
    errands.put(tx, Kind.RECOUNT, version.id, tx.now)


def recount_some(tx: Tx, errand: Errand) -> None:
    """The next batch of a version's open cases, or the one case that an errand is about."""
    newest = tx.conn.execute(_NEWEST, {"office_id": tx.office_id}).one()
    if errand.case_id is not None:
        _one(tx, errand.case_id, newest)
        return
    run = tx.conn.execute(_RUN, {"version_id": errand.ref}).one_or_none()
    if run is None or run.rounds == _OVER:
        return
    if run.rounds == _ROUNDS:
        _rounds(tx, run, newest)
        return
    ids = _batch(tx, run)
    changed = run.changed + sum(_tried(tx, each, newest) for each in ids)
    if len(ids) == BATCH:
        _keep(tx, run.id, reached=ids[-1], changed=changed)
        errands.put(tx, Kind.RECOUNT, run.id, tx.now)
    elif run.rounds == _ALL:
        _keep(tx, run.id, reached=None, rounds=_TOUCHED, changed=changed)
        errands.put(tx, Kind.RECOUNT, run.id, tx.now + LATE)
    else:
        _keep(tx, run.id, reached=None, rounds=_ROUNDS, changed=changed)
        errands.put(tx, Kind.RECOUNT, run.id, tx.now)


def _rounds(tx: Tx, run: Any, newest: Any) -> None:
    """The next open rounds; after the last of them everybody is told."""
    looked_at, last, moved = moving.move_some(tx, run.reached, BATCH, newest.number)
    for row, was, due in moved:
        who = telling.person(tx, row.worker_id)
        if who is not None:
            whose = {"party_id": who.party_id, "round_id": row.id}
            _note(tx, newest.id, whose, {"role": "worker", "was_at": was, "due_at": due})
    changed = run.changed + len(moved)
    if looked_at == BATCH:
        _keep(tx, run.id, reached=last, changed=changed)
        errands.put(tx, Kind.RECOUNT, run.id, tx.now)
        return
    moving.look_again(tx)
    _keep(tx, run.id, rounds=_OVER, changed=changed, done_at=tx.now)
    for version_id in {run.id, newest.id}:
        errands.put(tx, Kind.CALENDAR_TELL, version_id, tx.now)


def _batch(tx: Tx, run: Any) -> Sequence[UUID]:
    asked = {"office_id": tx.office_id, "reached": run.reached or _FIRST}
    if run.rounds == _TOUCHED:
        return tx.conn.execute(_SINCE.limit(BATCH), {**asked, "since": run.made_at - LATE}).scalars().all()
    return tx.conn.execute(_OPEN.limit(BATCH), asked).scalars().all()


def _keep(tx: Tx, run_id: UUID, **values: Any) -> None:
    tx.conn.execute(sa.update(calendar_recount).where(calendar_recount.c.id == run_id).values(values))


def _tried(tx: Tx, case_id: UUID, newest: Any) -> bool:
    """Whether the case changed; one that cannot be reckoned gets an errand of its own."""
    try:
        with tx.savepoint():
            return _one(tx, case_id, newest)
    except Exception as trouble:
        fault_of(trouble)
        errands.put(tx, Kind.RECOUNT, case_id, tx.now, case_id)
        return False


def _one(tx: Tx, case_id: UUID, newest: Any) -> bool:
    found = recounting.recount(tx, case_id, {"calendar": newest.number})
    if found is None:
        return False
    for party_id, row in _whom(tx, found).items():
        _note(tx, newest.id, {"party_id": party_id, "case_id": case_id}, row)
    return True


def _note(tx: Tx, version_id: UUID, whose: Mapping[str, UUID], row: Mapping[str, Any]) -> None:
    """That somebody is to be told. Of a date that moves again before they were told they know the first one."""
    waiting = [calendar_moved.c[name] == value for name, value in whose.items()]
    again = (
        sa.update(calendar_moved)
        .where(*waiting, calendar_moved.c.told_at.is_(None))
        .values(version_id=version_id, due_at=row["due_at"])
    )
    if not tx.conn.execute(again).rowcount:
        tx.put(calendar_moved, id=tx.new_id(), office_id=tx.office_id, version_id=version_id, told_at=None,
               outbox_id=None, **whose, **row)  # fmt: skip


def _whom(tx: Tx, found: Recount) -> Mapping[UUID, dict[str, Any]]:
    """Whom a case that moved concerns, by party: whoever has it, who leads the unit, who speaks for a co-handler, and
    the resident where a date was promised to them."""
    whom: dict[UUID, dict[str, Any]] = {}
    lead = telling.contact(tx, _code(tx, found.unit_id), telling.HEADS)
    worker = telling.person(tx, found.worker_id)
    watched = tuple((step, was, due) for step, _, was, due in found.beside if step is Step.SUPERVISE)
    for role, who, steps in (("lead", lead, (*found.steps, *watched)), ("worker", worker, found.steps)):
        if who is not None and steps:
            _, was, due = min(steps, key=lambda each: each[2])
            whom[who.party_id] = {"role": role, "was_at": was, "due_at": due}
    for step, unit_id, was, due in found.beside:
        who = telling.contact(tx, _code(tx, unit_id), telling.LIAISONS) if step is Step.COHANDLE else None
        if who is not None and who.party_id not in whom:
            whom[who.party_id] = {"role": "co_handler", "was_at": was, "due_at": due}
    if found.party_id is not None and found.promise is not None:
        whom[found.party_id] = {"role": "resident", "was_at": found.promise[0], "due_at": found.promise[1]}
    return whom


def _code(tx: Tx, unit_id: UUID) -> str:
    return next((each.code for each in tx.district.units if each.id == unit_id), tx.office.code)
