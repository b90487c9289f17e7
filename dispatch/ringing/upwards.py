"""The contact above the office: told what climbed out of it, by text and by telephone what presses, else in a digest.

They are nobody of the office: no account, no leave, no short numbers; a key pressed in the call says that they know.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cases.phrases import ZH, Message
from dispatch.duty import digests, telling
from dispatch.duty.digests import News
from dispatch.models import outbox as sent
from dispatch.outbox import ABOVE_CALL, put_call, put_text
from dispatch.ringing.at_hand import CONNECTED, Ring, count, hear
from dispatch.transaction import Tx

APART = timedelta(hours=1)  # between two calls to them: each has a text, and a telephone that rings on is put away
_RUNG = sa.select(
    sa.exists().where(
        sent.c.office_id == sa.bindparam("office"),
        sent.c.party_id == sa.bindparam("party"),
        sent.c.purpose == ABOVE_CALL,
        sent.c.created_at > sa.bindparam("since"),
    )
)


def keep(tx: Tx, news: News) -> bool:
    """What can wait has climbed above the office: it is in their next digest. Whether the ladder has their number."""
    party_id = telling.above(tx)
    if party_id is None:
        return False
    digests.note(tx, party_id, news)
    digests.promise(tx, (party_id,))
    return True


def tell(tx: Tx, case_id: UUID, words: Message, news: News) -> None:
    """What presses has climbed above the office: they have a text, and are rung unless they were within the hour.
    Nothing where the ladder has no number of theirs."""
    party_id = telling.above(tx)
    if party_id is None:
        return
    text = telling.fitted(tx, words, ZH)
    text_id = put_text(tx, party_id, text, ZH, purpose=news.kind, case_id=case_id)
    digests.note(tx, party_id, news, text_id)
    asked = {"office": tx.office_id, "party": party_id, "since": tx.now - APART}
    if not tx.conn.execute(_RUNG, asked).scalar():
        call_id = put_call(tx, party_id, case_id, purpose=ABOVE_CALL, case_id=case_id)
        digests.note(tx, party_id, news, call_id)


def heard(tx: Tx, ring: Ring, sid: str) -> None:
    """They pressed the key: they know."""
    count(tx, ring)
    hear(tx, ring, sid, CONNECTED)
