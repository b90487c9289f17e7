"""Whistles: units summoned to a spot by a moment, who came, and how they are evaluated."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def _id(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=optional)


def _text(name: str, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _at(name: str, *, optional: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _refers(table: str, *targets: str) -> list[sa.ForeignKeyConstraint]:
    columns = ((f"{'case' if target == 'cases' else target}_id", target) for target in targets)
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns
    ]


def upgrade() -> None:
    op.create_table(
        "whistle",
        _id("id"), _id("office_id"), _id("case_id"),
        sa.Column("attempt", sa.Integer(), nullable=False), sa.Column("short", sa.Integer(), nullable=False),
        _id("staff_id", optional=True), _text("blown_by"), _at("blown_at", optional=False), _at("at", optional=False),
        _at("passed_at"), _at("ended_at"), _text("result", optional=True),
        *_refers("whistle", "office", "cases", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whistle")),
    )  # fmt: skip
    is_open = sa.text("ended_at IS NULL")
    op.create_index("uq_whistle_open", "whistle", ["case_id"], unique=True, postgresql_where=is_open)
    op.create_index("uq_whistle_short", "whistle", ["office_id", "short"], unique=True, postgresql_where=is_open)
    op.create_index("ix_whistle_case", "whistle", ["office_id", "case_id"])
    op.create_table(
        "summons",
        _id("id"), _id("office_id"), _id("case_id"), _id("whistle_id"), _id("unit_id"), _id("staff_id", optional=True),
        _at("came_at"), _text("came_by", optional=True), sa.Column("took_part", sa.Boolean()),
        sa.Column("score", sa.Integer()), _text("rated_by", optional=True), _at("rated_at"),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_summons_one_to_five")),
        *_refers("summons", "office", "cases", "whistle", "unit", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summons")),
        sa.UniqueConstraint("whistle_id", "unit_id", name=op.f("uq_summons_whistle_id_unit_id")),
    )  # fmt: skip
    op.create_index("ix_summons_case", "summons", ["office_id", "case_id"])
    op.create_index("ix_summons_unit", "summons", ["unit_id", "whistle_id"])


def downgrade() -> None:
    op.drop_table("summons")
    op.drop_table("whistle")
