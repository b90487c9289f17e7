"""How a case stands, as its resident may see it: no door, no words of anybody, no name of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from cases import queries as record
from cases.phrases import Message, Name, msg
from cases.states import CLOSED, ClosingKind, State
from cases.steps import LampStatus, Step
from console.standing import lamps
from dispatch.loop.closing import REOPEN_FOR
from dispatch.orders import place_of
from dispatch.outbox import climbed
from dispatch.reads import resident as reads
from dispatch.transaction import Tx

# States in which nobody is on the way: what is said instead of the next step.
_BETWEEN: Mapping[State, str] = MappingProxyType(
    {
        State.RETURN_PENDING: "resident.next.who",
        State.IN_DISPUTE: "resident.next.who",
        State.TO_DISPATCH: "resident.next.who",
        State.SUSPENDED: "resident.next.held",
    }
)


@dataclass(frozen=True, slots=True)
class View:
    """A case for its resident. `due_at` is the promise of an answer, kept at `told_at`; `next` says what comes.
    Only for whoever has the code: `matter`, `place`, `visit_code` (empty where no visit is to come), the
    question that waits, and until when the case can be opened again."""

    number: str
    state: Message
    received_at: datetime
    unit: Name
    due_at: datetime | None
    told_at: datetime | None
    is_over: bool
    lamps: list[lamps.Shown]
    next: Message
    now: datetime
    address: str
    level: str
    matter: Name
    place: Message
    visit_code: str
    question: UUID | None
    reopen_until: datetime | None
    has_number: bool


def view(tx: Tx, case: Any) -> View:
    """What is shown of a case, as dispatch.reads.resident finds it."""
    over = State(case.state) in CLOSED
    owed = record.owed_steps(tx.conn, case.id, case.attempt)
    timers = [row for row in record.timers(tx.conn, case.id) if row.attempt == case.attempt]
    lit = lamps.shown(owed, timers, tx.now, over=over)
    question = reads.open_question(tx, case.id)
    return View(
        number=case.number,
        state=_state(case, asked=question is not None),
        received_at=case.received_at,
        unit=Name(case.unit_zh, case.unit_en),
        due_at=case.due_at,
        told_at=case.told_at,
        is_over=over,
        lamps=lit,
        next=_next(tx, case, lit, asked=question is not None),
        now=tx.now,
        address=case.address,
        level=case.level,
        matter=tx.policy.category(case.category).name,
        place=place_of(tx, case),
        visit_code=_visit_code(tx, case, lit, over=over),
        question=question,
        reopen_until=_reopen_until(case, tx.now),
        has_number=case.party_id is not None,
    )


def _state(case: Any, *, asked: bool) -> Message:
    """In a resident's words: ours have many more, which say who of us must act."""
    state = State(case.state)
    if state in (State.CLOSED, State.ARCHIVED):
        return msg("resident.state.closed")
    if state in CLOSED:
        return msg("resident.state.ended")
    if state is State.SUSPENDED:
        return msg("resident.state.held")
    if asked:
        return msg("resident.state.asked")
    return msg("resident.state.again" if case.attempt > 1 else "resident.state.in_hand")


def _next(tx: Tx, case: Any, lit: list[lamps.Shown], *, asked: bool) -> Message:
    state = State(case.state)
    if state in CLOSED:
        return _ended(case, state)
    if case.awaits:
        return msg("resident.next.supervisor")
    if state in _BETWEEN:
        return msg(_BETWEEN[state])
    coming = next((one.lamp for one in lit if one.is_next), None)
    if asked:
        return msg("resident.next.asked")
    if coming is None:
        return msg("resident.next.last")
    due = coming.fact.due_at if coming.fact is not None else None
    if coming.status is LampStatus.LATE:
        late = msg(f"resident.late.{coming.step}", due=due)
        return msg("resident.late.reported", late=late) if _is_reported(tx, case, coming.step) else late
    return msg(f"resident.by.{coming.step}", due=due) if due else msg(f"resident.next.{coming.step}")


def _is_reported(tx: Tx, case: Any, step: Step) -> bool:
    """Whether it came to somebody above the one who is late; what was merely sent is not said."""
    timers = (row for row in record.timers(tx.conn, case.id) if row.attempt == case.attempt and row.step == step)
    return any(climbed.is_reported(tx, row.id) for row in timers)


def _ended(case: Any, state: State) -> Message:
    if state not in (State.CLOSED, State.ARCHIVED) or case.closing_kind is None:
        return msg("resident.next.ended", state=state.label)
    return msg("resident.next.closed", at=case.closed_at, how=ClosingKind(case.closing_kind).label)


def _visit_code(tx: Tx, case: Any, lit: list[lamps.Shown], *, over: bool) -> str:
    """The code that proves the visit, as long as one is to come."""
    coming = (LampStatus.WAITING, LampStatus.LATE)
    if over or not any(one.lamp.step is Step.VISIT and one.lamp.status in coming for one in lit):
        return ""
    return tx.vault.open(case.id, "visit_code", case.visit_code_sealed)


def _reopen_until(case: Any, now: datetime) -> datetime | None:
    """Until when the resident may take the case up again; None where they may not, or not any more."""
    if State(case.state) is not State.CLOSED or case.party_id is None or case.closed_at is None:
        return None
    until: datetime = case.closed_at + REOPEN_FOR
    return until if until >= now else None


def code_of(tx: Tx, case: Any) -> str:
    """The query code: for the browser in which the case was reported."""
    return tx.vault.open(case.id, "code", case.code_sealed)
