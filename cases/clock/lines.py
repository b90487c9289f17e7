"""The lines of a case's history as the clock sees them: which kind is which deed, with what it says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from cases.clock.happened import About, Change, Happened, HoldReason
from cases.clock.sla import Limit, Measure, parse_limit
from cases.clock.workdays import Calendar
from cases.phrases import Message
from cases.states import Deed
from cases.steps import Level, Step

# Which deed a line tells of. What is not here moves no clock.
DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "registered": Deed.REGISTER, "accepted": Deed.ACCEPT, "triaged": Deed.ROUTE,
        "dispatched": Deed.DISPATCH, "rerouted": Deed.REROUTE,
        "corrected": Deed.CORRECT,
        "signed": Deed.SIGN, "auto_signed": Deed.AUTO_SIGN, "contacted": Deed.CONTACT, "arrived": Deed.VISIT,
        "found": Deed.FIND, "told": Deed.TELL, "progress": Deed.REPORT_PROGRESS, "safe": Deed.MARK_SAFE,
        "visit_waived": Deed.WAIVE_VISIT, "held": Deed.HOLD, "resumed": Deed.RESUME,
        "return_asked": Deed.REQUEST_RETURN, "return_upheld": Deed.UPHOLD_RETURN,
        "return_rejected": Deed.REJECT_RETURN, "disputed": Deed.DISPUTE, "adjudicated": Deed.ADJUDICATE,
        "submitted": Deed.SUBMIT, "verified": Deed.PASS, "sent_back": Deed.SEND_BACK, "verdict": Deed.VERDICT,
        "unreachable": Deed.UNREACHABLE, "annulled": Deed.ANNUL_TOLD, "redone": Deed.REDO, "reopened": Deed.REOPEN,
        "answered": Deed.ANSWER, "answer_stands": Deed.ANSWER, "declined": Deed.DECLINE,
        "handed_over": Deed.CONFIRM_HANDOVER, "withdrawn": Deed.WITHDRAW, "merged": Deed.MERGE,
        "unmerged": Deed.UNMERGE, "voided": Deed.VOID, "closed": Deed.CLOSE, "archived": Deed.ARCHIVE,
    }
)  # fmt: skip
# Another step than the visit is left out: the line names it.
_EXCEPTED = {Step.FINDING: Deed.WAIVE_FINDING, Step.TOLD: Deed.WAIVE_TOLD, Step.CALL_BACK: Deed.WAIVE_VERDICT}
_EXCEPTION, _EXTENDED, _MOVED, _CORRECTED = "step_excepted", "extended", "moved", "corrected"
KINDS = frozenset({*DEEDS, _EXCEPTION, _EXTENDED, _MOVED})
_AGAIN = (Deed.REDO, Deed.REOPEN)
# What somebody who verified found lacking, in lines that do not name the step.
_LACKING = {
    "not_done": Step.TOLD, "told_wrong": Step.TOLD, "visit_unproven": Step.VISIT, "finding_thin": Step.FINDING,
}  # fmt: skip
_NO = "unsolved"  # the answer after which a second time a supervisor decides


@dataclass(frozen=True, slots=True)
class Line:
    """A line of history: its kind, its moment, who did it (as people are told of it, or as it is stored), and its
    facts as stored or as about to be."""

    kind: str
    at: datetime
    actor: Message | str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def happened(lines: Sequence[Line], office: Calendar) -> list[Happened]:
    """What the lines of one case mean for its clocks, in order. `office` counts the days to the date on which a hold
    is looked at."""
    told: list[Happened] = []
    attempt, given = 1, False  # given: the order that belongs to a new attempt was told with it
    for place, line in enumerate(lines):
        deed = DEEDS.get(line.kind)
        if deed in _AGAIN:
            attempt, given = attempt + 1, True
            told.append(Happened(deed, line.at, unit=_unit_after(lines, place)))
        elif deed is Deed.DISPATCH and given:
            given = False
        else:
            told += _one(line, attempt, office)
    return told


def versions(lines: Sequence[Line], otherwise: int) -> list[int]:
    """The version of the policy by which each attempt is promised; `otherwise` where a line does not say it."""
    kinds = {"accepted", *(kind for kind, deed in DEEDS.items() if deed in _AGAIN)}
    return [int(line.facts.get("policy", otherwise)) for line in lines if line.kind in kinds] or [otherwise]


def abouts(lines: Sequence[Line], now: About) -> list[About]:
    """What a case was about as each attempt began; `now` is what it is about."""
    was = (about_of(line.facts["was"]) for line in lines if line.kind == _CORRECTED)
    at, found = next(was, now), list[About]()
    for line in lines:
        if line.kind == _CORRECTED:
            at = about_of(line.facts)
        elif line.kind == "accepted" or DEEDS.get(line.kind) in _AGAIN:
            found.append(at)
    return found or [at]


def about_of(facts: Mapping[str, Any]) -> About:
    """What a line of history says that a case is about."""
    return About(str(facts["category"]), str(facts["kind"]), Level(facts["level"]), facts.get("sla") or None)


def _unit_after(lines: Sequence[Line], place: int) -> str:
    """To whom the order went that a new attempt began with."""
    after = (line for line in lines[place + 1 :] if DEEDS.get(line.kind) is Deed.DISPATCH)
    order = next(after, None)
    return str(order.facts["unit"]) if order is not None else ""


def _one(line: Line, attempt: int, office: Calendar) -> Iterator[Happened]:
    facts, unit = line.facts, str(line.facts.get("unit") or "")
    if line.kind == _MOVED:
        yield Happened(Change.MOVE, line.at, unit=unit)
    elif line.kind == _EXTENDED:
        step = Step(facts.get("step", Step.TOLD))
        yield Happened(Change.EXTEND, line.at, by=parse_limit(facts["amount"]), step=step, approver=line.actor)
    elif line.kind == _CORRECTED:
        yield Happened(Deed.CORRECT, line.at, about=about_of(facts))
    elif line.kind == _EXCEPTION:
        yield Happened(_EXCEPTED[Step(facts["step"])], line.at)
    elif line.kind == "held":
        review = moment_of(facts["review_at"])
        days = office.working_days_between(office.local_day(line.at), office.local_day(review))
        by = Limit(max(days, 1), Measure.WORKING_DAYS)
        yield Happened(Deed.HOLD, line.at, hold=HoldReason(facts["code"]), by=by, approver=line.actor)
    elif line.kind in DEEDS and facts.get("counts", True):  # a call while nobody owed one is told, and moves nothing
        deed = DEEDS[line.kind]
        at = min(moment_of(facts["received_at"]), line.at) if deed is Deed.REGISTER else line.at
        within = parse_limit(facts["within"]) if "within" in facts else None  # by when a person decides where it goes
        yield Happened(deed, at, unit=unit, opens=_opens(deed, facts, attempt), by=within)


def _opens(deed: Deed, facts: Mapping[str, Any], attempt: int) -> frozenset[Step]:
    if deed is Deed.SEND_BACK:
        step = facts.get("step") or _LACKING.get(str(facts.get("reason")))
        return frozenset({Step(step)}) if step else frozenset()
    if deed is Deed.VERDICT and attempt > 1 and facts.get("answer") == _NO:
        return frozenset({Step.ADJUDICATION})
    return frozenset()


def moment_of(said: datetime | str) -> datetime:
    """A moment among the facts of a line, as it is stored or as it is about to be."""
    return said if isinstance(said, datetime) else datetime.fromisoformat(said)
