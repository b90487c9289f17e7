"""Going out unasked: plans, what they visit, each period's round with its tasks and results, and campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def _id(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=optional)


def _text(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _at(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _day(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=optional)


def _number(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=optional)


def _sealed(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.LargeBinary(), nullable=optional)


_TARGETS = {
    "office_id": "office", "unit_id": "unit", "plan_id": "round_plan", "worker_id": "staff", "round_id": "round",
    "target_id": "round_target", "task_id": "round_task", "case_id": "cases", "content_id": "content",
    "campaign_id": "campaign",
}  # fmt: skip


def _table(name: str, *parts: sa.schema.SchemaItem, key: tuple[str, ...] = ("id",)) -> None:
    refers = (part.name for part in parts if isinstance(part, sa.Column) and part.name in _TARGETS)
    op.create_table(
        name, *parts, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{_TARGETS[column]}.id"], name=op.f(f"fk_{name}_{column}"))
            for column in refers
        ),
    )  # fmt: skip


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    _plans()
    _rounds()
    _results()
    _campaigns()
    op.alter_column("notice", "case_id", nullable=True)
    op.add_column("notice", _id("round_id", optional=True))
    op.create_foreign_key(op.f("fk_notice_round_id"), "notice", "round", ["round_id"], ["id"])
    op.create_check_constraint(op.f("ck_notice_about"), "notice", "case_id IS NOT NULL OR round_id IS NOT NULL")


def _plans() -> None:
    _table(
        "round_plan",
        _id("id"), _id("office_id"), _text("template"), _text("kind"), _id("unit_id"), _text("grid", optional=True),
        _text("rule"), _text("grade"), _text("checklist", optional=True), _day("active_from"),
        _day("active_to", optional=True), _day("made_until"), _text("made_by"), _at("made_at"),
    )  # fmt: skip
    op.create_index(
        "uq_round_plan_active", "round_plan", ["office_id", "template", "unit_id", sa.text("coalesce(grid, '')")],
        unique=True, postgresql_where=sa.text("active_to IS NULL"),
    )  # fmt: skip
    _table(
        "round_target",
        _id("id"), _id("office_id"), _id("plan_id"), _text("kind"), _text("estate", optional=True),
        _text("building", optional=True), _text("entrance", optional=True), _text("road", optional=True),
        _sealed("door_sealed", optional=True), _sealed("code_sealed"), _number("position"), _at("added_at"),
        _at("removed_at", optional=True),
    )  # fmt: skip
    op.create_index("ix_round_target_plan", "round_target", ["plan_id", "position"])


def _rounds() -> None:
    _table(
        "round",
        _id("id"), _id("office_id"), _id("plan_id"), _day("period"), _day("period_end"), _id("unit_id"),
        _text("grid", optional=True), _id("worker_id", optional=True), _text("state"), _number("policy_version"),
        _at("opens_at"), _at("warn_at"), _at("due_at"), _number("fired"), _at("made_at"),
        _at("ended_at", optional=True),
        _once("round", "plan_id", "period"),
    )  # fmt: skip
    op.create_index("ix_round_open", "round", ["office_id", "due_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_index("ix_round_period", "round", ["office_id", "period"])
    _table(
        "round_task",
        _id("id"), _id("office_id"), _id("round_id"), _id("plan_id"), _day("period"), _id("target_id"),
        _id("worker_id", optional=True), _number("short", optional=True), _text("state"), _at("due_at"),
        _at("visited_at", optional=True), _text("grade", optional=True), _at("found_at", optional=True),
        _text("outcome", optional=True), sa.Column("score", sa.Numeric(4, 1), nullable=True),
        _at("ended_at", optional=True), _once("round_task", "plan_id", "period", "target_id"),
    )  # fmt: skip
    op.create_index("ix_round_task_round", "round_task", ["round_id"])
    op.create_index(
        "uq_round_task_short", "round_task", ["worker_id", "short"], unique=True,
        postgresql_where=sa.text("state = 'open' AND short IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_round_task_period", "round_task", ["office_id", "period"])


def _results() -> None:
    _table(
        "round_result",
        _id("id"), _id("office_id"), _id("task_id"), _text("kind"), _at("at"), _text("actor"),
        _text("grade", optional=True), _text("way", optional=True), _text("facts"), _id("content_id", optional=True),
    )  # fmt: skip
    op.create_index("ix_round_result_task", "round_result", ["task_id", "at"])
    _table("round_case", _id("task_id"), _id("case_id"), _id("office_id"), _at("at"), key=("task_id", "case_id"))
    op.create_index("ix_round_case_case", "round_case", ["case_id"])


def _campaigns() -> None:
    _table(
        "campaign",
        _id("id"), _id("office_id"), _id("unit_id"), _text("name"), _text("plan"), _at("due_at"), _number("fired"),
        _text("made_by"), _at("made_at"), _at("ended_at", optional=True),
    )  # fmt: skip
    op.create_index("ix_campaign_office", "campaign", ["office_id", "due_at"])
    _table(
        "campaign_case",
        _id("campaign_id"), _id("case_id"), _id("office_id"), _at("added_at"), _text("added_by"),
        key=("campaign_id", "case_id"),
    )  # fmt: skip
    op.create_index("ix_campaign_case_case", "campaign_case", ["case_id"])


def downgrade() -> None:
    op.drop_constraint(op.f("ck_notice_about"), "notice")
    op.drop_column("notice", "round_id")
    op.execute("DELETE FROM notice WHERE case_id IS NULL")
    op.alter_column("notice", "case_id", nullable=False)
    for table in (
        "campaign_case", "campaign", "round_case", "round_result", "round_task", "round", "round_target", "round_plan",
    ):  # fmt: skip
        op.drop_table(table)
