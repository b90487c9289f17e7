"""Who tried a code on a page: by a keyed hash of where they came from, so that tries count for whoever makes them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("inquiry", sa.Column("origin", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_inquiry_origin", "inquiry", ["office_id", "origin", "at"], postgresql_where=sa.text("origin IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_inquiry_origin", "inquiry")
    op.drop_column("inquiry", "origin")
