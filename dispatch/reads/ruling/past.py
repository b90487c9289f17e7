"""The cases of the last days as the decision table saw them."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop.models import return_request
from cases.models import cases, event
from cases.report import Channel
from dispatch.matters import classify
from dispatch.models import unit
from dispatch.places import PlaceKind, find
from dispatch.rules import Circumstances, gather
from dispatch.ruling.conditions import caller
from dispatch.ruling.replay import Past
from dispatch.ruling.values import Asked, recalled
from dispatch.transaction import Tx

_EARLY = 8  # the first order stands among a case's first lines


def past(tx: Tx, days: int, most: int | None = None) -> Iterator[Past]:
    """Every case that came in within the last `days`, the newest first, `most` at most. One that a rule never saw is
    left out."""
    since = tx.now - timedelta(days=days)
    gave_back = _returns(tx, since)
    order = sa.and_(event.c.case_id == cases.c.id, event.c.seq <= _EARLY, event.c.kind == "dispatched")
    rows = tx.conn.execute(
        sa.select(
            cases.c.id, cases.c.number, cases.c.summary, cases.c.category, cases.c.channel, cases.c.received_at,
            cases.c.estate, cases.c.building, cases.c.road, cases.c.place_kind, cases.c.party_id,
            cases.c.repeat_of, unit.c.code, event.c.canonical,
        )
        .join(unit, unit.c.id == cases.c.unit_id)
        .join(event, order)
        .where(cases.c.office_id == tx.office_id, cases.c.received_at >= since)
        .order_by(cases.c.number.desc())
        .limit(most)
    )  # fmt: skip
    for row in rows:
        at = row.received_at.astimezone(tx.zone)
        yield Past(row.number, _asked(tx, row), at, frozenset(gave_back.get(row.id, ())), row.code)


def _returns(tx: Tx, since: datetime) -> dict[UUID, set[str]]:
    """The units whose return was upheld, by case."""
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = tx.conn.execute(
        sa.select(return_request.c.case_id, unit.c.code)
        .join(unit, unit.c.id == return_request.c.unit_id)
        .join(cases, sa.and_(cases.c.id == return_request.c.case_id, cases.c.received_at >= since))
        .where(return_request.c.office_id == tx.office_id, return_request.c.decision == "upheld")
    )
    for row in rows:
        found[row.case_id].add(row.code)
    return found


def _asked(tx: Tx, row: Any) -> Asked:
    """By the values that are stored; of a case older than these by its words, which have no number and no door."""
    values = json.loads(row.canonical).get("facts", {}).get("values")
    if values:
        with suppress(KeyError, ValueError):
            return recalled(values, tx.district)
    matter = classify(row.summary, tx.policy, row.category)
    building = f"{row.building}号楼" if row.building else ""
    where = replace(find(f"{row.estate or row.road or ''}{building}", tx.district), kind=PlaceKind(row.place_kind))
    channel = Channel(row.channel)
    season = tx.policy.seasons.on(row.received_at.astimezone(tx.zone).date())
    who = caller(channel, worker=False, known=row.party_id is not None, english=False)
    working = tx.calendar.is_working_moment(row.received_at)
    how = Circumstances(channel, working, who, season, again=row.repeat_of is not None)
    return Asked(gather(matter, where, how, tx.policy, tx.district), where.place)
