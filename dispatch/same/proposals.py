"""Proposals to deal with a case in another one: a person says yes or no. A pair that was refused is not proposed again.

Whoever said yes has merged the cases, as by hand: every caller stays to be told and called back, and it can be undone.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases.loop.deeds import Standing
from cases.models import IS_OPEN, cases
from cases.phrases import ZH, Message, msg
from cases.states import Role
from dispatch.acts.refusals import Refused
from dispatch.life import merging
from dispatch.loop.who import Who, demand
from dispatch.same.models import merge_proposal
from dispatch.transaction import Tx

PARTS = merging.PARTS
ACCEPTED, REFUSED, OVERTAKEN = "accepted", "refused", "overtaken"
_lead = cases.alias("lead")
_WAITS = merge_proposal.c.decision.is_(None)
_BOTH_OPEN = (sa.text(f"cases.{IS_OPEN}"), sa.text(f"lead.{IS_OPEN}"))


def propose(tx: Tx, lead: UUID, ids: Sequence[UUID], score: int) -> None:
    """Propose to deal with open cases in `lead`: each pair once. What was proposed for another lead is overtaken."""
    fresh = [id_ for id_ in dict.fromkeys(ids) if id_ != lead and not _refused(tx, id_, lead)]
    if not fresh:
        return
    before = (merge_proposal.c.case_id.in_(fresh), merge_proposal.c.lead_id != lead, _WAITS)
    tx.conn.execute(sa.update(merge_proposal).where(*before).values(decision=OVERTAKEN, decided_at=tx.now))
    rows = [
        {
            "id": tx.new_id(),
            "office_id": tx.office_id,
            "case_id": id_,
            "lead_id": lead,
            "score": score,
            "made_at": tx.now,
        }
        for id_ in fresh
    ]
    tx.conn.execute(insert(merge_proposal).values(rows).on_conflict_do_nothing())


def _refused(tx: Tx, one: UUID, other: UUID) -> bool:
    """Whether a person kept these two apart, whichever came first."""
    pair = sa.or_(
        sa.and_(merge_proposal.c.case_id == one, merge_proposal.c.lead_id == other),
        sa.and_(merge_proposal.c.case_id == other, merge_proposal.c.lead_id == one),
    )
    return (
        tx.conn.execute(sa.select(merge_proposal.c.id).where(pair, merge_proposal.c.decision == REFUSED)).first()
        is not None
    )


def waiting(tx: Tx, case_id: UUID | None = None) -> Sequence[Any]:
    """What waits for a person, of one case or of all; the lead that waits longest first, then by age."""
    first = sa.func.min(merge_proposal.c.made_at).over(partition_by=merge_proposal.c.lead_id).label("first")
    wanted = (
        sa.select(merge_proposal, cases.c.number, _lead.c.number.label("lead_number"), first)
        .join(cases, cases.c.id == merge_proposal.c.case_id)
        .join(_lead, _lead.c.id == merge_proposal.c.lead_id)
        .where(merge_proposal.c.office_id == tx.office_id, _WAITS, *_BOTH_OPEN)
        .order_by(sa.text("first"), merge_proposal.c.lead_id, merge_proposal.c.made_at, merge_proposal.c.id)
    )
    if case_id is not None:
        wanted = wanted.where(merge_proposal.c.case_id == case_id)
    return tx.conn.execute(wanted).all()


def led(tx: Tx, case_id: UUID) -> int:
    """How many open cases may be merged into this one."""
    mine = (merge_proposal.c.lead_id == case_id, _WAITS, sa.text(f"cases.{IS_OPEN}"))
    wanted = sa.select(sa.func.count()).select_from(merge_proposal).join(cases, cases.c.id == merge_proposal.c.case_id)
    return tx.conn.execute(wanted.where(*mine)).scalar_one()


def accept(tx: Tx, who: Who, case: Standing, lead: str, words: str) -> Message:
    """They are one matter: the case is dealt with in the other one. `lead` is its number; empty where one is proposed.
    Raises NotYours, IllegalDeed, Refused."""
    demand(who, *PARTS)
    row = _one(tx, case, lead)
    said = merging.merge(tx, who, case, row.lead_number, words or tx.say(msg("same.why.accepted"), ZH))
    _decide(tx, who, row, ACCEPTED)
    return said


def refuse(tx: Tx, who: Who, case: Standing, lead: str) -> Message:
    """They are two matters. Raises NotYours, Refused."""
    demand(who, *PARTS)
    row = _one(tx, case, lead)
    _decide(tx, who, row, REFUSED)
    return msg("same.said.apart", number=case.row.number, lead=row.lead_number)


def _one(tx: Tx, case: Standing, lead: str) -> Any:
    rows = [row for row in waiting(tx, case.id) if lead in ("", row.lead_number)]
    if not rows:
        raise Refused(msg("same.refused.none"), "lead")
    return rows[0]


def _decide(tx: Tx, who: Who, row: Any, decision: str) -> None:
    values = {"decision": decision, "decided_by": who.actor, "decided_at": tx.now}
    tx.conn.execute(sa.update(merge_proposal).where(merge_proposal.c.id == row.id).values(values))


def possible(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether something is proposed about a case that this person decides."""
    return who.part in (Role.DISPATCHER, Role.SUPERVISOR) and bool(waiting(tx, case.id))
