"""Urges: somebody asks for haste. They are counted; whoever holds the case is told, at most once in a while
(`[policy.urges]`).

Whoever holds it answers, and the resident hears it. An urge never counts against anybody.
"""

from typing import Any
from uuid import UUID

from cases.life.models import side
from cases.life.sides import Side
from cases.loop.deeds import Standing, standing
from cases.phrases import Message, msg
from cases.states import Deed, Role
from dispatch import orders
from dispatch.acts.refusals import Refused
from dispatch.life.deciding import speaks, tell_resident, words_of
from dispatch.loop import desks
from dispatch.loop.who import NotYours, Who
from dispatch.side import rows
from dispatch.side.rows import Line
from dispatch.transaction import Tx


def urge(tx: Tx, case_id: UUID, actor: str) -> None:
    """Somebody asks for haste on an open case; the case is locked here. Raises LookupError."""
    case = standing(tx, case_id, lock=True)
    row = urged(tx, case.id)
    times, usual = (row.times if row else 0) + 1, tx.policy.beside.urges
    tells = row is None or row.told_at is None or row.told_at + usual.quiet(case.level) <= tx.now
    if row is None:
        tx.put(
            side, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt, kind=str(Side.URGE),
            code="urge", times=1, staff_id=case.row.worker_id, opened_by=actor, opened_at=tx.now, last_at=tx.now,
            told_at=tx.now,
        )  # fmt: skip
    else:
        told = {"told_at": tx.now, "staff_id": case.row.worker_id} if tells else {}
        rows.change(tx, row, times=times, last_at=tx.now, answered_by=None, answered_at=None, **told)
    rows.write(tx, case, Line("urged", actor, facts={"times": times}))
    if tells:
        orders.tell_holder(tx, case.id, "urge")
    if times == usual.often:
        desks.tell(tx, desks.SUPERVISORS, case, "side.text.urged_often")


def urged(tx: Tx, case_id: UUID) -> Any | None:
    """The urges about an open case."""
    return next(iter(rows.open_rows(tx, case_id, Side.URGE)), None)


def answer(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """Whoever holds the case, or leads its unit, says how it stands; the resident is told. Raises NotYours,
    IllegalDeed, Refused."""
    if not answers(tx, who, case):
        raise NotYours(who, Role.WORKER)
    rows.allowed(case, Deed.ANSWER_URGE)
    row = urged(tx, case.id)
    if row is None or row.answered_at is not None:
        raise Refused(msg("side.refused.not_urged"))
    text = words_of(words, "words")
    rows.change(tx, row, answered_by=who.actor, answered_at=tx.now)
    rows.write(tx, case, Line("urge_answered", who.actor, text))
    tell_resident(tx, case, "side.text.urge_answered", why=text)
    return msg("side.said.urge_answered", number=case.row.number)


def answers(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether it is for somebody to answer."""
    return case.row.worker_id == who.id or speaks(tx, who, case)
