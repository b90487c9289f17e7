"""The life of one case: whoever has it does the next thing in their time, until the resident has the last word."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from app.living.case import answering, deciding, looking
from app.living.case.fate import Fate, when
from app.living.case.sight import Sight, look
from app.living.case.working import Working
from app.living.people.residents import Resident
from app.living.people.words import Saying
from app.living.town import Town
from app.living.turns.book import IN_HAND, Turn
from app.living.turns.plot import Plot
from cases.phrases import EN, ZH


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
    plot: Plot = field(init=False)
    seen: Sight | None = None
    standing: tuple[object, ...] = ()
    tries: int = 0
    planned: int = 0
    attempt: int = 1
    answers: bool = False
    proposed: bool = False
    reopened: bool = False
    sent_back: bool = False

    def __post_init__(self) -> None:
        self.working = Working(self)
        self.takes(None)

    @property
    def lang(self) -> str:
        """In which language people write of it: that of whoever reported it, so that it can be read as a whole."""
        return EN if self.resident is not None and self.resident.lang == EN else ZH

    def takes(self, turn: Turn | None, about: str = "") -> None:
        """The turn that it takes; `about` is the number of the case that led to it."""
        self.plot = Plot(self, turn, about)
        if turn is not None and "visit" in turn.moves[0].at:
            self.fate = replace(self.fate, signs=True)  # whoever has it thinks before going there

    def look(self) -> Sight:
        """How it stands now. What nothing happened to since it was seen is not looked up again."""
        touched, seen = self.town.hand.touched, self.seen
        if seen is not None and seen.named and self.case_id not in touched:
            return replace(seen, now=self.town.now)
        with self.town.transaction() as tx:
            self.seen = look(tx, self.case_id)
        touched.discard(self.case_id)
        return self.seen

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
            self.town.soon(4, self.go_on)
        else:
            self._plan(seen)

    def go_on(self) -> None:
        """The next deed is planned anew, whatever happened."""
        self._plan(self.look())

    def _plan(self, seen: Sight) -> None:
        """Plan the next deed. What changed nothing is tried again, some time later."""
        if seen.standing != self.standing:
            self.standing, self.tries, self.attempt = seen.standing, 0, seen.attempt
            self.answers = answering.will_answer(self)
        self.plot.follow(seen)
        at = self._moment(seen)
        self.planned += 1
        plan = self.planned
        if at is not None:
            self.town.plan(at, lambda: self._act(plan))

    def _moment(self, seen: Sight) -> datetime | None:
        """When the next deed is done; None where nothing more is."""
        town, luck = self.town, self.luck
        if seen.state in IN_HAND:
            return None if self.plot.is_awaited(seen) else self._step_at(seen)
        if seen.state == "return_pending":
            left = town.now >= town.left_from or self.plot.is_awaited(seen)
            return None if left else town.working(luck.randint(10, 150))
        if seen.state == "to_verify":
            return looking.moment(self, seen)
        if seen.state == "to_call_back" and seen.awaits:
            if town.now >= town.left_from:
                return None
            soon = timedelta(minutes=luck.randint(10, 90))
            return town.now + soon if seen.urgent else town.working(luck.randint(60, 700))
        if seen.state in ("to_call_back", "answered"):
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
        elif seen.state == "to_verify":
            looking.look(self)
        elif seen.state in ("to_call_back", "answered") and self.answers:
            answering.answer(self)
        elif seen.state == "closed":
            answering.reopen(self, seen)
