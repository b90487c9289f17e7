"""The tables of what one person asks about a case and another decides, and of what stands beside a case."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

permission = sa.Table(
    "permission",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    refers("unit_id", "unit"),  # who had the case when it was asked
    text("kind"),  # cases.life.reasons.Request
    text("step", optional=True),  # which is extended, waived or left out; none for a hold
    text("code"),  # the reason
    moment("wanted_at", optional=True),  # a hold: when it is looked at; an extension: the new moment
    text("amount", optional=True),  # an extension: by how much, as a limit
    moment("was_at", optional=True),  # an extension: the moment that was promised before
    refers("staff_id", "staff", optional=True),  # who asked, where they are of the district
    text("asked_by"),
    moment("asked_at"),
    text("decision", optional=True),  # cases.life.reasons.Decision
    text("decided_by", optional=True),
    moment("decided_at", optional=True),
    moment("held_at", optional=True),  # a hold: from when
    moment("ended_at", optional=True),  # a hold: until when
    sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
    sa.Index("uq_permission_open", "case_id", "kind", unique=True, postgresql_where=sa.text("decided_at IS NULL")),
    sa.Index(
        "uq_permission_held",
        "case_id",
        unique=True,
        postgresql_where=sa.text("held_at IS NOT NULL AND ended_at IS NULL"),
    ),
    sa.Index("ix_permission_case", "office_id", "case_id", "attempt"),
    sa.Index("ix_permission_waits", "office_id", "asked_at", postgresql_where=sa.text("decided_at IS NULL")),
)

# 吹哨: units are summoned to a spot by a moment. It is open until each is evaluated, or the case is over before it.
whistle = sa.Table(
    "whistle",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("short", sa.Integer, nullable=False),  # the number that an answer carries, among those that are open
    refers("staff_id", "staff", optional=True),  # who whistled, where of the district
    text("blown_by"),
    moment("blown_at"),
    moment("at"),  # by when they are to be there
    moment("passed_at", optional=True),  # when that moment had come, and who was not there was written down
    moment("ended_at", optional=True),
    text("result", optional=True),  # cases.life.sides.End
    sa.Index("uq_whistle_open", "case_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
    sa.Index("uq_whistle_short", "office_id", "short", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
    sa.Index("ix_whistle_case", "office_id", "case_id"),
)

summons = sa.Table(
    "summons",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    refers("whistle_id", "whistle"),
    refers("unit_id", "unit"),
    refers("staff_id", "staff", optional=True),  # who was told
    moment("came_at", optional=True),
    text("came_by", optional=True),  # who said so
    sa.Column("took_part", sa.Boolean),
    sa.Column("score", sa.Integer),
    text("rated_by", optional=True),
    moment("rated_at", optional=True),
    sa.CheckConstraint("score BETWEEN 1 AND 5", name="one_to_five"),
    sa.UniqueConstraint("whistle_id", "unit_id"),
    sa.Index("ix_summons_case", "office_id", "case_id"),
    sa.Index("ix_summons_unit", "unit_id", "whistle_id"),
)

# Of whose conduct a case complains: a person or a unit of the office. The case is kept from them and from all under
# their hand (`dispatch.coi`).
case_accused = sa.Table(
    "case_accused",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    refers("worker_id", "staff", optional=True),
    refers("unit_id", "unit", optional=True),
    sa.CheckConstraint("(worker_id IS NULL) <> (unit_id IS NULL)", name="one_of_both"),
    sa.Index("ix_case_accused_case", "case_id"),
    sa.Index("ix_case_accused_worker", "worker_id"),
    sa.Index("ix_case_accused_unit", "unit_id"),
)

# What stands beside a case: supervision. One row from its beginning to its end; every change is a line of history.
side = sa.Table(
    "side",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),  # in which it was opened, or opened anew
    text("kind"),  # cases.life.sides.Side
    text("code"),  # a supervision: cases.life.sides.Cause; a flag: which
    sa.Column("level", sa.Integer),  # a supervision: 1 to 3
    refers("unit_id", "unit", optional=True),  # a co-handler
    refers("staff_id", "staff", optional=True),  # who opened it, or who was told last, where of the district
    sa.Column("times", sa.Integer),  # how often, or how many
    text("opened_by"),
    moment("opened_at"),
    moment("last_at", optional=True),  # when it was said last
    moment("told_at", optional=True),  # when whoever must act was told last
    text("answered_by", optional=True),
    moment("answered_at", optional=True),
    text("ended_by", optional=True),
    moment("ended_at", optional=True),
    text("result", optional=True),  # cases.life.sides.End
    sa.Index(
        "uq_side_open",
        "case_id",
        "kind",
        "code",
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND unit_id IS NULL"),
    ),
    sa.Index(
        "uq_side_unit",
        "case_id",
        "kind",
        "unit_id",
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND unit_id IS NOT NULL"),
    ),
    sa.Index(
        "uq_side_supervision",
        "case_id",
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND kind = 'supervision'"),
    ),
    sa.Index("ix_side_case", "office_id", "case_id"),
    sa.Index(
        "ix_side_unit",
        "unit_id",
        "case_id",
        postgresql_where=sa.text("ended_at IS NULL AND unit_id IS NOT NULL"),
    ),
)
