"""The ground of every table: one metadata with named constraints, and moments that are aware and UTC."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in time: aware on the way in, UTC on the way out. A naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"moment {value!r} has no zone: pass an aware moment")
        return value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None


def key(name: str = "id") -> sa.Column[Any]:
    """The primary key: a time-ordered id made by us (cases.ids)."""
    return sa.Column(name, sa.Uuid, primary_key=True)


def refers(name: str, target: str, *, optional: bool = False) -> sa.Column[Any]:
    """A reference to another table's id."""
    return sa.Column(name, sa.Uuid, sa.ForeignKey(f"{target}.id"), nullable=optional)


def moment(name: str, *, optional: bool = False) -> sa.Column[Any]:
    """A column for a moment."""
    return sa.Column(name, Moment, nullable=optional)


def text(name: str, *, optional: bool = False) -> sa.Column[Any]:
    """A column for text or a code."""
    return sa.Column(name, sa.Text, nullable=optional)
