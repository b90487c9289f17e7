"""What decides whether a deed is possible: where the case stands, and how whoever asks stands to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.loop.deeds import Standing
from cases.states import CLOSED, Deed, Illegal, Role, State, after
from cases.steps import Step
from dispatch.loop.who import Who

REOPEN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Facts:
    """A case and somebody at one moment.

    `covers`: the case is in their part of the tree. `handled`: they held this attempt. `taken`: a person said
    that the order is theirs. `returning`: a return waits for its decision; `returnable`: one may still be asked.
    `telling`: a text with what was done is under way. `proposed`: who proposed a closing that is not decided.
    `beside`: the same of what stands beside the case. `awaiting`: a co-handler's part is not accepted yet.
    `verified`: they passed this attempt, in an office that is not small.
    `disputing`: what they may do about a dispute over whose case it is (names of deeds).
    `correcting`: what of correcting what it is about they may do (names of deeds).
    `life`: what of holds, extensions, waivers and exceptions they may ask or decide now (names of deeds).
    """

    case: Standing
    who: Who
    now: datetime
    covers: bool
    handled: bool
    taken: bool
    returning: bool
    returnable: bool
    telling: bool
    proposed: str | None
    life: frozenset[str] = frozenset()
    disputing: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    awaiting: bool = False
    verified: bool = False
    correcting: frozenset[str] = frozenset()

    @property
    def row(self) -> Any:
        return self.case.row

    @property
    def holds(self) -> bool:
        """Whether the case is in their hands."""
        return bool(self.row.worker_id == self.who.id)

    @property
    def speaks(self) -> bool:
        """Whether they speak for the unit that has the case, or one above it."""
        return self.who.leads and self.covers

    @property
    def is_open(self) -> bool:
        return self.case.state not in CLOSED

    @property
    def awaits(self) -> bool:
        """Whether it waits for a supervisor."""
        return self.row.awaits is not None

    def acts(self, *parts: Role) -> bool:
        """Whether they act in one of these parts."""
        return self.who.part in parts

    def can(self, deed: Deed) -> bool:
        """Whether the case's state allows the deed."""
        return not isinstance(after(self.case.state, deed), Illegal)

    def works(self, deed: Deed) -> bool:
        """Whether they hold the case and may do this to it; who begins without having signed signs with it."""
        signed = after(self.case.state, Deed.SIGN) if self.case.owes(Step.SIGN_FOR) else self.case.state
        state = signed if isinstance(signed, State) else self.case.state
        return self.holds and not isinstance(after(state, deed), Illegal)

    def owes(self, *steps: Step) -> bool:
        """Whether one of these steps is owed and not kept yet."""
        return any(self.case.owes(step) for step in steps)
