"""What one person asks about a case and another decides: holds, extensions, waivers, exceptions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _id(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=optional)


def _text(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _at(name: str, *, optional: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


_REFERS = {"office_id": "office", "case_id": "cases", "unit_id": "unit", "staff_id": "staff"}


def upgrade() -> None:
    op.create_table(
        "permission",
        _id("id"), _id("office_id"), _id("case_id"), sa.Column("attempt", sa.Integer(), nullable=False),
        _id("unit_id"), _text("kind"), _text("step", optional=True), _text("code"), _at("wanted_at"),
        _text("amount", optional=True), _at("was_at"), _id("staff_id", optional=True), _text("asked_by"),
        _at("asked_at", optional=False), _text("decision", optional=True), _text("decided_by", optional=True),
        _at("decided_at"), _at("held_at"), _at("ended_at"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_permission_two_people")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_permission_{column}"))
            for column, target in _REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission")),
    )  # fmt: skip
    open_, held = sa.text("decided_at IS NULL"), sa.text("held_at IS NOT NULL AND ended_at IS NULL")
    op.create_index("uq_permission_open", "permission", ["case_id", "kind"], unique=True, postgresql_where=open_)
    op.create_index("uq_permission_held", "permission", ["case_id"], unique=True, postgresql_where=held)
    op.create_index("ix_permission_case", "permission", ["office_id", "case_id", "attempt"])
    op.create_index("ix_permission_waits", "permission", ["office_id", "asked_at"], postgresql_where=open_)


def downgrade() -> None:
    op.drop_table("permission")
