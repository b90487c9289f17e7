"""A case is found to be about something else: its row, what it owes and its clocks follow; the old stays in history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.clock.happened import About
from cases.clock.lines import Line
from cases.lifecycle import Place
from cases.loop import clocks
from cases.loop.clocks import Due
from cases.loop.deeds import Act, Standing, do, standing
from cases.models import owed
from cases.pen import Pen
from cases.report import Channel
from cases.states import Deed
from cases.steps import WORK, Level, Owes, owed_steps

DEED = Deed.CORRECT
_OF = ("category", "kind", "level", "sla")
_PLACE = ("estate", "building", "entrance", "road", "grid")


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a case is about in truth: what decides its limits, its service line, what it owes, and its place."""

    about: About
    service_line: str
    owes: Owes
    place: Place


def facts_of(case: Any, new: Corrected) -> dict[str, Any]:
    """The facts of the line of history: what it is about now and what it was, by codes."""
    about, place = new.about, new.place
    now = {
        "category": about.category, "kind": about.kind, "level": str(about.level), "sla": about.sla,
        **{name: getattr(place, name) for name in _PLACE}, "place_kind": place.kind,
    }  # fmt: skip
    return {**now, "was": {name: getattr(case, name) for name in now}}


def foreseen(pen: Pen, case: Standing, new: Corrected, unit: str) -> tuple[Due, Due]:
    """What is promised as it stands, and as it would be after the correction; `unit` is the code of another unit that
    would have it (empty: the same). Changes nothing."""
    known = clocks.know(pen, case.row)
    at = max(pen.now, case.row.last_at)
    lines = [*known.lines, Line("corrected", at, "", facts_of(case.row, new))]
    lines += [Line("rerouted", at, "", {"unit": unit})] if unit else []
    life = clocks.played(pen, case.row, lines)
    return clocks.due_now(pen, known), clocks.due_of(life, pen.hours(case.row.policy_version), at)


def correct(pen: Pen, case_id: UUID, new: Corrected, why: str, actor: str) -> Standing:
    """Put right what a case is about; `why` goes to the vault. Raises IllegalDeed, LookupError."""
    case = standing(pen, case_id, lock=True)
    facts = facts_of(case.row, new)
    known = clocks.know(pen, case.row)
    line = Line("corrected", max(pen.now, case.row.last_at), actor, facts)
    life = clocks.played(pen, case.row, [*known.lines, line])
    due = clocks.due_of(life, pen.hours(case.row.policy_version), line.at)
    columns = {**_columns(new), **_promise(case, due)}
    do(pen, case_id, Act(DEED, actor, "corrected", facts, why, columns=columns))
    _owe(pen, case, new)
    return standing(pen, case_id)


def _columns(new: Corrected) -> Mapping[str, Any]:
    about, place = new.about, new.place
    return {
        **{name: getattr(about, name) for name in _OF}, "level": str(about.level), "service_line": new.service_line,
        **{name: getattr(place, name) for name in _PLACE}, "place_kind": place.kind,
    }  # fmt: skip


def _promise(case: Standing, due: Due) -> Mapping[str, Any]:
    """Where nobody is promised anything any more the unit's last target stands for it, as of a case that is opened."""
    if due.promised_at is not None:
        return {"due_at": due.promised_at}
    work = [each.due_at for step, each in due.running.items() if step in WORK]
    return {"due_at": max(work, default=None)} if work else {"due_at": case.row.due_at}


def _owe(pen: Pen, case: Standing, new: Corrected) -> None:
    """What was kept stays so; of the rest the row says what is owed now."""
    reachable = case.row.party_id is not None
    steps = owed_steps(new.owes, Channel(case.row.channel), Level(new.about.level), reachable=reachable)
    mine = (owed.c.case_id == case.id, owed.c.attempt == case.attempt, owed.c.done_at.is_(None))
    pen.conn.execute(sa.update(owed).where(*mine).values(is_owed=False, grade=None))
    for each in steps:
        grade = str(each.grade) if each.grade else None
        pen.conn.execute(sa.update(owed).where(*mine, owed.c.step == str(each.step)).values(is_owed=True, grade=grade))
