"""How a case ends or leaves: the case it is merged into, and when what is planned opens again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("cases", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_cases_merged_into"), "cases", "cases", ["merged_into"], ["id"])
    op.create_index("ix_cases_merged", "cases", ["merged_into"], postgresql_where=sa.text("merged_into IS NOT NULL"))
    op.add_column("approval", sa.Column("until_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("approval", "until_at")
    op.drop_index("ix_cases_merged", "cases")
    op.drop_column("cases", "merged_into")
