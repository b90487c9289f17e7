"""Where all is done and proven and only the unit's word is lacking: it is not waited for without end."""

from datetime import timedelta
from uuid import UUID

from cases.loop.deeds import standing
from cases.states import Deed, Illegal, after
from cases.steps import URGENT, Step
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.loop.promises import next_opening
from dispatch.transaction import Tx

PROVEN = (Step.VISIT, Step.FINDING, Step.TOLD)
_SOON = timedelta(hours=2)  # where it presses nobody waits for the morning


def expect(tx: Tx, case_id: UUID) -> None:
    """Where everything that was owed is done and proven, the unit has only to say so: if it does not by the next
    working morning (by two hours where it presses), the system says it, and nothing is forgotten there."""
    case = standing(tx, case_id)
    if isinstance(after(case.state, Deed.SUBMIT), Illegal) or any(case.owes(step) for step in PROVEN):
        return
    at = tx.now + _SOON if case.level in URGENT else next_opening(tx)
    errands.put(tx, Kind.SUBMIT, case_id, at, case_id)
