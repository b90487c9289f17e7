"""Ringing back: whose call came to nothing, or who asked for a person, and who looked at their number."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def _id(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _text(name: str, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _at(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _refers(table: str, *targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([f"{target}_id"], [f"{target}.id"], name=op.f(f"fk_{table}_{target}_id"))
        for target in targets
    ]


def upgrade() -> None:
    op.create_table(
        "ring_back",
        _id("id"), _id("office_id"), _id("party_id"), _text("reason"),
        sa.Column("times", sa.Integer(), nullable=False), _text("sid"), _at("first_at"), _at("last_at"),
        _at("ended_at", optional=True), _text("result", optional=True), _text("ended_by", optional=True),
        *_refers("ring_back", "office", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_back")),
    )  # fmt: skip
    is_open = sa.text("ended_at IS NULL")
    op.create_index("uq_ring_back_open", "ring_back", ["office_id", "party_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_ring_back_last", "ring_back", ["office_id", "last_at"])
    op.create_table(
        "ring_back_look",
        _id("id"), _id("office_id"), _id("ring_back_id"), _text("actor"), _at("at"),
        *_refers("ring_back_look", "office", "ring_back"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_back_look")),
    )  # fmt: skip
    op.create_index("ix_ring_back_look_of", "ring_back_look", ["ring_back_id", "at"])


def downgrade() -> None:
    op.drop_table("ring_back_look")
    op.drop_table("ring_back")
