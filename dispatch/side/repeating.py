"""Repeat links: a case tells an earlier one again. Both know of each other, and whoever holds it is told."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cases import lifecycle
from cases.loop.deeds import Standing
from cases.models import cases
from cases.phrases import Message, msg
from cases.states import Deed, Role
from dispatch.acts.refusals import Refused
from dispatch.life.deciding import words_of
from dispatch.loop.who import Who, demand
from dispatch.side import rows
from dispatch.side.rows import Line
from dispatch.transaction import Tx

PARTS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR)
WITHIN = timedelta(days=365)  # what is longer ago is another matter


def link(tx: Tx, who: Who, case: Standing, number: str, words: str) -> Message:
    """It tells that case again. Raises NotYours, IllegalDeed; Refused where there is no such earlier case."""
    demand(who, *PARTS)
    rows.allowed(case, Deed.LINK)
    if case.row.repeat_of is not None:
        raise Refused(msg("side.refused.linked"), "earlier")
    earlier = _case(tx, cases.c.number == number)
    if earlier is None or not case.row.received_at - WITHIN <= earlier.received_at < case.row.received_at:
        raise Refused(msg("side.refused.earlier"), "earlier")
    text = words_of(words)
    tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(repeat_of=earlier.id))
    rows.write(tx, case, Line("repeat_linked", who.actor, text, {"earlier": earlier.number}))
    lifecycle.note(tx, earlier.id, "repeated", who.actor, facts={"later": case.row.number})
    rows.tell(tx, case, "side.text.repeat", [case.row.worker_id], earlier=earlier.number)
    return msg("side.said.linked", number=case.row.number, earlier=earlier.number)


def _case(tx: Tx, which: sa.ColumnElement[bool]) -> Any | None:
    wanted = sa.select(cases.c.id, cases.c.number, cases.c.received_at)
    return tx.conn.execute(wanted.where(cases.c.office_id == tx.office_id, which)).one_or_none()


def unlink(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """It is another matter after all. Raises NotYours, IllegalDeed, Refused."""
    demand(who, *PARTS)
    rows.allowed(case, Deed.UNLINK)
    earlier = _case(tx, cases.c.id == case.row.repeat_of)
    if earlier is None:
        raise Refused(msg("side.refused.unlinked"))
    text = words_of(words)
    tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(repeat_of=None))
    rows.write(tx, case, Line("repeat_unlinked", who.actor, text, {"earlier": earlier.number}))
    return msg("side.said.unlinked", number=case.row.number, earlier=earlier.number)
