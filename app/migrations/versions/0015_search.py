"""The search: what is searched with its entries, and up to where the history was followed. Filled by `jobs`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "search_text",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entries", ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_text_case_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_search_text_office_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_search_text")),
    )
    op.create_index(
        "ix_search_text_entries", "search_text", ["entries"],
        postgresql_using="gin", postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
    op.create_table(
        "search_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("beyond", sa.BigInteger(), nullable=False),
        sa.Column("still_open", ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("filled_from", sa.Uuid(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_search_position_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_position")),
    )


def downgrade() -> None:
    op.drop_table("search_position")
    op.drop_table("search_text")
