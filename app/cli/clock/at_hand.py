"""The calendar of the office whose database is at hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.near_by import ask
from app.sections import Settings
from cases.phrases import Name
from dispatch.calendar.table import DayTable, unpacked

if TYPE_CHECKING:
    import psycopg

_SECONDS = 0.5  # that the database has
_NEWEST = """SELECT v.number, v.body, v.office_id FROM calendar_version v JOIN office o ON o.id = v.office_id
    WHERE o.code = %s ORDER BY v.number DESC LIMIT 1"""
_UNITS = "SELECT code, name_zh, name_en, path FROM unit WHERE office_id = %s ORDER BY path"


@dataclass(frozen=True, slots=True)
class AtHand:
    """The calendar in force, by its number, and the units that are there: their names, and their paths in codes."""

    number: int
    table: DayTable
    units: Mapping[str, tuple[Name, tuple[str, ...]]]


def at_hand(settings: Settings) -> AtHand | None:
    """None where no database is at hand, or it does not answer soon, or has no calendar yet: config.toml answers then,
    and says so."""
    return ask(settings, _calendar, _SECONDS)


def _calendar(conn: "psycopg.Connection", office: str) -> AtHand | None:
    row = conn.execute(_NEWEST, [office]).fetchone()
    if row is None:
        return None
    units = conn.execute(_UNITS, [row[2]]).fetchall()
    named = {code: (Name(zh, en), tuple(path.split("/"))) for code, zh, en, path in units}
    return AtHand(row[0], unpacked(json.loads(row[1])), named)
