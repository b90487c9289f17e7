"""The calendar of the office whose database is at hand: of the instance that runs on the data folder, or the one named.

`hotline due` answers within a second whatever is down: the database has a short while to answer, else it is not asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Thread

from app.embedded.folder import DataFolder
from app.instance import read_instance
from app.sections import Settings
from cases.phrases import Name
from dispatch.calendar.table import DayTable, unpacked

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
    """None where no database is at hand, or it does not answer soon, or has no calendar yet."""
    instance = None if settings.database.url else read_instance(DataFolder(settings.folder))
    url = settings.database.url or (instance.database_url if instance else "")
    if not url or not settings.lines:
        return None
    import psycopg  # only here: it takes as long to load as all else together

    found: list[AtHand] = []
    office = settings.lines[0].office

    def ask() -> None:
        try:
            with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=2) as conn:
                row = conn.execute(_NEWEST, [office]).fetchone()
                if row is not None:
                    units = conn.execute(_UNITS, [row[2]]).fetchall()
                    named = {code: (Name(zh, en), tuple(path.split("/"))) for code, zh, en, path in units}
                    found.append(AtHand(row[0], unpacked(json.loads(row[1])), named))
        except psycopg.Error:
            return  # away, or of another version: config.toml answers, and says so

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return found[0] if found else None
