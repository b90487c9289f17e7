"""Extensions: the unit's lead asks for more time before its target is over, somebody of the office decides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from cases.clock.sla import Limit, parse_limit
from cases.life.extending import Target, extend, target
from cases.life.models import permission
from cases.life.moments import amount_until, has_room
from cases.life.reasons import Decision, ExtensionReason, Request
from cases.loop.deeds import Standing, standing
from cases.phrases import Message, msg
from cases.states import Role
from cases.steps import Step
from dispatch.acts.refusals import Refused
from dispatch.life import deciding
from dispatch.loop.who import NotYours, Who
from dispatch.reading.dates import read_moment
from dispatch.transaction import Tx


def ask(tx: Tx, who: Who, case_id: UUID, reason: ExtensionReason, said: tuple[str, str]) -> Message:
    """Ask for a later finish; `said` is the wanted date, and why. Raises NotYours; Refused where it comes too late, too
    often, or goes too far."""
    wanted, words = said
    case = standing(tx, case_id, lock=True)
    if not deciding.speaks(tx, who, case):
        raise NotYours(who, Role.UNIT)
    found = _target(tx, case)
    by, due = _amount(tx, found, wanted)
    columns = {
        "kind": str(Request.EXTENSION), "step": str(Step.TOLD), "code": str(reason), "amount": str(by),
        "was_at": found.due_at, "wanted_at": due,
    }  # fmt: skip
    deciding.ask(tx, who, case, columns, deciding.words_of(words))
    return msg("life.said.extension_asked", reason=reason.label, until=due)


def may_ask(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody could ask for an extension now."""
    try:
        return deciding.speaks(tx, who, case) and bool(_target(tx, case))
    except Refused:
        return False


def _target(tx: Tx, case: Standing) -> Target:
    """The finish that can be extended: its clock runs, it is not over, and it was not extended too often."""
    found = target(tx, case.row)
    times = tx.policy.permissions.extensions.times
    if found is None:
        raise Refused(msg("life.refused.no_target"))
    if found.due_at <= tx.now:
        raise Refused(msg("life.refused.over", due=found.due_at))
    if len(found.moved) >= times:
        raise Refused(msg("life.refused.often", times=times))
    return found


def _amount(tx: Tx, found: Target, wanted: str) -> tuple[Limit, datetime]:
    """By how much, and to when. Raises Refused for what is no date, no later one, or beyond the cap."""
    at = read_moment(wanted, tx.calendar, tx.now)
    if at is None:
        raise Refused(msg("life.refused.no_date"), "until")
    by = amount_until(found.limit, found.due_at, at, found.calendar)
    if by is None:
        raise Refused(msg("life.refused.not_later", due=found.due_at), "until")
    due = found.due_when(by)
    cap = tx.policy.permissions.extensions.cap or found.limit
    if not has_room(found.limit, cap, found.moved, (found.due_at, due), found.calendar):
        raise Refused(msg("life.refused.over_cap", cap=cap.label), "until")
    return by, due


def grant(tx: Tx, who: Who, case: Standing, row: Any) -> None:
    """Granted: the unit's target and the promise move on, and the resident is told. Raises NotYours, SamePerson;
    Refused where the target is over meanwhile: what is broken cannot be mended so."""
    deciding.demand_second(tx, who, case, row)
    found = _target(tx, case)
    by = parse_limit(row.amount)
    if by is None:
        raise LookupError(f"permission {row.id} names no amount")
    due, promise = extend(tx, case.row, by, (who.actor, {"code": row.code, "asked_by": row.asked_by}))
    deciding.settle(tx, row, Decision.GRANTED, who)
    moved = {"was_at": found.due_at, "wanted_at": due}  # a hold may have moved it since it was asked
    tx.conn.execute(permission.update().where(permission.c.id == row.id).values(moved))
    reason = ExtensionReason(row.code).label
    if promise is not None:
        deciding.tell_resident(tx, case, "life.text.extended", reason=reason, due=promise)
    deciding.tell_asker(tx, case, row, "life.text.extension_granted", until=due)
