"""A draft of the rules is changed in place: its version, who changed it last, and what it was before. Looks for the
same matter that failed for good are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_TWO_PEOPLE = "decided_by IS NULL OR decided_by <> proposed_by"
_NONE_WHO_WROTE = (
    "decided_by IS NULL OR state = 'withdrawn'"
    " OR (decided_by <> proposed_by AND (changed_by IS NULL OR decided_by <> changed_by))"
)
_NAME = "ck_rule_draft_two_people"


def _two_people(holds: str) -> None:
    op.drop_constraint(op.f(_NAME), "rule_draft", type_="check")
    op.create_check_constraint(op.f(_NAME), "rule_draft", holds)


def upgrade() -> None:
    op.add_column("rule_draft", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("rule_draft", sa.Column("changed_by", sa.Text(), nullable=True))
    op.add_column("rule_draft", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rule_draft", sa.Column("changed_why", sa.Text(), nullable=True))
    op.create_table(
        "rule_draft_past",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "office_id", "draft_id")),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("body", "why", "written_by")),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_rule_draft_past_office_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["rule_draft.id"], name=op.f("fk_rule_draft_past_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft_past")),
        sa.UniqueConstraint("draft_id", "revision", name=op.f("uq_rule_draft_past_draft_id_revision")),
    )
    _two_people(_NONE_WHO_WROTE)
    # So far a look that failed for the third time was marked as done, its trouble in no list.
    op.execute("UPDATE likeness SET looked_at = NULL WHERE tries >= 3 AND trouble IS NOT NULL")


def downgrade() -> None:
    op.execute("UPDATE likeness SET looked_at = due_at WHERE tries >= 3 AND looked_at IS NULL")
    # What is withdrawn is none of the states before this; nobody else decided it.
    op.execute("UPDATE rule_draft SET state = 'refused', decided_by = NULL WHERE state = 'withdrawn'")
    _two_people(_TWO_PEOPLE)
    op.drop_table("rule_draft_past")
    for name in ("changed_why", "changed_at", "changed_by", "revision"):
        op.drop_column("rule_draft", name)
