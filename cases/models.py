"""The tables of the record: offices, the vault, cases, what they owe, and what happened.

Everything bound to a case leads with `office_id` in its list indexes. History is only ever added to:
the role that the processes use may not change or delete it (migration 0001).
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from cases.db import key, metadata, moment, refers, text
from cases.states import CLOSED, IN_UNIT

# Of a case's row: somebody still owes something. In literals, so that the planner knows the partial index by it.
IS_OPEN = "state NOT IN ({})".format(", ".join(f"'{state}'" for state in sorted(CLOSED)))
# Of a case's row: somebody of a unit has something to do on it.
IS_IN_UNIT = "state IN ({})".format(", ".join(f"'{state}'" for state in sorted(IN_UNIT)))
# Of a timer's row: it was told, or it stands still.
PRESSES = "state = 'parked' OR (state = 'open' AND fired > 0)"

office = sa.Table(
    "office",
    metadata,
    key(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    text("name_zh"),
    text("name_en"),
    text("zone"),
    moment("created_at"),
)

# The vault: who people are and what they said. Numbers are found by a keyed hash and kept encrypted.
party = sa.Table(
    "party",
    metadata,
    key(),
    refers("office_id", "office"),
    sa.Column("number_hash", BYTEA, nullable=False),
    sa.Column("number_sealed", BYTEA, nullable=False),
    sa.Column("name_sealed", BYTEA),
    sa.Column("door_sealed", BYTEA),
    text("lang"),
    moment("created_at"),
    moment("stopped_at", optional=True),
    sa.UniqueConstraint("office_id", "number_hash"),
)

content = sa.Table(
    "content",
    metadata,
    key(),
    refers("office_id", "office"),
    text("kind"),
    sa.Column("sealed", BYTEA, nullable=False),
    moment("created_at"),
)

cases = sa.Table(
    "cases",
    metadata,
    key(),
    refers("office_id", "office"),
    text("number"),
    text("address"),  # ten base-32 characters: the resident's page /t/…
    text("state"),
    text("channel"),
    text("line"),
    text("category"),
    text("kind"),
    text("level"),
    text("service_line"),
    text("summary"),  # redacted: no numbers, no door
    text("estate", optional=True),
    text("building", optional=True),
    text("entrance", optional=True),  # 单元; `unit` is who is responsible
    text("road", optional=True),
    text("place_kind"),
    text("grid", optional=True),
    refers("party_id", "party", optional=True),
    refers("content_id", "content", optional=True),
    sa.Column("code_sealed", BYTEA, nullable=False),
    sa.Column("visit_code_sealed", BYTEA, nullable=False),
    refers("unit_id", "unit"),
    refers("worker_id", "staff", optional=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    text("rule"),
    text("reasons"),  # messages as JSON: why it was understood and routed so
    sa.Column("policy_version", sa.Integer, nullable=False),
    moment("received_at"),
    moment("due_at", optional=True),  # the promise to the resident; none where the category has no SLA
    moment("next_due_at", optional=True),  # the first of the promises that run (cases.timers.next_due)
    moment("closed_at", optional=True),
    moment("first_closed_at", optional=True),  # kept when the case is opened again
    text("closing_kind", optional=True),
    text("awaits", optional=True),  # supervisor: nobody goes on until a supervisor decides
    refers("repeat_of", "cases", optional=True),  # told again more than 30 days after that case was closed
    refers("merged_into", "cases", optional=True),  # the open case with which it is dealt (state merged)
    sa.Column("confidential", sa.Boolean, nullable=False, server_default=sa.false()),  # place and words are for a few
    text("triage", optional=True),  # a person decides on it: unsure, unclear, correction
    sa.Column("told_with", sa.Uuid),  # the same for all cases that one message told of
    text("sla", optional=True),  # the set of limits that its rule chose; none: those of its level and category
    sa.Column("visit_tries", sa.Integer, nullable=False, server_default="0"),  # wrong visit codes in this attempt
    sa.Column("last_seq", sa.Integer, nullable=False),
    moment("last_at"),
    text("last_hash"),
    sa.UniqueConstraint("office_id", "number"),
    sa.UniqueConstraint("address"),
    sa.Index("ix_cases_next", "office_id", "next_due_at", "id", postgresql_where=sa.text(IS_OPEN)),
    sa.Index("ix_cases_queue", "office_id", "state", "next_due_at", "id"),
    sa.Index("ix_cases_party", "office_id", "party_id", "received_at"),
    sa.Index("ix_cases_unit", "office_id", "unit_id", "state", "next_due_at"),
    sa.Index("ix_cases_awaits", "office_id", "awaits", postgresql_where=sa.text("awaits IS NOT NULL")),
    sa.Index("ix_cases_worker", "office_id", "worker_id", "due_at"),
    sa.Index("ix_cases_in_unit", "office_id", "worker_id", postgresql_where=sa.text(IS_IN_UNIT)),
    sa.Index(
        "ix_cases_building",
        "office_id",
        "estate",
        "building",
        "received_at",
        postgresql_where=sa.text("building IS NOT NULL"),
    ),
    sa.Index("ix_cases_triage", "office_id", "next_due_at", postgresql_where=sa.text("triage IS NOT NULL")),
    sa.Index("ix_cases_told_with", "told_with", postgresql_where=sa.text("told_with IS NOT NULL")),
    sa.Index("ix_cases_merged", "merged_into", postgresql_where=sa.text("merged_into IS NOT NULL")),
)

report = sa.Table(
    "report",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases", optional=True),  # none while a dialogue still gathers it
    text("channel"),
    sa.Column("sid", sa.Text, unique=True),
    text("role"),  # matter, place, supplement, urge, verdict, reopen
    refers("party_id", "party", optional=True),
    refers("content_id", "content", optional=True),
    moment("received_at"),
    sa.Index("ix_report_case", "office_id", "case_id"),
)

owed = sa.Table(
    "owed",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    text("step"),
    sa.Column("is_owed", sa.Boolean, nullable=False),
    text("grade", optional=True),  # the evidence grade that the step needs
    text("kept_grade", optional=True),  # the grade at which it was kept
    moment("done_at", optional=True),
    sa.UniqueConstraint("case_id", "attempt", "step"),
)

assignment = sa.Table(
    "assignment",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("attempt", sa.Integer, nullable=False),
    refers("unit_id", "unit"),
    refers("worker_id", "staff", optional=True),
    moment("since_at"),
    moment("until_at", optional=True),
    moment("signed_at", optional=True),
    text("rule"),
    text("reasons"),
    sa.Column(
        "short", sa.Integer
    ),  # the number in the worker's texts; given when the order leaves (dispatch.loop.work)
    sa.Index("uq_assignment_live", "case_id", unique=True, postgresql_where=sa.text("until_at IS NULL")),
    sa.Index("ix_assignment_worker", "office_id", "worker_id", "until_at"),
    sa.Index("ix_assignment_since", "office_id", "worker_id", "since_at"),
    sa.Index("ix_assignment_case", "case_id"),
    sa.Index("uq_assignment_short", "worker_id", "short", unique=True, postgresql_where=sa.text("until_at IS NULL")),
)

timer = sa.Table(
    "timer",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    text("step"),
    sa.Column("attempt", sa.Integer, nullable=False),
    refers("unit_id", "unit"),
    text("payer"),
    text("state"),  # waiting, open, ended, parked
    text("limit_text"),
    moment("started_at", optional=True),
    moment("warn_at", optional=True),
    moment("due_at", optional=True),
    moment("fires_at", optional=True),  # the next moment at which something happens
    sa.Column("fired", sa.Integer, nullable=False),  # 0 nothing, 1 warned, 2 breached, 3… rungs
    moment("ended_at", optional=True),
    sa.Column("tries", sa.Integer, nullable=False),
    text("trouble", optional=True),
    sa.Index(
        "uq_timer_promise",
        "case_id",
        "step",
        "attempt",
        "unit_id",
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'open', 'parked')"),
    ),
    sa.Index("ix_timer_due", "fires_at", postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_timer_pressing", "office_id", "due_at", postgresql_where=sa.text(PRESSES)),
)

event = sa.Table(
    "event",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases"),
    sa.Column("seq", sa.Integer, nullable=False),
    text("kind"),
    moment("at"),
    text("actor"),
    text("canonical"),  # the stored bytes that the chain covers
    refers("content_id", "content", optional=True),  # the personal part; the chain holds its commitment
    text("hash"),
    sa.Column("xid", sa.BigInteger, nullable=False, server_default=sa.text("(pg_current_xact_id()::text)::bigint")),
    sa.UniqueConstraint("case_id", "seq"),
    sa.Index("ix_event_live", "office_id", "id"),
    sa.Index("ix_event_xid", "xid"),
)

checkpoint = sa.Table(
    "checkpoint",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    moment("at"),
    sa.Column("horizon", sa.BigInteger, nullable=False),
    text("line_hash"),
)
