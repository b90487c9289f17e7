"""The tables of ringing back: whose call came to nothing, or who asked for it, and who looked at their number."""

import sqlalchemy as sa

from cases.db import key, metadata, moment, refers, text

ring_back = sa.Table(
    "ring_back",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("party_id", "party"),
    text("reason"),  # empty, away, asked
    sa.Column("times", sa.Integer, nullable=False),  # calls of that number that it stands for
    text("sid"),  # of the last of them: a call that is told again counts once
    moment("first_at"),
    moment("last_at"),
    moment("ended_at", optional=True),
    text("result", optional=True),  # reached, unreached, needless, reported
    text("ended_by", optional=True),
    sa.Index("uq_ring_back_open", "office_id", "party_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
    sa.Index("ix_ring_back_last", "office_id", "last_at"),
)

ring_back_look = sa.Table(
    "ring_back_look",
    metadata,
    key(),
    refers("office_id", "office"),
    refers("ring_back_id", "ring_back"),
    text("actor"),
    moment("at"),
    sa.Index("ix_ring_back_look_of", "ring_back_id", "at"),
)
