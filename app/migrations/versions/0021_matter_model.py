"""What an office learnt from its own cases, version by version."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "matter_model",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Text()),
        sa.Column("ended_why", sa.Text()),
        sa.PrimaryKeyConstraint("office_id", "number", name=op.f("pk_matter_model")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_matter_model_office_id")),
    )
    op.create_index(
        "uq_matter_model_in_force", "matter_model", ["office_id"], unique=True,
        postgresql_where=sa.text("state = 'in_force'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("matter_model")
