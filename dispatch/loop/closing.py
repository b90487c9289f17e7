"""Closing: with the resident's verdict, or by two people where a second "no" leaves it to them; then archived."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.models import approval, question
from cases.models import cases, event, party
from cases.phrases import msg
from cases.states import ClosingKind, Deed, Role, State
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty.telling import fitted, tell_staff
from dispatch.life.merging_news import tell_merged
from dispatch.loop.who import Who, demand
from dispatch.outbox import call_off_case, put_text
from dispatch.reports import UnknownCase
from dispatch.side.over import over
from dispatch.transaction import Tx

REOPEN_FOR = timedelta(days=30)
AWAITS_SUPERVISOR = "supervisor"
PROPOSABLE = (ClosingKind.EXPLAINED, ClosingKind.NOT_SUBSTANTIATED)


class NothingToDecide(Exception):
    """The case waits for no such decision."""


class SamePerson(Exception):
    """Who proposed a closing does not approve it."""


def close(tx: Tx, case_id: UUID, kind: ClosingKind, actor: str) -> Standing:
    """Close a case. Nothing of it waits any longer; thirty days later it is archived. Raises IllegalDeed."""
    tx.conn.execute(
        sa.update(question)
        .where(question.c.case_id == case_id, question.c.state == "open")
        .values(state="void", ended_at=tx.now)
    )
    act = Act(Deed.CLOSE, actor, "closed", {"closing": str(kind)}, columns={"closing_kind": str(kind)})
    closed = do(tx, case_id, act)
    call_off_case(tx, case_id)
    over(tx, case_id, actor)
    tell_merged(tx, case_id, "ending.text.lead_closed", lead=closed.row.number, kind=kind.label)
    errands.put(tx, Kind.ARCHIVE, case_id, closed.row.closed_at + REOPEN_FOR, case_id)
    return closed


def archive(tx: Tx, errand: Errand) -> None:
    """Thirty days after it was closed a case is put away for good, unless it was opened again meanwhile."""
    case = standing(tx, _case_of(errand), lock=True)
    if case.state is not State.CLOSED:
        return
    until = case.row.closed_at + REOPEN_FOR
    if case.row.closing_kind == ClosingKind.PLANNED:
        until = max(until, tx.now + REOPEN_FOR)  # it opens again on its date
    if until > tx.now:
        errands.put(tx, Kind.ARCHIVE, case.id, until, case.id)
        return
    do(tx, case.id, Act(Deed.ARCHIVE, history.SYSTEM, "archived"))


def _case_of(errand: Errand) -> UUID:
    if errand.case_id is None:
        raise LookupError(f"errand {errand.id} names no case")
    return errand.case_id


def by_number(tx: Tx, number: str) -> Standing:
    """A case of the office by its number, locked. Raises UnknownCase."""
    found = tx.conn.execute(
        sa.select(cases.c.id).where(cases.c.office_id == tx.office_id, cases.c.number == number)
    ).scalar()
    if found is None:
        raise UnknownCase(number)
    return standing(tx, found, lock=True)


def propose(tx: Tx, number: str, kind: ClosingKind, why: str, who: Who) -> None:
    """A supervisor proposes how to close what the resident twice called unsolved; another one decides.

    Raises UnknownCase, NotYours, NothingToDecide; ValueError for another kind or an empty reason.
    """
    case = by_number(tx, number)
    demand(who, Role.SUPERVISOR)
    if kind not in PROPOSABLE:
        raise ValueError(f"kind is {kind}: only {', '.join(PROPOSABLE)} can be proposed")
    if not why.strip():
        raise ValueError("why is empty: say in a few words why the case is closed so")
    if case.row.awaits != AWAITS_SUPERVISOR or _proposed(tx, case.id) is not None:
        raise NothingToDecide(number)
    tx.put(
        approval, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        what=str(kind), proposed_by=who.actor, proposed_at=tx.now,
    )  # fmt: skip
    lifecycle.note(tx, case.id, "closing_proposed", who.actor, why.strip(), {"closing": str(kind)})


def withdraw(tx: Tx, case_id: UUID) -> None:
    """A proposal that nobody decided is overtaken by what happened to the case."""
    open_ = (approval.c.case_id == case_id, approval.c.decided_at.is_(None))
    overtaken = {"decision": "overtaken", "decided_by": history.SYSTEM, "decided_at": tx.now}
    tx.conn.execute(sa.update(approval).where(*open_).values(overtaken))


def approve(tx: Tx, number: str, who: Who) -> Standing:
    """A second person agrees: the case is closed as proposed.

    Raises UnknownCase, NotYours, NothingToDecide, SamePerson.
    """
    case = by_number(tx, number)
    what = _decide(tx, case, who, "approved")
    lifecycle.note(tx, case.id, "closing_approved", who.actor)
    closed = close(tx, case.id, what, who.actor)
    _tell(tx, case, what)
    return closed


def _tell(tx: Tx, case: Standing, what: ClosingKind) -> None:
    """The resident hears how it was closed and why, and whoever had the case that it was."""
    about = {"number": case.row.number, "kind": what.label, "category": tx.policy.category(case.row.category).name}
    why = tx.conn.execute(
        sa.select(event.c.content_id)
        .where(event.c.case_id == case.id, event.c.kind == "closing_proposed")
        .order_by(event.c.seq.desc())
        .limit(1)
    ).scalar()
    words = history.words_of(tx, why) if why is not None else ""
    resident = tx.conn.execute(
        sa.select(party.c.id, party.c.lang, party.c.stopped_at).where(party.c.id == case.row.party_id)
    ).one_or_none()
    if resident is not None and resident.stopped_at is None:
        text = msg("desk.text.closed_so", office=tx.office.name, summary=words, **about)
        put_text(tx, resident.id, fitted(tx, text, resident.lang), resident.lang, purpose="closed", case_id=case.id)
    if case.row.worker_id is not None:
        text = msg("desk.text.closed_for", **about)
        tell_staff(tx, case.row.worker_id, text, purpose="closed", level=case.level, case_id=case.id)


def refuse(tx: Tx, number: str, who: Who) -> None:
    """A second person does not agree: it waits for a supervisor again. Raises as `approve`."""
    case = by_number(tx, number)
    _decide(tx, case, who, "refused")
    lifecycle.note(tx, case.id, "closing_refused", who.actor)


def _decide(tx: Tx, case: Standing, who: Who, decision: str) -> ClosingKind:
    demand(who, Role.SUPERVISOR)
    proposed = _proposed(tx, case.id)
    if proposed is None or proposed.attempt != case.attempt or case.row.awaits != AWAITS_SUPERVISOR:
        raise NothingToDecide(case.row.number)
    if proposed.proposed_by == who.actor:
        raise SamePerson(f"{who.code} proposed it: another person decides")
    decided = {"decision": decision, "decided_by": who.actor, "decided_at": tx.now}
    tx.conn.execute(sa.update(approval).where(approval.c.id == proposed.id).values(decided))
    return ClosingKind(proposed.what)


def _proposed(tx: Tx, case_id: UUID) -> Any | None:
    open_ = sa.select(approval).where(approval.c.case_id == case_id, approval.c.decided_at.is_(None))
    return tx.conn.execute(open_).one_or_none()
