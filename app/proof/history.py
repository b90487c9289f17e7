"""The whole history against its chain, its columns, its words and the signed checkpoints (INV-CHAIN), line by line as
the server gives it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from app.proof.checkpoints import Checkpoints
from app.wiring import House
from cases.models import cases, content, event
from cases.seal import chain
from cases.seal.breaks import ERASED, Break, BreakKind, Columns, Counts, Line, Mark
from cases.seal.proof import Judge
from cases.seal.signed import copy_breaks, table_breaks
from cases.seal.vault import Vault, VaultError

_AT_ONCE = 1000  # lines that are fetched from the server at once
_UNREADABLE = "unreadable"  # no commitment is spelled so
_LINES = (
    sa.select(event, content.c.sealed, cases.c.number, (cases.c.office_id == event.c.office_id).label("at_home"))
    .outerjoin(content, content.c.id == event.c.content_id)
    .outerjoin(cases, cases.c.id == event.c.case_id)
    .order_by(event.c.case_id, event.c.seq)
)
# A case's row says where its history ends, and what is written next follows that.
_OTHER_ENDS = sa.text(
    """SELECT c.id, c.last_seq, c.number FROM cases c
       WHERE NOT EXISTS (SELECT FROM event e WHERE e.case_id = c.id AND e.seq = c.last_seq AND e.hash = c.last_hash)
          OR EXISTS (SELECT FROM event e WHERE e.case_id = c.id AND e.seq > c.last_seq)"""
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at and what does not hold; `checkpoints` there are, `last` the newest that can be read."""

    counts: Counts
    checkpoints: int
    last: Mark | None
    breaks: tuple[Break, ...]


def prove(house: House, copy: Iterable[str] = ()) -> Proof:
    """Every place where history does not hold. `copy`: lines of the checkpoint file that were kept elsewhere."""
    with house.door.found() as conn:
        return prove_on(conn, Checkpoints(house), house.vault, copy)


def prove_on(conn: sa.Connection, checkpoints: Checkpoints, vault: Vault, copy: Iterable[str] = ()) -> Proof:
    """The same within an open transaction. The lines are read one by one; in memory stands what is signed."""
    conn.execute(sa.text("SET LOCAL statement_timeout = 0"))  # the server may sort long where histories are many
    still = checkpoints.still(conn)
    signed = checkpoints.signed(still.size)
    breaks = signed.breaks + table_breaks(signed.marks, still.rows) + copy_breaks(signed.marks, copy)
    judge = Judge(signed, still.horizon)
    for case_id, rows in groupby(_rows(conn, _LINES), lambda row: row.case_id):
        history = list(rows)
        breaks += judge.hear(case_id, (_line(row, vault) for row in history), history[0].number or "")
    breaks += judge.absent()
    found = {each.case_id for each in breaks}
    ends = [row for row in _rows(conn, _OTHER_ENDS) if row.id not in found]
    breaks += [Break(BreakKind.OTHER_END, row.id, row.last_seq, name=row.number) for row in ends]
    last = signed.marks[-1] if signed.marks else None
    return Proof(judge.counts, len(signed.marks), last, tuple(_named(conn, breaks)))


def _rows(conn: sa.Connection, query: Any) -> Iterator[sa.Row[Any]]:
    yield from conn.execute(query, execution_options={"yield_per": _AT_ONCE})


def _line(row: sa.Row[Any], vault: Vault) -> Line:
    columns = Columns(row.kind, row.at, row.actor, row.xid, _commitment(row, vault), bool(row.at_home))
    return Line(row.seq, row.canonical, row.hash, columns)


def _commitment(row: sa.Row[Any], vault: Vault) -> str | None:
    """What a line's words in the vault commit to."""
    if row.content_id is None:
        return None
    if row.sealed is not None and not row.sealed:
        return ERASED
    try:
        kept = json.loads(vault.open(row.content_id, "content", row.sealed or b""))
        return chain.commitment(bytes.fromhex(kept["salt"]), kept["words"])
    except (VaultError, ValueError, KeyError, TypeError):
        return _UNREADABLE


def _named(conn: sa.Connection, breaks: list[Break]) -> list[Break]:
    """With the numbers of those cases of which only the row is left."""
    nameless = {each.case_id for each in breaks if each.case_id is not None and not each.name}
    rows = conn.execute(sa.select(cases.c.id, cases.c.number).where(cases.c.id.in_(nameless))) if nameless else ()
    names = {row.id: row.number for row in rows}
    return [replace(each, name=each.name or names.get(each.case_id, "")) for each in breaks]
