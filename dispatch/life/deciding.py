"""What was asked and waits for a second person: kept, found, decided; whoever decides is told, and told again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.clock.sla import Limit, Measure, due_at
from cases.life.models import permission
from cases.life.reasons import Decision, Request
from cases.loop.deeds import Standing, standing
from cases.models import party
from cases.phrases import msg
from cases.states import CLOSED, Role
from dispatch.acts.refusals import Refused
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty.telling import fitted, tell_staff
from dispatch.loop import desks
from dispatch.loop.closing import NothingToDecide, SamePerson
from dispatch.loop.who import NotYours, Who
from dispatch.outbox import put_text
from dispatch.transaction import Tx

LEAST = 2  # characters of the words beside a reason; less says nothing
DECIDERS = (Role.DISPATCHER, Role.SUPERVISOR)
OF_CASE = permission.c.kind == str(Request.EXCLUSION)  # asked about a case whatever becomes of it
_REMIND = Limit(2, Measure.WORKING_HOURS)  # as long as a dispatcher has for a return


def speaks(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody leads the unit that has a case, or one above it."""
    path = next((unit.path for unit in tx.district.units if unit.id == case.row.unit_id), ())
    return who.leads and who.covers("/".join(path))


def words_of(words: str, field: str = "why") -> str:
    """What was written beside a reason. Raises Refused where it says nothing."""
    if len(words.strip()) < LEAST:
        raise Refused(msg("life.refused.no_words"), field)
    return words.strip()


def ask(tx: Tx, who: Who, case: Standing, wanted: Mapping[str, Any], words: str) -> None:
    """Keep what is asked (the columns `kind`, `step`, `code` and what the kind needs), tell those who decide, and
    remind them. Raises Refused where the same waits already."""
    kind = Request(wanted["kind"])
    _overtake(tx, case)
    if open_request(tx, case, kind) is not None:
        raise Refused(msg("life.refused.asked_already", kind=kind.label))
    id_ = tx.new_id()
    tx.put(
        permission, id=id_, office_id=tx.office_id, case_id=case.id, attempt=case.attempt, unit_id=case.row.unit_id,
        staff_id=who.staff_id, asked_by=who.actor, asked_at=tx.now, **wanted,
    )  # fmt: skip
    facts = {key: value for key, value in wanted.items() if key in ("step", "code", "wanted_at", "amount") and value}
    lifecycle.note(tx, case.id, f"{kind}_asked", who.actor, words, facts)
    desks.tell(tx, desks.DISPATCHERS, case, f"life.text.{kind}_asked")
    errands.put(tx, Kind.DECIDE, id_, due_at(_REMIND, tx.now, tx.calendar), case.id)


def _overtake(tx: Tx, case: Standing) -> None:
    """What was asked in an earlier attempt, or by a unit that no longer has the case, is not decided any more."""
    open_ = (permission.c.case_id == case.id, permission.c.decided_at.is_(None))
    stale = (*open_, ~_stands(case))
    _decide(tx, stale, Decision.OVERTAKEN, history.SYSTEM)


def _stands(case: Standing) -> sa.ColumnElement[bool]:
    """What was asked in this attempt by the unit that has the case; an exclusion is about the case as a whole."""
    return sa.or_(OF_CASE, sa.and_(permission.c.attempt == case.attempt, permission.c.unit_id == case.row.unit_id))


def _decide(tx: Tx, which: Sequence[sa.ColumnElement[bool]], decision: Decision, actor: str) -> None:
    values = {"decision": str(decision), "decided_by": actor, "decided_at": tx.now}
    tx.conn.execute(sa.update(permission).where(*which).values(values))


def open_requests(tx: Tx, case: Standing) -> Sequence[Any]:
    """What waits for a decision on a case as it stands, the oldest first."""
    stands = OF_CASE if case.state in CLOSED else _stands(case)
    return tx.conn.execute(
        sa.select(permission)
        .where(
            permission.c.case_id == case.id, permission.c.decided_at.is_(None), stands,
        )
        .order_by(permission.c.asked_at, permission.c.id)
    ).all()  # fmt: skip


def open_request(tx: Tx, case: Standing, kind: Request) -> Any | None:
    """What waits of one kind."""
    return next((row for row in open_requests(tx, case) if row.kind == kind), None)


def named(tx: Tx, case: Standing, kind: str) -> Any:
    """The request that is meant: of that kind or, where none is named, the only one. Raises
    NothingToDecide, Refused."""
    rows = open_requests(tx, case)
    if not kind and len(rows) > 1:
        raise Refused(msg("life.refused.which"), "what")
    found = next((row for row in rows if kind in ("", row.kind)), None)
    if found is None:
        raise NothingToDecide(case.row.number)
    return found


def demand_second(tx: Tx, who: Who, case: Standing, row: Any, *, lead: bool = False) -> None:
    """Another person than the one who asked decides: a dispatcher or supervisor, with `lead` also whoever leads the
    unit. Raises NotYours, SamePerson."""
    if not may_decide(tx, who, case, lead=lead):
        raise NotYours(who, Role.DISPATCHER)
    if row.asked_by == who.actor:
        raise SamePerson(f"{who.code} asked for it: another person decides")


def may_decide(tx: Tx, who: Who, case: Standing, *, lead: bool) -> bool:
    """Whether somebody is in the part of those who decide."""
    return who.part in DECIDERS or (lead and speaks(tx, who, case))


def settle(tx: Tx, row: Any, decision: Decision, who: Who) -> None:
    """It is decided; nobody is reminded of it any more."""
    _decide(tx, (permission.c.id == row.id,), decision, who.actor)
    errands.call_off(tx, Kind.DECIDE, row.id)


def refuse(tx: Tx, who: Who, case: Standing, row: Any, words: str) -> None:
    """Not granted: everything stays as it was, and who asked is told. The caller has seen that this person decides."""
    settle(tx, row, Decision.REFUSED, who)
    lifecycle.note(tx, case.id, "request_refused", who.actor, words_of(words), {"request": row.kind})
    tell_asker(tx, case, row, "life.text.refused")


def tell_asker(tx: Tx, case: Standing, row: Any, text: str, *, but: str = "", **more: object) -> None:
    """A text to whoever asked, and to whoever holds the case where that is somebody else; `but` is the actor who knows
    it already."""
    kind = Request(row.kind).label
    words = msg(text, number=case.row.number, kind=kind, category=_category(tx, case), **more)
    purpose = text.rpartition(".")[2]
    for to in dict.fromkeys((row.staff_id, case.row.worker_id)):
        if to is not None and not _is(tx, to, but):
            tell_staff(tx, to, words, purpose=purpose, level=case.level, case_id=case.id)


def _is(tx: Tx, staff_id: UUID, actor: str) -> bool:
    """Whether an actor is this member of staff."""
    return any(worker.id == staff_id and actor == f"staff:{worker.code}" for worker in tx.district.workers)


def tell_resident(tx: Tx, case: Standing, text: str, **more: object) -> None:
    """A text to the resident, where there is one who takes texts."""
    row = tx.conn.execute(
        sa.select(party.c.lang, party.c.stopped_at).where(party.c.id == case.row.party_id)
    ).one_or_none()
    if row is None or row.stopped_at is not None:
        return
    words = fitted(tx, msg(text, office=tx.office.name, number=case.row.number, **more), row.lang)
    put_text(tx, case.row.party_id, words, row.lang, purpose=text.rpartition(".")[2], case_id=case.id)


def _category(tx: Tx, case: Standing) -> object:
    return tx.policy.category(case.row.category).name


def remind(tx: Tx, errand: Errand) -> None:
    """Nobody has decided yet: a supervisor is told, and again each working day."""
    if errand.case_id is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    row = next((row for row in open_requests(tx, case) if row.id == errand.ref), None)
    if row is None:
        return
    desks.tell(tx, desks.SUPERVISORS, case, "life.text.undecided")
    errands.put(tx, Kind.DECIDE, row.id, due_at(Limit(1, Measure.WORKING_DAYS), tx.now, tx.calendar), case.id)
