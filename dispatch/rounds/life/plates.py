"""Plate codes (门牌码): what stands on the plate at a place, or is left with a household, and proves a visit."""

from dataclasses import dataclass

import sqlalchemy as sa

from cases.phrases import Message, Name
from dispatch.models import unit
from dispatch.reads.queries import within
from dispatch.rounds.models import round_plan, round_target
from dispatch.rounds.reads import name_of, place_of
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Plate:
    """A place of a running plan and its code. `place` never has the door; `household`: it is left with people, not
    put up."""

    plan: Name
    place: Message
    code: str
    household: bool


def plates(tx: Tx, scope: str, at: str) -> list[Plate]:
    """The plates of a grid or courtyard (its code) within a scope, by plan and in the order of each."""
    rows = tx.conn.execute(
        sa.select(round_target, round_plan.c.template)
        .join(round_plan, round_plan.c.id == round_target.c.plan_id)
        .join(unit, unit.c.id == round_plan.c.unit_id)
        .where(round_plan.c.office_id == tx.office_id, within(scope), round_plan.c.active_to.is_(None))
        .where(round_target.c.removed_at.is_(None), sa.func.coalesce(round_plan.c.grid, unit.c.code) == at)
        .order_by(round_plan.c.template, round_target.c.position)
    )
    return [
        Plate(
            name_of(tx, row.template), place_of(tx, row), tx.vault.open(row.id, "code", row.code_sealed),
            row.kind == "household",
        )
        for row in rows
    ]  # fmt: skip
