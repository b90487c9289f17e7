"""What happened to a round beside its visits; and a new calendar's text tells of rounds, too."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "round_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        _at("at"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("content_id", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_round_event_{column}"))
            for column, target in (("office_id", "office"), ("round_id", "round"), ("content_id", "content"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_event")),
    )
    op.create_index("ix_round_event_round", "round_event", ["round_id", "at"])
    op.alter_column("calendar_moved", "case_id", nullable=True)
    op.add_column("calendar_moved", sa.Column("round_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_calendar_moved_round_id"), "calendar_moved", "round", ["round_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_calendar_moved_about"), "calendar_moved", "case_id IS NOT NULL OR round_id IS NOT NULL"
    )
    op.create_unique_constraint(
        op.f("uq_calendar_moved_version_id_party_id_round_id"), "calendar_moved",
        ["version_id", "party_id", "round_id"],
    )  # fmt: skip


def downgrade() -> None:
    op.execute("DELETE FROM calendar_moved WHERE case_id IS NULL")
    op.drop_constraint(op.f("uq_calendar_moved_version_id_party_id_round_id"), "calendar_moved")
    op.drop_constraint(op.f("ck_calendar_moved_about"), "calendar_moved")
    op.drop_column("calendar_moved", "round_id")
    op.alter_column("calendar_moved", "case_id", nullable=False)
    op.drop_table("round_event")
