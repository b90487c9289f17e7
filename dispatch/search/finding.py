"""The newest cases of a scope that have all the words asked for.

Three places are looked through, and none overlooks what another has: what the index has not followed yet, read from
the record; the few cases that a unit of the scope co-handles; and the index, a window of time after another until a
page is full. Whatever an entry says, the words themselves decide (LIKE), and the record says who may see the case.
Confidential cases are found by their number alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases
from dispatch.models import unit
from dispatch.reads.queries import held_by, within
from dispatch.search import ages, words
from dispatch.search.named import in_chinese
from dispatch.search.words import Asked
from dispatch.side.cohandling import seen_by
from dispatch.side.confiding import veiled
from dispatch.transaction import Tx

PAGE = 20
NEWEST = 5_000  # cases among which a single character is looked for
TAIL = 2_000  # cases not yet indexed that are read, the newest


class Reach(StrEnum):
    """How far was looked: through all, through the newest (no word has two characters), or through as much as is
    indexed so far."""

    ALL = "all"
    NEWEST = "newest"
    FILLING = "filling"


@dataclass(frozen=True, slots=True)
class Found:
    """A page: its cases, the newest first; where the next one begins (None: nowhere); how far was looked."""

    rows: Sequence[Any]
    after: UUID | None
    reach: Reach


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for: by whom (the ids of the scope's units; None: the whole office), and older than which case."""

    asked: Asked
    units: Sequence[UUID] | None
    before: UUID


_NEWEST_ID = UUID(int=2**128 - 1)
_LINE = (
    cases.c.id, cases.c.number, cases.c.state, cases.c.level, cases.c.category, cases.c.summary, cases.c.received_at,
    cases.c.closed_at, cases.c.first_closed_at, cases.c.attempt, cases.c.awaits, cases.c.repeat_of, cases.c.estate,
    cases.c.building, cases.c.entrance, cases.c.road, cases.c.place_kind, cases.c.grid, cases.c.confidential,
    unit.c.name_zh.label("unit_zh"), unit.c.name_en.label("unit_en"),
)  # fmt: skip


def look(tx: Tx, scope: str, said: str, before: UUID | None = None) -> Found:
    """A page for what somebody typed: of the cases that have its very words, and of those whose place it names in
    English."""
    asked, meant = words.asked(said), words.asked(in_chinese(said, tx.district))
    found = search(tx, scope, asked, before)
    if meant == asked:
        return found
    placed = search(tx, scope, meant, before)
    rows = sorted({row.id: row for row in (*found.rows, *placed.rows)}.values(), key=lambda row: row.id, reverse=True)
    more = len(rows) > PAGE or found.after or placed.after
    reach = placed.reach if found.reach is Reach.ALL else found.reach
    return Found(rows[:PAGE], rows[:PAGE][-1].id if more else None, reach)


def search(tx: Tx, scope: str, asked: Asked, before: UUID | None = None) -> Found:
    """A page of the cases within a scope, older than the case `before` where one is named."""
    if not asked.words:
        return Found((), None, Reach.ALL)
    units = None if scope == tx.office.code else _units(tx, scope)
    wanted = _Wanted(asked, units, before or _NEWEST_ID)
    # Before the index: what it is given meanwhile is then seen in both, not in neither.
    here = tx.conn.execute(_HERE, {"before": wanted.before}).one()
    fresh = _fresh(tx, wanted, here) if _has_fresh(here) else {}
    found = {id_ for id_, stands in fresh.items() if stands} | _shared(tx, wanted)
    if here.newest is not None:
        found |= {id_ for id_ in _indexed(tx, wanted, here.newest, len(fresh)) if id_ not in fresh}
    page = sorted(found, reverse=True)[: PAGE + 1]
    return Found(_lines(tx, page[:PAGE]), page[PAGE - 1] if len(page) > PAGE else None, _reach(here, asked))


# The newest case that may be found, up to where was followed, and the last transaction that has written history; rows
# that came with a dump have numbers of another server's, which may be higher than any here.
_NOW = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_HERE = sa.text(f"""
SELECT (SELECT id FROM cases WHERE id < :before ORDER BY id DESC LIMIT 1) AS newest, p.beyond, p.still_open,
       p.filled_from, p.beyond IS NOT NULL AS begun,
       (SELECT max(xid) FROM event WHERE xid < {_NOW}) AS last
FROM (SELECT 1) AS one LEFT JOIN search_position p ON true
""")  # noqa: S608 - the part is a constant above


def _has_fresh(here: Any) -> bool:
    return bool(here.begun and (here.still_open or (here.last is not None and here.last >= here.beyond)))


def _units(tx: Tx, scope: str) -> Sequence[UUID]:
    return tx.conn.execute(sa.select(unit.c.id).where(unit.c.office_id == tx.office_id, within(scope))).scalars().all()


_FRESH = f"""
SELECT c.id, c.unit_id, c.number, c.summary, c.estate, c.building, c.entrance, c.road, c.confidential
FROM cases c WHERE c.office_id = :office AND c.id < :before AND c.id IN (
    SELECT case_id FROM event WHERE xid >= :beyond AND xid < {_NOW}
    UNION ALL SELECT case_id FROM event WHERE xid = ANY(:still_open))
%s ORDER BY c.id DESC LIMIT :tail
"""  # noqa: S608 - the part is a constant above
_AMONG = """
SELECT c.id FROM (SELECT id FROM cases WHERE office_id = :office AND id < :before ORDER BY id DESC LIMIT :newest) AS n
JOIN cases c ON c.id = n.id JOIN search_text s ON s.case_id = n.id
WHERE s.text LIKE ALL(CAST(:patterns AS text[])) AND NOT c.confidential %s ORDER BY c.id DESC LIMIT :most
"""
_MINE = "AND c.unit_id = ANY(:units)"


@cache
def _statement(text: str, *parts: str) -> sa.TextClause:
    return sa.text(text % parts)


def _asked(text: str, values: dict[str, Any], wanted: _Wanted) -> tuple[sa.TextClause, dict[str, Any]]:
    """A statement and its values, for the whole office or for some units of it."""
    if wanted.units is None:
        return _statement(text, ""), values
    return _statement(text, _MINE), values | {"units": list(wanted.units)}


def _fresh(tx: Tx, wanted: _Wanted, here: Any) -> Mapping[UUID, bool]:
    """The cases that have changed since the index last followed, and whether each has the words now."""
    values = {"office": tx.office_id, "before": wanted.before, "tail": TAIL}
    values |= {"beyond": here.beyond, "still_open": here.still_open}
    # Without regard to who has them: what moved away is known to have changed, too.
    rows = tx.conn.execute(_statement(_FRESH, ""), values).all()
    return {row.id: _is_theirs(row, wanted) and wanted.asked.stands_in(words.document(row)) for row in rows}


def _is_theirs(row: Any, wanted: _Wanted) -> bool:
    return wanted.units is None or row.unit_id in wanted.units


def _shared(tx: Tx, wanted: _Wanted) -> set[UUID]:
    """The cases of other units that one of the scope's co-handles, or that its people have."""
    if wanted.units is None:
        return set()
    read = sa.select(
        cases.c.id, cases.c.number, cases.c.summary, cases.c.estate, cases.c.building, cases.c.entrance, cases.c.road,
        cases.c.confidential,
    )  # fmt: skip
    rows = tx.conn.execute(
        read.where(
            cases.c.id.in_(sa.union(seen_by(wanted.units), held_by(tx, wanted.units))), cases.c.id < wanted.before
        )
    )
    return {row.id for row in rows if wanted.asked.stands_in(words.document(row))}


def _indexed(tx: Tx, wanted: _Wanted, newest: UUID, fresh: int) -> Sequence[UUID]:
    """The newest cases of the index, a page and one more beside those that are `fresh`; as many as there are."""
    values = {
        "office": tx.office_id, "before": wanted.before, "patterns": wanted.asked.patterns, "most": PAGE + 1 + fresh,
    }  # fmt: skip
    if not wanted.asked.pairs:
        return tx.conn.execute(*_asked(_AMONG, values | {"newest": NEWEST}, wanted)).scalars().all()
    values["entries"] = wanted.asked.pairs
    windows = list(ages.windows(tx.office_id, newest))
    for n, window in enumerate(windows):
        values |= {f"ages{n}": list(window.entries), f"start{n}": window.start}
        values[f"before{n}"] = windows[n - 1].start if n else wanted.before
    if wanted.units is None:
        return tx.conn.execute(_through(len(windows), whole=True), values).scalars().all()
    values |= {"units": list(wanted.units), "held": [ages.unit_entry(each) for each in wanted.units]}
    return tx.conn.execute(_through(len(windows), whole=False), values).scalars().all()


# A window: the entries find candidates, which the words judge; then the record is asked about each, the newest first.
# Each has what is older than all of the window before it. What calls random() is left to no helper of the server's: two
# windows at once would come in any order.
_WINDOW = """
(SELECT hit.case_id FROM (
    SELECT case_id FROM (SELECT s.case_id, s.text FROM search_text s
        WHERE s.entries @> CAST(:entries AS int[]) AND s.entries && CAST(:ages{n} AS int[]) {held} OFFSET 0) AS there
    WHERE text LIKE ALL(CAST(:patterns AS text[])) AND case_id >= :start{n} AND case_id < :before{n}
      AND case_id < :before ORDER BY case_id DESC) AS hit
CROSS JOIN LATERAL (SELECT c.id FROM cases c WHERE c.id = hit.case_id AND c.office_id = :office
    AND (NOT c.confidential OR c.number LIKE ALL(CAST(:patterns AS text[]))) {mine}
    AND random() >= 0 OFFSET 0) AS seen
ORDER BY hit.case_id DESC LIMIT :most)
"""
_HELD = "AND s.entries && CAST(:held AS int[])"


@cache
def _through(windows: int, *, whole: bool) -> sa.TextClause:
    """One window after another, in one statement: its parts are carried out in turn, and no more of them than it takes
    until there are enough rows."""
    parts = {"held": "", "mine": ""} if whole else {"held": _HELD, "mine": _MINE}
    each = " UNION ALL ".join(_WINDOW.format(n=n, **parts) for n in range(windows))
    return sa.text(f"SELECT case_id FROM ({each}) AS found LIMIT :most")  # noqa: S608 - of constants


def _lines(tx: Tx, ids: Sequence[UUID]) -> list[Any]:
    read = sa.select(*_LINE).join(unit, unit.c.id == cases.c.unit_id).where(cases.c.id.in_(ids))
    return [veiled(row) for row in tx.conn.execute(read.order_by(cases.c.id.desc()))] if ids else []


def _reach(here: Any, asked: Asked) -> Reach:
    if not here.begun or here.filled_from is not None:
        return Reach.FILLING
    return Reach.ALL if asked.pairs else Reach.NEWEST
