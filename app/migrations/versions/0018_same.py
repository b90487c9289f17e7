"""The same matter again: what cases are like, proposals to merge, storms and who joined them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_TARGETS = {
    "office_id": "office", "case_id": "cases", "lead_id": "cases", "party_id": "party", "incident_id": "incident",
}  # fmt: skip
_WAITS = "state IN ('matter_asked', 'place_asked')"
_WAITS_TOO = "state IN ('matter_asked', 'place_asked', 'same_asked')"


def _id(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=optional)


def _text(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=optional)


def _at(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _table(name: str, *parts: sa.schema.SchemaItem, key: str = "id") -> None:
    refers = (part.name for part in parts if isinstance(part, sa.Column) and part.name in _TARGETS)
    op.create_table(
        name, *parts, sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{name}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{_TARGETS[column]}.id"], name=op.f(f"fk_{name}_{column}"))
            for column in refers
        ),
    )  # fmt: skip


def _index(name: str, table: str, columns: list[str], where: str | None = None, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, postgresql_where=sa.text(where) if where else None)


def upgrade() -> None:
    _table(
        "likeness",
        _id("case_id"), _id("office_id"), _text("place", optional=True), _text("spot", optional=True),
        _text("category"), _text("topic"), _id("party_id", optional=True), _number("people"), _at("received_at"),
        _id("lead_id", optional=True), _at("due_at"), _at("looked_at", optional=True), _number("tries"),
        _text("trouble", optional=True), key="case_id",
    )  # fmt: skip
    _index("ix_likeness_place", "likeness", ["office_id", "place", "topic", "received_at"])
    _index("ix_likeness_waiting", "likeness", ["due_at"], "looked_at IS NULL")
    _index("ix_likeness_category", "likeness", ["office_id", "category", "received_at"])
    _table(
        "merge_proposal",
        _id("id"), _id("office_id"), _id("case_id"), _id("lead_id"), _number("score"), _at("made_at"),
        *(_text(name, optional=True) for name in ("decision", "decided_by")), _at("decided_at", optional=True),
        sa.UniqueConstraint("case_id", "lead_id", name=op.f("uq_merge_proposal_case_id_lead_id")),
    )  # fmt: skip
    _index("ix_merge_proposal_open", "merge_proposal", ["office_id", "made_at"], "decision IS NULL")
    _index("ix_merge_proposal_lead", "merge_proposal", ["lead_id"], "decision IS NULL")
    _storms()
    op.add_column("dialogue", _id("about_case", optional=True))
    op.create_foreign_key(op.f("fk_dialogue_about_case"), "dialogue", "cases", ["about_case"], ["id"])
    _waiting(_WAITS_TOO)


def _storms() -> None:
    _table(
        "incident",
        _id("id"), _id("office_id"), _id("case_id"), _text("place", optional=True), _text("topic"), _text("known"),
        _text("opened_by"), _at("opened_at"), _text("ended_by", optional=True), _at("ended_at", optional=True),
    )  # fmt: skip
    _index("uq_incident_running", "incident", ["case_id"], "ended_at IS NULL", unique=True)
    _index("ix_incident_running", "incident", ["office_id"], "ended_at IS NULL")
    _table(
        "incident_join",
        _id("id"), _id("office_id"), _id("incident_id"), _id("party_id", optional=True), _text("channel"), _at("at"),
        sa.UniqueConstraint("incident_id", "party_id", name=op.f("uq_incident_join_incident_id_party_id")),
    )  # fmt: skip


def _waiting(where: str) -> None:
    """A party has one open dialogue on a line, whatever it waits for."""
    op.drop_index("uq_dialogue_open", "dialogue")
    op.drop_index("ix_dialogue_expiry", "dialogue")
    _index("uq_dialogue_open", "dialogue", ["party_id", "line"], where, unique=True)
    _index("ix_dialogue_expiry", "dialogue", ["expires_at"], where)


def downgrade() -> None:
    op.execute("UPDATE dialogue SET state = 'place_asked' WHERE state = 'same_asked'")
    _waiting(_WAITS)
    op.drop_column("dialogue", "about_case")
    for table in ("incident_join", "incident", "merge_proposal", "likeness"):
        op.drop_table(table)
