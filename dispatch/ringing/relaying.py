"""A worker and a resident are connected through the hotline: whether they spoke, or why not."""

import sqlalchemy as sa

from cases import history
from cases.states import Deed, Illegal, after
from dispatch.loop import visits
from dispatch.models import staff
from dispatch.people.parties import number_of
from dispatch.ringing.at_hand import CONNECTED, Ring, count, hear
from dispatch.transaction import Tx


def resident_of(tx: Tx, ring: Ring) -> str | None:
    """The number with which the worker is to be connected; None where the case is no longer theirs, or over.

    It is read out of the vault for this one document and kept nowhere else.
    """
    case = ring.case
    over = isinstance(after(case.state, Deed.CONTACT), Illegal)
    if case.row.worker_id != ring.about or over or case.row.party_id is None:
        return None
    return number_of(tx, case.row.party_id)


def connected(tx: Tx, ring: Ring, sid: str, seconds: int) -> None:
    """The two spoke, for so many seconds: that is a contact, once, however often and late we hear of it."""
    before = ring.row.delivery
    hear(tx, ring, sid, CONNECTED)
    count(tx, ring)
    if before != CONNECTED:
        visits.contacted(tx, ring.case.id, ring.about, seconds)


def miss(tx: Tx, ring: Ring, status: str) -> None:
    """They did not speak; `status` is the carrier's word for why."""
    code = tx.conn.execute(sa.select(staff.c.code).where(staff.c.id == ring.about)).scalar_one()
    thread = history.lock(tx, ring.case.id)
    history.append(tx, thread, "relay_missed", {"worker": code, "status": status})
    history.close_thread(tx, thread)
