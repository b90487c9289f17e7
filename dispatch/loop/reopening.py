"""Opened again: within thirty days a resident takes a closed case up again; later it is a new one that knows it."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Act, standing
from cases.models import cases
from cases.pen import read_content
from cases.phrases import Message
from cases.states import Deed, State
from dispatch.loop import reworking
from dispatch.loop.closing import REOPEN_FOR
from dispatch.transaction import Tx

_OVER = (str(State.CLOSED), str(State.ARCHIVED))


@dataclass(frozen=True, slots=True)
class Reopened:
    """The case is open again; what the resident is told."""

    case_id: UUID
    message: Message


@dataclass(frozen=True, slots=True)
class TooLate:
    """It was closed more than thirty days ago: a new case is opened from these words, as a repeat of it."""

    case_id: UUID
    words: str


def reopen(  # noqa: PLR0913 - whose case, which, in which words; who does it, and whether the resident is texted
    tx: Tx, party_id: UUID, number: str = "", words: str = "", *, actor: str = "resident", texted: bool = False
) -> Reopened | TooLate | None:
    """Take up a closed case of this party again: the one of that number, else the one closed last. None where
    there is none. `texted`: the resident is told by a text of its own, else the caller answers with the message."""
    mine = (cases.c.office_id == tx.office_id, cases.c.party_id == party_id, cases.c.state.in_(_OVER))
    wanted = sa.select(cases.c.id).where(*mine, *([cases.c.number == number] if number else []))
    found = tx.conn.execute(wanted.order_by(cases.c.closed_at.desc()).limit(1)).scalar()
    if found is None:
        return None
    case = standing(tx, found, lock=True)
    if case.state is not State.CLOSED or case.row.closed_at + REOPEN_FOR < tx.now:
        matter = _matter(tx, case.row.content_id, case.row.summary)  # what and where it was is known from there
        return TooLate(case.id, "，".join(part for part in (matter, words.strip()) if part))
    act = Act(Deed.REOPEN, actor, "reopened", words=words.strip())
    return Reopened(case.id, reworking.again(tx, case.id, act, texted=texted))


def _matter(tx: Tx, content_id: UUID | None, otherwise: str) -> str:
    """What the case was about, in the resident's own words."""
    return read_content(tx, content_id) if content_id is not None else otherwise
