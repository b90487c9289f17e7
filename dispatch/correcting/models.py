"""The table of correcting: what is suggested and waits for somebody."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

# What whoever holds a case says that it is about in truth; the unit's head or a dispatcher confirms it.
correction = sa.Table(
    "correction",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    refers("unit_id", "unit"),  # who had the case when it was suggested
    refers("content_id", "content"),  # what was suggested, and why
    refers("staff_id", "staff", optional=True),
    text("asked_by"),
    moment("asked_at"),
    text("decision", optional=True),  # confirmed, dismissed, overtaken
    text("decided_by", optional=True),
    moment("decided_at", optional=True),
    sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
    sa.Index("uq_correction_open", "case_id", unique=True, postgresql_where=sa.text("decided_at IS NULL")),
    sa.Index("ix_correction_case", "case_id"),
)
