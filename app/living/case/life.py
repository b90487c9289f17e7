"""The life of one case: whoever has it does the next thing in their time, until the resident has the last word."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from app.living.case import answering, deciding
from app.living.case.fate import Fate, when
from app.living.case.sight import Sight, look
from app.living.case.working import Working
from app.living.people.residents import Resident
from app.living.people.words import Saying
from app.living.town import Town

IN_HAND = ("dispatched", "in_progress", "rework")


@dataclass
class Life:
    """A case and those whom it concerns. `standing` is what its next deed is for; another one means that something
    happened to it, and that its next deed is another. `tries` counts deeds that changed nothing."""

    town: Town
    case_id: UUID
    number: str
    resident: Resident | None
    saying: Saying
    luck: Random
    fate: Fate
    working: Working = field(init=False)
    standing: tuple[object, ...] = ()
    tries: int = 0
    planned: int = 0
    attempt: int = 1
    answers: bool = False
    proposed: bool = False
    reopened: bool = False

    def __post_init__(self) -> None:
        self.working = Working(self)

    def look(self) -> Sight:
        """How it stands now."""
        with self.town.transaction() as tx:
            return look(tx, self.case_id)

    def peek(self) -> None:
        """Something may have happened: where it did, the next deed is planned anew."""
        seen = self.look()
        if seen.standing != self.standing:
            self._plan(seen)

    def _act(self, plan: int) -> None:
        """The moment of a deed has come, unless it was planned anew meanwhile."""
        if plan != self.planned:
            return
        seen = self.look()
        if seen.standing == self.standing:
            self.tries += 1
            self._do(seen)
            self.town.soon(4, self._go_on)
        else:
            self._plan(seen)

    def _go_on(self) -> None:
        self._plan(self.look())

    def _plan(self, seen: Sight) -> None:
        """Plan the next deed. What changed nothing is tried again, some time later."""
        if seen.standing != self.standing:
            self.standing, self.tries, self.attempt = seen.standing, 0, seen.attempt
            self.answers = answering.will_answer(self)
        at = self._moment(seen)
        self.planned += 1
        plan = self.planned
        if at is not None:
            self.town.plan(at, lambda: self._act(plan))

    def _moment(self, seen: Sight) -> datetime | None:
        """When the next deed is done; None where nothing more is."""
        town, luck = self.town, self.luck
        if seen.state in IN_HAND:
            return self._step_at(seen)
        if seen.state == "return_pending":
            return town.working(luck.randint(10, 150)) if town.now < town.left_from else None
        if seen.state == "to_verify":
            return town.now + timedelta(minutes=10)
        if seen.state == "to_call_back" and seen.awaits:
            if town.now >= town.left_from:
                return None
            soon = timedelta(minutes=luck.randint(10, 90))
            return town.now + soon if seen.urgent else town.working(luck.randint(60, 700))
        if seen.state == "to_call_back":
            return answering.moment(self, seen)
        return answering.reopens_at(self) if seen.state == "closed" else None

    def _step_at(self, seen: Sight) -> datetime | None:
        """When whoever holds it does the next step."""
        if self.tries:
            return self.working.again_at(seen)
        step = self.working.step(seen)
        due = seen.dues.get(step)
        if step == "visit" and not self.fate.rings:
            due = min(filter(None, (due, seen.dues.get("first_contact"))), default=None)
        at = when(self.fate, self.luck, step, (seen.now, due))
        return at if seen.urgent else self.town.at_work(self.luck, at)

    def _do(self, seen: Sight) -> None:
        if seen.state in IN_HAND:
            self.working.do(seen)
        elif seen.state == "return_pending":
            deciding.on_return(self, seen)
        elif seen.state == "to_call_back" and seen.awaits:
            deciding.on_second_no(self, seen)
        elif seen.state == "to_call_back" and self.answers:
            answering.answer(self)
        elif seen.state == "closed":
            answering.reopen(self, seen)
