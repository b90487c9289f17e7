"""Whose word is waited for: the unit's where all is done and proven, not without end; then the resident's."""

from datetime import timedelta

from cases.loop.deeds import Standing
from cases.states import Deed, Illegal, State, after
from cases.steps import PROVEN, URGENT, Step
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.loop.promises import next_opening
from dispatch.transaction import Tx

ASKED = (State.TO_CALL_BACK, State.ANSWERED)  # states in which a resident is asked
_SOON = timedelta(hours=2)  # where it presses nobody waits for the morning


def expect(tx: Tx, case: Standing) -> None:
    """Where everything that was owed is done and proven, the unit has only to say so: if it does not by the next
    working morning (by two hours where it presses), the system says it, and nothing is forgotten there."""
    in_hand = case.state is State.DISPATCHED or not isinstance(after(case.state, Deed.SUBMIT), Illegal)
    if not in_hand or any(case.owes(step) for step in PROVEN):
        return
    at = tx.now + _SOON if case.level in URGENT else next_opening(tx)
    errands.put(tx, Kind.SUBMIT, case.id, at, case.id)


def is_asked(case: Standing) -> bool:
    """Whether the resident's verdict is waited for: of a direct answer not before it has arrived."""
    return case.state in ASKED and case.row.awaits is None and not case.owes(Step.TOLD)
