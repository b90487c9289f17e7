"""Exclusion from the figures: asked for with a reason, approved by a second person, taken back by a supervisor."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import lifecycle
from cases.life.models import permission
from cases.life.reasons import Decision, ExclusionReason, Request
from cases.loop.deeds import Standing
from cases.phrases import Message, msg
from cases.states import CLOSED, Deed, Illegal, Role, after
from dispatch.acts.refusals import Refused
from dispatch.life import deciding
from dispatch.loop.who import NotYours, Who, demand
from dispatch.side import rows
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)
DECIDERS = (Role.SUPERVISOR,)
# Granted, and not taken back.
EXCLUDED = sa.and_(
    permission.c.kind == str(Request.EXCLUSION), permission.c.decision == str(Decision.GRANTED),
    permission.c.ended_at.is_(None),
)  # fmt: skip
_OF = sa.select(permission.c.case_id).where(
    permission.c.office_id == sa.bindparam("office_id"),
    permission.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))),
    EXCLUDED,
)


def excluded(tx: Tx, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these cases that two people left out of the figures."""
    if not case_ids:
        return frozenset()
    return frozenset(tx.conn.execute(_OF, {"office_id": tx.office_id, "ids": list(case_ids)}).scalars())


def ask(tx: Tx, who: Who, case: Standing, reason: ExclusionReason, words: str) -> Message:
    """Ask that a case does not count. Raises NotYours, IllegalDeed, Refused."""
    if not _is_theirs(tx, who, case):
        raise NotYours(who, Role.DISPATCHER)
    rows.allowed(case, Deed.EXCLUDE)
    if excluded(tx, [case.id]):
        raise Refused(msg("side.refused.excluded"))
    columns = {"kind": str(Request.EXCLUSION), "code": str(reason)}
    deciding.ask(tx, who, case, columns, deciding.words_of(words))
    return msg("life.said.exclusion_asked", reason=reason.label)


def _is_theirs(tx: Tx, who: Who, case: Standing) -> bool:
    return who.part in PARTS or deciding.speaks(tx, who, case)


def may_ask(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody could ask for it now."""
    there = not isinstance(after(case.state, Deed.EXCLUDE), Illegal) and not excluded(tx, [case.id])
    return there and _is_theirs(tx, who, case) and deciding.open_request(tx, case, Request.EXCLUSION) is None


def grant(tx: Tx, who: Who, case: Standing, row: Any) -> None:
    """A second person, who supervises, agrees: the case does not count. Raises NotYours, SamePerson."""
    demand(who, *DECIDERS)
    deciding.demand_second(tx, who, case, row)
    deciding.settle(tx, row, Decision.GRANTED, who)
    lifecycle.note(tx, case.id, "excluded", who.actor, facts={"code": row.code, "asked_by": row.asked_by})
    deciding.tell_asker(tx, case, row, "life.text.excluded")


def include(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """It counts again. Raises NotYours, IllegalDeed, Refused."""
    demand(who, *DECIDERS)
    rows.allowed(case, Deed.INCLUDE)
    found = (permission.c.case_id == case.id, EXCLUDED)
    row = tx.conn.execute(sa.select(permission).where(*found)).one_or_none()
    if row is None:
        raise Refused(msg("side.refused.counted"))
    text = deciding.words_of(words)
    tx.conn.execute(sa.update(permission).where(permission.c.id == row.id).values(ended_at=tx.now))
    lifecycle.note(tx, case.id, "included", who.actor, text)
    if case.state not in CLOSED:
        deciding.tell_asker(tx, case, row, "life.text.included", but=who.actor)
    return msg("side.said.included", number=case.row.number)
