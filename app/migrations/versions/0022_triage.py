"""What waits for a person to say where it goes, and what one message told of."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("cases", sa.Column("triage", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("told_with", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_cases_triage", "cases", ["office_id", "next_due_at"], postgresql_where=sa.text("triage IS NOT NULL")
    )
    op.create_index("ix_cases_told_with", "cases", ["told_with"], postgresql_where=sa.text("told_with IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_cases_told_with", "cases")
    op.drop_index("ix_cases_triage", "cases")
    op.drop_column("cases", "told_with")
    op.drop_column("cases", "triage")
