"""What residents hear whose cases were merged: the news of the case with which theirs is dealt."""

from uuid import UUID

import sqlalchemy as sa

from cases.models import cases, party
from cases.phrases import msg
from cases.states import State
from dispatch.duty.telling import fitted
from dispatch.outbox import put_text
from dispatch.transaction import Tx


def tell_merged(tx: Tx, case_id: UUID, text: str, **more: object) -> None:
    """A text to each resident whose case is merged into this one, with the number of their own."""
    with_it = (cases.c.merged_into == case_id, cases.c.state == str(State.MERGED), party.c.stopped_at.is_(None))
    rows = tx.conn.execute(
        sa.select(cases.c.id, cases.c.number, party.c.id.label("party_id"), party.c.lang)
        .join(party, party.c.id == cases.c.party_id)
        .where(*with_it)
        .order_by(cases.c.id)
    ).all()
    for row in rows:
        words = fitted(tx, msg(text, office=tx.office.name, number=row.number, **more), row.lang)
        put_text(tx, row.party_id, words, row.lang, purpose=text.rpartition(".")[2], case_id=row.id)
