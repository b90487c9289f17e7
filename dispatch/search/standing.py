"""How far the index has come, for `hotline check` and whoever looks at the figures."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from cases.phrases import Message, msg
from dispatch.search.models import search_position, search_text

LATE = timedelta(seconds=60)  # what is not indexed by then is late


def is_filled(conn: Connection) -> bool:
    """Whether all cases were gone through once."""
    there = sa.select(search_position.c.id).where(search_position.c.filled_from.is_(None))
    return conn.execute(there).scalar() is not None


def count(conn: Connection) -> int:
    """How many cases are indexed."""
    found: int = conn.execute(sa.select(sa.func.count()).select_from(search_text)).scalar_one()
    return found


# Whether a position is this server's: after a restore it is another's, until the first look begins anew.
_HERE = "p.server = (SELECT system_identifier::text FROM pg_control_system())"
_LATE = sa.text(
    f"""SELECT p.looked_at FROM search_position p
       WHERE {_HERE} AND p.looked_at < clock_timestamp() - CAST(:late AS interval)"""  # noqa: S608 - a constant
)
_MISSING = sa.text(
    f"""SELECT c.number FROM search_position p CROSS JOIN cases c
       WHERE {_HERE} AND p.filled_from IS NULL
         AND NOT EXISTS (SELECT FROM search_text s WHERE s.case_id = c.id)
         AND NOT EXISTS (SELECT FROM event e WHERE e.case_id = c.id
             AND (e.xid >= p.beyond OR e.xid = ANY(p.still_open)))
       ORDER BY c.id LIMIT 20"""  # noqa: S608 - a constant
)


def troubles(conn: Connection) -> Iterator[tuple[str, Message]]:
    """What is wrong with the index: about what, and what it is. Where none was begun yet nothing is."""
    for row in conn.execute(_LATE, {"late": LATE}):
        yield "index", msg("search.check.late", since=row.looked_at)
    for row in conn.execute(_MISSING):
        yield row.number, msg("search.check.missing")
