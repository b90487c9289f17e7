"""What the office's own cases teach: their words without numbers, names and doors, and their last category."""

import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from cases.life.models import permission
from cases.models import cases, content, event
from cases.privacy import redact
from cases.states import State
from dispatch.matters.learnt.training import Lesson
from dispatch.side.excluding import EXCLUDED
from dispatch.transaction import Tx

_FACTS = sa.cast(event.c.canonical, JSONB)["facts"]
# Who puts right the place alone has not said that the category was wrong.
_OTHER = _FACTS["category"].astext != _FACTS["was"]["category"].astext
_STANDS_FOR_WORDS = re.compile(r"(?:[（(][^（()）]*[）)]\s*)+")  # a recording, a picture: no resident said that
_ENDED = (State.CLOSED, State.ARCHIVED)
_CAME_TO_NOTHING = (State.DECLINED, State.VOID, State.MERGED, State.WITHDRAWN)


def lessons(tx: Tx) -> Iterator[Lesson]:
    """Every case of the office that was closed, or whose category a person put right, and that has words; the oldest
    first.

    Left out: confidential cases, those excluded from the figures, and categories that are no longer in the catalogue.
    """
    excluded = sa.select(permission.c.id).where(permission.c.case_id == cases.c.id, EXCLUDED).exists()
    corrected = _line("corrected", _OTHER, by_hand=True) | (_line("triaged") & _line("dispatched", by_hand=True))
    teaches = cases.c.state.in_(list(map(str, _ENDED))) | (
        corrected & cases.c.state.not_in(list(map(str, _CAME_TO_NOTHING)))
    )
    rows = tx.conn.execute(
        sa.select(
            cases.c.id, cases.c.category, corrected.label("corrected"), content.c.id.label("of"), content.c.sealed
        )
        .join(content, content.c.id == cases.c.content_id)
        .where(cases.c.office_id == tx.office_id, teaches, cases.c.confidential.is_(False), ~excluded)
        .order_by(cases.c.number)
    )
    for row in rows:
        words = redact(tx.vault.open(row.of, "content", row.sealed)).strip()
        if words and not _STANDS_FOR_WORDS.fullmatch(words) and row.category in tx.policy.categories:
            yield Lesson(row.id, words, row.category, row.corrected)


def _line(kind: str, *more: sa.ColumnElement[bool], by_hand: bool = False) -> sa.ColumnElement[bool]:
    """Whether a case's history has such a line, where so asked one that somebody of the office wrote: that they put its
    category right, or said it where nobody was sure."""
    written = [event.c.case_id == cases.c.id, event.c.kind == kind, *more]
    if by_hand:
        written.append(event.c.actor.like("staff:%") | event.c.actor.like("account:%"))
    return sa.select(event.c.id).where(*written).exists()
