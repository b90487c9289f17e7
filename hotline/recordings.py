"""Recordings: announced by the call or by the carrier, fetched later by `jobs`, kept in the vault.

One that is absent or that failed is a fact on the case, not a file that is missing.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases import lifecycle
from cases.pen import seal_content
from dispatch.transaction import Tx
from hotline.carriers.port import Carrier, Later, Missing, Sound
from hotline.events import RecordingIn
from hotline.models import call, recording

TO_FETCH, KEPT, ABSENT, FAILED = "to_fetch", "kept", "absent", "failed"
TRIES = 8
_GRACE = timedelta(seconds=60)  # the carrier's own word usually comes before
_LEASE = timedelta(seconds=90)


def expect(tx: Tx, sid: str, call_sid: str, seconds: int | None) -> None:
    """The call says that there is a recording: fetched even if the carrier's word on it never comes."""
    tx.conn.execute(
        insert(recording)
        .values(
            sid=sid,
            office_id=tx.office_id,
            call_sid=call_sid,
            status="in-progress",
            seconds=seconds,
            state=TO_FETCH,
            tries=0,
            next_at=tx.now + _GRACE,
            received_at=tx.now,
        )
        .on_conflict_do_nothing()
    )


def take_word(tx: Tx, said: RecordingIn) -> bool:
    """The carrier's word on a recording, forwards only; whether it changed anything."""
    there = said.status == "completed"
    if not there and said.status not in ("absent", "failed"):
        return False
    values = {
        "status": said.status,
        "seconds": said.seconds,
        "state": TO_FETCH if there else said.status,
        "next_at": tx.now if there else None,
        "trouble": None if there else said.status,
    }
    new = {"sid": said.sid, "office_id": tx.office_id, "call_sid": said.call_sid}
    changed = tx.conn.execute(
        insert(recording)
        .values(**new, **values, tries=0, received_at=tx.now)
        .on_conflict_do_update(
            index_elements=[recording.c.sid],
            set_=values,
            where=sa.and_(recording.c.status.not_in(("completed", "absent", "failed")), recording.c.state == TO_FETCH),
        )
        .returning(recording.c.sid)
    ).scalar()
    if there:
        tx.wake("recordings")
    elif changed is not None:
        _note(tx, said.call_sid, f"recording_{said.status}")
    return changed is not None


def heard(tx: Tx, call_sid: str) -> bool:
    """Whether a call left a recording that is there or will be."""
    return bool(
        tx.conn.execute(
            sa.select(
                sa.exists().where(
                    recording.c.call_sid == call_sid,
                    recording.c.state.in_((TO_FETCH, KEPT)),
                    sa.func.coalesce(recording.c.seconds, 1) > 0,
                )
            )
        ).scalar_one()
    )


def take_due(tx: Tx) -> tuple[str, str] | None:
    """The next recording to fetch, leased: its SID and the call's line. None where nothing is due."""
    row = tx.conn.execute(
        sa.select(recording.c.sid, call.c.line)
        .outerjoin(call, call.c.sid == recording.c.call_sid)
        .where(
            recording.c.office_id == tx.office_id,
            recording.c.state == TO_FETCH,
            recording.c.next_at <= tx.now,
        )
        .order_by(recording.c.next_at)
        .limit(1)
        .with_for_update(of=recording, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    tx.conn.execute(
        sa.update(recording)
        .where(recording.c.sid == row.sid)
        .values(tries=recording.c.tries + 1, next_at=tx.now + _LEASE)
    )
    return row.sid, row.line or ""


def keep_recording(tx: Tx, sid: str, media: bytes) -> None:
    """The sound of a recording, into the vault; a second time changes nothing."""
    row = _locked(tx, sid)
    if row.state != TO_FETCH:
        return
    content_id = seal_content(tx, "recording", media)
    tx.change(recording, {"sid": sid}, state=KEPT, next_at=None, content_id=content_id, trouble=None)
    _note(tx, row.call_sid, "recording_kept")


def miss_recording(tx: Tx, sid: str, trouble: str) -> None:
    """It could not be fetched: tried again with growing waits, at last failed, which the case shows."""
    row = _locked(tx, sid)
    if row.state != TO_FETCH:
        return
    if row.tries >= TRIES:
        tx.change(recording, {"sid": sid}, state=FAILED, next_at=None, trouble=trouble)
        _note(tx, row.call_sid, "recording_failed")
        return
    wait = timedelta(seconds=min(600, 2 ** (row.tries + 1)))
    tx.change(recording, {"sid": sid}, next_at=tx.now + wait, trouble=trouble)


def _locked(tx: Tx, sid: str) -> Any:
    return tx.conn.execute(sa.select(recording).where(recording.c.sid == sid).with_for_update()).one()


def _note(tx: Tx, call_sid: str, kind: str) -> None:
    """On the call's case, if it has one by now; else `belongs` says it when the case is opened. The call is
    locked, so that one of the two sees the other."""
    case_id = tx.conn.execute(sa.select(call.c.case_id).where(call.c.sid == call_sid).with_for_update()).scalar()
    if case_id is not None:
        lifecycle.note(tx, case_id, kind, "system")


def belongs(tx: Tx, call_sid: str, case_id: UUID) -> None:
    """The call, which is locked, has a case now: what became of its recordings before that is said on it."""
    states = tx.conn.execute(
        sa.select(recording.c.state)
        .where(recording.c.call_sid == call_sid, recording.c.state.in_((KEPT, ABSENT, FAILED)))
        .order_by(recording.c.received_at)
    ).scalars()
    for state in list(states):
        lifecycle.note(tx, case_id, f"recording_{state}", "system")


Open = Callable[[], AbstractContextManager[Tx]]


def fetch_next(open_: Open, carrier_of: Callable[[str], Carrier]) -> bool:
    """Fetch one recording that is due; whether there was one. No transaction is open while it comes."""
    with open_() as tx:
        taken = take_due(tx)
    if taken is None:
        return False
    sid, line = taken
    found = carrier_of(line).fetch_recording(sid)
    with open_() as tx:
        match found:
            case Sound(media):
                keep_recording(tx, sid, media)
            case Missing(trouble) | Later(trouble):
                miss_recording(tx, sid, trouble)
    return True
