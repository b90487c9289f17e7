"""The tables of the calendar: its versions, how far open cases were reckoned anew by each, and whose dates moved."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

# Only added to: the newest of an office is in force.
calendar_version = sa.Table(
    "calendar_version",
    metadata,
    key(),
    refers("office_id", "office"),
    sa.Column("number", sa.Integer, nullable=False),
    text("source"),  # policy, seed, notice, edit, closure
    text("why"),
    text("made_by"),
    moment("made_at"),
    text("body"),  # the day table as JSON (dispatch.calendar.table)
    sa.UniqueConstraint("office_id", "number"),
)

# How far the open cases are reckoned anew by a version; its id is the version's.
calendar_recount = sa.Table(
    "calendar_recount",
    metadata,
    key(),
    refers("office_id", "office"),
    sa.Column("reached", sa.Uuid),  # the case or round that was looked at last
    sa.Column(
        "rounds", sa.Integer, nullable=False
    ),  # 0 all open cases, 1 those touched meanwhile, 3 open rounds, 2 over
    sa.Column("changed", sa.Integer, nullable=False),
    moment("done_at", optional=True),
)

# Whose dates a version moved: a row for each person and case, or round, told together in one text to each person.
calendar_moved = sa.Table(
    "calendar_moved",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("version_id", "calendar_version"),
    refers("case_id", "cases", optional=True),
    refers("round_id", "round", optional=True),
    refers("party_id", "party"),
    text("role"),  # worker, lead, co_handler, resident
    moment("was_at", optional=True),
    moment("due_at", optional=True),
    moment("told_at", optional=True),
    refers("outbox_id", "outbox", optional=True),
    sa.UniqueConstraint("version_id", "party_id", "case_id"),
    sa.UniqueConstraint("version_id", "party_id", "round_id"),
    sa.CheckConstraint("case_id IS NOT NULL OR round_id IS NOT NULL", name="about"),
    sa.Index("ix_calendar_moved_waiting", "version_id", "party_id", postgresql_where=sa.text("told_at IS NULL")),
)
