"""The loop: evidence, questions, returns, approvals, errands, notices, absences, quarantine."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0002"
down_revision = "0001"


def _id(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=optional)


def _at(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _text(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _whole(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=optional)


def _table(name: str, *parts: Any, refers: dict[str, str]) -> None:
    """A table with its primary key and references, named as the metadata names them."""
    keys = [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}"))
        for column, target in refers.items()
    ]
    op.create_table(name, _id("id"), *parts, *keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))


def _cases() -> None:
    op.add_column("cases", _at("first_closed_at", optional=True))
    op.add_column("cases", _text("closing_kind", optional=True))
    op.add_column("cases", _text("awaits", optional=True))
    op.add_column("cases", _id("repeat_of", optional=True))
    op.add_column("cases", sa.Column("visit_tries", sa.Integer(), nullable=False, server_default="0"))
    op.create_foreign_key(op.f("fk_cases_repeat_of"), "cases", "cases", ["repeat_of"], ["id"])
    op.create_index("ix_cases_worker", "cases", ["office_id", "worker_id", "due_at"])
    op.add_column("owed", _text("kept_grade", optional=True))
    op.add_column("assignment", _whole("short", optional=True))
    op.create_index(
        "uq_assignment_short",
        "assignment",
        ["worker_id", "short"],
        unique=True,
        postgresql_where=sa.text("until_at IS NULL"),
    )


def _evidence() -> None:
    _table(
        "evidence",
        _id("office_id"),
        _id("case_id"),
        _whole("attempt"),
        _text("step"),
        _text("way"),
        _text("grade", optional=True),
        _text("state"),
        _id("staff_id", optional=True),
        _at("at"),
        _whole("seconds", optional=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        _whole("distance", optional=True),
        _id("content_id", optional=True),
        _id("outbox_id", optional=True),
        refers={
            "office_id": "office", "case_id": "cases", "staff_id": "staff", "content_id": "content",
            "outbox_id": "outbox",
        },
    )  # fmt: skip
    op.create_index("ix_evidence_case", "evidence", ["office_id", "case_id", "attempt"])
    op.create_index("ix_evidence_outbox", "evidence", ["outbox_id"])


def _question() -> None:
    _table(
        "question",
        _id("office_id"),
        _id("case_id"),
        _whole("attempt"),
        _id("party_id"),
        _text("channel"),
        _id("staff_id", optional=True),
        _id("outbox_id", optional=True),
        _whole("short", optional=True),
        _text("state"),
        _text("answer", optional=True),
        _at("asked_at"),
        _at("ended_at", optional=True),
        refers={
            "office_id": "office", "case_id": "cases", "party_id": "party", "staff_id": "staff",
            "outbox_id": "outbox",
        },
    )  # fmt: skip
    is_open = sa.text("state = 'open'")
    op.create_index("uq_question_open", "question", ["case_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_question_party", "question", ["party_id"], postgresql_where=is_open)
    op.create_index("ix_question_case", "question", ["office_id", "case_id", "attempt"])


def _decisions() -> None:
    is_open = sa.text("decided_at IS NULL")
    _table(
        "return_request",
        _id("office_id"),
        _id("case_id"),
        _whole("attempt"),
        _id("unit_id"),
        _id("staff_id", optional=True),
        _text("code"),
        _at("asked_at"),
        _text("decision", optional=True),
        _text("decided_by", optional=True),
        _at("decided_at", optional=True),
        refers={"office_id": "office", "case_id": "cases", "unit_id": "unit", "staff_id": "staff"},
    )
    op.create_index("uq_return_request_open", "return_request", ["case_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_return_request_case", "return_request", ["office_id", "case_id"])
    _table(
        "approval",
        _id("office_id"),
        _id("case_id"),
        _whole("attempt"),
        _text("what"),
        _text("proposed_by"),
        _at("proposed_at"),
        _text("decision", optional=True),
        _text("decided_by", optional=True),
        _at("decided_at", optional=True),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_approval_two_people")),
        refers={"office_id": "office", "case_id": "cases"},
    )
    op.create_index("uq_approval_open", "approval", ["case_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_approval_case", "approval", ["office_id", "case_id"])


def _errand() -> None:
    _table(
        "errand",
        _id("office_id"),
        _id("case_id", optional=True),
        _text("kind"),
        _id("ref", optional=True),
        _at("fires_at"),
        _text("state"),
        _whole("tries"),
        _text("trouble", optional=True),
        _at("done_at", optional=True),
        refers={"office_id": "office", "case_id": "cases"},
    )
    is_open = sa.text("state = 'open'")
    op.create_index("uq_errand_open", "errand", ["kind", "ref"], unique=True, postgresql_where=is_open)
    op.create_index("ix_errand_due", "errand", ["fires_at"], postgresql_where=is_open)
    op.create_index("ix_errand_case", "errand", ["office_id", "case_id"])


def _notice() -> None:
    _table(
        "notice",
        _id("office_id"),
        _id("party_id"),
        _id("case_id"),
        _text("kind"),
        _text("message"),
        _at("created_at"),
        _id("outbox_id", optional=True),
        refers={"office_id": "office", "party_id": "party", "case_id": "cases", "outbox_id": "outbox"},
    )
    op.create_index(
        "ix_notice_waiting", "notice", ["party_id", "created_at"], postgresql_where=sa.text("outbox_id IS NULL")
    )


def _absence() -> None:
    _table(
        "absence",
        _id("office_id"),
        _id("staff_id"),
        _text("kind"),
        _at("from_at"),
        _at("until_at"),
        _text("recorded_by"),
        _at("recorded_at"),
        _at("cancelled_at", optional=True),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_absence_forwards")),
        refers={"office_id": "office", "staff_id": "staff"},
    )
    op.create_index(
        "ix_absence_now", "absence", ["office_id", "until_at"], postgresql_where=sa.text("cancelled_at IS NULL")
    )


def _quarantine() -> None:
    op.add_column("inbox", sa.Column("facts", BYTEA(), nullable=True))
    _table(
        "quarantine",
        _id("office_id"),
        _text("line"),
        _text("door"),
        _text("sid"),
        _text("digest"),
        _text("reason"),
        sa.Column("body_sealed", BYTEA(), nullable=False),
        _at("received_at"),
        _text("state"),
        _at("settled_at", optional=True),
        _text("settled_by", optional=True),
        _text("trouble", optional=True),
        sa.UniqueConstraint("door", "sid", "digest", name=op.f("uq_quarantine_door_sid_digest")),
        refers={"office_id": "office"},
    )
    op.create_index(
        "ix_quarantine_open", "quarantine", ["office_id", "received_at"], postgresql_where=sa.text("state = 'open'")
    )


def upgrade() -> None:
    _cases()
    _evidence()
    _question()
    _decisions()
    _errand()
    _notice()
    _absence()
    _quarantine()


def downgrade() -> None:
    for table in (
        "quarantine", "absence", "notice", "errand", "approval", "return_request", "question", "evidence",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("inbox", "facts")
    op.drop_index("uq_assignment_short", "assignment")
    op.drop_column("assignment", "short")
    op.drop_column("owed", "kept_grade")
    op.drop_index("ix_cases_worker", "cases")
    op.drop_constraint(op.f("fk_cases_repeat_of"), "cases", type_="foreignkey")
    for column in ("visit_tries", "repeat_of", "awaits", "closing_kind", "first_closed_at"):
        op.drop_column("cases", column)
