"""What failed, is set aside or in doubt, and what a person can do about it: nothing is lost unseen.

Dialogues and recordings belong to the floor above; their rows are read as the checks read them, by SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases, party, timer
from cases.states import CLOSED
from dispatch import quarantine
from dispatch.due import jumps
from dispatch.models import errand, outbox, unit
from dispatch.outbox import OVERTAKEN, away
from dispatch.reads import queries
from dispatch.same.models import FAILED, likeness
from dispatch.transaction import Tx

LOOK_BACK = timedelta(days=30)  # messages that failed are shown so long, and as long as their case is open
_OPEN = cases.c.state.not_in([str(state) for state in CLOSED])
CLOCK, CARRIER = "clock", "carrier"
_LOST = ("undelivered", "failed", "canceled")


class Can(StrEnum):
    """What can be done about a failure."""

    RETRY = "retry"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure. `kind`: clock, carrier, timer, errand, likeness, dialogue, text, call, recording or request; `what`
    is why a carrier takes nothing, the step, the kind of errand, the purpose of a message, the door of a request;
    `about` the case's number, empty where there is none. `why` is as it was stored. `case_id` is the case to lock
    before its rows."""

    id: str
    kind: str
    what: str
    about: str
    since: datetime
    why: str
    can: tuple[Can, ...]
    case_id: UUID | None = None


def failures(tx: Tx) -> list[Failure]:
    """All there are in the office, the oldest first."""
    kinds = (_clock, _carriers, _timers, _errands, _likenesses, _dialogues, _messages, _recordings, _requests)
    found = [failure for kind in kinds for failure in kind(tx)]
    return sorted(found, key=lambda failure: (failure.since, failure.id))


def within(tx: Tx, scope: str) -> list[Failure]:
    """Those about cases of a scope; for the whole office also those about no case."""
    found = failures(tx)
    ids = {each.case_id for each in found if each.case_id is not None}
    mine = sa.select(cases.c.id).join(unit, unit.c.id == cases.c.unit_id).where(queries.within(scope))
    seen = set(tx.conn.execute(mine.where(cases.c.id.in_(ids))).scalars())
    return [each for each in found if each.case_id in seen or (each.case_id is None and scope == tx.office.code)]


def _clock(tx: Tx) -> Iterator[Failure]:
    """The database's clock jumped, and nothing fires: every office's matter."""
    jump = jumps.found(tx.conn)
    if jump is not None:
        yield Failure(jump.id, CLOCK, "", "", jump.noticed_at + tx.ahead, jump.why, (Can.RETRY,))


def _carriers(tx: Tx) -> Iterator[Failure]:
    """A carrier takes nothing from us: every office's matter. It is tried again by itself."""
    for each in away(tx.conn):
        id_ = f"{each.carrier}-{each.channel}"
        yield Failure(id_, CARRIER, each.why, "", each.since_at, each.trouble, ())


def _timers(tx: Tx) -> Iterator[Failure]:
    rows = tx.conn.execute(
        sa.select(timer.c.id, timer.c.step, timer.c.fires_at, timer.c.trouble, cases.c.number, timer.c.case_id)
        .join(cases, cases.c.id == timer.c.case_id)
        .where(timer.c.office_id == tx.office_id, timer.c.state == "parked")
    )
    for row in rows:
        yield Failure(
            str(row.id), "timer", row.step, row.number, row.fires_at, row.trouble or "", (Can.RETRY,), row.case_id
        )


def _errands(tx: Tx) -> Iterator[Failure]:
    rows = tx.conn.execute(
        sa.select(errand.c.id, errand.c.kind, errand.c.fires_at, errand.c.trouble, cases.c.number, errand.c.case_id)
        .outerjoin(cases, cases.c.id == errand.c.case_id)
        .where(errand.c.office_id == tx.office_id, errand.c.state == "parked")
    )
    for row in rows:
        yield Failure(
            str(row.id), "errand", row.kind, row.number or "", row.fires_at, row.trouble or "", (Can.RETRY,),
            row.case_id,
        )  # fmt: skip


def _likenesses(tx: Tx) -> Iterator[Failure]:
    """Cases of which it could not be found out whether they are the same matter again."""
    rows = tx.conn.execute(
        sa.select(likeness.c.case_id, likeness.c.due_at, likeness.c.trouble, cases.c.number)
        .join(cases, cases.c.id == likeness.c.case_id)
        .where(likeness.c.office_id == tx.office_id, sa.text(FAILED))
    )
    for row in rows:
        why = row.trouble or ""
        yield Failure(str(row.case_id), "likeness", "", row.number, row.due_at, why, (Can.RETRY,), row.case_id)


def _messages(tx: Tx) -> Iterator[Failure]:
    """Texts and calls of ours that failed, that may or may not have left, or that did not arrive. What was overtaken
    by the case's own course failed nobody."""
    lost = sa.and_(outbox.c.state == "sent", outbox.c.channel == "text", outbox.c.delivery.in_(_LOST))
    rows = tx.conn.execute(
        sa.select(outbox, cases.c.number, party.c.stopped_at)
        .join(party, party.c.id == outbox.c.party_id)
        .outerjoin(cases, cases.c.id == outbox.c.case_id)
        .where(
            outbox.c.office_id == tx.office_id,
            sa.or_(outbox.c.state.in_(("failed", "unknown")), lost),
            outbox.c.trouble.is_distinct_from(OVERTAKEN),
            sa.or_(outbox.c.created_at > tx.now - LOOK_BACK, sa.and_(cases.c.id.is_not(None), _OPEN)),
        )
    )
    for row in rows:
        again = row.state == "unknown" or (row.state == "failed" and row.channel == "text" and row.stopped_at is None)
        why = row.trouble or row.delivery or row.state
        yield Failure(
            str(row.id), row.channel, row.purpose, row.number or "", row.created_at, why,
            (Can.RETRY,) if again else (), row.case_id,
        )  # fmt: skip


_PARKED = "SELECT d.id, d.expires_at, d.trouble FROM dialogue d WHERE d.office_id = :office AND d.state = 'parked'"
_UNFETCHED = """SELECT r.sid, r.status, r.received_at, r.trouble, c.number, c.id AS case_id FROM recording r
    LEFT JOIN call l ON l.sid = r.call_sid LEFT JOIN cases c ON c.id = l.case_id
    WHERE r.office_id = :office AND r.state = 'failed' AND r.received_at > :since"""


def _dialogues(tx: Tx) -> Iterator[Failure]:
    for row in tx.conn.execute(sa.text(_PARKED), {"office": tx.office_id}):
        yield Failure(str(row.id), "dialogue", "", "", row.expires_at, row.trouble or "", (Can.RETRY,))


def _recordings(tx: Tx) -> Iterator[Failure]:
    """One that the carrier itself calls failed is not there to be fetched."""
    for row in tx.conn.execute(sa.text(_UNFETCHED), {"office": tx.office_id, "since": tx.now - LOOK_BACK}):
        can = () if row.status == "failed" else (Can.RETRY,)
        why = row.trouble or row.status
        yield Failure(row.sid, "recording", "", row.number or "", row.received_at, why, can, row.case_id)


def _requests(tx: Tx) -> Iterator[Failure]:
    for held in quarantine.open_items(tx):
        suspect = held.suspect
        why = held.trouble or suspect.reason
        yield Failure(str(held.id), "request", suspect.door, "", held.received_at, why, (Can.RETRY, Can.DISMISS))
