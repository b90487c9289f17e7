"""Rows gathered during a transaction and written by one statement.

One round trip however many tables: a chain of data-modifying WITH parts, each fed by one JSON parameter.
Foreign keys are checked at the end of the statement, so the order of the parts is free.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table

_Columns = tuple[str, ...]
_Part = tuple[str, _Columns, _Columns]  # table, key columns (none for an insert), other columns


class Gathered:
    """Inserts and changes that wait to be written."""

    def __init__(self) -> None:
        self._rows: dict[_Part, list[Mapping[str, Any]]] = {}
        self._changed: set[tuple[str, tuple[Any, ...]]] = set()

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """A row to insert, ours from now on. Raises ValueError for a column that the table has not, or a naive
        moment."""
        _aware(row)
        self._rows.setdefault(_part_of(table, (), tuple(row)), []).append(row)

    def change(self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Values to set on the row with this key, which must stand in the database already."""
        both = {**key, **values}
        _aware(both)
        self._rows.setdefault(_part_of(table, tuple(key), tuple(values)), []).append(both)
        self._changed.add((table.name, tuple(key.values())))

    def touches(self, table: Table, key: Mapping[str, Any]) -> bool:
        """Whether what waits may be of this row: a change of it, or any row that is new in its table."""
        if (table.name, tuple(key.values())) in self._changed:
            return True
        return any(name == table.name and not keys for name, keys, _ in self._rows)

    def write(self, conn: Connection) -> None:
        """Write all that was gathered, in one statement."""
        if not self._rows:
            return
        gathered, self._rows = self._rows, {}
        self._changed.clear()
        values = {f"r{n}": _JSON.encode(rows) for n, rows in enumerate(gathered.values())}
        conn.exec_driver_sql(_statement(tuple(gathered)), values)


@lru_cache(maxsize=2048)
def _part_of(table: Table, key: _Columns, columns: _Columns) -> _Part:
    """The part that rows of these columns belong to, however they are ordered."""
    unknown = {*key, *columns} - set(table.c.keys())
    if unknown:
        raise ValueError(f"{table.name} has no column {sorted(unknown)}")
    return table.name, tuple(sorted(key)), tuple(sorted(columns))


def _aware(row: Mapping[str, Any]) -> None:
    for value in row.values():
        if value.__class__ is datetime and value.tzinfo is None:
            raise ValueError(f"moment {value!r} has no zone: pass an aware moment")


def _plain(value: object) -> str:
    """A value that JSON has no form for, as PostgreSQL reads it back into the column's type."""
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    raise TypeError(f"a {type(value).__name__} cannot be written")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain)


@lru_cache(maxsize=512)
def _statement(shape: tuple[_Part, ...]) -> str:
    parts = [f"p{n} AS ({_part(n, *part)})" for n, part in enumerate(shape)]
    return "WITH " + ", ".join(parts) + " SELECT 1"


def _part(n: int, table: str, key: _Columns, columns: _Columns) -> str:
    """One table's part. The names come from our own metadata, never from outside."""
    rows = f'jsonb_populate_recordset(NULL::"{table}", CAST(%(r{n})s AS jsonb))'
    names = ", ".join(f'"{column}"' for column in columns)
    if not key:
        return f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {rows}'  # noqa: S608
    settings = ", ".join(f'"{column}" = r."{column}"' for column in columns)
    same = " AND ".join(f't."{column}" = r."{column}"' for column in key)
    return f'UPDATE "{table}" t SET {settings} FROM {rows} r WHERE {same}'  # noqa: S608
