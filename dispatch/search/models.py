"""The tables of the search. They hold nothing that the record does not: all of it can be made again."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from cases.db import metadata, moment, refers, text

search_text = sa.Table(
    "search_text",
    metadata,
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), primary_key=True),
    refers("office_id", "office"),
    text("text"),  # what is searched, folded (dispatch.search.words.document)
    sa.Column("entries", ARRAY(sa.Integer), nullable=False),
    # Written at once: entries that wait would be sorted in by whoever comes at the wrong moment.
    sa.Index("ix_search_text_entries", "entries", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)

# Up to where the history was followed: one row. All transactions below `beyond` but the `still_open` had ended.
search_position = sa.Table(
    "search_position",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    text("server"),  # whose transaction numbers these are
    sa.Column("beyond", sa.BigInteger, nullable=False),
    sa.Column("still_open", ARRAY(sa.BigInteger), nullable=False),
    sa.Column("filled_from", sa.Uuid),  # being filled from the newest case back: down to this one; null: filled
    moment("looked_at"),  # of the real clock
    sa.CheckConstraint("id = 1", name="one"),
)
