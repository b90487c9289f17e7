"""A new case is looked at: is it one of several about the same matter? Done by `timers` after its intake.

Two such looks at one place or category wait for each other, so that a group has one master case, whoever looks.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import IS_OPEN, cases
from cases.pen import read_content
from cases.states import State
from dispatch.matters import MatterFinding, classify
from dispatch.same import grouping, likening, linking, proposals, storms
from dispatch.same.judging import Judged, Told, judge, topical
from dispatch.same.models import FAILED, TRIES, WAITS, likeness, merge_proposal
from dispatch.same.storm import topic_of
from dispatch.transaction import Fault, Tx, fault_of

MOST = 400  # reports looked at together; what is older than so many is another time's

_lead = cases.alias("lead")
# Whoever was taken out of a case, or kept apart from it by a person, does not belong to it.
_BELONGS = sa.or_(
    _lead.c.id == cases.c.merged_into,
    sa.and_(
        cases.c.merged_into.is_(None),
        _lead.c.id == likeness.c.lead_id,
        sa.or_(
            likeness.c.lead_id == likeness.c.case_id,
            sa.exists().where(
                merge_proposal.c.case_id == likeness.c.case_id,
                merge_proposal.c.lead_id == likeness.c.lead_id,
                merge_proposal.c.decision.is_(None),
            ),
        ),
    ),
)
_IS_OPEN: sa.Label[bool] = sa.literal_column(f"(cases.{IS_OPEN})").label("is_open")
_LEAD_OPEN = sa.text(f"lead.{IS_OPEN}")
_NEAR = (
    sa.select(
        likeness.c.case_id, likeness.c.party_id, likeness.c.category, likeness.c.people, likeness.c.received_at,
        cases.c.state, cases.c.summary, cases.c.estate, cases.c.building, cases.c.road, _IS_OPEN,
        _lead.c.id.label("lead"),
    )
    .join(cases, cases.c.id == likeness.c.case_id)
    .outerjoin(_lead, sa.and_(_BELONGS, _LEAD_OPEN))
    .where(
        likeness.c.office_id == sa.bindparam("office_id"),
        likeness.c.received_at >= sa.bindparam("since", type_=likeness.c.received_at.type),
        likeness.c.case_id != sa.bindparam("but"),
        # One that could not be looked at is there all the same: it counts where its place is not asked for.
        sa.or_(likeness.c.looked_at.is_not(None), sa.text(f"likeness.{FAILED}")),
    )
    .order_by(likeness.c.received_at.desc())
    .limit(MOST)
)  # fmt: skip
_AT_PLACE = _NEAR.where(likeness.c.place == sa.bindparam("place"))
_AT_PLACE_ABOUT = _AT_PLACE.where(likeness.c.topic.in_(sa.bindparam("topics", expanding=True)))
_OF_CATEGORY = _NEAR.where(likeness.c.category == sa.bindparam("category"))
_WAITING = (
    sa.select(likeness.c.case_id)
    .where(
        likeness.c.office_id == sa.bindparam("office_id"),
        sa.text(WAITS),
        likeness.c.due_at <= sa.bindparam("now", type_=likeness.c.due_at.type),
    )
    .order_by(likeness.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CASE = sa.select(cases, _IS_OPEN).where(cases.c.id == sa.bindparam("id"))
_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:shared, 0))")


def look_next(tx: Tx) -> bool:
    """Look at the one case that has waited longest; whether there was one. What fails is tried again, and after the
    third time left with its trouble, until a person lets it be tried again: its neighbours go on."""
    case_id = tx.conn.execute(_WAITING, {"office_id": tx.office_id, "now": tx.now}).scalar()
    if case_id is None:
        return False
    try:
        with tx.savepoint():
            look(tx, case_id)
    except Exception as trouble:
        _leave(tx, case_id, fault_of(trouble))
    return True


def _leave(tx: Tx, case_id: UUID, fault: Fault) -> None:
    tries = fault.tries(likeness.c.tries, TRIES)
    values = {"tries": tries, "trouble": fault.words, "due_at": tx.now + fault.pause}
    tx.conn.execute(sa.update(likeness).where(likeness.c.case_id == case_id).values(values))


def look(tx: Tx, case_id: UUID) -> None:
    """Put a new case beside those before it, and do what follows."""
    row = tx.conn.execute(_CASE, {"id": case_id}).one()
    topic = topic_of(tx.policy.branch(row.category))
    place = likening.compared(row.estate, row.building, row.road, row.summary)[0].place
    for shared in (f"at {place}", f"of {row.category}"):  # always in this order
        tx.conn.execute(_ALONE, {"shared": f"{tx.office_id} {shared}"})
    finding = classify(read_content(tx, row.content_id) if row.content_id else row.summary, tx.policy)
    new = _told(tx, row, row.party_id, finding.affected.least)
    likening.found_at(tx, row.id, new.spot, new.people)
    if row.is_open:
        _follow(tx, row, new, _judged(tx, new, topic, risky=_is_risky(tx, finding)))


def _is_risky(tx: Tx, finding: MatterFinding) -> bool:
    return bool(set(finding.risk) & set(tx.policy.same.group_risks))


def _told(tx: Tx, row: Any, party: UUID | None, people: int) -> Told:
    spot, words = likening.compared(row.estate, row.building, row.road, row.summary)
    sure = row.category != tx.policy.fallback
    return Told(row.id, party, spot, row.category, words, people, row.received_at, sure=sure, is_open=row.is_open)


def _judged(tx: Tx, new: Told, topic: str, *, risky: bool) -> Judged:
    same, of = tx.policy.same, {"office_id": tx.office_id, "but": new.case}
    here: Sequence[Told] = ()
    if new.spot.place is not None:
        where = {**of, "since": tx.now - same.back, "place": new.spot.place}
        # What nobody understood may be about anything.
        topics = [topic, topic_of(tx.policy.branch(tx.policy.fallback))]
        about = {"topics": topics} if new.sure else {}
        here = _others(tx, _AT_PLACE_ABOUT if new.sure else _AT_PLACE, {**where, **about})
    outage = not set(tx.policy.branch(new.category)).isdisjoint(same.outages)
    found = judge(new, here, same, risky=risky, outage=outage)
    if found.group or outage or not new.sure:
        return found
    everywhere = {**of, "since": tx.now - same.group, "category": new.category}
    wide = topical(new, _others(tx, _OF_CATEGORY, everywhere), same)
    return wide if wide.group else found


def _others(tx: Tx, query: sa.Select[Any], values: dict[str, object]) -> list[Told]:
    found = []
    for row in tx.conn.execute(query, values):
        spot, words = likening.compared(row.estate, row.building, row.road, row.summary)
        found.append(
            Told(
                row.case_id, row.party_id, spot, row.category, words, row.people, row.received_at,
                sure=row.category != tx.policy.fallback, is_open=row.is_open,
                is_merged=row.state == State.MERGED, lead=row.lead,
            )
        )  # fmt: skip
    return found


def _follow(tx: Tx, row: Any, new: Told, found: Judged) -> None:
    """What is to be done about what was found."""
    lead = found.lead
    if found.group:
        lead = grouping.master(tx, row, found)
    if found.lead is not None or found.group:
        _belong(tx, lead or row.id, (row.id, *found.others))
    if lead is not None and lead != row.id:
        proposals.propose(tx, lead, [row.id, *(found.others if found.group or found.storm else ())], found.score)
    if found.earlier is not None:
        linking.link(tx, row, found.earlier)
    if found.collective and lead is not None:
        grouping.collect(tx, lead, found.callers)
    if found.storm and lead is not None:
        storms.by_count(tx, lead, new.spot)


def _belong(tx: Tx, lead: UUID, ids: Sequence[UUID]) -> None:
    """They may be dealt with in one case, which belongs to itself."""
    mine = likeness.c.case_id.in_((lead, *ids))
    tx.conn.execute(sa.update(likeness).where(mine).values(lead_id=lead))
