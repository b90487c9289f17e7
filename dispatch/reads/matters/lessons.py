"""What the office's own closed cases teach: their words without numbers, names and doors, and their last category."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from cases.life.models import permission
from cases.models import cases, content
from cases.privacy import redact
from cases.states import State
from dispatch.side.excluding import EXCLUDED
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Lesson:
    """The redacted words of a matter and the category that it was found to be of in the end."""

    words: str
    category: str


def lessons(tx: Tx) -> Iterator[Lesson]:
    """Every closed or archived case of the office that has words, the oldest first.

    Left out: confidential cases, those excluded from the figures, and categories that are no longer in the catalogue.
    """
    excluded = sa.select(permission.c.id).where(permission.c.case_id == cases.c.id, EXCLUDED)
    rows = tx.conn.execute(
        sa.select(cases.c.category, content.c.id, content.c.sealed)
        .join(content, content.c.id == cases.c.content_id)
        .where(
            cases.c.office_id == tx.office_id,
            cases.c.state.in_([str(State.CLOSED), str(State.ARCHIVED)]),
            cases.c.confidential.is_(False),
            ~excluded.exists(),
        )
        .order_by(cases.c.number)
    )
    for row in rows:
        words = redact(tx.vault.open(row.id, "content", row.sealed)).strip()
        if words and row.category in tx.policy.categories:
            yield Lesson(words, row.category)
