"""Confidentiality: the place and the words of a case are for whoever holds it, the head of its unit, and supervisors.

Everybody else sees the number and how it goes. Lists veil it for all; on the case's own page each look is recorded
before it is shown (INV-REVEAL, INV-SCOPE).
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import lifecycle
from cases.history import SYSTEM
from cases.loop.deeds import Standing
from cases.models import cases, event
from cases.phrases import Message, msg
from cases.states import Deed, Role
from dispatch.acts.refusals import Refused
from dispatch.coi import record
from dispatch.district import Role as Post
from dispatch.life.deciding import words_of
from dispatch.loop.who import Who, demand
from dispatch.side import rows, supervising
from dispatch.side.rows import Line
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)
LIFTERS = (Role.SUPERVISOR,)
ONE_LOOK = timedelta(hours=1)  # what is seen again within it is the same look
VEILED = "＊＊＊"
_HIDDEN = {"summary": VEILED, "estate": None, "building": None, "entrance": None, "road": None, "grid": None}


def confide(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """From now on place and words are for a few. Raises NotYours, IllegalDeed, Refused."""
    demand(who, *PARTS)
    rows.allowed(case, Deed.CONFIDE)
    if case.row.confidential:
        raise Refused(msg("side.refused.confided"))
    return _set(tx, who, case, Line("confided", who.actor, words_of(words)))


def disclose(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """Everybody who may see the case sees all of it again. Raises NotYours, IllegalDeed, Refused."""
    demand(who, *LIFTERS)
    rows.allowed(case, Deed.DISCLOSE)
    if record.of(tx, case.id) is not None:
        raise Refused(msg("coi.refused.lift"))
    if not case.row.confidential:
        raise Refused(msg("side.refused.disclosed"))
    return _set(tx, who, case, Line("disclosed", who.actor, words_of(words)))


def by_rule(tx: Tx, case: Standing, rule: str) -> None:
    """A rule has a case confidential from its beginning; those whom it concerns are told."""
    _set(tx, None, case, Line("confided", SYSTEM, facts={"rule": rule}))


def _set(tx: Tx, who: Who | None, case: Standing, line: Line) -> Message:
    is_so = line.kind == "confided"
    tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(confidential=is_so))
    rows.write(tx, case, line)
    to = {case.row.worker_id, rows.head(tx, case.row.unit_id), *supervising.above(tx, 1)} - {
        who.staff_id if who else None
    }
    rows.tell(tx, case, f"side.text.{line.kind}", sorted(filter(None, to)))
    return msg(f"side.said.{line.kind}", number=case.row.number)


def may_see(tx: Tx, who: Who, row: Any) -> bool:
    """Whether somebody may see the place and the words of a case (its row), where the case may be seen at all."""
    if not row.confidential or row.worker_id == who.id or who.part is Role.SUPERVISOR:
        return True
    unit = next((unit for unit in tx.district.units if unit.id == row.unit_id), None)
    return who.role == Post.COMMITTEE_HEAD and unit is not None and who.covers("/".join(unit.path))


def veiled(row: Any) -> Any:
    """A case's row without place and words, where they are for a few; else the row itself."""
    return SimpleNamespace(**{**row._mapping, **_HIDDEN, "is_veiled": True}) if row.confidential else row


def no_words(_content_id: UUID) -> str:
    """Stands for what was said, where that is for a few."""
    return VEILED


def opened(tx: Tx, who: Who, row: Any) -> Any:
    """A case's row as somebody may see it; the look of whoever does not hold it is recorded."""
    if not may_see(tx, who, row):
        return veiled(row)
    if row.confidential and row.worker_id != who.id and not _has_looked(tx, who, row):
        lifecycle.note(tx, row.id, "looked", who.actor)
    return row


def _has_looked(tx: Tx, who: Who, row: Any) -> bool:
    looked = (event.c.kind == "looked", event.c.actor == who.actor, event.c.at > tx.now - ONE_LOOK)
    return bool(tx.conn.execute(sa.select(sa.exists().where(event.c.case_id == row.id, *looked))).scalar())
