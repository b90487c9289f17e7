"""Whether a new case waits for a person to say what it is, who has it meanwhile, and until when."""

from datetime import datetime
from uuid import UUID

from cases.lifecycle import Holder, Wait
from cases.phrases import msg, stored
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.matters.doubt import LIMITS, UNCLEAR, UNSURE, as_facts, offers
from dispatch.reports import Report
from dispatch.transaction import Tx
from dispatch.understanding import Understood

RULE = "triage"
RESIDENT = "resident"


def wait(tx: Tx, report: Report, understood: Understood) -> Wait | None:
    """Why and how long it waits; None where it goes at once: danger, a complaint about the office's own, what somebody
    of the office took down, and whatever is told while nobody sits at the desk."""
    matter = understood.matter
    if matter.danger or understood.complains_of or report.actor != RESIDENT:
        return None
    if report.nothing:
        return Wait(UNCLEAR, LIMITS[UNCLEAR], {"offers": []})
    if not (matter.unsure or matter.unclear) or not tx.calendar.is_working_moment(tx.now):
        return None
    return Wait(UNSURE, LIMITS[UNSURE], {"offers": as_facts(offers(report.text, matter, tx.policy))})


def holder(tx: Tx, understood: Understood) -> Holder:
    """The office itself, whose dispatchers look at it."""
    unit = tx.district.duty_desk.unit
    reasons = (*understood.matter.reasons, *understood.place.reasons, msg("triage.reason", unit=unit.name))
    return Holder(unit.id, unit.code, None, None, RULE, stored(reasons))


def begin(tx: Tx, case_id: UUID, wait: Wait, due_at: datetime) -> None:
    """At its limit, or when the desk is left before, it goes as it is understood. What says nothing stays."""
    if wait.why != UNCLEAR:
        errands.put(tx, Kind.TRIAGE, case_id, min(due_at, _desk_is_left_at(tx)), case_id)


def _desk_is_left_at(tx: Tx) -> datetime:
    windows = tx.calendar.windows_on(tx.calendar.local_day(tx.now))
    return next(end for start, end in windows if start <= tx.now < end)
