"""What was said, kept as it came: a row in `report` for every text and call, its very words in the vault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cases.models import report
from cases.pen import read_content, seal_content
from cases.report import Channel
from dispatch.district import District
from dispatch.people.parties import Party
from dispatch.places import PlaceFinding, Question, answered, find
from dispatch.transaction import Tx

ROLES = (
    "matter",
    "place",
    "supplement",
    "urge",
    "verdict",
    "reopen",
    "joined",
    "withdraw",
)  # what something said is in its case


@dataclass(frozen=True, slots=True)
class Said:
    """Something said under one SID of the carrier's: by whom (None: no number), its very words, and when
    (None: now)."""

    channel: Channel
    sid: str
    party: Party | None
    raw: str
    at: datetime | None = None


def keep(tx: Tx, said: Said, role: str, case_id: UUID | None = None) -> UUID:
    """Keep it with its role, one of ROLES; the id of its words in the vault.

    Without a case it waits for one: whoever opens the case names the SID among those gathered.
    """
    content_id = seal_content(tx, "raw", said.raw)
    tx.put(
        report,
        id=tx.new_id(),
        office_id=tx.office_id,
        case_id=case_id,
        channel=str(said.channel),
        sid=said.sid,
        role=role,
        party_id=said.party.id if said.party else None,
        content_id=content_id,
        received_at=said.at or tx.now,
    )
    return content_id


def place_in(words: Mapping[str, str], district: District) -> PlaceFinding:
    """The place that the words of a call tell so far, those about the matter and those about the place."""
    return find("，".join(filter(None, (words.get("matter"), words.get("place")))), district)


def answer_of(keys: str, speech: str, asked: Question) -> str:
    """What a caller answers to the question where: the place that a key chose, else what was spoken."""
    chosen = answered(keys, asked) if asked.names else keys
    return chosen if chosen != keys else answered(speech, asked)


def waiting_sids(tx: Tx, party: Party, since: datetime) -> tuple[str, ...]:
    """The SIDs of texts of this party that wait for a case since a dialogue began."""
    rows = tx.conn.execute(
        report.select()
        .with_only_columns(report.c.sid)
        .where(
            report.c.office_id == tx.office_id,
            report.c.case_id.is_(None),
            report.c.party_id == party.id,
            report.c.channel == str(Channel.TEXT),
            report.c.received_at >= since,
        )
        .order_by(report.c.received_at, report.c.id)
    )
    return tuple(rows.scalars())


def said_under(tx: Tx, sids: Sequence[str]) -> tuple[str, ...]:
    """The very words that came under these SIDs, in the order in which they came."""
    if not sids:
        return ()
    rows = tx.conn.execute(
        sa.select(report.c.content_id)
        .where(report.c.office_id == tx.office_id, report.c.sid.in_(sids), report.c.content_id.is_not(None))
        .order_by(report.c.received_at, report.c.id)
    )
    return tuple(read_content(tx, content_id) for content_id in rows.scalars())
