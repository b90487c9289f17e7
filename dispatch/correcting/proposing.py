"""Whoever holds a case says what it is about in truth; the unit's head or a dispatcher confirms it, or does not."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from cases import lifecycle
from cases.loop import correcting
from cases.loop.deeds import Standing
from cases.pen import read_content, seal_content
from cases.phrases import Message, msg
from cases.states import Illegal, Role, after
from dispatch.acts.refusals import Refused
from dispatch.correcting.applying import correct
from dispatch.correcting.models import correction
from dispatch.correcting.planning import plan
from dispatch.correcting.wanted import read, recalled, written
from dispatch.duty.telling import tell_staff
from dispatch.life.deciding import speaks, words_of
from dispatch.loop import desks
from dispatch.loop.closing import NothingToDecide, SamePerson
from dispatch.loop.who import NotYours, Who
from dispatch.side import rows as side
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)


def suggest(tx: Tx, who: Who, case: Standing, values: Mapping[str, str], why: str) -> Message:
    """Say what it is about in truth, as its holder. Raises NotYours, IllegalDeed, Refused."""
    if case.row.worker_id != who.id:
        raise NotYours(who, Role.WORKER)
    side.allowed(case, correcting.DEED)
    why = words_of(why)
    if plan(tx, case, read(values)).is_empty:
        raise Refused(msg("correct.refused.nothing"))
    _overtake(tx, case)
    if waiting(tx, case) is not None:
        raise Refused(msg("correct.refused.suggested"))
    tx.put(
        correction, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        unit_id=case.row.unit_id, content_id=seal_content(tx, "words", written(values, why)), staff_id=who.staff_id,
        asked_by=who.actor, asked_at=tx.now,
    )  # fmt: skip
    lifecycle.note(tx, case.id, "correction_suggested", who.actor, why)
    head = side.head(tx, case.row.unit_id)
    if head is not None and head != who.id:
        side.tell(tx, case, "correct.text.suggested", [head])
    else:
        desks.tell(tx, desks.DISPATCHERS, case, "correct.text.suggested")
    return msg("correct.said.suggested")


def confirm(tx: Tx, who: Who, case: Standing) -> Message:
    """It is so: it is done as if whoever confirms had corrected it. Raises NotYours, SamePerson, NothingToDecide,
    IllegalDeed, Refused."""
    row = _to_decide(tx, who, case)
    values, why = recalled(read_content(tx, row.content_id))
    _settle(tx, row, "confirmed", who.actor)
    told = correct(tx, case, read(values), why, who.actor)
    _tell(tx, case, row, "correct.text.confirmed")
    return told


def dismiss(tx: Tx, who: Who, case: Standing, why: str) -> Message:
    """It stays as it is, and who suggested it is told why. Raises as `confirm`."""
    row = _to_decide(tx, who, case)
    _settle(tx, row, "dismissed", who.actor)
    lifecycle.note(tx, case.id, "correction_dismissed", who.actor, words_of(why))
    _tell(tx, case, row, "correct.text.dismissed")
    return msg("correct.said.dismissed")


def waiting(tx: Tx, case: Standing) -> Any | None:
    """What was suggested by the unit that has the case and nobody has decided."""
    mine = (correction.c.case_id == case.id, correction.c.decided_at.is_(None), correction.c.attempt == case.attempt)
    return tx.conn.execute(sa.select(correction).where(*mine, correction.c.unit_id == case.row.unit_id)).one_or_none()


def suggested(tx: Tx, case: Standing) -> tuple[dict[str, str], str] | None:
    """What was suggested, and why, for whoever decides."""
    row = waiting(tx, case)
    return recalled(read_content(tx, row.content_id)) if row is not None else None


def possible(tx: Tx, who: Who, case: Standing) -> frozenset[str]:
    """The names of the deeds of correcting that somebody may do now."""
    if isinstance(after(case.state, correcting.DEED), Illegal):
        return frozenset()
    return frozenset(_possible(tx, who, case))


def _possible(tx: Tx, who: Who, case: Standing) -> Iterator[str]:
    decides, row = may_correct(tx, who, case), waiting(tx, case)
    if decides:
        yield "correct"
    elif case.row.worker_id == who.id and row is None:
        yield "suggest"
    if row is not None and decides and row.asked_by != who.actor:
        yield from ("confirm", "dismiss")


def may_correct(tx: Tx, who: Who, case: Standing) -> bool:
    """A dispatcher, a supervisor, and whoever speaks for the unit that has the case or one above it."""
    return who.part in PARTS or speaks(tx, who, case)


def _to_decide(tx: Tx, who: Who, case: Standing) -> Any:
    row = waiting(tx, case)
    if row is None:
        raise NothingToDecide(case.row.number)
    if not may_correct(tx, who, case):
        raise NotYours(who, Role.DISPATCHER)
    if row.asked_by == who.actor:
        raise SamePerson(f"{who.code} suggested it: another person decides")
    return row


def _settle(tx: Tx, row: Any, decision: str, actor: str) -> None:
    values = {"decision": decision, "decided_by": actor, "decided_at": tx.now}
    tx.conn.execute(sa.update(correction).where(correction.c.id == row.id).values(values))


def _overtake(tx: Tx, case: Standing) -> None:
    """What a unit suggested that no longer has the case, or before it was done again, is not decided any more."""
    stale = sa.or_(correction.c.unit_id != case.row.unit_id, correction.c.attempt != case.attempt)
    values = {"decision": "overtaken", "decided_by": "system", "decided_at": tx.now}
    mine = (correction.c.case_id == case.id, correction.c.decided_at.is_(None), stale)
    tx.conn.execute(sa.update(correction).where(*mine).values(values))


def _tell(tx: Tx, case: Standing, row: Any, text: str) -> None:
    if row.staff_id is not None:
        words = msg(text, number=case.row.number, category=tx.policy.category(case.row.category).name)
        purpose = text.rpartition(".")[2]
        tell_staff(tx, row.staff_id, words, purpose=purpose, level=case.level, case_id=case.id)
