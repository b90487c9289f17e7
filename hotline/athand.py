"""A call at hand: its row, locked, and what was heard in it so far."""

import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cases.pen import read_content
from dispatch.people import parties
from dispatch.people.parties import Party
from dispatch.transaction import Tx
from dispatch.understanding import Manner, Understood, understand
from hotline.hearing import place_in
from hotline.menu import Stage, Talk
from hotline.models import call


@dataclass(frozen=True, slots=True)
class Call:
    """A call at hand: its row, locked, and the words that were heard in it.

    `early` is what was said in turns that came too soon, as JSON by turn: they take effect when it is their turn.
    """

    row: Any
    party: Party | None
    talk: Talk
    words: dict[str, str]  # matter, place
    early: dict[str, dict[str, Any]] = field(default_factory=dict)


def at_hand(tx: Tx, sid: str) -> Call | None:
    """A call that we know, locked, with what was heard in it."""
    row = tx.conn.execute(sa.select(call).where(call.c.sid == sid).with_for_update()).one_or_none()
    if row is None:
        return None
    words = kept(tx, row)
    early = words.pop("early", {})
    party = parties.party_of(tx, parties.number_of(tx, row.party_id)) if row.party_id else None
    talk = Talk(
        stage=Stage(row.stage),
        lang=row.lang,
        choice=row.choice or "",
        misses=row.misses,
        said=bool(words),
        place_known=place_in(words, tx.district).clear,
    )
    return Call(row, party, talk, words, early)


def key_of(tx: Tx, at: Call) -> str | None:
    """The category of the menu key that was pressed."""
    return next((key.category for key in tx.policy.menu if key.key == at.talk.choice), None)


def understood(tx: Tx, at: Call) -> Understood:
    """All that was heard of a caller, as it is understood."""
    manner = Manner(key_of(tx, at), spoken=True)
    return understand(tx, at.words.get("matter", ""), place_text=at.words.get("place", ""), manner=manner)


def kept(tx: Tx, row: Any) -> dict[str, Any]:
    """What the vault has of a call: its words, and under "early" what came too soon."""
    kept: dict[str, Any] = json.loads(read_content(tx, row.content_id)) if row.content_id else {}
    return kept
