"""What a choice among people looks at, found by indexes alone: cases in hand, the last order, a building's last."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

IN_UNIT = "state IN ('dispatched', 'in_progress', 'rework')"


def upgrade() -> None:
    op.create_index("ix_cases_in_unit", "cases", ["office_id", "worker_id"], postgresql_where=sa.text(IN_UNIT))
    op.create_index(
        "ix_cases_building", "cases", ["office_id", "estate", "building", "received_at"],
        postgresql_where=sa.text("building IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_assignment_since", "assignment", ["office_id", "worker_id", "since_at"])


def downgrade() -> None:
    op.drop_index("ix_assignment_since", "assignment")
    op.drop_index("ix_cases_building", "cases")
    op.drop_index("ix_cases_in_unit", "cases")
