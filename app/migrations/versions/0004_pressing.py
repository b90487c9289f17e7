"""The running promises that were told of or stand still, by their moment: few of many, and no intake writes to it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_PRESSES = "state = 'parked' OR (state = 'open' AND fired > 0)"  # as it stood when this was written


def upgrade() -> None:
    op.create_index("ix_timer_pressing", "timer", ["office_id", "due_at"], postgresql_where=sa.text(_PRESSES))


def downgrade() -> None:
    op.drop_index("ix_timer_pressing", "timer")
