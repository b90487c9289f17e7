"""What changed, in the order in which it became visible: for live pages.

A line of history gets its id and its transaction's number before it is committed, so neither says from where to
read on: a lower one may appear later. A position is therefore what a snapshot saw: which transactions had ended.
New since then is what those wrote that had not, found exactly, however long one of them stays open.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from dispatch.models import account

MOST = 1000  # changes of one reading; beyond it pages read anew
_OPEN_MOST = 2000  # transactions that can be open at once, and more than a server lets in
_BIGGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where was read: all transactions below `beyond` but the `open` ones had ended.

    `server` is when this run of the database server began, in milliseconds: another server, and one that
    recovered from a crash, counts anew.
    """

    server: int
    beyond: int
    open: tuple[int, ...] = ()

    def __str__(self) -> str:
        """As `parse` reads it: whole numbers parted by dots."""
        return ".".join(map(str, (self.server, self.beyond, *self.open)))


def parse(written: str) -> Position | None:
    """The position that was written so; None for whatever cannot be one."""
    parts = written.split(".")
    if not 2 <= len(parts) <= _OPEN_MOST or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if any(len(part) > len(str(_BIGGEST)) for part in parts):
        return None
    server, beyond, *open_ = map(int, parts)
    if max(server, beyond) > _BIGGEST or any(one >= beyond for one in open_):
        return None
    return Position(server, beyond, tuple(open_))


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to a case. `holders` are the paths of the units whose case it was then: the one that has it
    now, then those that had it at that moment; `accused` are the people and units that it complains of."""

    office: str
    case: str
    kind: str
    holders: tuple[str, ...]
    accused: frozenset[UUID] = frozenset()

    def unit_for(self, office: str, scope: str, bars: frozenset[UUID] = frozenset()) -> str | None:
        """The code of the holding unit that is within this scope; None: whoever has the scope may not see it."""
        if office != self.office or not bars.isdisjoint(self.accused):
            return None
        within = (path for path in self.holders if path == scope or path.startswith(scope + "/"))
        path = next(within, None)
        return path.rpartition("/")[2] if path is not None else None


@dataclass(frozen=True, slots=True)
class News:
    """What changed, and up to where was read. Not `whole`: too much changed, or nobody knows what; read anew."""

    position: Position
    changes: tuple[Change, ...]
    whole: bool = True


_SNAPSHOT = """
SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000)::bigint AS server,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS beyond,
       ARRAY(SELECT one::text::bigint FROM pg_snapshot_xip(pg_current_snapshot()) one) AS open
"""
# One statement, so one snapshot: what it saw is exactly what the position says it saw. The upper bound keeps out
# rows that came with a dump, whose numbers are another server's.
_NEWS = sa.text(f"""
WITH here AS MATERIALIZED ({_SNAPSHOT}), found AS MATERIALIZED (
    (SELECT case_id, id, kind, at, xid FROM event WHERE xid = ANY(:open) LIMIT :most)
    UNION ALL
    (SELECT case_id, id, kind, at, xid FROM event WHERE xid >= :beyond AND xid < (SELECT beyond FROM here)
     ORDER BY xid LIMIT :most))
SELECT here.*, o.code AS office, c.number AS case, found.kind, u.path, ARRAY(
           SELECT f.path FROM assignment a JOIN unit f ON f.id = a.unit_id
           WHERE a.case_id = found.case_id AND a.unit_id <> c.unit_id
             AND a.since_at <= found.at AND a.until_at >= found.at) AS had, ARRAY(
           SELECT coalesce(n.worker_id, n.unit_id) FROM case_accused n WHERE n.case_id = found.case_id) AS accused
FROM here LEFT JOIN found ON true
LEFT JOIN cases c ON c.id = found.case_id
LEFT JOIN unit u ON u.id = c.unit_id
LEFT JOIN office o ON o.id = c.office_id
ORDER BY found.xid, found.id
""")  # noqa: S608 - the part is a constant above
_HERE = sa.text(_SNAPSHOT)


def position(conn: Connection) -> Position:
    """Up to where is read now."""
    return _position(conn.execute(_HERE).one())


def news(conn: Connection, since: Position) -> News:
    """What changed after `since`, MOST changes at most."""
    asked = {"open": list(since.open), "beyond": since.beyond, "most": MOST + 1}
    rows = conn.execute(_NEWS, asked).all()
    here = _position(rows[0])
    changes = tuple(_change(row) for row in rows if row.kind is not None)
    if here.server != since.server or here.beyond < since.beyond or len(changes) > MOST:
        return News(here, (), whole=False)
    return News(here, changes)


def epochs(conn: Connection, ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The epochs of those accounts that are not shut: a session of another epoch has ended."""
    mine = (account.c.id.in_(ids), account.c.disabled_at.is_(None))
    return {row.id: row.epoch for row in conn.execute(sa.select(account.c.id, account.c.epoch).where(*mine))}


def _position(row: Any) -> Position:
    return Position(row.server, row.beyond, tuple(row.open))


def _change(row: Any) -> Change:
    return Change(row.office, row.case, row.kind, (row.path, *row.had), frozenset(row.accused))
