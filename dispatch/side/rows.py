"""The rows of what stands beside a case, the lines of history about them, and the clocks of what is owed on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, timers
from cases.clock.sla import Limit, TargetSet
from cases.life.models import side
from cases.life.moments import amount_until
from cases.life.sides import Side
from cases.lifecycle import IllegalDeed
from cases.loop.deeds import Standing
from cases.models import timer
from cases.phrases import msg
from cases.states import Deed, Illegal, after
from cases.steps import Step
from cases.timers import Promise
from dispatch.acts.refusals import Refused
from dispatch.due import news
from dispatch.duty.telling import HEADS, contact, tell_staff
from dispatch.loop.promises import limits_for
from dispatch.reading.dates import read_moment
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Line:
    """A line of history: its kind, whose, its facts and words."""

    kind: str
    actor: str
    words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """Which answer of which unit is owed from now on; `limit` None: nothing is owed any more."""

    step: Step
    unit_id: UUID
    limit: Limit | None = None


_LIVE = ("waiting", "open", "parked")


def allowed(case: Standing, deed: Deed) -> None:
    """Raises IllegalDeed where the case's state does not allow the deed."""
    found = after(case.state, deed)
    if isinstance(found, Illegal):
        raise IllegalDeed(found)


def open_rows(tx: Tx, case_id: UUID, kind: Side | None = None) -> Sequence[Any]:
    """What stands beside a case now, the oldest first."""
    mine = [side.c.case_id == case_id, side.c.ended_at.is_(None)]
    mine += [side.c.kind == str(kind)] if kind else []
    return tx.conn.execute(sa.select(side).where(*mine).order_by(side.c.opened_at, side.c.id)).all()


def change(tx: Tx, row: Any, **values: object) -> None:
    """Something about it is another now."""
    tx.conn.execute(sa.update(side).where(side.c.id == row.id).values(values))


def write(tx: Tx, case: Standing, line: Line, *clocks: Clock) -> datetime | None:
    """A line of history, with the clocks that end and start here; when the first of those that start is due."""
    thread = history.lock(tx, case.id, line.actor)
    at = history.append(tx, thread, line.kind, dict(line.facts), line.words)
    dues = [_set(tx, case, clock, at) for clock in clocks]
    due = timers.next_due(tx, case.id) if clocks else case.row.next_due_at
    history.close_thread(tx, thread, next_due_at=due)
    return next((each for each in dues if each is not None), None)


def _set(tx: Tx, case: Standing, clock: Clock, at: datetime) -> datetime | None:
    """End the clock that runs, and start another where something is owed."""
    # Whichever unit a supervised case had: there is one answer about it.
    whose = () if clock.step is Step.SUPERVISE else (timer.c.unit_id == clock.unit_id,)
    mine = (timer.c.case_id == case.id, timer.c.step == str(clock.step), timer.c.state.in_(_LIVE), *whose)
    tx.conn.execute(sa.update(timer).where(*mine).values(state="ended", ended_at=at, fires_at=None))
    if clock.limit is None:
        return None
    return timers.start(tx, Promise(case.id, clock.step, case.attempt, clock.unit_id), clock.limit, (at, tx.calendar))


def usual(tx: Tx, case: Standing, step: Step) -> Limit | None:
    """The limit of an answer; where the case has no promises, that of its level's own column."""
    policy = tx.policy_at(case.row.policy_version)
    return limits_for(tx, case).get(step) or policy.targets[TargetSet(case.level.value)].get(step)


def head(tx: Tx, unit_id: UUID) -> UUID | None:
    """Who answers for a unit."""
    code = next((unit.code for unit in tx.district.units if unit.id == unit_id), tx.office.code)
    found = contact(tx, code, HEADS)
    return found.staff_id if found else None


def follow(tx: Tx, case_id: UUID, unit_id: UUID) -> None:
    """Another unit has the case: it is the one that answers for it now, and the resident hears of it."""
    mine = (timer.c.case_id == case_id, timer.c.step == str(Step.SUPERVISE), timer.c.state.in_(_LIVE))
    tx.conn.execute(sa.update(timer).where(*mine).values(unit_id=unit_id))
    news.promise(tx, case_id)


def term(tx: Tx, usual: Limit | None, said: str) -> Limit | None:
    """The limit until a date that is named; the usual one where none is. Raises Refused for what is no later date."""
    if not said:
        return usual
    at = read_moment(said, tx.calendar, tx.now)
    if at is None:
        raise Refused(msg("life.refused.no_date"), "term")
    found = amount_until(usual, tx.now, at, tx.calendar) if usual else None
    if found is None:
        raise Refused(msg("side.refused.past"), "term")
    return found


def tell(tx: Tx, case: Standing, text: str, to: Iterable[UUID | None], **more: object) -> None:
    """A text about a case to each of these members of staff, once."""
    about = {"number": case.row.number, "category": tx.policy.category(case.row.category).name, **more}
    purpose = text.rpartition(".")[2]
    for staff_id in dict.fromkeys(each for each in to if each is not None):
        tell_staff(tx, staff_id, msg(text, **about), purpose=purpose, level=case.level, case_id=case.id)
