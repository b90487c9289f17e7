"""What happened in a stretch of time: how often clocks spoke, and what left."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from cases.models import event
from dispatch.models import outbox
from dispatch.transaction import Tx

# What is counted, by the kinds of history lines.
KINDS = ("warned", "breached", "escalated", "auto_signed", "moved", "closed", "archived")
# What leaves, by its channel in the outbox.
CHANNELS = ("text", "call")


def happened(tx: Tx, since: datetime) -> Mapping[str, int]:
    """How often each of KINDS and CHANNELS happened in the office from this moment on."""
    lines = sa.select(event.c.kind, sa.func.count().label("times")).where(
        event.c.office_id == tx.office_id, event.c.at >= since, event.c.kind.in_(KINDS)
    )
    left = sa.select(outbox.c.channel.label("kind"), sa.func.count().label("times")).where(
        outbox.c.office_id == tx.office_id, outbox.c.sent_at >= since
    )
    counts = dict.fromkeys((*KINDS, *CHANNELS), 0)
    for rows in (lines.group_by(event.c.kind), left.group_by(outbox.c.channel)):
        counts |= {row.kind: row.times for row in tx.conn.execute(rows)}
    return counts
