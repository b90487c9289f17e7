"""What was asked about a case and waits for a second person, under which hold it is, and which steps were left out."""

from collections.abc import Iterator
from typing import Any

from cases.clock.happened import HoldReason
from cases.life.reasons import Decision, ExceptionReason, ExclusionReason, ExtensionReason, Request, WaiverReason
from cases.phrases import Message, msg
from cases.states import CLOSED, State
from cases.steps import Step
from console.standing.note import PLAIN, WAITS, Note
from console.standing.telling import Teller
from dispatch.reads.around import Around


def notes(case: Any, around: Around, teller: Teller) -> Iterator[Note]:
    """The sentences, in the order in which it was asked; of a case that is over, what is about its figures."""
    over = State(case.state) in CLOSED
    for row in around.asked_for:
        if row.kind == Request.EXCLUSION:
            yield from _figures(row, teller)
        elif over:
            continue
        elif row.decision is None and row.unit_id == case.unit_id:
            yield Note(WAITS, _waits(row, teller))
        elif row.held_at is not None and row.ended_at is None:
            yield Note(PLAIN, msg("life.standing.held", reason=_reason(row), since=row.held_at, until=row.wanted_at))
        elif row.decision == Decision.GRANTED and row.kind in (Request.WAIVER, Request.EXCEPTION):
            yield Note(PLAIN, _left_out(row, teller))


def _figures(row: Any, teller: Teller) -> Iterator[Note]:
    if row.decision is None:
        yield Note(WAITS, _waits(row, teller))
    elif row.decision == Decision.GRANTED and row.ended_at is None:
        by, asked = teller.actor(row.decided_by), teller.actor(row.asked_by)
        words = {"reason": _reason(row), "asked": asked, "who": by, "at": row.decided_at}
        yield Note(PLAIN, msg("side.standing.excluded", **words))


def _reason(row: Any) -> Message:
    match Request(row.kind):
        case Request.HOLD:
            return HoldReason(row.code).label
        case Request.EXTENSION:
            return ExtensionReason(row.code).label
        case Request.WAIVER:
            return WaiverReason(row.code).label
        case Request.EXCEPTION:
            return ExceptionReason(row.code).label
        case Request.EXCLUSION:
            return ExclusionReason(row.code).label


def _waits(row: Any, teller: Teller) -> Message:
    words = {
        "who": teller.actor(row.asked_by), "at": row.asked_at, "kind": Request(row.kind).label, "reason": _reason(row),
        "said": teller.said(row.said),
    }  # fmt: skip
    if row.kind == Request.EXCEPTION:
        return msg("life.standing.asked_step", step=Step(row.step).label, **words)
    if row.wanted_at is not None:
        return msg("life.standing.asked_until", until=row.wanted_at, **words)
    return msg("life.standing.asked", **words)


def _left_out(row: Any, teller: Teller) -> Message:
    by, asked = teller.actor(row.decided_by), teller.actor(row.asked_by)
    return msg(
        "life.standing.left_out", step=Step(row.step).label, reason=_reason(row), asked=asked, who=by,
        at=row.decided_at,
    )  # fmt: skip
