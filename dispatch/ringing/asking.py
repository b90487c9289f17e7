"""The verdict by telephone: the resident is rung, hears the question, and answers with a key."""

from typing import Any

import sqlalchemy as sa

from cases.loop.models import question
from cases.phrases import Message
from dispatch.loop import verdicts
from dispatch.ringing.at_hand import Ring, count
from dispatch.transaction import Tx

KEYS = verdicts.KEYS


def waits(tx: Tx, ring: Ring) -> bool:
    """Whether the question still waits for its answer."""
    row: Any = tx.conn.execute(sa.select(question.c.state, question.c.attempt).where(question.c.id == ring.about)).one()
    return bool(row.state == "open" and row.attempt == ring.case.attempt)


def answer(tx: Tx, ring: Ring, key: str) -> Message:
    """The resident answers with a key; what they are told."""
    count(tx, ring)
    return verdicts.answer(tx, ring.about, KEYS[key])


def miss(tx: Tx, ring: Ring, why: str) -> None:
    """Nobody answered."""
    verdicts.unanswered(tx, ring.about, why)
