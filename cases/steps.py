"""The steps that a case owes, the deeds that start and end their timers, and who pays for the time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from cases.phrases import Message, msg
from cases.report import Channel
from cases.states import CLOSED, Coded, Deed, State


class Step(Coded):
    """A step that can be promised and timed."""

    ACCEPT = "accept"
    DISPATCH = "dispatch"
    SIGN_FOR = "sign_for"
    FIRST_CONTACT = "first_contact"
    VISIT = "visit"
    FINDING = "finding"
    TOLD = "told"
    RETURN_REQUEST = "return_request"
    RETURN_REVIEW = "return_review"
    ADJUDICATION = "adjudication"
    VERIFY = "verify"
    CALL_BACK = "call_back"
    HOLD_REVIEW = "hold_review"
    INTERIM = "interim"
    SUPERVISE = "supervise"
    COHANDLE = "cohandle"


class Level(Coded):
    """How urgent a matter is; L1 the most, L4 for what is complex."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


URGENT = (Level.L1, Level.L2)  # what presses: clocks on the wall, people rung, nothing waits for the morning


class Grade(Coded):
    """How well a visit is proven, the weakest first; compare with < and >=."""

    CLAIMED = "claimed"
    PHOTO = "photo"
    PLACE = "place"
    MET = "met"

    @property
    def rank(self) -> int:
        """The grade's place in the order, from 0."""
        return list(Grade).index(self)

    # A StrEnum would compare as words: "met" < "photo".
    def __lt__(self, other: str) -> bool:
        return self.rank < Grade(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Grade(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Grade(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Grade(other).rank


class Payer(Coded):
    """To whom a stretch of a case's time is charged."""

    INTAKE = "intake"
    DISPATCHER = "dispatcher"
    UNIT = "unit"
    ADJUDICATOR = "adjudicator"
    VERIFIER = "verifier"
    CALLER_BACK = "caller_back"
    RESIDENT = "resident"
    NOBODY = "nobody"


class Verification(Coded):
    """Who says that a matter was handled as owed."""

    EVIDENCE = "evidence"
    PERSON = "person"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Owes:
    """What a category owes by its nature. `visit_grade` None takes the level's."""

    visit: bool = True
    finding: bool = True
    told: bool = True
    verdict: bool = True
    verify: bool = True
    visit_grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A step that a case owes; a visit with the grade that keeps it."""

    step: Step
    grade: Grade | None = None

    def is_kept_by(self, grade: Grade | None) -> bool:
        """Whether a deed proven at `grade` is enough; a bare claim never is."""
        if self.grade is None:
            return True
        return grade is not None and grade >= max(self.grade, Grade.PHOTO)


UNREACHED = frozenset({Channel.ROUND, Channel.INSPECTION, Channel.MACHINE})
VISIT_GRADES: Mapping[Level, Grade] = MappingProxyType(dict.fromkeys(Level, Grade.PLACE))
INTERIM_LEVELS = frozenset({Level.L1, Level.L4})


def owed_steps(owes: Owes, channel: Channel, level: Level, *, reachable: bool = True) -> tuple[Owed, ...]:
    """The steps that a new case owes, in the order in which they are taken.

    `reachable` says whether there is a resident's number to speak to (False for anonymous reports).
    Where nobody can be reached nothing is owed to be told or asked. Windows that may stay unused
    (return, dispute, hold) are never owed.
    """
    resident = reachable and channel not in UNREACHED
    grade = owes.visit_grade or VISIT_GRADES[level]
    table = (
        (True, Owed(Step.ACCEPT)),
        (True, Owed(Step.DISPATCH)),
        (True, Owed(Step.SIGN_FOR)),
        (resident, Owed(Step.FIRST_CONTACT)),
        (owes.visit, Owed(Step.VISIT, grade)),
        (owes.finding, Owed(Step.FINDING)),
        (level in INTERIM_LEVELS, Owed(Step.INTERIM)),
        (owes.told and resident, Owed(Step.TOLD)),
        (owes.verify, Owed(Step.VERIFY)),
        (owes.verdict and resident, Owed(Step.CALL_BACK)),
    )
    return tuple(owed for is_owed, owed in table if is_owed)


def verification_for(level: Level, *, rework: bool) -> Verification:
    """The default way of verifying."""
    return Verification.PERSON if rework or level in URGENT else Verification.EVIDENCE


_ORDERS = (Deed.DISPATCH, Deed.REROUTE, Deed.ADJUDICATE, Deed.REDO, Deed.REOPEN)


def _table(rows: Mapping[Step, Collection[Deed]]) -> Mapping[Step, frozenset[Deed]]:
    return MappingProxyType({step: frozenset(deeds) for step, deeds in rows.items()})


START_DEED: Mapping[Step, frozenset[Deed]] = _table(
    {
        Step.ACCEPT: [Deed.REGISTER],
        Step.DISPATCH: [Deed.ACCEPT, Deed.UPHOLD_RETURN, Deed.UNMERGE],
        Step.SIGN_FOR: _ORDERS,
        Step.FIRST_CONTACT: _ORDERS,
        Step.VISIT: _ORDERS,
        Step.FINDING: [Deed.VISIT, Deed.WAIVE_VISIT],
        Step.TOLD: [*_ORDERS, Deed.ANNUL_TOLD],
        Step.RETURN_REQUEST: [Deed.DISPATCH, Deed.REROUTE],  # what was adjudicated cannot be returned
        Step.RETURN_REVIEW: [Deed.REQUEST_RETURN],
        Step.ADJUDICATION: [Deed.DISPUTE],
        Step.VERIFY: [Deed.SUBMIT],
        Step.CALL_BACK: [Deed.PASS, Deed.ANSWER],
        Step.HOLD_REVIEW: [Deed.HOLD],
        Step.INTERIM: [*_ORDERS, Deed.REPORT_PROGRESS],  # news is owed again and again
        Step.SUPERVISE: [Deed.SUPERVISE, Deed.REGRADE],
        Step.COHANDLE: [Deed.CO_HANDLE, Deed.CO_RETURN],
    }
)

END_DEED: Mapping[Step, frozenset[Deed]] = _table(
    {
        Step.ACCEPT: [Deed.ACCEPT, Deed.DECLINE, Deed.ANSWER],
        Step.DISPATCH: [Deed.DISPATCH, Deed.REROUTE, Deed.ANSWER],
        Step.SIGN_FOR: [Deed.SIGN, Deed.AUTO_SIGN, Deed.REQUEST_RETURN],
        Step.FIRST_CONTACT: [Deed.CONTACT, Deed.VISIT],
        Step.VISIT: [Deed.VISIT, Deed.WAIVE_VISIT],
        Step.FINDING: [Deed.FIND, Deed.WAIVE_FINDING],
        Step.TOLD: [Deed.TELL, Deed.WAIVE_TOLD],
        Step.RETURN_REQUEST: [Deed.REQUEST_RETURN],
        Step.RETURN_REVIEW: [Deed.UPHOLD_RETURN, Deed.REJECT_RETURN, Deed.DISPUTE],
        Step.ADJUDICATION: [Deed.ADJUDICATE, Deed.REDO, Deed.CLOSE],
        Step.VERIFY: [Deed.PASS, Deed.SEND_BACK],
        Step.CALL_BACK: [Deed.VERDICT, Deed.UNREACHABLE, Deed.WAIVE_VERDICT],
        Step.HOLD_REVIEW: [Deed.RESUME],
        Step.INTERIM: [Deed.REPORT_PROGRESS, Deed.MARK_SAFE, Deed.TELL, Deed.WAIVE_TOLD],
        Step.SUPERVISE: [Deed.ACCOUNT, Deed.RELEASE],
        Step.COHANDLE: [Deed.CO_ANSWER, Deed.CO_RELEASE],
    }
)

_OTHER_PAYERS = {
    Step.ACCEPT: Payer.INTAKE,
    Step.DISPATCH: Payer.DISPATCHER,
    Step.RETURN_REVIEW: Payer.DISPATCHER,
    Step.ADJUDICATION: Payer.ADJUDICATOR,
    Step.VERIFY: Payer.VERIFIER,
    Step.CALL_BACK: Payer.CALLER_BACK,
}
# Hold review and interim news are charged to whoever holds the case; that is the unit.
PAYER: Mapping[Step, Payer] = MappingProxyType({step: _OTHER_PAYERS.get(step, Payer.UNIT) for step in Step})

# Answers that are owed beside the loop: they go on while a case is held or goes to another unit.
BESIDE = frozenset({Step.SUPERVISE, Step.COHANDLE})
# These may never be used, and run whenever their deed comes, owed or not.
WINDOWS = frozenset({Step.RETURN_REQUEST, Step.RETURN_REVIEW, Step.ADJUDICATION, Step.HOLD_REVIEW}) | BESIDE

# What the unit does in its own turn: the time of others is not counted to it. A hold's review stands whoever has it.
WORK = frozenset(step for step in Step if PAYER[step] is Payer.UNIT) - BESIDE - {Step.HOLD_REVIEW}

PROVEN = (Step.VISIT, Step.FINDING, Step.TOLD)  # what a unit has done and proven before it can submit, in this order
# What a direct answer spares: nobody goes there, looks into it or proves it.
SPARED = frozenset({Step.SIGN_FOR, Step.FIRST_CONTACT, Step.VISIT, Step.FINDING, Step.INTERIM, Step.VERIFY})

# These take the case out of the unit's hands, and with it everything the unit had still to do.
_TAKE_AWAY = frozenset({Deed.REROUTE, Deed.UPHOLD_RETURN, Deed.ADJUDICATE, Deed.ANSWER})
_UNIT_STEPS = frozenset(step for step, payer in PAYER.items() if payer is Payer.UNIT) - BESIDE


def started_by(deed: Deed, owed: Collection[Step]) -> tuple[Step, ...]:
    """The steps whose timers `deed` starts on a case that owes `owed`, in the order of the steps.

    Windows (return, dispute, hold) start whether owed or not. Where no visit is owed the finding
    starts with the order. A deed that ends and starts the same step starts it anew.
    """
    return tuple(step for step in Step if _starts(step, deed, owed))


def _starts(step: Step, deed: Deed, owed: Collection[Step]) -> bool:
    if step is Step.FINDING and Step.VISIT not in owed:
        return step in owed and deed in _ORDERS
    return deed in START_DEED[step] and (step in owed or step in WINDOWS)


def ended_by(deed: Deed, after: State) -> frozenset[Step]:
    """The steps whose timers `deed` ends, where it leaves the case in `after`; closing ends them all."""
    if after in CLOSED:
        return frozenset(Step)
    ended = {step for step, deeds in END_DEED.items() if deed in deeds}
    return frozenset(ended | _UNIT_STEPS if deed in _TAKE_AWAY else ended)


class LampStatus(Coded):
    """How a lamp burns: not owed, still to come, done, not done in time, or left out by two people."""

    GREY = "grey"
    WAITING = "waiting"
    LIT = "lit"
    LATE = "late"
    LEFT_OUT = "left_out"


LAMPS = (Step.ACCEPT, Step.VISIT, Step.FINDING, Step.TOLD, Step.CALL_BACK)


@dataclass(frozen=True, slots=True)
class StepFact:
    """What is known of an owed step: when it must be done, and when it was, or was let be."""

    due_at: datetime | None = None
    done_at: datetime | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Lamp:
    """One of the resident's five lamps."""

    step: Step
    status: LampStatus
    fact: StepFact | None

    @property
    def label(self) -> Message:
        """The lamp's name for people."""
        return msg(f"cases.lamp.{self.step.value}")


def lamps(facts: Mapping[Step, StepFact], now: datetime) -> tuple[Lamp, ...]:
    """The resident's five lamps in order. A step without a fact is not owed and stays grey."""
    return tuple(Lamp(step, _status(facts.get(step), now), facts.get(step)) for step in LAMPS)


def _status(fact: StepFact | None, now: datetime) -> LampStatus:
    if fact is None:
        return LampStatus.GREY
    if fact.done_at is not None:
        return LampStatus.LEFT_OUT if fact.left_out else LampStatus.LIT
    return LampStatus.LATE if fact.due_at is not None and fact.due_at <= now else LampStatus.WAITING
