"""When the first of a case's running promises is due, on the case's row: queues are sorted by it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# As it stood when this was written.
_OPEN = "state NOT IN ('archived', 'closed', 'declined', 'handed_over', 'merged', 'void', 'withdrawn')"


def upgrade() -> None:
    op.add_column("cases", sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """UPDATE cases SET next_due_at = running.due
           FROM (SELECT case_id, min(due_at) AS due FROM timer
                 WHERE state IN ('open', 'parked') GROUP BY case_id) running
           WHERE running.case_id = cases.id"""
    )
    op.drop_index("ix_cases_queue", "cases")
    op.drop_index("ix_cases_unit", "cases")
    op.create_index("ix_cases_next", "cases", ["office_id", "next_due_at", "id"], postgresql_where=sa.text(_OPEN))
    op.create_index("ix_cases_queue", "cases", ["office_id", "state", "next_due_at", "id"])
    op.create_index("ix_cases_unit", "cases", ["office_id", "unit_id", "state", "next_due_at"])
    op.create_index("ix_cases_awaits", "cases", ["office_id", "awaits"], postgresql_where=sa.text("awaits IS NOT NULL"))


def downgrade() -> None:
    for index in ("ix_cases_awaits", "ix_cases_unit", "ix_cases_queue", "ix_cases_next"):
        op.drop_index(index, "cases")
    op.create_index("ix_cases_unit", "cases", ["office_id", "unit_id", "due_at"])
    op.create_index("ix_cases_queue", "cases", ["office_id", "state", "due_at", "id"])
    op.drop_column("cases", "next_due_at")
