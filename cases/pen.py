"""What the record needs of a transaction, so that it need not know who opened it."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam

from cases.clock.happened import Calendars, Subject, Terms
from cases.clock.workdays import Calendar
from cases.models import content
from cases.seal.vault import Vault
from cases.steps import Step


class Pen(Protocol):
    """An open transaction: its one moment, its buffered inserts, its vault and calendar."""

    @property
    def conn(self) -> Connection: ...
    @property
    def now(self) -> datetime: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def office_id(self) -> UUID: ...
    @property
    def zone(self) -> tzinfo: ...
    @property
    def calendar(self) -> Calendar: ...

    def hours(self, version: int) -> Calendars: ...
    def calendar_of(self, version: int, step: Step, unit_id: UUID) -> Calendar: ...
    def terms(self, version: int, of: Subject, *, rework: bool) -> Terms: ...

    def new_id(self) -> UUID: ...
    def put(self, table: Table, /, **row: Any) -> None: ...
    def change(self, table: Table, key: Mapping[str, Any], /, **values: Any) -> None: ...
    def flush(self) -> None: ...
    def fires(self, at: datetime) -> None: ...


def seal_content(pen: Pen, kind: str, words: str | bytes) -> UUID:
    """Words kept in the vault; the id under which they stand."""
    id_ = pen.new_id()
    pen.put(
        content,
        id=id_,
        office_id=pen.office_id,
        kind=kind,
        sealed=pen.vault.seal(id_, "content", words),
        created_at=pen.now,
    )
    return id_


_SEALED = content.select().with_only_columns(content.c.sealed).where(content.c.id == bindparam("id"))


def read_content(pen: Pen, id_: UUID) -> str:
    """The words that stand in the vault under `id_`. Raises LookupError, VaultError."""
    sealed = pen.conn.execute(_SEALED, {"id": id_}).scalar()
    if sealed is None:
        raise LookupError(f"no content {id_}")
    return pen.vault.open(id_, "content", sealed)
