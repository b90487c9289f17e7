"""Cases of which nobody was sure, about which a second reader may be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "second_reading",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("category", sa.Text()),
        sa.Column("trouble", sa.Text()),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_second_reading")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_second_reading_case_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_second_reading_office_id")),
    )
    op.create_index(
        "ix_second_reading_next", "second_reading", ["office_id", "next_at"],
        postgresql_where=sa.text("state = 'waits'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("second_reading")
