"""Rows gathered during a transaction and written by one statement.

One round trip however many tables: a chain of data-modifying WITH parts, each fed by one JSON parameter.
Foreign keys are checked at the end of the statement, so the order of the parts is free.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Table

_Columns = tuple[str, ...]
_Part = tuple[str, _Columns, _Columns]  # table, key columns (none for an insert), other columns


class Gathered:
    """Inserts and changes that wait to be written."""

    def __init__(self) -> None:
        self._rows: dict[_Part, list[Mapping[str, Any]]] = {}

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """A row to insert. Raises ValueError for a column that the table has not, or a naive moment."""
        _known(table, row)
        columns = tuple(sorted(row))
        self._rows.setdefault((table.name, (), columns), []).append({c: _plain(row[c]) for c in columns})

    def change(self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Values to set on the row with this key, which must stand in the database already."""
        _known(table, key)
        _known(table, values)
        both = {**key, **values}
        part = (table.name, tuple(sorted(key)), tuple(sorted(values)))
        self._rows.setdefault(part, []).append({c: _plain(v) for c, v in both.items()})

    def touches(self, table: Table) -> bool:
        """Whether anything waits for this table."""
        return any(name == table.name for name, _, _ in self._rows)

    def write(self, conn: Connection) -> None:
        """Write all that was gathered, in one statement."""
        if not self._rows:
            return
        gathered, self._rows = self._rows, {}
        values = {f"r{n}": json.dumps(rows, ensure_ascii=False) for n, rows in enumerate(gathered.values())}
        conn.execute(_statement(tuple(gathered)), values)


def _known(table: Table, row: Mapping[str, Any]) -> None:
    unknown = set(row) - set(table.c.keys())
    if unknown:
        raise ValueError(f"{table.name} has no column {sorted(unknown)}")


def _plain(value: Any) -> Any:
    """A value as JSON can carry it and PostgreSQL reads it back into the column's type."""
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"moment {value!r} has no zone: pass an aware moment")
        return value.isoformat()
    return value


@lru_cache(maxsize=512)
def _statement(shape: tuple[_Part, ...]) -> sa.TextClause:
    parts = [f"p{n} AS ({_part(n, *part)})" for n, part in enumerate(shape)]
    return sa.text("WITH " + ", ".join(parts) + " SELECT 1")


def _part(n: int, table: str, key: _Columns, columns: _Columns) -> str:
    """One table's part. The names come from our own metadata, never from outside."""
    rows = f'jsonb_populate_recordset(NULL::"{table}", CAST(:r{n} AS jsonb))'
    names = ", ".join(f'"{column}"' for column in columns)
    if not key:
        return f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {rows}'  # noqa: S608
    settings = ", ".join(f'"{column}" = r."{column}"' for column in columns)
    same = " AND ".join(f't."{column}" = r."{column}"' for column in key)
    return f'UPDATE "{table}" t SET {settings} FROM {rows} r WHERE {same}'  # noqa: S608
