"""The facts of the figures, read from the record: every case of the office to which something happened, or for which
something fell due, in a stretch of time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, zip_longest
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.life.models import summons, whistle
from cases.life.sides import End
from cases.loop.models import question, return_request
from cases.models import assignment, cases, event, owed, timer
from cases.states import ClosingKind, State
from cases.steps import PAYER, Payer, Step
from dispatch.figures.counting import Period
from dispatch.figures.facts import NO_OUTCOME, Answered, Called, CaseFacts, Ordered, Promised
from dispatch.figures.report import Report, report
from dispatch.figures.rounds import coverage
from dispatch.loop.verdicts import Answer
from dispatch.models import unit
from dispatch.rounds.reads import counts
from dispatch.side.excluding import excluded
from dispatch.transaction import Tx

_BREACHED = 2  # of a timer's `fired`: its limit came while it was open
# The lines of history that the figures ask for.
_GIVEN = ("dispatched", "rerouted", "adjudicated")
_LINES = ("signed", "redone", "reopened", "answered", "extended", *_GIVEN)
_ROW = (
    cases.c.id, cases.c.number, cases.c.channel, cases.c.state, cases.c.received_at, cases.c.due_at, cases.c.closed_at,
    cases.c.first_closed_at, cases.c.closing_kind, cases.c.attempt, cases.c.repeat_of, unit.c.path,
)  # fmt: skip
# Whoever was summoned by a moment that has come.
_CALLS = (
    sa.select(summons.c.case_id, summons.c.unit_id, summons.c.came_at, whistle.c.at)
    .join(whistle, whistle.c.id == summons.c.whistle_id)
    .where(
        summons.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))),
        whistle.c.at <= sa.bindparam("now", type_=whistle.c.at.type),
        whistle.c.result.is_distinct_from(str(End.CASE_OVER)),
    )
    .order_by(summons.c.case_id, whistle.c.at, summons.c.id)
)
_Of = Mapping[UUID, Sequence[Any]]  # rows by their case


@dataclass(frozen=True, slots=True)
class _Rows:
    """All that was read, by case; `paths` of the units; `now`: when."""

    now: datetime
    timers: _Of
    kept: _Of
    given: _Of
    returns: _Of
    answers: _Of
    lines: _Of
    calls: _Of
    paths: Mapping[UUID, str]


def read(tx: Tx, period: Period) -> list[CaseFacts]:
    """The facts of every case that counts in a period, or may."""
    due = sa.select(timer.c.case_id).where(
        timer.c.office_id == tx.office_id, timer.c.due_at >= period.from_at, timer.c.due_at < period.to_at
    )
    concerned = sa.or_(cases.c.last_at >= period.from_at, cases.c.due_at >= period.from_at, cases.c.id.in_(due))
    found = tx.conn.execute(
        sa.select(*_ROW)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, cases.c.received_at < period.to_at, concerned)
        .order_by(cases.c.received_at, cases.c.id)
    ).all()
    ids = [row.id for row in found]
    rows, out = _rows(tx, ids), excluded(tx, ids)
    return [replace(_facts(row, rows), excluded=row.id in out) for row in found]


def read_received(tx: Tx, period: Period) -> list[CaseFacts]:
    """The cases that came in during a period, as their rows alone tell of them: enough to count what was found first,
    and far quicker than all facts."""
    came = (cases.c.received_at >= period.from_at, cases.c.received_at < period.to_at)
    found = tx.conn.execute(
        sa.select(cases.c.id, cases.c.number, cases.c.channel, cases.c.state, cases.c.received_at, unit.c.path)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, *came)
        .order_by(cases.c.received_at, cases.c.id)
    ).all()
    out = excluded(tx, [row.id for row in found])
    return [
        CaseFacts(row.number, row.path, row.channel, State(row.state), row.received_at, excluded=row.id in out)
        for row in found
    ]


def _rows(tx: Tx, ids: list[UUID]) -> _Rows:
    units = tx.conn.execute(sa.select(unit.c.id, unit.c.path).where(unit.c.office_id == tx.office_id))

    def of(table: sa.Table, *columns: sa.ColumnElement[Any], order: Sequence[Any], where: Sequence[Any] = ()) -> _Of:
        mine = table.c.case_id == sa.any_(sa.bindparam("ids", ids, type_=sa.ARRAY(sa.Uuid)))
        wanted = sa.select(table.c.case_id, *columns).where(mine, *where).order_by(table.c.case_id, *order)
        return _by_case(tx.conn.execute(wanted).all())

    t, a, r, q = timer.c, assignment.c, return_request.c, question.c
    return _Rows(
        now=tx.now,
        timers=of(
            timer, t.step, t.attempt, t.unit_id, t.due_at, t.ended_at, t.fired, order=(t.due_at, t.id),
            where=(t.due_at.is_not(None),),
        ),
        kept=of(
            owed, owed.c.step, owed.c.attempt, owed.c.done_at, order=(owed.c.attempt,),
            where=(owed.c.done_at.is_not(None),),
        ),
        given=of(assignment, a.attempt, a.unit_id, a.since_at, a.rule, order=(a.since_at, a.id)),
        returns=of(return_request, r.unit_id, r.asked_at, r.decision, order=(r.asked_at,)),
        answers=of(
            question, q.attempt, q.answer, q.ended_at, order=(q.ended_at, q.id), where=(q.state == "answered",)
        ),
        lines=of(
            event, event.c.kind, event.c.at, event.c.actor, order=(event.c.seq,), where=(event.c.kind.in_(_LINES),)
        ),
        calls=_by_case(tx.conn.execute(_CALLS, {"ids": ids, "now": tx.now}).all()),
        paths={row.id: row.path for row in units},
    )  # fmt: skip


def _by_case(rows: Iterable[Any]) -> _Of:
    return {case_id: list(mine) for case_id, mine in groupby(rows, key=lambda row: row.case_id)}


def _facts(row: Any, rows: _Rows) -> CaseFacts:
    lines = rows.lines.get(row.id, ())
    reopened = [line.at for line in lines if line.kind == "reopened"]
    gone = row.state in NO_OUTCOME
    return CaseFacts(
        number=row.number,
        path=row.path,
        channel=row.channel,
        state=State(row.state),
        received_at=row.received_at,
        # What is not due yet counts on neither side, in whatever period: it is neither kept nor broken.
        due_at=row.due_at if row.due_at is not None and row.due_at <= rows.now else None,
        finished_at=_finished_at(row, rows.kept.get(row.id, ()), reopened),
        first_closed_at=_first_closed_at(row),
        closed_at=row.closed_at,
        gone_at=row.closed_at if gone else None,
        closing=ClosingKind(row.closing_kind) if row.closing_kind else None,
        attempt=row.attempt,
        answered=any(line.kind == "answered" for line in lines),
        extended=any(line.kind == "extended" for line in lines),
        repeats=row.repeat_of is not None,
        reopened_at=min(reopened, default=None),
        promises=tuple(_promises(row, rows)),
        orders=tuple(_orders((rows.given.get(row.id, ()), lines), rows.returns.get(row.id, ()), rows.paths)),
        answers=tuple(_answers(rows.answers.get(row.id, ()), lines)),
        called=tuple(
            Called(each.at, rows.paths[each.unit_id], each.came_at is not None and each.came_at <= each.at)
            for each in rows.calls.get(row.id, ())
        ),
    )


def _first_closed_at(row: Any) -> datetime | None:
    """When it was first closed by an outcome. Leaving is written as a closing too, but is none."""
    first: datetime | None = row.first_closed_at or row.closed_at
    return None if row.state in NO_OUTCOME and first == row.closed_at else first


def _finished_at(row: Any, kept: Sequence[Any], reopened: Sequence[datetime]) -> datetime | None:
    """When the promise that stands was kept: the resident told, since the case was opened (again) the last time.
    A rework does not renew it. Where nobody is to be told it is kept by closing; not by withdrawing or handing over."""
    since = max(reopened, default=row.received_at)
    told = [each.done_at for each in kept if each.step == Step.TOLD and each.done_at >= since]
    closed: datetime | None = None if row.state in NO_OUTCOME else row.closed_at
    return min(told, default=closed)


def _promises(row: Any, rows: _Rows) -> Iterator[Promised]:
    """A promise was often taken up anew (held, told in vain): what came last says what became of it. Each unit signs
    for itself: what is owed knows of the last one only, the lines of history of all. What others than units promise
    (verify, call back) counts for the unit that has the case."""
    case_id = row.id
    done = {(each.attempt, each.step, each.done_at) for each in rows.kept.get(case_id, ())}
    signed = {line.at for line in rows.lines.get(case_id, ()) if line.kind == "signed"}
    last = {(each.attempt, each.step, each.unit_id): each for each in rows.timers.get(case_id, ())}
    for each in last.values():
        if each.due_at > rows.now:
            continue  # not due yet: neither kept nor broken, in whatever period
        yield Promised(
            step=Step(each.step),
            path=rows.paths[each.unit_id] if PAYER[Step(each.step)] is Payer.UNIT else row.path,
            due_at=each.due_at,
            ended_at=each.ended_at,
            kept=each.ended_at in signed
            if each.step == Step.SIGN_FOR
            else (each.attempt, each.step, each.ended_at) in done,
            broken=each.fired >= _BREACHED,
        )


_Given = tuple[Sequence[Any], Sequence[Any]]  # the assignments of a case, and its lines


def _orders(told: _Given, returns: Sequence[Any], paths: Mapping[UUID, str]) -> Iterator[Ordered]:
    """Each time that another unit has the case, or has it anew; which person there makes no order."""
    given, lines = told
    gave = {line.at: line.actor for line in lines if line.kind in _GIVEN}
    orders: list[tuple[tuple[int, UUID], Ordered]] = []
    for each in given:
        key = (each.attempt, each.unit_id)
        if not orders or orders[-1][0] != key:
            by = gave.get(each.since_at, "")
            orders.append((key, Ordered(each.since_at, paths[each.unit_id], rule=each.rule, by=by)))
    for asked in returns:
        at = max((n for n, (key, order) in enumerate(orders) if _is_of(asked, key, order)), default=None)
        if at is not None:
            key, order = orders[at]
            upheld = order.upheld or asked.decision == "upheld"
            orders[at] = (key, replace(order, returned=True, upheld=upheld))
    return (order for _, order in orders)


def _is_of(asked: Any, key: tuple[int, UUID], order: Ordered) -> bool:
    return bool(key[1] == asked.unit_id and order.at <= asked.asked_at)


def _answers(answers: Sequence[Any], lines: Sequence[Any]) -> Iterator[Answered]:
    """An answer led to a rework where the matter was redone after it, before the next answer."""
    redone = [line.at for line in lines if line.kind == "redone"]
    for each, after in zip_longest(answers, answers[1:]):
        said = Answer(each.answer)
        contacted = said is not Answer.NOT_CONTACTED
        again = any(each.ended_at <= at and (after is None or at < after.ended_at) for at in redone)
        solved = said in (Answer.SATISFIED, Answer.DISSATISFIED)
        yield Answered(each.ended_at, contacted, solved, said is Answer.SATISFIED, again)


def report_of(tx: Tx, period: Period, scope: str, found: Sequence[CaseFacts] | None = None) -> Report:
    """All figures of a part of the district over a period; `found`: its facts, where they were read already."""
    units = tx.conn.execute(sa.select(unit.c.code, unit.c.path).where(unit.c.office_id == tx.office_id))
    paths = {row.code: row.path for row in units}
    covered = coverage(counts(tx, scope, due=period), tx.now)
    facts = read(tx, period) if found is None else found
    return report(facts, period, scope, tx.policy.figuring, paths, covered)
