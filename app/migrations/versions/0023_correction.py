"""Corrections that wait for somebody."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0023"
down_revision = "0022"

_CORRECTION = {
    "office_id": "office",
    "case_id": "cases",
    "unit_id": "unit",
    "content_id": "content",
    "staff_id": "staff",
}


def _table(name: str, refers: dict[str, str], *more: SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(each, sa.Uuid(), nullable=each == "staff_id") for each in refers),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *(sa.ForeignKeyConstraint([each], [f"{to}.id"], name=op.f(f"fk_{name}_{each}")) for each, to in refers.items()),
    )


def upgrade() -> None:
    _table(
        "correction",
        _CORRECTION,
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_correction_two_people")),
    )
    waits = sa.text("decided_at IS NULL")
    op.create_index("uq_correction_open", "correction", ["case_id"], unique=True, postgresql_where=waits)
    op.create_index("ix_correction_case", "correction", ["case_id"])


def downgrade() -> None:
    op.drop_table("correction")
