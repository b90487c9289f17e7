"""What the resident is to hear of a case by itself: asked for where it becomes true, told a little later, once."""

from datetime import timedelta
from uuid import UUID

from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.transaction import Tx

GRACE = timedelta(minutes=10)  # what changes again within it is told once


def promise(tx: Tx, case_id: UUID) -> None:
    """The resident's answer is late, or another unit has the case: they are told."""
    errands.put(tx, Kind.RESIDENT_NEWS, case_id, tx.now + GRACE, case_id)
