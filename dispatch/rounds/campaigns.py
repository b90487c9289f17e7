"""Campaigns (集中整治): a batch of cases with one plan and a shared deadline. Their own clocks go on as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases import lifecycle
from cases.models import IS_OPEN, cases
from cases.phrases import Message, Name, msg
from cases.steps import Level
from dispatch.district import Unit
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import telling
from dispatch.models import unit
from dispatch.reads.queries import within
from dispatch.rounds.models import campaign, campaign_case
from dispatch.side.confiding import veiled
from dispatch.transaction import Tx

NAME_MOST, PLAN_MOST = 60, 2000
NEAR = 0.75  # of its working time: then its unit is told what is left


class BadCampaign(ValueError):
    """A campaign that cannot be made or joined; `why` names the trouble and the remedy."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign and how its cases stand."""

    id: UUID
    name: str
    plan: str
    unit: Name
    due_at: datetime
    ended_at: datetime | None
    cases: int
    open: int


def make(tx: Tx, of: Unit, what: tuple[str, str, datetime], actor: str) -> UUID:
    """A campaign of a unit: its name, its plan in words, its deadline. Raises BadCampaign."""
    name, plan, due_at = what[0].strip(), what[1].strip(), what[2]
    if not name or len(name) > NAME_MOST:
        raise BadCampaign(msg("rounds.campaign.no_name", most=NAME_MOST))
    if not plan or len(plan) > PLAN_MOST:
        raise BadCampaign(msg("rounds.campaign.no_plan", most=PLAN_MOST))
    if due_at <= tx.now:
        raise BadCampaign(msg("rounds.campaign.past"))
    id_ = tx.new_id()
    tx.put(
        campaign, id=id_, office_id=tx.office_id, unit_id=of.id, name=name, plan=plan, due_at=due_at, fired=0,
        made_by=actor, made_at=tx.now,
    )  # fmt: skip
    near = tx.calendar.add_working_time(tx.now, tx.calendar.working_time_between(tx.now, due_at) * NEAR)
    errands.put(tx, Kind.CAMPAIGN_PRESSES, id_, min(near, due_at))
    return id_


def join(tx: Tx, campaign_id: UUID, numbers: Sequence[str], scope: str, actor: str) -> int:
    """Link cases of a scope to a campaign that has not ended; how many are new. Raises BadCampaign for a number that
    is no open case there."""
    row = tx.conn.execute(sa.select(campaign).where(campaign.c.id == campaign_id).with_for_update()).one()
    if row.ended_at is not None:
        raise BadCampaign(msg("rounds.campaign.over"))
    found = {number: _case(tx, number, scope) for number in dict.fromkeys(numbers)}
    for number, case_id in found.items():
        if case_id is None:
            raise BadCampaign(msg("rounds.campaign.no_case", number=number))
    return sum(_link(tx, row, case_id, actor) for case_id in sorted(filter(None, found.values())))


def _case(tx: Tx, number: str, scope: str) -> UUID | None:
    found: UUID | None = tx.conn.execute(
        sa.select(cases.c.id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, cases.c.number == number, within(scope), sa.text(f"cases.{IS_OPEN}"))
    ).scalar()
    return found


def _link(tx: Tx, row: Any, case_id: UUID, actor: str) -> bool:
    values = {"campaign_id": row.id, "case_id": case_id, "office_id": tx.office_id, "added_at": tx.now}
    made = insert(campaign_case).values(values | {"added_by": actor}).on_conflict_do_nothing()
    if tx.conn.execute(made.returning(campaign_case.c.case_id)).scalar() is None:
        return False
    facts = {"campaign": str(row.id), "until_at": row.due_at.isoformat()}
    lifecycle.note(tx, case_id, "campaign_joined", actor, row.name, facts)
    return True


def end(tx: Tx, campaign_id: UUID) -> bool:
    """It is over. False where it was already."""
    ended = sa.update(campaign).where(campaign.c.id == campaign_id, campaign.c.ended_at.is_(None))
    done = tx.conn.execute(ended.values(ended_at=tx.now).returning(campaign.c.id)).scalar() is not None
    errands.call_off(tx, Kind.CAMPAIGN_PRESSES, campaign_id)
    return done


def press(tx: Tx, errand: Errand) -> None:
    """Its unit is told what is left: when three quarters of the time have gone, and at its end."""
    row = next(iter(_rows(tx, (campaign.c.id == errand.ref, campaign.c.ended_at.is_(None)))), None)
    if row is None:
        return
    over = row.due_at <= tx.now
    if not over:
        errands.put(tx, Kind.CAMPAIGN_PRESSES, row.id, row.due_at)
    to = telling.contact(tx, row.code, telling.LIAISONS)
    words = msg(
        "rounds.text.campaign_over" if over else "rounds.text.campaign", name=row.name, due=row.due_at, open=row.open,
        count=row.cases,
    )  # fmt: skip
    tx.conn.execute(sa.update(campaign).where(campaign.c.id == row.id).values(fired=campaign.c.fired + 1))
    telling.tell_staff(tx, to.staff_id if to else None, words, purpose="campaign", level=Level.L3)


def listed(tx: Tx, scope: str) -> list[CampaignRow]:
    """The campaigns of a scope: those that run first, by their deadline."""
    return [_row(row) for row in _rows(tx, (within(scope),))]


def one(tx: Tx, scope: str, campaign_id: UUID) -> CampaignRow | None:
    """A campaign; None where there is none in the scope."""
    return next((_row(row) for row in _rows(tx, (within(scope), campaign.c.id == campaign_id))), None)


def cases_of(tx: Tx, campaign_id: UUID, scope: str) -> Sequence[Any]:
    """Its cases as far as they lie in a scope, open ones first: number, state, level, when due, summary, unit."""
    rows = tx.conn.execute(
        sa.select(
            cases.c.number, cases.c.state, cases.c.level, cases.c.due_at, cases.c.closed_at, cases.c.summary,
            cases.c.confidential, unit.c.name_zh, unit.c.name_en,
        )
        .join(campaign_case, campaign_case.c.case_id == cases.c.id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(campaign_case.c.campaign_id == campaign_id, within(scope))
        .order_by(cases.c.closed_at.is_not(None), cases.c.due_at.asc().nulls_last(), cases.c.number)
    )  # fmt: skip
    return [veiled(row) for row in rows]


def _rows(tx: Tx, which: Sequence[sa.ColumnElement[bool]]) -> Sequence[Any]:
    open_ = sa.func.count(cases.c.id).filter(sa.text(f"cases.{IS_OPEN}"))
    return tx.conn.execute(
        sa.select(
            campaign, unit.c.code, unit.c.name_zh, unit.c.name_en, sa.func.count(cases.c.id).label("cases"),
            open_.label("open"),
        )
        .join(unit, unit.c.id == campaign.c.unit_id)
        .outerjoin(campaign_case, campaign_case.c.campaign_id == campaign.c.id)
        .outerjoin(cases, cases.c.id == campaign_case.c.case_id)
        .where(campaign.c.office_id == tx.office_id, *which)
        .group_by(campaign.c.id, unit.c.id)
        .order_by(campaign.c.ended_at.is_not(None), campaign.c.due_at)
    ).all()  # fmt: skip


def _row(row: Any) -> CampaignRow:
    name = Name(row.name_zh, row.name_en)
    return CampaignRow(row.id, row.name, row.plan, name, row.due_at, row.ended_at, row.cases, row.open)
