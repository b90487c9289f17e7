"""Once more: what was set aside or failed becomes due again, by a person's word."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases, party, timer
from dispatch import quarantine
from dispatch.due import jumps
from dispatch.models import errand, outbox
from dispatch.reads.failures import CLOCK, Can, Failure
from dispatch.same.models import FAILED, likeness
from dispatch.transaction import Tx


def retry(tx: Tx, failure: Failure, by: str) -> bool:
    """Make it due now, as if it had never been tried. False where it cannot be, or is no failure any longer."""
    if Can.RETRY not in failure.can:
        return False
    if failure.kind == CLOCK:
        return jumps.resume(tx, by)
    if failure.case_id is not None:  # the lock order: a case before its rows
        tx.conn.execute(sa.select(cases.c.id).where(cases.c.id == failure.case_id).with_for_update())
    return _DEEDS[failure.kind](tx, failure.id)


def dismiss(tx: Tx, failure: Failure, by: str) -> bool:
    """Nothing comes of a quarantined request, by a person's decision. False for anything else."""
    return Can.DISMISS in failure.can and quarantine.settle(tx, UUID(failure.id), quarantine.DISMISSED, by)


def _timer(tx: Tx, id_: str) -> bool:
    mine = sa.update(timer).where(timer.c.id == UUID(id_), timer.c.state == "parked")
    done = tx.conn.execute(mine.values(state="open", tries=0, trouble=None, fires_at=tx.now).returning(timer.c.id))
    tx.fires(tx.now)
    return done.scalar() is not None


def _errand(tx: Tx, id_: str) -> bool:
    """Where the same errand was made anew meanwhile, that one is enough."""
    other = errand.alias()
    again = sa.exists().where(other.c.kind == errand.c.kind, other.c.ref == errand.c.ref, other.c.state == "open")
    done = tx.conn.execute(
        sa.update(errand)
        .where(errand.c.id == UUID(id_), errand.c.state == "parked")
        .values(
            state=sa.case((again, "done"), else_="open"), tries=0, trouble=None, fires_at=tx.now,
            done_at=sa.case((again, tx.now), else_=None),
        )
        .returning(errand.c.id)
    )  # fmt: skip
    tx.fires(tx.now)
    return done.scalar() is not None


def _likeness(tx: Tx, id_: str) -> bool:
    mine = sa.update(likeness).where(likeness.c.case_id == UUID(id_), sa.text(FAILED))
    done = tx.conn.execute(mine.values(tries=0, trouble=None, due_at=tx.now).returning(likeness.c.case_id))
    tx.fires(tx.now)
    return done.scalar() is not None


def _message(tx: Tx, id_: str) -> bool:
    """A text that failed is sent again, unless its receiver stopped texts; one in doubt is looked up now."""
    stopped = sa.select(party.c.id).where(party.c.id == outbox.c.party_id, party.c.stopped_at.is_not(None))
    failed = sa.and_(outbox.c.state == "failed", outbox.c.channel == "text", ~stopped.exists())
    done = tx.conn.execute(
        sa.update(outbox)
        .where(outbox.c.id == UUID(id_), sa.or_(outbox.c.state == "unknown", failed))
        .values(
            state=sa.case((outbox.c.state == "failed", "pending"), else_=outbox.c.state),
            tries=0, next_at=tx.now, delivery=None,
        )
        .returning(outbox.c.id)
    )  # fmt: skip
    tx.wake("outbox")
    return done.scalar() is not None


_DIALOGUE = """UPDATE dialogue d SET state = CASE WHEN content_id IS NULL THEN 'matter_asked' ELSE 'place_asked' END,
    tries = 0, trouble = NULL, expires_at = :now
    WHERE id = :id AND state = 'parked' AND NOT EXISTS (SELECT FROM dialogue o WHERE o.party_id = d.party_id
        AND o.line = d.line AND o.state IN ('matter_asked', 'place_asked', 'same_asked')) RETURNING id"""
_RECORDING = """UPDATE recording SET state = 'to_fetch', tries = 0, trouble = NULL, next_at = :now
    WHERE sid = :id AND state = 'failed' RETURNING sid"""


def _dialogue(tx: Tx, id_: str) -> bool:
    """Not while the same person is being asked something else: that has to end first."""
    tx.fires(tx.now)
    return tx.conn.execute(sa.text(_DIALOGUE), {"id": UUID(id_), "now": tx.now}).scalar() is not None


def _recording(tx: Tx, id_: str) -> bool:
    tx.wake("recordings")
    return tx.conn.execute(sa.text(_RECORDING), {"id": id_, "now": tx.now}).scalar() is not None


def _request(tx: Tx, id_: str) -> bool:
    return quarantine.ask_again(tx, UUID(id_))


_DEEDS: Mapping[str, Callable[[Tx, str], bool]] = MappingProxyType(
    {
        "timer": _timer,
        "errand": _errand,
        "likeness": _likeness,
        "text": _message,
        "call": _message,
        "dialogue": _dialogue,
        "recording": _recording,
        "request": _request,
    }
)
