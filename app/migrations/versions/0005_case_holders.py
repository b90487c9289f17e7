"""Who held a case is found by the case: live pages tell a unit of the change by which it lost one."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_assignment_case", "assignment", ["case_id"])


def downgrade() -> None:
    op.drop_index("ix_assignment_case", "assignment")
