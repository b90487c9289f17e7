"""A carrier that is away: since when, and when it is tried next; texts that wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "carrier_away",
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lines", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("carrier", "channel", name=op.f("pk_carrier_away")),
    )
    op.add_column("outbox", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "held_at")
    op.drop_table("carrier_away")
