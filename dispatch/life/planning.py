"""What two people decide: a supervisor proposes how a case ends, another one agrees or does not.

Planned is for a date: then the case opens by itself once more, as a new attempt.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases import history, lifecycle
from cases.loop.deeds import Act, Standing, standing
from cases.loop.models import approval
from cases.phrases import msg
from cases.states import ClosingKind, Deed, Illegal, Role, State, after
from dispatch.acts.refusals import Refused
from dispatch.district import Role as Post
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.life.deciding import tell_resident, words_of
from dispatch.life.leaving import leave, tell_unit
from dispatch.life.leaving_reasons import Proposal
from dispatch.loop import closing, desks, reworking
from dispatch.loop.closing import NothingToDecide, SamePerson, by_number
from dispatch.loop.who import Who, demand
from dispatch.reading.dates import read_moment, read_opening
from dispatch.transaction import Tx


def propose(tx: Tx, number: str, kind: Proposal, said: tuple[str, str], who: Who) -> None:
    """Propose how a case ends; `said` is the date (planned only) and why.

    Raises UnknownCase, NotYours, NothingToDecide; Refused for what is not possible now, or a date that is none.
    """
    until, why = said
    case = by_number(tx, number)
    demand(who, Role.SUPERVISOR)
    if kind.value in closing.PROPOSABLE and case.row.awaits == closing.AWAITS_SUPERVISOR:
        closing.propose(tx, number, ClosingKind(kind.value), why, who)
        return
    if kind.value in closing.PROPOSABLE or isinstance(after(case.state, _deed(kind)), Illegal):
        raise Refused(msg("ending.refused.kind", number=number, kind=kind.label, state=case.state.label), "kind")
    if proposed(tx, case) is not None:
        raise NothingToDecide(number)
    words, at = words_of(why), _date(tx, until) if kind is Proposal.PLANNED else None
    tx.put(
        approval, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt, what=str(kind),
        until_at=at, proposed_by=who.actor, proposed_at=tx.now,
    )  # fmt: skip
    line = "void_proposed" if kind is Proposal.VOID else "closing_proposed"
    facts = {} if kind is Proposal.VOID else {"closing": str(kind)}
    lifecycle.note(tx, case.id, line, who.actor, words, facts)
    others = [role for role in desks.SUPERVISORS if role != who.role]
    desks.tell(tx, others or [Post.LEADER], case, "ending.text.proposed")


def _deed(kind: Proposal) -> Deed:
    return Deed.VOID if kind is Proposal.VOID else Deed.CLOSE


def _date(tx: Tx, said: str) -> datetime:
    """The hour that is named, else when the office opens on that day; today, when it closes."""
    for read in (read_opening, read_moment):
        at = read(said, tx.calendar, tx.now)
        if at is not None and at > tx.now:
            return at
    raise Refused(msg("ending.refused.date"), "until")


def proposed(tx: Tx, case: Standing) -> Any | None:
    """What is proposed about a case as it stands, and not decided."""
    open_ = (approval.c.case_id == case.id, approval.c.attempt == case.attempt, approval.c.decided_at.is_(None))
    return tx.conn.execute(sa.select(approval).where(*open_)).one_or_none()


def approve(tx: Tx, number: str, who: Who) -> None:
    """A second person agrees: the case ends as proposed. Raises UnknownCase, NotYours, NothingToDecide, SamePerson,
    IllegalDeed; Refused where the date for which it was planned has gone by meanwhile."""
    case, row = _to_decide(tx, number, who)
    if row.what in closing.PROPOSABLE:
        closing.approve(tx, number, who)
        return
    if row.until_at is not None and row.until_at <= tx.now:
        raise Refused(msg("ending.refused.gone_by", until=row.until_at.astimezone(tx.zone).date()))
    _settle(tx, row, "approved", who)
    kind = Proposal(row.what)
    if kind is Proposal.VOID:
        ended = leave(tx, case, Act(Deed.VOID, who.actor, "voided"))
        tell_resident(tx, ended, "ending.text.voided")
        return
    lifecycle.note(tx, case.id, "closing_approved", who.actor)
    ended = closing.close(tx, case.id, ClosingKind(row.what), who.actor)
    if row.until_at is not None:
        errands.call_off(tx, Kind.REOPEN, case.id)
        errands.put(tx, Kind.REOPEN, case.id, row.until_at, case.id)
    until = {"until": row.until_at.astimezone(tx.zone).date()} if row.until_at else {}
    tell_resident(tx, ended, f"ending.text.closed_{kind}", **until)
    tell_unit(tx, ended, "ending.text.left", state=kind.label)


def refuse(tx: Tx, number: str, who: Who) -> None:
    """A second person does not agree: the case goes on as it stands. Raises as `approve`."""
    case, row = _to_decide(tx, number, who)
    if row.what in closing.PROPOSABLE:
        closing.refuse(tx, number, who)
        return
    _settle(tx, row, "refused", who)
    lifecycle.note(tx, case.id, "closing_refused", who.actor)


def _to_decide(tx: Tx, number: str, who: Who) -> tuple[Standing, Any]:
    case = by_number(tx, number)
    demand(who, Role.SUPERVISOR)
    row = proposed(tx, case)
    if row is None:
        raise NothingToDecide(number)
    if row.proposed_by == who.actor:
        raise SamePerson(f"{who.code} proposed it: another person decides")
    return case, row


def _settle(tx: Tx, row: Any, decision: str, who: Who) -> None:
    decided = {"decision": decision, "decided_by": who.actor, "decided_at": tx.now}
    tx.conn.execute(sa.update(approval).where(approval.c.id == row.id).values(decided))


def reopen(tx: Tx, errand: Errand) -> None:
    """The date for which it was planned has come: a new attempt, unless it was opened again before."""
    if errand.case_id is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    if case.state is not State.CLOSED or case.row.closing_kind != ClosingKind.PLANNED:
        return
    told = reworking.again(tx, case.id, Act(Deed.REOPEN, history.SYSTEM, "reopened"), texted=False)
    tell_resident(tx, case, "ending.text.planned_now", promise=told.params["promise"], visit=told.params["visit"])
