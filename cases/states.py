"""The states of a case and the deeds that lead from one to the next, as one table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.phrases import Message, msg


class Coded(StrEnum):
    """A code that people meet; its words stand in a catalogue under the name of its class."""

    @classmethod
    def catalogue(cls) -> str:
        """The catalogue that has its words."""
        return "cases"

    @property
    def label(self) -> Message:
        """The code in words."""
        return msg(f"{self.catalogue()}.{_BETWEEN.sub('_', type(self).__name__).lower()}.{self.value}")


# Between the words of a class's name.
_BETWEEN = re.compile(r"(?<=[a-z])(?=[A-Z])")


class State(Coded):
    """Where a case stands."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    TO_DISPATCH = "to_dispatch"
    DISPATCHED = "dispatched"
    RETURN_PENDING = "return_pending"
    IN_DISPUTE = "in_dispute"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    TO_VERIFY = "to_verify"
    TO_CALL_BACK = "to_call_back"
    REWORK = "rework"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DECLINED = "declined"
    MERGED = "merged"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    VOID = "void"

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something on the case."""
        return self in OPEN


CLOSED = frozenset((
    State.CLOSED, State.ARCHIVED, State.DECLINED, State.MERGED, State.HANDED_OVER, State.WITHDRAWN, State.VOID,
))  # fmt: skip
OPEN = frozenset(State) - CLOSED
IN_UNIT = (State.DISPATCHED, State.IN_PROGRESS, State.REWORK)  # somebody of a unit goes on with it


class ClosingKind(Coded):
    """How a matter ended."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    PARTLY_SOLVED = "partly_solved"
    PLANNED = "planned"
    NOT_SUBSTANTIATED = "not_substantiated"
    UNREACHABLE = "unreachable"
    SETTLED_BY_RESIDENTS = "settled_by_residents"


class Role(Coded):
    """In which part somebody acts on a case."""

    RESIDENT = "resident"
    AGENT = "agent"
    DISPATCHER = "dispatcher"
    UNIT = "unit"
    WORKER = "worker"
    VERIFIER = "verifier"
    CALLER_BACK = "caller_back"
    ADJUDICATOR = "adjudicator"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class Deed(Coded):
    """What can be done to a case."""

    REGISTER = "register"
    ACCEPT = "accept"
    DECLINE = "decline"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    CONFIRM_HANDOVER = "confirm_handover"
    ROUTE = "route"
    DISPATCH = "dispatch"
    REROUTE = "reroute"
    SIGN = "sign"
    AUTO_SIGN = "auto_sign"
    REQUEST_RETURN = "request_return"
    UPHOLD_RETURN = "uphold_return"
    REJECT_RETURN = "reject_return"
    DISPUTE = "dispute"
    ADJUDICATE = "adjudicate"
    CONTACT = "contact"
    VISIT = "visit"
    WAIVE_VISIT = "waive_visit"
    WAIVE_FINDING = "waive_finding"
    WAIVE_TOLD = "waive_told"
    WAIVE_VERDICT = "waive_verdict"
    FIND = "find"
    TELL = "tell"
    REPORT_PROGRESS = "report_progress"
    MARK_SAFE = "mark_safe"
    HOLD = "hold"
    RESUME = "resume"
    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 - a verification that is passed, not a password
    SEND_BACK = "send_back"
    VERDICT = "verdict"
    UNREACHABLE = "unreachable"
    ANNUL_TOLD = "annul_told"
    REDO = "redo"
    CLOSE = "close"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    VOID = "void"
    SUPPLEMENT = "supplement"
    URGE = "urge"
    SUPERVISE = "supervise"
    REGRADE = "regrade"
    ACCOUNT = "account"
    RELEASE = "release"
    CO_HANDLE = "co_handle"
    CO_ANSWER = "co_answer"
    CO_ACCEPT = "co_accept"
    CO_RETURN = "co_return"
    CO_RELEASE = "co_release"
    WHISTLE = "whistle"
    COME = "come"
    RATE = "rate"
    ANSWER_URGE = "answer_urge"
    FLAG = "flag"
    UNFLAG = "unflag"
    LINK = "link"
    UNLINK = "unlink"
    CONFIDE = "confide"
    DISCLOSE = "disclose"
    EXCLUDE = "exclude"
    INCLUDE = "include"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True)
class Transition:
    """In the states `before`, `deed` may be done by one of `who`; the case is then in `after`.

    `after` None leaves the state as it is; `before` empty means that there is no case yet.
    """

    before: frozenset[State]
    deed: Deed
    after: State | None
    who: frozenset[Role]


def _row(before: Iterable[State], deed: Deed, after: State | None, *who: Role) -> Transition:
    return Transition(frozenset(before), deed, after, frozenset(who))


S, D, R = State, Deed, Role
_INTAKE = (S.REGISTERED, S.ACCEPTED, S.TO_DISPATCH)
_WITH_UNIT = (S.DISPATCHED, S.IN_PROGRESS, S.REWORK)
_SHARED = (*_WITH_UNIT, S.RETURN_PENDING, S.IN_DISPUTE, S.SUSPENDED)
_AT_WORK, _FIELD = (S.IN_PROGRESS, S.REWORK), (R.WORKER, R.UNIT)
# Of what is over, what may still be left out of the figures; nothing is done any more to what is archived or merged.
_COUNTED = (*OPEN, S.CLOSED, S.DECLINED, S.HANDED_OVER, S.WITHDRAWN, S.VOID)
_LEAVABLE = (*_INTAKE, S.DISPATCHED, S.IN_PROGRESS, S.RETURN_PENDING)

TRANSITIONS: tuple[Transition, ...] = (
    _row((), D.REGISTER, S.REGISTERED, R.RESIDENT, R.AGENT, R.WORKER, R.SYSTEM),
    _row((S.REGISTERED,), D.ACCEPT, S.ACCEPTED, R.AGENT, R.SYSTEM),
    # An order leaves with the intake: these three take it back as long as the matter is not proven and submitted.
    _row((*_INTAKE, S.DISPATCHED), D.ANSWER, S.ANSWERED, R.AGENT, R.DISPATCHER),
    _row(_LEAVABLE, D.DECLINE, S.DECLINED, R.AGENT, R.DISPATCHER, R.SUPERVISOR),
    _row(_LEAVABLE, D.HAND_OVER, None, R.AGENT, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.CONFIRM_HANDOVER, S.HANDED_OVER, R.AGENT, R.DISPATCHER, R.SUPERVISOR),
    _row((S.ACCEPTED,), D.ROUTE, S.TO_DISPATCH, R.DISPATCHER, R.SYSTEM),
    _row((S.TO_DISPATCH,), D.DISPATCH, S.DISPATCHED, R.DISPATCHER, R.SYSTEM),
    _row((S.TO_DISPATCH, S.DISPATCHED, S.IN_PROGRESS), D.REROUTE, S.DISPATCHED, R.DISPATCHER, R.SUPERVISOR),
    _row((S.DISPATCHED,), D.SIGN, S.IN_PROGRESS, *_FIELD),
    _row((S.DISPATCHED,), D.AUTO_SIGN, S.IN_PROGRESS, R.SYSTEM),
    # A re-done matter keeps its state while it is worked on: everybody sees that it is the second time.
    _row((S.REWORK,), D.SIGN, None, *_FIELD),
    _row((S.REWORK,), D.AUTO_SIGN, None, R.SYSTEM),
    _row((S.REWORK,), D.REROUTE, None, R.DISPATCHER, R.SUPERVISOR),
    _row((*_WITH_UNIT, S.RETURN_PENDING), D.CORRECT, None, R.UNIT, R.DISPATCHER, R.SUPERVISOR),
    _row((S.DISPATCHED, S.IN_PROGRESS), D.REQUEST_RETURN, S.RETURN_PENDING, *_FIELD),
    _row((S.RETURN_PENDING,), D.UPHOLD_RETURN, S.TO_DISPATCH, R.DISPATCHER),
    # Who asked to return the order has read it, so a rejected return finds it signed for.
    _row((S.RETURN_PENDING,), D.REJECT_RETURN, S.IN_PROGRESS, R.DISPATCHER),
    _row((S.RETURN_PENDING, S.IN_PROGRESS), D.DISPUTE, S.IN_DISPUTE, R.UNIT, R.DISPATCHER),
    _row((S.IN_DISPUTE,), D.ADJUDICATE, S.DISPATCHED, R.ADJUDICATOR, R.SUPERVISOR),
    _row(_WITH_UNIT, D.CONTACT, None, *_FIELD, R.SYSTEM),
    _row(_WITH_UNIT, D.VISIT, None, *_FIELD),
    _row(_WITH_UNIT, D.WAIVE_VISIT, None, R.DISPATCHER, R.SUPERVISOR),
    _row(_WITH_UNIT, D.WAIVE_FINDING, None, R.DISPATCHER, R.SUPERVISOR),
    _row(_WITH_UNIT, D.WAIVE_TOLD, None, R.DISPATCHER, R.SUPERVISOR),
    _row(_WITH_UNIT, D.FIND, None, *_FIELD),
    # The carrier's word that a text arrived may come after the unit has submitted.
    _row((*_WITH_UNIT, S.TO_VERIFY, S.ANSWERED), D.TELL, None, *_FIELD, R.SYSTEM),
    _row((*_WITH_UNIT, S.SUSPENDED), D.REPORT_PROGRESS, None, *_FIELD),
    _row((*_WITH_UNIT, S.SUSPENDED), D.MARK_SAFE, None, R.UNIT, R.SUPERVISOR),
    _row((S.IN_PROGRESS,), D.HOLD, S.SUSPENDED, R.UNIT, R.DISPATCHER, R.SUPERVISOR),
    _row((S.SUSPENDED,), D.RESUME, S.IN_PROGRESS, *_FIELD, R.DISPATCHER, R.SUPERVISOR, R.SYSTEM),
    _row(_AT_WORK, D.SUBMIT, S.TO_VERIFY, *_FIELD),
    _row((S.TO_VERIFY,), D.PASS, S.TO_CALL_BACK, R.VERIFIER, R.SUPERVISOR, R.SYSTEM),
    _row((S.TO_VERIFY,), D.SEND_BACK, S.IN_PROGRESS, R.VERIFIER, R.SUPERVISOR, R.SYSTEM),
    _row((S.TO_CALL_BACK, S.ANSWERED), D.VERDICT, None, R.RESIDENT, R.CALLER_BACK),
    _row((S.TO_CALL_BACK,), D.WAIVE_VERDICT, None, R.DISPATCHER, R.SUPERVISOR),
    _row((S.TO_CALL_BACK, S.ANSWERED), D.UNREACHABLE, None, R.CALLER_BACK, R.SYSTEM),
    _row((S.TO_CALL_BACK,), D.ANNUL_TOLD, S.IN_PROGRESS, R.RESIDENT, R.CALLER_BACK),
    _row((S.TO_CALL_BACK, S.ANSWERED), D.REDO, S.REWORK, R.CALLER_BACK, R.SUPERVISOR, R.SYSTEM),
    _row((S.TO_CALL_BACK, S.ANSWERED), D.CLOSE, S.CLOSED, R.CALLER_BACK, R.SUPERVISOR, R.SYSTEM),
    # What two people decide without the unit's last steps: planned for later, partly solved, settled by residents.
    _row(_AT_WORK, D.CLOSE, S.CLOSED, R.SUPERVISOR),
    _row((S.CLOSED,), D.REOPEN, S.REWORK, R.RESIDENT, R.AGENT, R.SUPERVISOR, R.SYSTEM),
    _row((S.CLOSED, S.DECLINED, S.HANDED_OVER, S.WITHDRAWN, S.VOID), D.ARCHIVE, S.ARCHIVED, R.SYSTEM),
    _row(OPEN, D.MERGE, S.MERGED, R.DISPATCHER, R.SUPERVISOR),
    _row((S.MERGED,), D.UNMERGE, S.TO_DISPATCH, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.WITHDRAW, S.WITHDRAWN, R.RESIDENT, R.AGENT, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.VOID, S.VOID, R.SUPERVISOR),
    _row(OPEN, D.SUPPLEMENT, None, R.RESIDENT, R.AGENT, R.DISPATCHER, R.SYSTEM),
    _row(OPEN, D.URGE, None, R.RESIDENT, R.AGENT, R.SUPERVISOR),
    # Supervision: from the second rework on by the system. The unit gives account before it is lifted.
    _row(OPEN, D.SUPERVISE, None, R.SUPERVISOR, R.SYSTEM),
    _row(OPEN, D.REGRADE, None, R.SUPERVISOR),
    _row(OPEN, D.ACCOUNT, None, R.UNIT, R.SUPERVISOR),
    _row(OPEN, D.RELEASE, None, R.SUPERVISOR),
    # One unit leads; the others answer for their part, and the lead waits for them.
    _row(_SHARED, D.CO_HANDLE, None, R.DISPATCHER, R.SUPERVISOR),
    _row(_SHARED, D.CO_ANSWER, None, R.UNIT),
    _row(_SHARED, D.CO_ACCEPT, None, *_FIELD, R.SUPERVISOR),
    _row(_SHARED, D.CO_RETURN, None, *_FIELD, R.SUPERVISOR),
    _row(_SHARED, D.CO_RELEASE, None, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.WHISTLE, None, R.UNIT, R.SUPERVISOR),
    _row(OPEN, D.COME, None, *_FIELD, R.SUPERVISOR),
    _row(_COUNTED, D.RATE, None, R.UNIT, R.SUPERVISOR),
    _row(OPEN, D.ANSWER_URGE, None, *_FIELD, R.SUPERVISOR),
    _row(OPEN, D.FLAG, None, R.AGENT, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.UNFLAG, None, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.LINK, None, R.AGENT, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.UNLINK, None, R.AGENT, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.CONFIDE, None, R.DISPATCHER, R.SUPERVISOR),
    _row(OPEN, D.DISCLOSE, None, R.SUPERVISOR),
    _row(_COUNTED, D.EXCLUDE, None, R.SUPERVISOR),
    _row(_COUNTED, D.INCLUDE, None, R.SUPERVISOR),
)

_BY_STATE_AND_DEED = {(state, row.deed): row for row in TRANSITIONS for state in row.before}


@dataclass(frozen=True, slots=True)
class Illegal:
    """Why a deed is not possible now, and which ones are."""

    reason: Message
    possible: tuple[Deed, ...]


def after(state: State, deed: Deed) -> State | Illegal:
    """The state in which `deed` leaves a case that is in `state`."""
    row = _BY_STATE_AND_DEED.get((state, deed))
    if row is None:
        reason = msg("cases.illegal.state", state=state.label, deed=deed.label)
        return Illegal(reason, possible(state))
    return row.after or state


def may(state: State, deed: Deed, role: Role) -> State | Illegal:
    """As `after`, and refused too where `deed` is not for somebody who acts as `role`."""
    row = _BY_STATE_AND_DEED.get((state, deed))
    if row is None or role in row.who:
        return after(state, deed)
    reason = msg("cases.illegal.role", role=role.label, deed=deed.label, state=state.label)
    return Illegal(reason, possible(state, role))


def possible(state: State, role: Role | None = None) -> tuple[Deed, ...]:
    """The deeds that a case in `state` allows (to `role`, where one is given), in the table's order."""
    return tuple(row.deed for row in TRANSITIONS if state in row.before and (role is None or role in row.who))
