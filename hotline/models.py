"""The tables of talking: open text dialogues, calls, recordings. They hold ids, never words."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

dialogue = sa.Table(
    "dialogue",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("party_id", "party"),
    text("line"),
    text("state"),  # matter_asked, place_asked, same_asked, done, expired
    refers("content_id", "content", optional=True),  # the words gathered so far
    moment("received_at"),  # of the first text: the promise counts from here
    moment("expires_at"),
    sa.Column("tries", sa.Integer, nullable=False),
    text("trouble", optional=True),
    refers("case_id", "cases", optional=True),
    refers("about_case", "cases", optional=True),  # the matter that was offered as the same one (same_asked)
    sa.Index(
        "uq_dialogue_open",
        "party_id",
        "line",
        unique=True,
        postgresql_where=sa.text("state IN ('matter_asked', 'place_asked', 'same_asked')"),
    ),
    sa.Index(
        "ix_dialogue_expiry",
        "expires_at",
        postgresql_where=sa.text("state IN ('matter_asked', 'place_asked', 'same_asked')"),
    ),
)

call = sa.Table(
    "call",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    refers("office_id", "office"),
    text("line"),
    refers("party_id", "party", optional=True),  # none where the number is withheld
    text("status"),  # the carrier's word, moved forwards only
    text("stage"),  # where in the menu the call stands
    text("lang"),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("misses", sa.Integer, nullable=False),
    text("choice", optional=True),  # the service line that was keyed
    refers("content_id", "content", optional=True),
    refers("case_id", "cases", optional=True),
    moment("started_at"),
    moment("ended_at", optional=True),
    sa.Index("ix_call_started", "office_id", "started_at"),
)

recording = sa.Table(
    "recording",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    refers("office_id", "office"),
    sa.Column("call_sid", sa.Text, nullable=False),
    text("status"),  # completed, absent, failed
    sa.Column("seconds", sa.Integer),
    text("state"),  # to_fetch, kept, absent, failed
    sa.Column("tries", sa.Integer, nullable=False),
    moment("next_at", optional=True),
    refers("content_id", "content", optional=True),
    text("trouble", optional=True),
    moment("received_at"),
    sa.Index("ix_recording_call", "call_sid"),
    sa.Index("ix_recording_next", "next_at", postgresql_where=sa.text("state = 'to_fetch'")),
)
