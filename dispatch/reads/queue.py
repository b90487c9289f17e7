"""The desk's queue: the open cases of a scope, what is due first before, and how many there are of each kind.

Sorted by the first promise that runs, whoever owes it (`cases.next_due_at`): a promise that was kept sorts nothing.
Both reads stay as quick with many cases as with few: a page is a walk along an index, and nothing is counted on
beyond MOST.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select

from cases.life.models import permission
from cases.models import IS_OPEN, cases, owed, timer
from cases.states import OPEN
from cases.steps import Step
from dispatch.models import staff, unit
from dispatch.reads.queries import Cursor, below, held_by, within
from dispatch.side import calls, cohandling
from dispatch.side.confiding import veiled
from dispatch.transaction import Tx

PAGE = 50
SOON = timedelta(hours=1)
MOST = 500
NOWHERE = "-"  # stands for a grid where there is none


@dataclass(frozen=True, slots=True)
class Filter:
    """What the queue is narrowed to; empty means all.

    `unit` is a code: that unit and all below it. `time` is "", "over" or "soon" (within an hour): of the first
    promise that runs. `awaits` is whose decision a case waits for (supervisor; decision: a second
    person's about what was asked; triage: a person's about what it is), `words` what its summary has in it. `grid` is a
    code; NOWHERE for cases whose place lies in none, or is not known.
    """

    state: str = ""
    level: str = ""
    service_line: str = ""
    category: str = ""
    unit: str = ""
    time: str = ""
    awaits: str = ""
    words: str = ""
    grid: str = ""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue, and where the next begins (None: this was the last)."""

    rows: Sequence[Any]
    after: Cursor | None


_NAMES = (
    unit.c.code.label("unit_code"), unit.c.name_zh.label("unit_zh"), unit.c.name_en.label("unit_en"),
    staff.c.name_zh.label("worker_zh"), staff.c.name_en.label("worker_en"),
)  # fmt: skip
_LINE = (
    cases.c.id, cases.c.number, cases.c.state, cases.c.level, cases.c.category, cases.c.summary, cases.c.next_due_at,
    cases.c.due_at, cases.c.attempt, cases.c.closed_at, cases.c.first_closed_at, cases.c.awaits, cases.c.repeat_of,
    cases.c.estate, cases.c.building, cases.c.entrance, cases.c.road, cases.c.place_kind, cases.c.grid,
    cases.c.confidential, cases.c.triage,
)  # fmt: skip
# A second person has to decide what was asked: a hold, an extension, a waiver, an exception.
_UNDECIDED = sa.and_(
    permission.c.case_id == cases.c.id, permission.c.decided_at.is_(None),
    permission.c.attempt == cases.c.attempt, permission.c.unit_id == cases.c.unit_id,
)  # fmt: skip
_ORDER = (cases.c.next_due_at.asc().nulls_last(), cases.c.id)
_KEY = sa.tuple_(cases.c.next_due_at, cases.c.id)


def queue(tx: Tx, scope: str, narrowed: Filter, after: Cursor | None = None) -> QueuePage:
    """A page of the open cases of a scope; `next_step` is the step that is due first. 50 a page, without counting."""
    found = _chosen(_narrow(_open(tx, scope, narrowed.unit, cases.c.id, cases.c.next_due_at), tx.now, narrowed), after)
    rows = tx.conn.execute(_lines(found)).all()
    seen = [veiled(row) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return QueuePage(seen, None)
    last = rows[PAGE - 1]
    return QueuePage(seen, Cursor(last.next_due_at, last.id))


def _chosen(found: Select[Any], after: Cursor | None) -> sa.Subquery:
    """The cases of one page, and one more. Those that nothing is promised for come last."""
    if after is None:
        return found.order_by(*_ORDER).limit(PAGE + 1).subquery("chosen")
    timeless = found.where(cases.c.next_due_at.is_(None))
    if after.due_at is None:
        return timeless.where(cases.c.id > after.id).order_by(cases.c.id).limit(PAGE + 1).subquery("chosen")
    start = sa.tuple_(sa.literal(after.due_at, cases.c.next_due_at.type), sa.literal(after.id, sa.Uuid))
    timed = found.where(start < _KEY).order_by(cases.c.next_due_at, cases.c.id).limit(PAGE + 1)
    both = sa.union_all(
        sa.select(timed.subquery()), sa.select(timeless.order_by(cases.c.id).limit(PAGE + 1).subquery())
    )
    page = both.subquery("both")
    return sa.select(page).order_by(page.c.next_due_at.asc().nulls_last(), page.c.id).limit(PAGE + 1).subquery("chosen")


def _lines(chosen: sa.Subquery) -> Select[Any]:
    """What a line of the page tells of each chosen case; `told_at` is when the resident was."""
    running = (timer.c.case_id == cases.c.id, timer.c.state.in_(("open", "parked")))
    first = sa.select(timer.c.step).where(*running).order_by(timer.c.due_at, timer.c.id).limit(1).scalar_subquery()
    told = (owed.c.case_id == cases.c.id, owed.c.attempt == cases.c.attempt, owed.c.step == str(Step.TOLD))
    return (
        sa.select(*_LINE, *_NAMES, first.label("next_step"), owed.c.done_at.label("told_at"))
        .select_from(chosen)
        .join(cases, cases.c.id == chosen.c.id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .outerjoin(staff, staff.c.id == cases.c.worker_id)
        .outerjoin(owed, sa.and_(*told))
        .order_by(*_ORDER)
    )


def _open(tx: Tx, scope: str, code: str, *columns: Any) -> Select[Any]:
    """Open cases within a scope, and there within one unit where one is named."""
    found = sa.select(*columns).where(cases.c.office_id == tx.office_id, sa.text(IS_OPEN))
    if scope == tx.office.code and not code:
        return found  # everything of the office
    units = _units(tx, scope, code)
    # Read before too: almost always there are none, and the index of the units serves.
    shared = (
        tx.conn.execute(sa.union(cohandling.seen_by(units), calls.seen_by(units), held_by(tx, units))).scalars().all()
    )
    own = cases.c.unit_id.in_(units)
    return found.where(sa.or_(own, cases.c.id.in_(shared)) if shared else own)


def _units(tx: Tx, scope: str, code: str) -> Sequence[UUID]:
    """Read before, so that the planner knows how many there are."""
    wanted = sa.select(unit.c.id).where(unit.c.office_id == tx.office_id, within(scope))
    return tx.conn.execute(wanted.where(below(code)) if code else wanted).scalars().all()


def _narrow(found: Select[Any], now: datetime, narrowed: Filter) -> Select[Any]:
    for column, wanted in (
        (cases.c.state, narrowed.state),
        (cases.c.level, narrowed.level),
        (cases.c.service_line, narrowed.service_line),
        (cases.c.category, narrowed.category),
    ):
        if wanted:
            found = found.where(column == wanted)
    if narrowed.awaits == "triage":
        found = found.where(cases.c.triage.is_not(None))
    elif narrowed.awaits:
        found = found.where(
            sa.exists().where(_UNDECIDED) if narrowed.awaits == "decision" else cases.c.awaits == narrowed.awaits
        )
    if narrowed.grid:
        found = found.where(sa.func.coalesce(cases.c.grid, NOWHERE) == narrowed.grid)
    if narrowed.words:
        # What is for a few is not found by its words.
        found = found.where(cases.c.summary.icontains(narrowed.words, autoescape=True), ~cases.c.confidential)
    return found.where(*_TIMES[narrowed.time](now)) if narrowed.time in _TIMES else found


_TIMES: Mapping[str, Any] = {
    "over": lambda now: (cases.c.next_due_at <= now,),
    "soon": lambda now: (cases.c.next_due_at > now, cases.c.next_due_at <= now + SOON),
}


def figures(tx: Tx, scope: str) -> dict[str, int]:
    """How many open cases a scope has, counted up to MOST + 1: `all`, `over`, `soon`, `awaits` (a decision of a
    supervisor), `decision` (of a second person, where there is any), and one entry for each state that occurs."""
    at = {"office_id": tx.office_id, "now": tx.now, "soon": tx.now + SOON}
    if scope == tx.office.code:
        counted = tx.conn.execute(_counts(whole=True), at)
    else:
        counted = tx.conn.execute(_counts(whole=False), at | {"units": _units(tx, scope, "")})
    always = ("all", *_KINDS, "awaits")
    return {name: count for name, count in counted.one()._mapping.items() if count or name in always}


_NOW = sa.bindparam("now", type_=cases.c.next_due_at.type)
_KINDS = {
    "over": (cases.c.next_due_at <= _NOW,),
    "soon": (cases.c.next_due_at > _NOW, cases.c.next_due_at <= sa.bindparam("soon", type_=cases.c.next_due_at.type)),
}


@cache  # of many parts, and asked with every page and every refreshing
def _counts(*, whole: bool) -> Select[Any]:
    """Every figure of the office, or of some units."""
    one: Select[Any] = sa.select(sa.literal_column("1").label("one"))
    one = one.where(cases.c.office_id == sa.bindparam("office_id"), sa.text(IS_OPEN))
    if not whole:
        one = one.where(cases.c.unit_id.in_(sa.bindparam("units", expanding=True)))
    kinds: dict[str, tuple[sa.ColumnElement[bool], ...]] = {"all": (), **_KINDS}
    kinds |= {"awaits": (cases.c.awaits == "supervisor",), "triage": (cases.c.triage.is_not(None),)}
    kinds |= {state.value: (cases.c.state == state.value,) for state in sorted(OPEN)}
    counts: list[sa.Label[Any]] = [_count(one.where(*narrowed)).label(name) for name, narrowed in kinds.items()]
    # From the few about which something is asked to their cases, not the other way round.
    asked = one.select_from(permission.join(cases, _UNDECIDED)).group_by(cases.c.id)
    counts.append(_count(asked).label("decision"))
    return sa.select(*counts)


def _count(found: Select[Any]) -> sa.ScalarSelect[int]:
    some = found.limit(sa.literal_column(str(MOST + 1))).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def seen(tx: Tx, scope: str, numbers: Sequence[str]) -> Mapping[str, Any]:
    """Of these cases those that the scope sees, open or not: number, id, level, state, worker_id, unit_id."""
    wanted = (
        sa.select(cases.c.number, cases.c.id, cases.c.level, cases.c.state, cases.c.worker_id, cases.c.unit_id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, within(scope), cases.c.number.in_(numbers))
    )
    return {row.number: row for row in tx.conn.execute(wanted)}
