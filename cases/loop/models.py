"""The tables of the loop: what proves a step, what was asked of the resident, returns, and second approvals."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

evidence = sa.Table(
    "evidence",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    text("step"),  # visit, first_contact, told
    text("way"),  # visit_code, place_named, photo, gps, claim, relay_call, text
    text("grade", optional=True),
    text("state"),  # kept; pending or failed where the carrier's word on a text is awaited
    refers("staff_id", "staff", optional=True),
    moment("at"),
    sa.Column("seconds", sa.Integer),  # how long a relay call was connected
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("distance", sa.Integer),  # metres from the place of the matter
    refers("content_id", "content", optional=True),  # photo addresses, or the words that were told
    refers("outbox_id", "outbox", optional=True),
    sa.Index("ix_evidence_case", "office_id", "case_id", "attempt"),
    sa.Index("ix_evidence_outbox", "outbox_id"),
)

question = sa.Table(
    "question",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    refers("party_id", "party"),
    text("channel"),  # text, call, person
    refers("staff_id", "staff", optional=True),  # who asked, where a person did
    refers("outbox_id", "outbox", optional=True),
    sa.Column("short", sa.Integer),  # the number that an answer carries where several questions are open
    text("state"),  # open, answered, unanswered, failed, void
    text("answer", optional=True),
    moment("asked_at"),
    moment("ended_at", optional=True),
    sa.Index("uq_question_open", "case_id", unique=True, postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_question_party", "party_id", postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_question_case", "office_id", "case_id", "attempt"),
)

return_request = sa.Table(
    "return_request",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    refers("unit_id", "unit"),
    refers("staff_id", "staff", optional=True),
    text("code"),  # dispatch.loop.returns.Reason
    moment("asked_at"),
    text("decision", optional=True),  # upheld, rejected
    text("decided_by", optional=True),
    moment("decided_at", optional=True),
    sa.Index("uq_return_request_open", "case_id", unique=True, postgresql_where=sa.text("decided_at IS NULL")),
    sa.Index("ix_return_request_case", "office_id", "case_id"),
)

approval = sa.Table(
    "approval",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    text("what"),  # the closing kind that is proposed, or void
    moment("until_at", optional=True),  # planned: when the case opens again by itself
    text("proposed_by"),
    moment("proposed_at"),
    text("decision", optional=True),  # approved, refused
    text("decided_by", optional=True),
    moment("decided_at", optional=True),
    sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
    sa.Index("uq_approval_open", "case_id", unique=True, postgresql_where=sa.text("decided_at IS NULL")),
    sa.Index("ix_approval_case", "office_id", "case_id"),
)
