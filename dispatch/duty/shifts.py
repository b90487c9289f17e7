"""Shifts: the rota changes by hand. Each change is a new version of the district, in force at once."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

import sqlalchemy as sa

from cases.phrases import Message, msg
from dispatch.district import parse_district
from dispatch.duty import moves
from dispatch.models import district_version
from dispatch.reading.cells import shown
from dispatch.transaction import Tx

WEEK = tuple(range(7))  # Monday is 0

Row = dict[str, Any]


class ShiftTrouble(ValueError):
    """The rota cannot be changed so: `message` names the field, the trouble and the remedy."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"{message.id} {dict(message.params)}")
        self.message = message


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's duty for a unit on some days of the week, in the office's own hours; an end at or before the start
    is on the next day."""

    unit: str
    worker: str
    days: tuple[int, ...]
    starts: time
    ends: time

    def is_of(self, row: Mapping[str, Any]) -> bool:
        """Whether a raw row of the duty table is for the same unit, person and hours."""
        hours = (time.fromisoformat(row["from"]), time.fromisoformat(row["to"]))
        return (row["unit"], row["worker"], *hours) == (self.unit, self.worker, self.starts, self.ends)

    def written(self, days: tuple[int, ...]) -> Row:
        """The raw row of the duty table on these days."""
        row: Row = {
            "unit": self.unit,
            "from": f"{self.starts:%H:%M}",
            "to": f"{self.ends:%H:%M}",
            "worker": self.worker,
        }
        return row if days == WEEK else row | {"days": list(days)}


def add(tx: Tx, shift: Shift) -> None:
    """Put a shift into the rota. Raises ShiftTrouble for a day or person that cannot be, or what is there already."""
    days = tuple(sorted(set(shift.days)))
    if not days or not set(days) <= set(WEEK):
        raise ShiftTrouble(msg("desk.shift.no_days"))
    if tx.district.unit(shift.unit) is None:
        raise ShiftTrouble(msg("desk.shift.no_unit", unit=shown(shift.unit)))
    if tx.district.worker(shift.worker) is None:
        raise ShiftTrouble(msg("desk.shift.nobody", code=shown(shift.worker)))

    def put(rows: list[Row]) -> list[Row]:
        new = tuple(day for day in days if not any(shift.is_of(row) and day in _days(row) for row in rows))
        if not new:
            raise ShiftTrouble(msg("desk.shift.there"))
        return [*rows, shift.written(new)]

    _change(tx, put)


def remove(tx: Tx, shift: Shift) -> None:
    """Take a shift out of the rota on its days; who had it is looked at as at the end of a shift. Raises ShiftTrouble
    where there is none."""

    def take(rows: list[Row]) -> list[Row]:
        kept = [left for row in rows for left in _without(row, shift)]
        if kept == rows:
            raise ShiftTrouble(msg("desk.shift.gone"))
        return kept

    _change(tx, take)


def _without(row: Row, shift: Shift) -> list[Row]:
    if not shift.is_of(row):
        return [row]
    left = tuple(day for day in _days(row) if day not in shift.days)
    if left == _days(row):
        return [row]
    return [shift.written(left)] if left else []


def _days(row: Row) -> tuple[int, ...]:
    return tuple(row.get("days") or WEEK)


def _change(tx: Tx, change: Callable[[list[Row]], list[Row]]) -> None:
    """The next version of the district, with another duty table. Versions are counted over all offices, one writer
    at a time; who reads is not held up."""
    tx.conn.execute(sa.text("LOCK TABLE district_version IN SHARE ROW EXCLUSIVE MODE"))
    number = tx.conn.execute(sa.select(sa.func.max(district_version.c.number))).scalar_one()
    mine = sa.select(district_version.c.body).where(district_version.c.office_id == tx.office_id)
    body = json.loads(tx.conn.execute(mine.order_by(district_version.c.number.desc()).limit(1)).scalar_one())
    body["duty"] = change(list(body.get("duty") or []))
    parse_district(body)  # what cannot be read must never be in force
    tx.put(
        district_version, number=number + 1, office_id=tx.office_id, body=json.dumps(body, ensure_ascii=False),
        imported_at=tx.now,
    )  # fmt: skip
    moves.look_over(tx)
