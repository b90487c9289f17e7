"""The index follows the record, after the commit: whoever takes a report in writes nothing for it.

Every change of a case is a line of history, which bears the number of its transaction; up to where was read is what a
snapshot saw (as in dispatch.reads.stream), kept in the transaction that writes the index. So a crash loses nothing,
and what is not yet indexed is known exactly: the search looks through it by itself. A position of another server says
nothing here: then, as in the beginning, all cases are gone through once, the newest first.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from cases.models import cases
from dispatch.search import ages, words
from dispatch.search.models import search_position, search_text

AT_ONCE = 500  # cases of one step, and transactions whose history it reads
BEAT = timedelta(seconds=10)  # so often a follower that finds nothing says that it is there
_NEWEST = UUID(int=2**128 - 1)

_SNAPSHOT = """
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS beyond,
       ARRAY(SELECT one::text::bigint FROM pg_snapshot_xip(pg_current_snapshot()) one) AS still_open,
       (SELECT system_identifier::text FROM pg_control_system()) AS server, clock_timestamp() AS now
"""
_HERE = sa.text(_SNAPSHOT)
# Nobody waits for this commit: lost in a crash, it is made again, and no intake waits for its write.
_UNHURRIED = sa.text("SET LOCAL synchronous_commit = off")
# One statement, so one snapshot. Of very many transactions the first are taken, and the position is put behind them.
_NEWS = sa.text(f"""
WITH here AS MATERIALIZED ({_SNAPSHOT}), picked AS MATERIALIZED (
    SELECT DISTINCT xid FROM event WHERE xid >= :beyond AND xid < (SELECT beyond FROM here) ORDER BY xid LIMIT :most)
SELECT here.*, (SELECT count(*) FROM picked) AS many, (SELECT max(xid) FROM picked) AS last, ARRAY(
    SELECT case_id FROM event WHERE xid = ANY(:open)
    UNION SELECT case_id FROM event WHERE xid IN (SELECT xid FROM picked)) AS changed
FROM here
""")  # noqa: S608 - the part is a constant above
_LOCKED = sa.select(search_position).with_for_update(skip_locked=True)
_READ = (
    cases.c.id, cases.c.office_id, cases.c.unit_id, cases.c.number, cases.c.summary, cases.c.estate,
    cases.c.building, cases.c.entrance, cases.c.road, cases.c.confidential,
)  # fmt: skip


def follow(conn: Connection) -> int:
    """One step: what changed since the last one, and the next cases that are to be filled in. How many cases were
    looked at; 0: nothing is left to do, or another follower is at work."""
    conn.execute(_UNHURRIED)
    standing = _standing(conn)
    if standing is None:
        return 0
    here = conn.execute(_NEWS, {"beyond": standing.beyond, "open": standing.still_open, "most": AT_ONCE}).one()
    if here.server != standing.server:
        refill(conn)
        return 1
    filling = [] if standing.filled_from is None else _older(conn, standing.filled_from)
    changed = [id_ for id_ in here.changed if id_ not in set(filling)]
    _write(conn, [*changed, *filling])
    if changed or filling or standing.filled_from is not None or here.now - standing.looked_at > BEAT:
        _keep(conn, here, filled_from=filling[-1] if filling else None)
    return len(changed) + len(filling)


def refill(conn: Connection) -> None:
    """From now on all cases are gone through again; the search goes on with what is there."""
    here = conn.execute(_HERE).one()
    values = {
        "server": here.server, "beyond": here.beyond, "still_open": here.still_open, "filled_from": _NEWEST,
        "looked_at": here.now,
    }  # fmt: skip
    made = insert(search_position).values(id=1, **values)
    conn.execute(made.on_conflict_do_update(index_elements=[search_position.c.id], set_=values))


def _standing(conn: Connection) -> Any | None:
    """Up to where was read, ours until the commit; None where another follower has it."""
    mine = conn.execute(_LOCKED).one_or_none()
    if mine is None and not conn.execute(sa.select(sa.exists(sa.select(search_position.c.id)))).scalar():
        refill(conn)
        mine = conn.execute(_LOCKED).one_or_none()
    return mine


def _keep(conn: Connection, here: Any, filled_from: UUID | None) -> None:
    beyond = here.beyond if here.many < AT_ONCE else here.last + 1
    still_open = [one for one in here.still_open if one < beyond]
    conn.execute(
        sa.update(search_position).values(
            beyond=beyond, still_open=still_open, filled_from=filled_from, looked_at=here.now
        )
    )


def _older(conn: Connection, than: UUID) -> Sequence[UUID]:
    wanted = sa.select(cases.c.id).where(cases.c.id < than).order_by(cases.c.id.desc()).limit(AT_ONCE)
    return conn.execute(wanted).scalars().all()


def _write(conn: Connection, ids: Collection[UUID]) -> None:
    """The rows of these cases, where they are other than before."""
    if not ids:
        return
    there = {row.case_id: row for row in conn.execute(sa.select(search_text).where(search_text.c.case_id.in_(ids)))}
    rows = [row_of(case) for case in conn.execute(sa.select(*_READ).where(cases.c.id.in_(ids)))]
    new = [row for row in rows if not _stands(there.get(row["case_id"]), row)]
    if new:
        made = insert(search_text)
        values = {"text": made.excluded.text, "entries": made.excluded.entries}
        conn.execute(made.on_conflict_do_update(index_elements=[search_text.c.case_id], set_=values), new)


def _stands(there: Any | None, row: dict[str, Any]) -> bool:
    return there is not None and there.text == row["text"] and there.entries == row["entries"]


def row_of(case: Any) -> dict[str, Any]:
    """A case's row of the index."""
    text = words.document(case)
    others = ages.entries_of(case.office_id, case.id, case.unit_id)
    entries = ages.all_entries(words.pairs(text), others)
    return {"case_id": case.id, "office_id": case.office_id, "text": text, "entries": entries}
