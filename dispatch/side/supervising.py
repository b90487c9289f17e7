"""Supervision: somebody above the unit watches a case, at one of three levels, and the unit gives account by a limit.

From the second rework on it opens by itself. It is raised, lowered and lifted by a supervisor; lifted once the unit
has answered.
"""

from typing import Any
from uuid import UUID

from cases import history
from cases.clock.sla import Limit
from cases.life.models import side
from cases.life.sides import LEVELS, REWORKS, Cause, End, Side
from cases.loop.deeds import Standing, standing
from cases.phrases import Message, msg
from cases.states import Deed, Role
from cases.steps import Step
from dispatch.acts.refusals import Refused
from dispatch.duty.telling import contact
from dispatch.life.deciding import speaks, words_of
from dispatch.loop.who import NotYours, Who, demand
from dispatch.people.roster import desk_id
from dispatch.side import rows
from dispatch.side.rows import Clock, Line
from dispatch.transaction import Tx

TOP = LEVELS[-1]  # here the contact above the office watches as well


def watched(tx: Tx, case_id: UUID) -> Any | None:
    """The supervision under which a case is."""
    return next(iter(rows.open_rows(tx, case_id, Side.SUPERVISION)), None)


def order(tx: Tx, who: Who, case: Standing, said: tuple[str, str, str]) -> Message:
    """Put a case under supervision; `said` is the level, the date by which the unit answers (empty: the usual limit),
    and what is asked of it. Raises NotYours, IllegalDeed, Refused."""
    level, until, words = said
    demand(who, Role.SUPERVISOR)
    rows.allowed(case, Deed.SUPERVISE)
    if watched(tx, case.id) is not None:
        raise Refused(msg("side.refused.watched"))
    limit, text = rows.term(tx, rows.usual(tx, case, Step.SUPERVISE), until), words_of(words)
    _open(tx, case, (int(level), Cause.ORDERED), (who, text), limit)
    return msg("side.said.supervised", number=case.row.number, level=level)


_Opened = tuple[int, Cause]


def _open(tx: Tx, case: Standing, what: _Opened, by: tuple[Who | None, str], limit: Limit | None) -> None:
    level, cause = what
    who, words = by
    actor = who.actor if who else history.SYSTEM
    tx.put(
        side, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt,
        kind=str(Side.SUPERVISION), code=str(cause), level=level, staff_id=who.staff_id if who else None,
        opened_by=actor, opened_at=tx.now,
    )  # fmt: skip
    _owe(tx, case, Line("supervised", actor, words, {"watch": level, "cause": str(cause)}), limit)


def _owe(tx: Tx, case: Standing, line: Line, limit: Limit | None) -> None:
    """The unit owes an answer from now on, and all hear of it whom it concerns."""
    due = rows.write(tx, case, line, Clock(Step.SUPERVISE, case.row.unit_id, limit))
    level = int(line.facts["watch"])
    to = {*above(tx, level), rows.head(tx, case.row.unit_id), case.row.worker_id} - {_staff(tx, line.actor)}
    until = msg("side.until", due=due) if due else ""
    rows.tell(tx, case, f"side.text.{line.kind}", sorted(filter(None, to)), watch=level, until=until, why=line.words)


def above(tx: Tx, level: int) -> list[UUID]:
    """Who watches at a level."""
    found = contact(tx, tx.office.code, tx.policy.beside.watchers[level])
    return [*([found.staff_id] if found else []), *([desk_id(tx.office_id)] if level == TOP else [])]


def _staff(tx: Tx, actor: str) -> UUID | None:
    """The member of staff who acts under this name, where it is one."""
    return next((worker.id for worker in tx.district.workers if f"staff:{worker.code}" == actor), None)


def on_rework(tx: Tx, case_id: UUID) -> None:
    """A new attempt has begun: from the second rework on it is supervised, and what is supervised is answered for
    anew."""
    case = standing(tx, case_id)
    row = watched(tx, case_id)
    if row is not None:
        rows.change(tx, row, attempt=case.attempt, answered_by=None, answered_at=None)
        facts = {"watch": row.level, "cause": str(Cause.REWORK)}
        _owe(tx, case, Line("supervised", history.SYSTEM, facts=facts), rows.usual(tx, case, Step.SUPERVISE))
    elif case.attempt >= REWORKS:
        _open(tx, case, (LEVELS[0], Cause.REWORK), (None, ""), rows.usual(tx, case, Step.SUPERVISE))


def regrade(tx: Tx, who: Who, case: Standing, level: str, words: str) -> Message:
    """Raise or lower the level: the unit answers anew, by the usual limit. Raises NotYours, IllegalDeed, Refused."""
    demand(who, Role.SUPERVISOR)
    rows.allowed(case, Deed.REGRADE)
    row = _watched(tx, case)
    if row.level == int(level):
        raise Refused(msg("side.refused.same_level", level=level), "watch")
    text = words_of(words)
    rows.change(tx, row, level=int(level), answered_by=None, answered_at=None, staff_id=who.staff_id)
    facts = {"watch": int(level), "before": row.level}
    _owe(tx, case, Line("regraded", who.actor, text, facts), rows.usual(tx, case, Step.SUPERVISE))
    return msg("side.said.regraded", number=case.row.number, level=level)


def account(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """The unit answers: whoever leads it, and who did not put it under supervision. Raises NotYours, IllegalDeed,
    Refused."""
    rows.allowed(case, Deed.ACCOUNT)
    if not speaks(tx, who, case):
        raise NotYours(who, Role.UNIT)
    row = _watched(tx, case)
    if not answers(who, row):
        raise Refused(msg("side.refused.own_supervision"))
    if row.answered_at is not None:
        raise Refused(msg("side.refused.answered"))
    text = words_of(words, "words")
    rows.change(tx, row, answered_by=who.actor, answered_at=tx.now)
    rows.write(tx, case, Line("accounted", who.actor, text), Clock(Step.SUPERVISE, case.row.unit_id))
    to = {*above(tx, row.level), row.staff_id} - {who.staff_id}
    rows.tell(tx, case, "side.text.accounted", sorted(filter(None, to)), why=text)
    return msg("side.said.accounted", number=case.row.number)


def answers(who: Who, row: Any) -> bool:
    """Whether somebody is another than whoever ordered the supervision, or raised it."""
    return who.actor != row.opened_by and (who.staff_id is None or who.staff_id != row.staff_id)


def release(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """Lift it, now that the unit has answered. Raises NotYours, IllegalDeed, Refused."""
    demand(who, Role.SUPERVISOR)
    rows.allowed(case, Deed.RELEASE)
    row = _watched(tx, case)
    if row.answered_at is None:
        raise Refused(msg("side.refused.unanswered"))
    text = words_of(words)
    rows.change(tx, row, ended_by=who.actor, ended_at=tx.now, result=str(End.RELEASED))
    rows.write(tx, case, Line("released", who.actor, text))
    to = {rows.head(tx, case.row.unit_id), case.row.worker_id} - {who.staff_id}
    rows.tell(tx, case, "side.text.released", sorted(filter(None, to)))
    return msg("side.said.released", number=case.row.number)


def _watched(tx: Tx, case: Standing) -> Any:
    row = watched(tx, case.id)
    if row is None:
        raise Refused(msg("side.refused.unwatched"))
    return row
