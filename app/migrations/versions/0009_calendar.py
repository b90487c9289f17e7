"""The calendar of an office in versions, how far cases were reckoned anew by one, and whose dates it moved."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _id(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=optional)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=False)


def _at(name: str, *, optional: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns.items()
    ]


def upgrade() -> None:
    op.create_table(
        "calendar_version",
        _id("id"), _id("office_id"), _number("number"), _text("source"), _text("why"), _text("made_by"),
        _at("made_at", optional=False), _text("body"),
        *_refers("calendar_version", office_id="office"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_calendar_version_office_id_number")),
    )  # fmt: skip
    op.create_table(
        "calendar_recount",
        _id("id"), _id("office_id"), _id("reached", optional=True), _number("rounds"), _number("changed"),
        _at("done_at"),
        *_refers("calendar_recount", office_id="office"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_recount")),
    )  # fmt: skip
    _moved()


def _moved() -> None:
    op.create_table(
        "calendar_moved",
        _id("id"), _id("office_id"), _id("version_id"), _id("case_id"), _id("party_id"), _text("role"),
        _at("was_at"), _at("due_at"), _at("told_at"), _id("outbox_id", optional=True),
        *_refers(
            "calendar_moved", office_id="office", version_id="calendar_version", case_id="cases", party_id="party",
            outbox_id="outbox",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_moved")),
        sa.UniqueConstraint(
            "version_id", "party_id", "case_id", name=op.f("uq_calendar_moved_version_id_party_id_case_id")
        ),
    )  # fmt: skip
    waiting = sa.text("told_at IS NULL")
    op.create_index("ix_calendar_moved_waiting", "calendar_moved", ["version_id", "party_id"], postgresql_where=waiting)


def downgrade() -> None:
    op.drop_table("calendar_moved")
    op.drop_table("calendar_recount")
    op.drop_table("calendar_version")
