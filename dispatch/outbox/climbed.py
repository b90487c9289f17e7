"""How high a promise has climbed: not whom somebody meant to tell, but whom the carrier says that it told.

A notice says of which clock it tells and how often that had fired (1 warned, 2 late, above that the rungs of the
ladder); its text, digest or call says whether it came to anybody.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.selectable import LateralFromClause

from cases.models import timer
from dispatch.models import notice, outbox, staff
from dispatch.transaction import Tx

ARRIVED = ("delivered", "read", "connected")  # a text; a call that somebody heard and answered with a key
BREACHED = 2  # of `fired`: what comes after is a rung
_CAME = outbox.c.delivery.in_(ARRIVED)
_OF_TIMER = (
    notice.c.case_id == timer.c.case_id,
    notice.c.step == timer.c.step,
    notice.c.attempt == timer.c.attempt,
    notice.c.fired <= timer.c.fired,
)


def of_timers() -> LateralFromClause:
    """To be joined to timers from the left: the highest that arrived (`told`) and who had it, in both languages; no row
    where nothing arrived, no names where it was nobody of the office."""
    return (
        sa.select(notice.c.fired.label("told"), staff.c.name_zh.label("told_zh"), staff.c.name_en.label("told_en"))
        .join(outbox, outbox.c.id == notice.c.outbox_id)
        .outerjoin(staff, sa.and_(staff.c.party_id == outbox.c.party_id, staff.c.office_id == outbox.c.office_id))
        .where(*_OF_TIMER, _CAME)
        .order_by(notice.c.fired.desc(), staff.c.active.desc().nulls_last(), staff.c.code)
        .limit(1)
        .correlate(timer)
        .lateral("told")
    )


def of_rounds(round_id: sa.ColumnElement[Any], fired: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """The highest that arrived of a round, whose id and whose own count these columns are; NULL for nothing."""
    return (
        sa.select(sa.func.max(notice.c.fired))
        .join(outbox, outbox.c.id == notice.c.outbox_id)
        .where(notice.c.round_id == round_id, notice.c.fired <= fired, _CAME)
        .scalar_subquery()
    )


_REPORTED = sa.select(
    sa.exists().where(*_OF_TIMER, notice.c.fired > BREACHED, notice.c.outbox_id == outbox.c.id, _CAME)
).where(timer.c.id == sa.bindparam("timer"))  # fmt: skip


def is_reported(tx: Tx, timer_id: UUID) -> bool:
    """Whether somebody above the one who is late was told of this promise."""
    return bool(tx.conn.execute(_REPORTED, {"timer": timer_id}).scalar())
