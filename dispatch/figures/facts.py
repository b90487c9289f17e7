"""What the figures are counted from: of each case what happened to it and when, without who was concerned."""

from dataclasses import dataclass
from datetime import datetime

from cases.states import ClosingKind, Coded, State
from cases.steps import Step


class LeftOut(Coded):
    """Why a case does not count."""

    VOID = "void"
    MERGED = "merged"
    DECLINED = "declined"
    EXCLUDED = "excluded"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"

    @classmethod
    def catalogue(cls) -> str:
        return "figures"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise of a unit on one step. `path`: the unit's. `broken`: it was still open at its limit. `kept`: the step
    was done by it; else it runs, or was taken away with the case."""

    step: Step
    path: str
    due_at: datetime
    ended_at: datetime | None
    kept: bool
    broken: bool

    @property
    def counts(self) -> bool:
        """Whether it became due for this unit: what was taken away before its limit never did."""
        return self.kept or self.broken or self.ended_at is None or self.ended_at >= self.due_at

    @property
    def on_time(self) -> bool:
        """Whether the step was done by its limit, and not by the system in the unit's place."""
        return self.kept and not self.broken and self.ended_at is not None and self.ended_at <= self.due_at


@dataclass(frozen=True, slots=True)
class Ordered:
    """A case given to a unit; whether the unit asked to give it back, and whether that was upheld in the end. `rule` is
    the row that decided, or by-hand; `by` who gave it (as history names them), the system by its rules."""

    at: datetime
    path: str
    returned: bool = False
    upheld: bool = False
    rule: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """A unit that was summoned to be on the spot by a moment (a whistle); whether it was."""

    at: datetime
    path: str
    in_time: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A resident's answer about one attempt; `redone`: the matter was taken up again because of it."""

    at: datetime
    contacted: bool
    solved: bool
    satisfied: bool
    redone: bool


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as the figures see it. `path`: of the unit that has it, or had it last. `due_at`: the promise to the
    resident, None while it is not due yet; `finished_at`: when it was kept (told; closed, where nobody is to be told).
    Withdrawn or handed over to others it ends without an outcome: `gone_at` says when, and that closing keeps no
    promise and solves nothing."""

    number: str
    path: str
    channel: str
    state: State
    received_at: datetime
    due_at: datetime | None = None
    finished_at: datetime | None = None
    first_closed_at: datetime | None = None
    closed_at: datetime | None = None
    gone_at: datetime | None = None
    closing: ClosingKind | None = None
    attempt: int = 1
    answered: bool = False  # at once, by whoever took the call
    extended: bool = False
    repeats: bool = False
    reopened_at: datetime | None = None  # the first time
    excluded: bool = False
    promises: tuple[Promised, ...] = ()
    orders: tuple[Ordered, ...] = ()
    answers: tuple[Answered, ...] = ()
    called: tuple[Called, ...] = ()

    @property
    def left_out(self) -> LeftOut | None:
        """Why it does not count, if so."""
        if self.excluded:
            return LeftOut.EXCLUDED
        return _STATES.get(self.state)

    @property
    def gone(self) -> LeftOut | None:
        """How it ended without an outcome, if so."""
        return NO_OUTCOME.get(self.state)


# States in which a case is over without an outcome: nobody solved it, and nobody failed.
NO_OUTCOME = {State.WITHDRAWN: LeftOut.WITHDRAWN, State.HANDED_OVER: LeftOut.HANDED_OVER}
_STATES = {State.VOID: LeftOut.VOID, State.MERGED: LeftOut.MERGED, State.DECLINED: LeftOut.DECLINED}
