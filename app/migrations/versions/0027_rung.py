"""What of a clock a notice told: so the carrier's word on its text says how high a promise has climbed."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("notice", sa.Column("step", sa.Text(), nullable=True))
    op.add_column("notice", sa.Column("attempt", sa.Integer(), nullable=True))
    op.add_column("notice", sa.Column("fired", sa.Integer(), nullable=True))
    op.create_index(
        "ix_notice_fired", "notice", ["case_id", "step", "attempt"], postgresql_where=sa.text("fired IS NOT NULL")
    )
    above = sa.text("purpose = 'above_call'")
    op.create_index("ix_outbox_above", "outbox", ["party_id", "created_at"], postgresql_where=above)
    op.create_index("ix_notice_round", "notice", ["round_id"], postgresql_where=sa.text("round_id IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_notice_round", "notice")
    op.drop_index("ix_outbox_above", "outbox")
    op.drop_index("ix_notice_fired", "notice")
    op.drop_column("notice", "fired")
    op.drop_column("notice", "attempt")
    op.drop_column("notice", "step")
