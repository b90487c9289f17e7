"""Drafts of the decision table."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _text(name: str, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _at(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def upgrade() -> None:
    op.create_table(
        "rule_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(_text(name) for name in ("kind", "state", "body")),
        sa.Column("base", sa.Integer(), nullable=False),
        _text("why"),
        _text("proposed_by"),
        _at("proposed_at"),
        _text("decided_by", optional=True),
        _at("decided_at", optional=True),
        _text("decided_why", optional=True),
        _at("from_at", optional=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_rule_draft_two_people")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_rule_draft_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft")),
        sa.UniqueConstraint("number", name=op.f("uq_rule_draft_number")),
    )


def downgrade() -> None:
    op.drop_table("rule_draft")
