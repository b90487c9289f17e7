"""Another line is to take a matter over: the resident is told to ring it now, and the case stays open, with whoever has
it and every clock as it was, until somebody has said who there took it. Nobody is lost between two lines.
"""

from datetime import timedelta
from typing import Any

from cases.clock.sla import Limit, Measure, due_at
from cases.life.models import side
from cases.life.sides import End, Side
from cases.loop.deeds import Act, Standing, standing
from cases.phrases import Message, Name, msg
from cases.states import CLOSED, Deed
from cases.steps import URGENT
from dispatch.acts.refusals import Refused
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.life.deciding import tell_resident, words_of
from dispatch.life.leaving import INTAKE, leave, said, tell_unit
from dispatch.life.leaving_reasons import OtherLine
from dispatch.loop import desks
from dispatch.loop.who import Who, demand
from dispatch.side import rows
from dispatch.side.rows import Line
from dispatch.transaction import Tx

FIRST = timedelta(minutes=15)  # after which whoever may confirm it is reminded
AGAIN = timedelta(hours=1)  # of what presses; else each working day


def hand_over(tx: Tx, who: Who, case: Standing, line: tuple[OtherLine, str], words: str) -> Message:
    """The resident is told to ring another line now: one that everybody knows, or one by its name. Raises NotYours,
    IllegalDeed, Refused."""
    demand(who, *INTAKE)
    code, named = line
    if code is OtherLine.NAMED and not named:
        raise Refused(msg("ending.refused.line"), "line_name")
    rows.allowed(case, Deed.HAND_OVER)
    if waiting(tx, case) is not None:
        raise Refused(msg("handover.refused.twice"))
    to = _line_named(tx, named) if code is OtherLine.NAMED else Name(str(code))
    tx.put(
        side, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt, kind=str(Side.HANDOVER),
        code=to.zh, opened_by=who.actor, opened_at=tx.now,
    )  # fmt: skip
    rows.write(tx, case, Line("handing_over", who.actor, words_of(words), _facts(to.zh)))
    tell_resident(tx, case, "handover.text.named" if code is OtherLine.NAMED else "handover.text.ring", line=to)
    tell_unit(tx, case, "handover.text.holder", line=to)
    errands.put(tx, Kind.HANDOVER, case.id, tx.now + FIRST, case.id)
    return msg("handover.said.begun", number=case.row.number, line=to)


def _line_named(tx: Tx, name: str) -> Name:
    """A line as the district names it, where its number is said; else as it was said."""
    known = next((line for line in tx.district.beside.other_lines if line.number == name), None)
    return Name(f"{known.name.zh} {name}", f"{known.name.en} {name}") if known else Name(name)


def _facts(line: str) -> dict[str, str]:
    known = line in {code.value for code in OtherLine}
    return {"to_line": line if known else str(OtherLine.NAMED), "named": "" if known else line}


def waiting(tx: Tx, case: Standing) -> Any | None:
    """The hand-over of a case that nobody has confirmed yet."""
    return next(iter(rows.open_rows(tx, case.id, Side.HANDOVER)), None)


def confirm(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """The other line has it; the words say who took it there. The case leaves. Raises as `hand_over`."""
    demand(who, *INTAKE)
    row = waiting(tx, case)
    if row is None:
        raise Refused(msg("handover.refused.none"))
    took = words_of(words)
    rows.change(tx, row, ended_by=who.actor, ended_at=tx.now, result=str(End.CONFIRMED))
    left = leave(tx, case, Act(Deed.CONFIRM_HANDOVER, who.actor, "handed_over", _facts(row.code), took))
    errands.call_off(tx, Kind.HANDOVER, case.id)
    tell_resident(tx, left, "handover.text.taken", line=Name(row.code))
    return said(left)


def remind(tx: Tx, errand: Errand) -> None:
    """Nobody has said that it was taken: dispatchers are told, then supervisors, again and again."""
    if errand.case_id is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    row = waiting(tx, case) if case.state not in CLOSED else None
    if row is None:
        return
    first = row.told_at is None
    rows.change(tx, row, told_at=tx.now)
    desks.tell(tx, desks.DISPATCHERS if first else desks.SUPERVISORS, case, "handover.text.unconfirmed")
    soon = case.level in URGENT
    at = tx.now + AGAIN if soon else due_at(Limit(1, Measure.WORKING_DAYS), tx.now, tx.calendar)
    errands.put(tx, Kind.HANDOVER, case.id, at, case.id)
