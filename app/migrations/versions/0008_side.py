"""What stands beside a case: supervision, co-handlers, urges, flags; and whether its place and words are for a few."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _id(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=optional)


def _text(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _at(name: str, *, optional: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


_REFERS = {"office_id": "office", "case_id": "cases", "unit_id": "unit", "staff_id": "staff"}


def upgrade() -> None:
    op.create_table(
        "side",
        _id("id"), _id("office_id"), _id("case_id"), sa.Column("attempt", sa.Integer(), nullable=False),
        _text("kind"), _text("code"), sa.Column("level", sa.Integer()), _id("unit_id", optional=True),
        _id("staff_id", optional=True), sa.Column("times", sa.Integer()), _text("opened_by"),
        _at("opened_at", optional=False), _at("last_at"), _at("told_at"), _text("answered_by", optional=True),
        _at("answered_at"), _text("ended_by", optional=True), _at("ended_at"), _text("result", optional=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_side_{column}"))
            for column, target in _REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_side")),
    )  # fmt: skip
    _index("uq_side_open", ["case_id", "kind", "code"], "ended_at IS NULL AND unit_id IS NULL", unique=True)
    _index("uq_side_unit", ["case_id", "kind", "unit_id"], "ended_at IS NULL AND unit_id IS NOT NULL", unique=True)
    _index("uq_side_supervision", ["case_id"], "ended_at IS NULL AND kind = 'supervision'", unique=True)
    op.create_index("ix_side_case", "side", ["office_id", "case_id"])
    _index("ix_side_unit", ["unit_id", "case_id"], "ended_at IS NULL AND unit_id IS NOT NULL")
    op.add_column("cases", sa.Column("confidential", sa.Boolean(), server_default=sa.false(), nullable=False))


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, "side", columns, unique=unique, postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_column("cases", "confidential")
    op.drop_table("side")
