"""The tables of dispatching: the district's people, policy versions, what came in, what goes out."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from cases.db import key, metadata, moment, refers, text

unit = sa.Table(
    "unit",
    metadata,
    key(),
    refers("office_id", "office"),
    text("code"),
    refers("parent_id", "unit", optional=True),
    text("kind"),
    text("name_zh"),
    text("name_en"),
    text("path"),  # codes from the office down, joined by "/": scope is a path
    sa.UniqueConstraint("office_id", "code"),
    sa.Index("ix_unit_path", "office_id", "path"),
)

staff = sa.Table(
    "staff",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("unit_id", "unit"),
    text("code"),
    text("name_zh"),
    text("name_en"),
    text("role"),
    refers("party_id", "party", optional=True),  # the number lives in the vault
    sa.Column("active", sa.Boolean, nullable=False),
    sa.UniqueConstraint("office_id", "code"),
    sa.Index("ix_staff_party", "party_id"),
)

account = sa.Table(
    "account",
    metadata,
    key(),
    refers("office_id", "office"),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    text("password_hash"),
    text("role"),  # dispatcher, supervisor, worker, committee, admin
    text("name"),
    text("lang"),
    refers("unit_id", "unit"),  # what this account may see: this unit and below
    refers("staff_id", "staff", optional=True),
    sa.Column("demo", sa.Boolean, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),  # raised when rights or password change: sessions end
    moment("created_at"),
    moment("disabled_at", optional=True),
    sa.Column("failures", sa.Integer, nullable=False),
    moment("locked_until", optional=True),
)

policy_version = sa.Table(
    "policy_version",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    text("body"),  # the [policy] table as JSON
    text("state"),  # in_force, retired
    moment("imported_at"),
)

district_version = sa.Table(
    "district_version",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    refers("office_id", "office"),
    text("body"),  # the district as JSON, without telephone numbers
    moment("imported_at"),
)

# What an office learnt from its own cases beside the shipped sentences; none in force: the shipped model speaks.
matter_model = sa.Table(
    "matter_model",
    metadata,
    sa.Column("office_id", sa.Uuid, sa.ForeignKey("office.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    text("state"),  # in_force, former (another took over), undone (by a person), refused (by the comparison)
    sa.Column("body", BYTEA),  # of the one in force and the last before it; without it, it can no longer take over
    text("figures"),  # the comparison on what was kept apart, as JSON
    moment("made_at"),
    text("made_by"),
    moment("ended_at", optional=True),
    text("ended_by", optional=True),
    text("ended_why", optional=True),
    sa.Index("uq_matter_model_in_force", "office_id", unique=True, postgresql_where=sa.text("state = 'in_force'")),
)

# Cases of which nobody was sure, about which a second reader may be asked.
second_reading = sa.Table(
    "second_reading",
    metadata,
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), primary_key=True),
    refers("office_id", "office"),
    text("state"),  # waits, suggested, nothing (it had nothing to say), failed
    sa.Column("tries", sa.Integer, nullable=False),
    moment("next_at"),
    text("category", optional=True),  # what it proposed
    text("trouble", optional=True),
    sa.Index("ix_second_reading_next", "office_id", "next_at", postgresql_where=sa.text("state = 'waits'")),
)

clock = sa.Table(
    "clock",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ahead", sa.Interval, nullable=False),  # how far rehearsal's clock is wound forward
    sa.CheckConstraint("id = 1", name="one_row"),
)

# The database's own clock jumped forward: nothing fires until a person, or the clock itself, has settled it.
clock_jump = sa.Table(
    "clock_jump",
    metadata,
    key(),
    moment("expected_at"),  # what the clock should have shown
    moment("noticed_at"),  # what it showed; both without the rehearsal's offset
    text("state"),  # open, resumed (by a person), went_back (by itself)
    moment("settled_at", optional=True),
    text("settled_by", optional=True),
    sa.Index("uq_clock_jump_open", "state", unique=True, postgresql_where=sa.text("state = 'open'")),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    text("line"),
    moment("received_at"),
    sa.Column("status", sa.Integer),
    text("content_type", optional=True),
    sa.Column("answer", BYTEA),
    sa.Column("facts", BYTEA),  # a digest, sealed: a redelivery with other facts is none
    sa.Index("ix_inbox_received", "received_at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases", optional=True),
    refers("party_id", "party"),
    text("line"),
    text("channel"),  # text, call
    text("purpose"),  # order, receipt, question, answer, reminder, …
    refers("content_id", "content"),
    text("state"),  # pending, sending, sent, failed, unknown
    sa.Column("tries", sa.Integer, nullable=False),
    moment("next_at", optional=True),
    sa.Column("sid", sa.Text, unique=True),
    text("delivery", optional=True),  # the carrier's last word: queued, sent, delivered, undelivered, …
    text("trouble", optional=True),
    moment("created_at"),
    moment("taken_at", optional=True),  # when it was claimed for sending the last time it surely had not left
    moment("sent_at", optional=True),
    moment("held_at", optional=True),  # since when the carrier does not take it
    sa.Index("ix_outbox_next", "next_at", postgresql_where=sa.text("state IN ('pending', 'sending', 'unknown')")),
    sa.Index("ix_outbox_case", "office_id", "case_id"),
    sa.Index("ix_outbox_above", "party_id", "created_at", postgresql_where=sa.text("purpose = 'above_call'")),
)

# A carrier that does not take what it is asked, by channel: the breaker of all who send (`dispatch.outbox.away`).
carrier_away = sa.Table(
    "carrier_away",
    metadata,
    sa.Column("carrier", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),  # text, call
    sa.Column("lines", sa.ARRAY(sa.Text), nullable=False),  # which it serves
    sa.Column("misses", sa.Integer, nullable=False),  # in a row
    text("why"),  # away, busy, credentials
    text("trouble"),
    moment("since_at"),  # of the first miss
    moment("opened_at", optional=True),  # from then on one probe at a time
    moment("probe_at", optional=True),  # when the next one may leave
    sa.Column("probe_id", sa.Uuid),  # the row of the outbox that tries it
)

receipt = sa.Table(
    "receipt",
    metadata,
    key(),
    text("sid"),  # the carrier's; may come before we stored it ourselves
    text("status"),
    text("sequence", optional=True),
    text("error", optional=True),
    moment("received_at"),
    sa.Index("ix_receipt_sid", "sid"),
)

inquiry = sa.Table(
    "inquiry",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("party_id", "party", optional=True),
    text("case_number"),  # as asked for; it may not exist
    moment("at"),
    sa.Column("told", sa.Boolean, nullable=False),
    sa.Column("origin", BYTEA),  # on a page: where it was asked from, as a keyed hash
    sa.Index("ix_inquiry_origin", "office_id", "origin", "at", postgresql_where=sa.text("origin IS NOT NULL")),
    sa.Index("ix_inquiry_asker", "office_id", "party_id", "at"),
    sa.Index("ix_inquiry_number", "office_id", "case_number", "at"),
)

# What is to be done at a moment and is no promise on a step: ask again, ring the next, send a digest, archive.
errand = sa.Table(
    "errand",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("case_id", "cases", optional=True),
    text("kind"),
    sa.Column("ref", sa.Uuid),  # what it is about: a question, a call, a person
    moment("fires_at"),
    text("state"),  # open, done, parked
    sa.Column("tries", sa.Integer, nullable=False),
    text("trouble", optional=True),
    moment("done_at", optional=True),
    sa.Index("uq_errand_open", "kind", "ref", unique=True, postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_errand_due", "fires_at", postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_errand_case", "office_id", "case_id"),
)

# What a person is to be told with the next digest, or was told at once.
notice = sa.Table(
    "notice",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("party_id", "party"),
    refers("case_id", "cases", optional=True),
    refers("round_id", "round", optional=True),  # what it is about, where that is no case
    text("kind"),
    text("message"),  # a message as JSON (cases.phrases.stored)
    moment("created_at"),
    refers("outbox_id", "outbox", optional=True),  # the text, the digest or the call that told it
    # Of a clock that fired: whose it is, and how often it had fired with this (1 warned, 2 late, above that rungs).
    text("step", optional=True),
    sa.Column("attempt", sa.Integer),
    sa.Column("fired", sa.Integer),
    sa.CheckConstraint("case_id IS NOT NULL OR round_id IS NOT NULL", name="about"),
    sa.Index("ix_notice_waiting", "party_id", "created_at", postgresql_where=sa.text("outbox_id IS NULL")),
    sa.Index("ix_notice_fired", "case_id", "step", "attempt", postgresql_where=sa.text("fired IS NOT NULL")),
    sa.Index("ix_notice_round", "round_id", postgresql_where=sa.text("round_id IS NOT NULL")),
)

absence = sa.Table(
    "absence",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("staff_id", "staff"),
    text("kind"),  # leave, sick, training, other
    moment("from_at"),
    moment("until_at"),
    text("recorded_by"),
    moment("recorded_at"),
    moment("cancelled_at", optional=True),
    sa.CheckConstraint("until_at > from_at", name="forwards"),
    sa.Index("ix_absence_now", "office_id", "until_at", postgresql_where=sa.text("cancelled_at IS NULL")),
)

# Requests that were signed and yet look as if somebody had cut them anew: never trusted, never lost.
quarantine = sa.Table(
    "quarantine",
    metadata,
    key(),
    refers("office_id", "office"),
    text("line"),
    text("door"),  # text, voice, status, recording
    text("sid"),
    text("digest"),  # of the body: the same one is kept once
    text("reason"),
    sa.Column("body_sealed", BYTEA, nullable=False),
    moment("received_at"),
    text("state"),  # open, taken, dismissed
    moment("settled_at", optional=True),
    text("settled_by", optional=True),
    text("trouble", optional=True),
    sa.UniqueConstraint("door", "sid", "digest"),
    sa.Index("ix_quarantine_open", "office_id", "received_at", postgresql_where=sa.text("state = 'open'")),
)
