"""The tables of the same matter again: what cases are like, what is proposed, storms and who joined them."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

TRIES = 3  # of a look; then it waits for a person
WAITS = f"looked_at IS NULL AND tries < {TRIES}"
FAILED = f"looked_at IS NULL AND tries >= {TRIES}"

# By what a case is found again: put with its intake, looked at within a second by `timers`.
likeness = sa.Table(
    "likeness",
    metadata,
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), primary_key=True),
    refers("office_id", "office"),
    text("place", optional=True),  # dispatch.same.spots; none where no place was said
    text("spot", optional=True),  # the building, or the number in the road
    text("category"),
    text("topic"),  # the category's branch
    refers("party_id", "party", optional=True),
    sa.Column("people", sa.Integer, nullable=False),  # how many people it names at least
    moment("received_at"),
    refers("lead_id", "cases", optional=True),  # the case with which it is, or may be, dealt
    moment("due_at"),  # when it is looked at
    moment("looked_at", optional=True),
    sa.Column("tries", sa.Integer, nullable=False),
    text("trouble", optional=True),  # why it could not be looked at
    sa.Index("ix_likeness_waiting", "due_at", postgresql_where=sa.text("looked_at IS NULL")),
    sa.Index("ix_likeness_place", "office_id", "place", "topic", "received_at"),
    sa.Index("ix_likeness_category", "office_id", "category", "received_at"),
)

# Two cases that may be one matter; a person says so or not. A pair that was refused is not proposed again.
merge_proposal = sa.Table(
    "merge_proposal",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    refers("lead_id", "cases"),
    sa.Column("score", sa.Integer, nullable=False),  # how alike they are, of a hundred
    moment("made_at"),
    text("decision", optional=True),  # accepted, refused, overtaken
    text("decided_by", optional=True),
    moment("decided_at", optional=True),
    sa.UniqueConstraint("case_id", "lead_id"),
    sa.Index("ix_merge_proposal_open", "office_id", "made_at", postgresql_where=sa.text("decision IS NULL")),
    sa.Index("ix_merge_proposal_lead", "lead_id", postgresql_where=sa.text("decision IS NULL")),
)

# A storm: many tell of one event. Whoever calls later hears what is known and joins.
incident = sa.Table(
    "incident",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),  # with which it is dealt
    text("place", optional=True),  # none: everywhere
    text("topic"),
    text("known"),  # what everybody may hear of it
    text("opened_by"),
    moment("opened_at"),
    text("ended_by", optional=True),
    moment("ended_at", optional=True),
    sa.Index("uq_incident_running", "case_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
    sa.Index("ix_incident_running", "office_id", postgresql_where=sa.text("ended_at IS NULL")),
)

incident_join = sa.Table(
    "incident_join",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("incident_id", "incident"),
    refers("party_id", "party", optional=True),  # none where the number was withheld
    text("channel"),
    moment("at"),
    sa.UniqueConstraint("incident_id", "party_id"),
)
