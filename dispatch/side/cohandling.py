"""Co-handling: other units do their part of a case. One unit leads and has the case; each co-handler answers by a limit
of its own, and the lead accepts the answer or asks for it again. Until then the case is not submitted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.clock.sla import Limit
from cases.history import SYSTEM
from cases.life.models import side
from cases.life.sides import End, Side
from cases.loop.deeds import Standing, standing
from cases.phrases import Message, msg
from cases.states import Deed, Role
from cases.steps import Step
from dispatch.acts.refusals import Refused
from dispatch.district import Unit
from dispatch.duty.telling import LIAISONS, contact
from dispatch.life.deciding import speaks, words_of
from dispatch.loop.expecting import expect
from dispatch.loop.who import NotYours, Who, demand
from dispatch.reports import UnknownUnit
from dispatch.side import rows
from dispatch.side.rows import Clock, Line
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)


def awaited(tx: Tx, case_id: UUID) -> Sequence[Any]:
    """The co-handlers whose part is not accepted yet."""
    return rows.open_rows(tx, case_id, Side.COHANDLING)


def units(tx: Tx, case_id: UUID) -> list[Unit]:
    """The units that co-handle a case, for whoever chooses one."""
    there = [row.unit_id for row in awaited(tx, case_id)]
    return [unit for unit in tx.district.units if unit.id in there]


def order(tx: Tx, who: Who, case: Standing, code: str, said: tuple[str, str]) -> Message:
    """Another unit does a part; `said` is the date by which it answers (empty: the usual limit), and what it does.
    Raises NotYours, IllegalDeed, UnknownUnit, Refused."""
    until, words = said
    demand(who, *PARTS)
    rows.allowed(case, Deed.CO_HANDLE)
    unit = tx.district.unit(code)
    if unit is None:
        raise UnknownUnit(code)
    if unit.id == case.row.unit_id or unit.id in {row.unit_id for row in awaited(tx, case.id)}:
        raise Refused(msg("side.refused.has_it", unit=unit.name), "unit")
    asked = Asked(unit, rows.term(tx, _usual(tx, case), until), who.actor, words_of(words))
    _ask(tx, case, asked)
    return msg("side.said.cohandled", number=case.row.number, unit=unit.name)


def by_rule(tx: Tx, case: Standing, code: str, rule: str) -> None:
    """A rule asks another unit to do a part, as the case is opened; one that is gone, or has the case, is not asked."""
    unit = tx.district.unit(code)
    if unit is None or unit.id == case.row.unit_id:
        return
    _ask(tx, case, Asked(unit, _usual(tx, case), SYSTEM, "", rule))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which unit is asked to do a part, by when, by whom and why; by a rule, which is its own reason."""

    unit: Unit
    limit: Limit | None
    actor: str
    words: str
    rule: str = ""

    @property
    def why(self) -> Message | str:
        return msg("side.by_rule", rule=self.rule) if self.rule else self.words


def _ask(tx: Tx, case: Standing, asked: Asked) -> None:
    unit = asked.unit
    to = contact(tx, unit.code, LIAISONS)
    told = to.staff_id if to else None
    tx.put(
        side, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt, unit_id=unit.id,
        kind=str(Side.COHANDLING), code="ordered", staff_id=told, opened_by=asked.actor, opened_at=tx.now,
        told_at=tx.now,
    )  # fmt: skip
    facts = {"unit": unit.code, **({"rule": asked.rule} if asked.rule else {})}
    line = Line("cohandled", asked.actor, asked.words, facts)
    due = rows.write(tx, case, line, Clock(Step.COHANDLE, unit.id, asked.limit))
    more = {"until": msg("side.until", due=due) if due else "", "unit": unit.name, "why": asked.why}
    rows.tell(tx, case, "side.text.cohandled", [told], **more)
    rows.tell(tx, case, "side.text.cohandler", [case.row.worker_id], **more)


def _usual(tx: Tx, case: Standing) -> Limit | None:
    return rows.usual(tx, case, Step.COHANDLE)


def answer(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """A co-handler has done its part. Raises NotYours, IllegalDeed, Refused."""
    row = theirs(tx, who, awaited(tx, case.id))
    if row is None:
        raise NotYours(who, Role.UNIT)
    rows.allowed(case, Deed.CO_ANSWER)
    if row.answered_at is not None:
        raise Refused(msg("side.refused.answered"))
    text, unit = words_of(words, "words"), _unit(tx, row)
    rows.change(tx, row, answered_by=who.actor, answered_at=tx.now)
    rows.write(tx, case, Line("co_answered", who.actor, text, {"unit": unit.code}), Clock(Step.COHANDLE, unit.id))
    to = {case.row.worker_id, rows.head(tx, case.row.unit_id)} - {who.staff_id}
    rows.tell(tx, case, "side.text.co_answered", sorted(filter(None, to)), unit=unit.name, why=text)
    return msg("side.said.co_answered", number=case.row.number)


def theirs(tx: Tx, who: Who, there: Sequence[Any]) -> Any | None:
    """The part of a case that is somebody's unit's, best one that is not answered yet."""
    mine = [row for row in there if who.part is Role.UNIT and who.covers("/".join(_unit(tx, row).path))]
    return next(iter(sorted(mine, key=lambda row: row.answered_at is not None)), None)


def _unit(tx: Tx, row: Any) -> Unit:
    return next(unit for unit in tx.district.units if unit.id == row.unit_id)


def leads(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody acts for the unit that leads."""
    return case.row.worker_id == who.id or speaks(tx, who, case)


def accept(tx: Tx, who: Who, case: Standing, code: str) -> Message:
    """The lead accepts what a co-handler did; `code` empty: the only answer there is. Raises NotYours, IllegalDeed,
    Refused."""
    row = _answered(tx, who, case, (Deed.CO_ACCEPT, code))
    unit = _unit(tx, row)
    _end(tx, case, row, End.ACCEPTED, Line("co_accepted", who.actor, facts={"unit": unit.code}))
    rows.tell(tx, case, "side.text.co_accepted", [row.staff_id])
    return msg("side.said.co_accepted", number=case.row.number, unit=unit.name)


def give_back(tx: Tx, who: Who, case: Standing, code: str, words: str) -> Message:
    """The lead asks for it again: the co-handler has a whole limit anew. Raises as `accept`."""
    row = _answered(tx, who, case, (Deed.CO_RETURN, code))
    unit, text = _unit(tx, row), words_of(words)
    rows.change(tx, row, answered_by=None, answered_at=None)
    line = Line("co_returned", who.actor, text, {"unit": unit.code})
    due = rows.write(tx, case, line, Clock(Step.COHANDLE, unit.id, _usual(tx, case)))
    until = msg("side.until", due=due) if due else ""
    rows.tell(tx, case, "side.text.co_returned", [row.staff_id], until=until, why=text)
    return msg("side.said.co_returned", number=case.row.number, unit=unit.name)


def _answered(tx: Tx, who: Who, case: Standing, wanted: tuple[Deed, str]) -> Any:
    deed, code = wanted
    if not leads(tx, who, case):
        raise NotYours(who, Role.UNIT)
    rows.allowed(case, deed)
    return _chosen(tx, [row for row in awaited(tx, case.id) if row.answered_at is not None], code)


def _chosen(tx: Tx, there: Sequence[Any], code: str) -> Any:
    """The one that is named or, where none is, the only one."""
    found = [row for row in there if code in ("", _unit(tx, row).code)]
    if len(found) != 1:
        raise Refused(msg("side.refused.which_unit" if found else "side.refused.no_answer"), "co_unit")
    return found[0]


def let_go(tx: Tx, who: Who, case: Standing, code: str, words: str) -> Message:
    """A dispatcher or supervisor decides that the case does not wait for a co-handler; that stays recorded. Raises
    NotYours, IllegalDeed, Refused."""
    demand(who, *PARTS)
    rows.allowed(case, Deed.CO_RELEASE)
    row = _chosen(tx, awaited(tx, case.id), code)
    unit, text = _unit(tx, row), words_of(words)
    _end(tx, case, row, End.LET_GO, Line("co_released", who.actor, text, {"unit": unit.code}))
    rows.tell(tx, case, "side.text.co_released", [row.staff_id, case.row.worker_id], unit=unit.name)
    return msg("side.said.co_released", number=case.row.number, unit=unit.name)


def _end(tx: Tx, case: Standing, row: Any, how: End, line: Line) -> None:
    """The co-handler has nothing to do any more; where nobody else is awaited the lead has only to say so."""
    rows.change(tx, row, ended_by=line.actor, ended_at=tx.now, result=str(how))
    rows.write(tx, case, line, Clock(Step.COHANDLE, row.unit_id))
    if not awaited(tx, case.id):
        expect(tx, standing(tx, case.id))


def seen_by(units: Sequence[UUID]) -> sa.Select[Any]:
    """The cases that these units co-handle and have not done with."""
    live = (side.c.ended_at.is_(None), side.c.kind == str(Side.COHANDLING), side.c.unit_id.in_(units))
    return sa.select(side.c.case_id).where(*live)
