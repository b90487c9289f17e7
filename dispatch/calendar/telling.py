"""Telling those whose dates a new calendar moved: one text to each person, whatever the number of their cases."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import IS_OPEN, cases, party
from cases.phrases import Message, Name, msg
from cases.steps import Level
from dispatch.calendar.models import calendar_moved, calendar_version
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import reach, telling
from dispatch.models import staff, unit
from dispatch.outbox import put_text
from dispatch.rounds.models import round_plan, rounds
from dispatch.rounds.reads import name_of
from dispatch.transaction import Tx

MANY = 40  # people told in one transaction
_DAY = (time(8), time(20))
_WAITING = (calendar_moved.c.version_id == sa.bindparam("of_version"), calendar_moved.c.told_at.is_(None))
_MOVED = (
    sa.select(calendar_moved, cases.c.number, round_plan.c.template, rounds.c.grid, unit.c.name_zh, unit.c.name_en)
    .outerjoin(cases, cases.c.id == calendar_moved.c.case_id)
    .outerjoin(rounds, rounds.c.id == calendar_moved.c.round_id)
    .outerjoin(round_plan, round_plan.c.id == rounds.c.plan_id)
    .outerjoin(unit, unit.c.id == rounds.c.unit_id)
    .where(sa.or_(sa.text(f"cases.id IS NOT NULL AND cases.{IS_OPEN}"), rounds.c.state == "open"))
    .order_by(calendar_moved.c.due_at, cases.c.number, rounds.c.id)
)
_PEOPLE = sa.select(calendar_moved.c.party_id).where(*_WAITING).distinct().limit(MANY)


def tell(tx: Tx, errand: Errand) -> None:
    """The next people of a version. Whose cases were closed meanwhile is told nothing of them."""
    asked = {"of_version": errand.ref}
    version = tx.conn.execute(sa.select(calendar_version).where(calendar_version.c.id == errand.ref)).one()
    people = tx.conn.execute(_PEOPLE, asked).scalars().all()
    for party_id in people:
        mine = (*_WAITING, calendar_moved.c.party_id == party_id)
        rows = tx.conn.execute(
            _MOVED.where(*mine, calendar_moved.c.was_at != calendar_moved.c.due_at),
            asked,
        ).all()
        told = {"told_at": tx.now, "outbox_id": _text(tx, party_id, rows, because(version)) if rows else None}
        tx.conn.execute(sa.update(calendar_moved).where(*mine).values(told), asked)
    if len(people) == MANY:
        errands.put(tx, Kind.CALENDAR_TELL, version.id, tx.now)


def because(version: Any) -> Message:
    """Why dates moved, as people are told: an emergency closure with its reason, else by the kind of change."""
    if version.source == "closure":
        return msg("calendar.because.closure", why=version.why)
    return msg(f"calendar.because.{version.source}")


def _text(tx: Tx, party_id: UUID, rows: Sequence[Any], why: Message) -> UUID | None:
    staff_id = tx.conn.execute(
        sa.select(staff.c.id).where(staff.c.party_id == party_id, staff.c.active).order_by(staff.c.code).limit(1)
    ).scalar()
    if staff_id is not None:
        known = telling.person(tx, staff_id)
        lang = known.lang if known else ""
        words = _fitted(tx, rows, ("calendar.text.moved", tx.say(why, lang)), lang) if known else None
        if words is None or staff_id in reach.stopped_staff(tx):
            return None
        return telling.tell_staff(tx, staff_id, words, purpose="calendar_moved", level=Level.L3)
    lang = tx.conn.execute(sa.select(party.c.lang).where(party.c.id == party_id)).scalar_one()
    words = _fitted(tx, rows, ("calendar.text.resident", tx.say(why, lang)), lang)
    at = _by_day(tx)
    return put_text(tx, party_id, words, lang, purpose="calendar_moved", case_id=rows[0].case_id, not_before=at)


def _by_day(tx: Tx) -> datetime:
    """When residents may have a text that does not press: by day, also while the office is closed."""
    local = tx.now.astimezone(tx.zone)
    if _DAY[0] <= local.time() < _DAY[1]:
        return tx.now
    day = local.date() + timedelta(days=1 if local.time() >= _DAY[1] else 0)
    return datetime.combine(day, _DAY[0], tzinfo=tx.zone)


def _fitted(tx: Tx, rows: Sequence[Any], text: tuple[str, str], lang: str) -> Message:
    """How many dates moved, and as many of them as a text takes; the reason is cut where it is too long."""
    id_, why = text
    lines = [tx.say(_line(tx, row), lang) for row in rows]
    for shown in (*range(min(len(lines), 5), 0, -1), 0):
        left = len(rows) - shown
        more = msg("calendar.text.more", count=left) if left and shown else ""
        words = msg(id_, why=why, count=len(rows), lines="".join(lines[:shown]), more=more)
        if telling.fits(tx.say(words, lang)):
            return words
    return telling.fitted(tx, words, lang)


def _line(tx: Tx, row: Any) -> Message:
    """A case by its number, a round by its name and where it is."""
    if row.number is not None:
        return msg("calendar.text.line", number=row.number, was=row.was_at, due=row.due_at)
    at = row.grid or Name(row.name_zh, row.name_en)
    return msg("calendar.text.round", name=name_of(tx, row.template), at=at, was=row.was_at, due=row.due_at)
