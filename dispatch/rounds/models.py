"""The tables of rounds: plans and what they visit, each period's round with its tasks, results, and campaigns.

A household is a place: estate, building and entrance in clear as on a case, the door sealed. Nobody's name is kept.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from cases.db import key, metadata, moment, refers, text

round_plan = sa.Table(
    "round_plan",
    metadata,
    key(),
    refers("office_id", "office"),
    text("template"),  # the policy's [rounds.CODE] that it was made from
    text("kind"),  # round, inspection
    refers("unit_id", "unit"),
    text("grid", optional=True),  # none: the whole unit
    text("rule"),  # a calendar rule (RRULE): each occurrence begins a period
    text("grade"),  # how well a visit must be proven
    text("checklist", optional=True),  # the policy's [checklists.CODE]
    sa.Column("active_from", sa.Date, nullable=False),  # also the anchor of the rule
    sa.Column("active_to", sa.Date, nullable=True),  # the first day on which no new period begins
    sa.Column("made_until", sa.Date, nullable=False),  # periods that began before this day were made
    text("made_by"),
    moment("made_at"),
    sa.Index(
        "uq_round_plan_active", "office_id", "template", "unit_id", sa.text("coalesce(grid, '')"), unique=True,
        postgresql_where=sa.text("active_to IS NULL"),
    ),
)  # fmt: skip

round_target = sa.Table(
    "round_target",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("plan_id", "round_plan"),
    text("kind"),  # household, point
    text("estate", optional=True),
    text("building", optional=True),
    text("entrance", optional=True),
    text("road", optional=True),
    sa.Column("door_sealed", BYTEA),
    sa.Column("code_sealed", BYTEA, nullable=False),  # four digits on the plate at the place, or with the household
    sa.Column("position", sa.Integer, nullable=False),
    moment("added_at"),
    moment("removed_at", optional=True),
    sa.Index("ix_round_target_plan", "plan_id", "position"),
)

# One plan's work of one period, in one person's hands. It has a clock of its own (dispatch.rounds.pressing).
rounds = sa.Table(
    "round",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("plan_id", "round_plan"),
    sa.Column("period", sa.Date, nullable=False),  # the first day of the period
    sa.Column("period_end", sa.Date, nullable=False),  # the first day of the next
    refers("unit_id", "unit"),
    text("grid", optional=True),
    refers("worker_id", "staff", optional=True),
    text("state"),  # open, done, missed
    sa.Column("policy_version", sa.Integer, nullable=False),  # whose checklist it is scored by
    moment("opens_at"),
    moment("warn_at"),
    moment("due_at"),
    sa.Column("fired", sa.Integer, nullable=False),  # 0 nothing, 1 warned, 2 breached, 3… rungs
    moment("made_at"),
    moment("ended_at", optional=True),
    sa.UniqueConstraint("plan_id", "period"),
    sa.Index("ix_round_open", "office_id", "due_at", postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_round_period", "office_id", "period"),
)

round_task = sa.Table(
    "round_task",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("round_id", "round"),
    refers("plan_id", "round_plan"),
    sa.Column("period", sa.Date, nullable=False),
    refers("target_id", "round_target"),
    refers("worker_id", "staff", optional=True),
    sa.Column("short", sa.Integer),  # the number in the worker's texts, theirs while the task is open
    text("state"),  # open, done, missed
    moment("due_at"),
    moment("visited_at", optional=True),
    text("grade", optional=True),  # of the best proof so far
    moment("found_at", optional=True),  # when it was said what was found: with both it is done
    text("outcome", optional=True),  # nothing, finding
    sa.Column("score", sa.Numeric(4, 1), nullable=True),  # of a hundred, by the checklist
    moment("ended_at", optional=True),
    sa.UniqueConstraint("plan_id", "period", "target_id"),
    sa.Index("ix_round_task_round", "round_id"),
    sa.Index(
        "uq_round_task_short", "worker_id", "short", unique=True,
        postgresql_where=sa.text("state = 'open' AND short IS NOT NULL"),
    ),
    sa.Index("ix_round_task_period", "office_id", "period"),
)  # fmt: skip

# What happened to a round as a whole, only ever added to.
round_event = sa.Table(
    "round_event",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("round_id", "round"),
    text("kind"),  # moved (by a new calendar), handed, missed
    moment("at"),
    text("actor"),
    text("facts"),  # codes, numbers and moments as JSON
    refers("content_id", "content", optional=True),
    sa.Index("ix_round_event_round", "round_id", "at"),
)

# What was reported of a task, only ever added to.
round_result = sa.Table(
    "round_result",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("task_id", "round_task"),
    text("kind"),  # visited, found, scored, missed
    moment("at"),
    text("actor"),
    text("grade", optional=True),
    text("way", optional=True),  # how it was proven: plate_code, place_named, photo, claim, by_hand
    text("facts"),  # codes and numbers as JSON: outcome, answers to the checklist
    refers("content_id", "content", optional=True),
    sa.Index("ix_round_result_task", "task_id", "at"),
)

# What a task found, linked both ways.
round_case = sa.Table(
    "round_case",
    metadata,
    sa.Column("task_id", sa.Uuid, sa.ForeignKey("round_task.id"), primary_key=True),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), primary_key=True),
    refers("office_id", "office"),
    moment("at"),
    sa.Index("ix_round_case_case", "case_id"),
)

campaign = sa.Table(
    "campaign",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("unit_id", "unit"),
    text("name"),
    text("plan"),
    moment("due_at"),
    sa.Column("fired", sa.Integer, nullable=False),  # 0 nothing, 1 the day before, 2 over
    text("made_by"),
    moment("made_at"),
    moment("ended_at", optional=True),
    sa.Index("ix_campaign_office", "office_id", "due_at"),
)

campaign_case = sa.Table(
    "campaign_case",
    metadata,
    sa.Column("campaign_id", sa.Uuid, sa.ForeignKey("campaign.id"), primary_key=True),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), primary_key=True),
    refers("office_id", "office"),
    moment("added_at"),
    text("added_by"),
    sa.Index("ix_campaign_case_case", "case_id"),
)
