"""A model of a case's life in plain values: where it stands, what it owes, which clocks run, who has it, what waits for
a second person. Written from docs/states.md and DESIGN, with nothing of the product in it but its words."""

from dataclasses import dataclass, field
from datetime import date

OVER = frozenset({"closed", "archived", "declined", "merged", "handed_over", "withdrawn", "void"})
TURN = frozenset({"dispatched", "in_progress", "rework"})  # the unit has something to do
WORK = ("sign_for", "first_contact", "visit", "finding", "told", "interim")
LOOP = frozenset({"sign_for", "first_contact", "visit", "finding", "told", "verify", "call_back"})
DESK, TOP = ("agent", "dispatcher", "supervisor"), ("dispatcher", "supervisor")
CALLERS, PLANS = ("caller_back", *DESK), ("planned", "partly_solved", "settled_by_residents")
LACKING = {"not_done": "told", "told_wrong": "told", "visit_unproven": "visit", "finding_thin": "finding"}


@dataclass(frozen=True)
class Kind:
    """What a report is about: what it owes, and which of it is timed, at first and when it is done again."""

    words: str
    owed: frozenset[str] = LOOP
    timed: frozenset[str] = LOOP | {"interim"}
    again: frozenset[str] = LOOP
    urgent: bool = False
    enquiry: bool = False
    holds: bool = True  # it may be held
    known: bool = True  # there is a resident to speak to


@dataclass(frozen=True)
class Person:
    """Somebody of the office: in which part they act, whether they lead, and what lies below them."""

    code: str
    part: str
    leads: bool
    path: str


@dataclass
class Case:
    """A case as the model sees it. `owed`: whether each owed step is kept; `texts`: what became of each telling in this
    attempt; `asked`: the text that asks for a verdict; `requests`: by kind who asked, in which attempt, for which unit,
    the step, and until when; `refused`: the units whose return was rejected, `opinions` who said whose case it is,
    `returns` how often that was asked, `final`: nobody asks any more."""

    kind: Kind
    unit: str
    person: str | None
    state: str = "dispatched"
    attempt: int = 1
    owed: dict[str, bool] = field(default_factory=dict)
    taken: bool = False
    spoken: bool = False
    texts: list[str] = field(default_factory=list)
    asked: str = ""
    missed: list[date] = field(default_factory=list)
    handled: set[str | None] = field(default_factory=set)
    verified: str = ""
    requests: dict[str, tuple[str, int, str, str, str]] = field(default_factory=dict)
    held: str = ""
    returning: bool = False
    refused: set[str] = field(default_factory=set)
    opinions: set[str] = field(default_factory=set)
    returns: int = 0
    upheld: bool = False
    final: bool = False
    proposal: tuple[str, str] | None = None
    awaits: bool = False
    review: bool = False
    handing: bool = False
    extended: dict[tuple[int, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.owed = dict.fromkeys(self.kind.owed, False)
        self.handled = {self.person}
        self.ordered()

    def owes(self, *steps: str) -> bool:
        return any(self.owed.get(step) is False for step in steps)

    def waiting(self) -> dict[str, tuple[str, int, str, str, str]]:
        """What waits for a second person, as the case stands."""
        mine = {kind: row for kind, row in self.requests.items() if row[1:3] == (self.attempt, self.unit)}
        return {} if self.state in OVER else mine

    def running(self) -> set[str]:
        """The clocks that run now."""
        if self.state in OVER:
            return set()
        timed = self.kind.timed if self.attempt == 1 else self.kind.again
        turn = self.state in {*TURN, "return_pending"} or (self.state == "to_verify" and self.owes("told"))
        on = {step for step in WORK if self.owes(step)} if turn else set()
        on -= {"finding"} if self.owes("visit") else set()
        on |= {"verify"} if self.state == "to_verify" and self.owes("verify") else set()
        on |= {"call_back"} if self.state in ("to_call_back", "answered") and self.owes("call_back") else set()
        windows = {"return_pending": "return_review", "in_dispute": "adjudication", "suspended": "hold_review"}
        beside = windows.get(self.state)
        extra = {step for step, runs in ((beside, beside), ("adjudication", self.awaits)) if step and runs}
        return (on & timed) | extra | ({"hold_review"} if self.review else set())

    def ordered(self) -> None:
        """An order went out: where nothing is promised for now it is looked at again."""
        self.review = False
        self.review = not self.running()

    def left(self) -> None:
        """A step was left out: where the unit has something to do and nothing is promised it is looked at again."""
        self.review = self.review or (self.owes("visit", "finding", "told") and not self.running())

    def given(self, unit: str, person: str | None) -> None:
        self.unit, self.person, self.taken = unit, person, False
        self.handled.add(person)

    def begin(self) -> None:
        """Who begins signs with it."""
        if self.owes("sign_for") and self.state in ("dispatched", "rework"):
            self.owed["sign_for"] = True
            self.state = "in_progress" if self.state == "dispatched" else self.state
        if self.state in TURN:
            self.taken = True

    def keep(self, *steps: str) -> None:
        self.owed |= {step: True for step in steps if step in self.owed}

    def end(self, state: str) -> None:
        self.returns -= self.returning  # nobody decides it any more
        self.state, self.proposal, self.awaits, self.returning, self.review = state, None, False, False, False
        self.asked, self.handing = "void" if self.asked == "open" else self.asked, False

    def submitted(self) -> None:
        self.state, self.verified = "to_verify", ""
        self.verify()

    def verify(self) -> None:
        """Whole and submitted it passes, save where a person looks at it."""
        timed = "verify" in (self.kind.timed if self.attempt == 1 else self.kind.again)
        if self.whole and not (timed and (self.attempt > 1 or self.kind.urgent)):
            self.passed()

    @property
    def whole(self) -> bool:
        return self.state == "to_verify" and not self.owes("visit", "finding", "told")

    def passed(self) -> None:
        self.keep("verify")
        self.state = "to_call_back"
        self.ask()

    def ask(self) -> None:
        if self.owes("call_back"):
            self.asked = "open"
        else:
            self.end("closed")

    @property
    def is_asked(self) -> bool:
        return self.state in ("to_call_back", "answered") and not self.awaits and not self.owes("told")

    def again(self) -> None:
        self.end("rework")
        self.attempt += 1
        self.owed = dict.fromkeys(self.kind.owed, False)
        self.texts, self.asked, self.missed, self.spoken, self.taken = [], "", [], False, False
        self.handled = {self.person}
        self.ordered()

    def told(self) -> None:
        self.keep("told", "interim")
        if self.state == "answered":
            self.ask()
        else:
            self.verify()

    def count_again(self) -> None:
        """What arrived meanwhile counts."""
        if self.owes("told") and "kept" in self.texts:
            self.told()

    def answer(self, said: str) -> None:
        """The resident's verdict, by key."""
        if said == "4" and self.state == "to_call_back":
            self.owed |= {step: False for step in ("told", "verify") if step in self.owed}
            self.state, self.texts, self.spoken = "in_progress", ["void"] * len(self.texts), False
            return
        self.keep("call_back")
        if said in ("1", "2"):
            self.end("closed")
        elif said == "3" and self.attempt > 1:
            self.awaits = True
        else:
            self.again()


@dataclass(frozen=True)
class Look:
    """Somebody before a case, and what they say; `day` is today in the office, `late` the clocks that are over."""

    case: Case
    who: Person
    said: dict[str, str]
    day: date
    late: frozenset[str] = frozenset()

    @property
    def holds(self) -> bool:
        return self.case.person == self.who.code

    @property
    def speaks(self) -> bool:
        return self.who.leads and f"{self.case.unit}/".startswith(f"{self.who.path}/")

    @property
    def near(self) -> bool:
        return self.holds or self.speaks

    @property
    def hand(self) -> str:
        """The state in which whoever holds it works: who begins signs with it."""
        signs = self.case.state == "dispatched" and self.case.owes("sign_for")
        return "in_progress" if signs else self.case.state

    def does(self, *states: str) -> bool:
        return self.holds and self.hand in states

    def asks(self, kind: str) -> bool:
        return kind not in self.case.waiting()

    def decides(self, kind: str) -> bool:
        row = self.case.waiting().get(kind)
        return row is not None and self.who.part in TOP and row[0] != self.who.code

    def extends(self) -> bool:
        times = self.case.extended.get((self.case.attempt, self.case.unit), 0)
        return "told" in self.case.running() - self.late and times < 2
