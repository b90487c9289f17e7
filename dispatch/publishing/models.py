"""The table of drafts, and what each was before it was changed."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

# Whoever wrote on a draft does not decide on it; they may withdraw it.
TWO_PEOPLE = (
    "decided_by IS NULL OR state = 'withdrawn'"
    " OR (decided_by <> proposed_by AND (changed_by IS NULL OR decided_by <> changed_by))"
)

rule_draft = sa.Table(
    "rule_draft",
    metadata,
    key(),
    refers("office_id", "office"),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    text("kind"),  # change, rollback
    text("state"),  # open, refused, withdrawn (by who wrote on it), approved (waits for its moment), published
    text("body"),  # the raw rules and default as JSON
    sa.Column("base", sa.Integer, nullable=False),  # the policy version that was in force when it was made
    text("why"),
    text("proposed_by"),
    moment("proposed_at"),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),  # its version as a draft
    text("changed_by", optional=True),
    moment("changed_at", optional=True),
    text("changed_why", optional=True),
    text("decided_by", optional=True),
    moment("decided_at", optional=True),
    text("decided_why", optional=True),
    moment("from_at", optional=True),  # from when it is to be in force
    sa.Column("version", sa.Integer),  # the policy version that came of it
    sa.CheckConstraint(TWO_PEOPLE, name="two_people"),
)

# What a draft was in its earlier versions: history.
rule_draft_past = sa.Table(
    "rule_draft_past",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("draft_id", "rule_draft"),
    sa.Column("revision", sa.Integer, nullable=False),
    text("body"),
    text("why"),
    text("written_by"),
    moment("written_at"),
    sa.UniqueConstraint("draft_id", "revision"),
)
