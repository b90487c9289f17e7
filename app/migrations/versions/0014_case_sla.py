"""The set of limits that a rule chose for a case."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("cases", sa.Column("sla", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "sla")
