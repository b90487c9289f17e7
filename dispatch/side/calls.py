"""The units that were summoned to a case, as the record has them: who is meant, who came, who is awaited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.life.models import summons, whistle
from cases.phrases import Message, Name, msg
from dispatch.acts.refusals import Refused
from dispatch.district import Unit
from dispatch.loop.who import Who
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Summoned:
    """A unit that was summoned, with what its whistle says. `whistler` is a member of staff, None where nobody's."""

    id: UUID
    whistle_id: UUID
    case_id: UUID
    unit: Unit
    staff_id: UUID | None
    came_at: datetime | None
    took_part: bool | None
    score: int | None
    rated_at: datetime | None
    short: int
    whistler: UUID | None
    blown_by: str
    blown_at: datetime
    at: datetime
    passed_at: datetime | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether its whistle is not done with."""
        return self.ended_at is None

    @property
    def in_time(self) -> bool:
        return self.came_at is not None and self.came_at <= self.at

    def is_over(self, now: datetime) -> bool:
        """Whether it can be evaluated: they came, or their moment has passed; and it was not yet."""
        return self.rated_at is None and (self.came_at is not None or self.at <= now)

    def is_for(self, who: Who) -> bool:
        """Whether somebody was told, or is one of the unit or of those below it."""
        return self.staff_id == who.id or f"{who.path}/".startswith("/".join(self.unit.path) + "/")


_ROWS = (
    sa.select(
        summons.c.id, summons.c.whistle_id, summons.c.case_id, summons.c.unit_id, summons.c.staff_id,
        summons.c.came_at, summons.c.took_part, summons.c.score, summons.c.rated_at, whistle.c.short,
        whistle.c.staff_id.label("whistler"), whistle.c.blown_by, whistle.c.blown_at, whistle.c.at,
        whistle.c.passed_at, whistle.c.ended_at,
    )
    .join(whistle, whistle.c.id == summons.c.whistle_id)
    .order_by(whistle.c.blown_at, summons.c.id)
)  # fmt: skip


def summoned(tx: Tx, case_id: UUID) -> list[Summoned]:
    """All units that were ever summoned to a case, those of the newest whistle last."""
    return _read(tx, _ROWS.where(summons.c.case_id == case_id))


def awaited_of(tx: Tx, who: Who, short: int | None) -> list[Summoned]:
    """The open calls to which somebody was summoned and has not come; `short`: those of that whistle alone."""
    mine = [summons.c.office_id == tx.office_id, whistle.c.ended_at.is_(None), summons.c.came_at.is_(None)]
    mine += [whistle.c.short == short] if short is not None else []
    return [row for row in _read(tx, _ROWS.where(*mine)) if row.is_for(who)]


def _read(tx: Tx, wanted: sa.Select[Any]) -> list[Summoned]:
    units = {unit.id: unit for unit in tx.district.units}
    found = []
    for row in tx.conn.execute(wanted):
        values = dict(row._mapping)
        unit = units.get(values.pop("unit_id"))
        if unit is not None:  # a unit that the district no longer has comes no more
            found.append(Summoned(unit=unit, **values))
    return found


def open_whistle(tx: Tx, case_id: UUID) -> Any | None:
    """The whistle that is not done with."""
    mine = (whistle.c.case_id == case_id, whistle.c.ended_at.is_(None))
    return tx.conn.execute(sa.select(whistle).where(*mine)).one_or_none()


def named(there: Sequence[Summoned], code: str) -> Summoned:
    """The one that is meant: of that unit or, where none is named, the only one. Raises Refused."""
    found = [row for row in there if code in ("", row.unit.code)]
    if len(found) != 1:
        raise Refused(msg("whistle.refused.which" if found else "whistle.refused.none"), "called")
    return found[0]


def choices(tx: Tx, case_id: UUID) -> list[Unit]:
    """The units of the whistle that is not done with, for whoever chooses one."""
    return [row.unit for row in summoned(tx, case_id) if row.is_open and row.rated_at is None]


def listed(names: Sequence[Name]) -> Message | Name:
    """Names one after another."""
    said: Message | Name = names[0]
    for name in names[1:]:
        said = msg("whistle.listed", first=said, then=name)
    return said


def seen_by(units: Sequence[UUID]) -> sa.Select[Any]:
    """The cases to which these units are summoned, as long as that is not done with."""
    live = (whistle.c.ended_at.is_(None), summons.c.unit_id.in_(units))
    return sa.select(summons.c.case_id).join(whistle, whistle.c.id == summons.c.whistle_id).where(*live)
