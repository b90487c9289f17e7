"""Every figure by its definition: what is counted, over what, and at which moment it counts.

The formulas are those of the field: see docs/figures.md for each in words. A rate is over what was *due* or asked,
never over what happened to be finished.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.report import Channel
from cases.states import ClosingKind
from cases.steps import Step
from dispatch.figures.facts import NO_OUTCOME, CaseFacts, LeftOut

AGAIN_WITHIN = timedelta(days=30)  # told again so soon, a matter was not solved the first time
ALL_REASONS = frozenset({LeftOut.VOID, LeftOut.MERGED, LeftOut.DECLINED, LeftOut.EXCLUDED})
GONE = frozenset(NO_OUTCOME.values())


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a figure counts over: when it counts, whether it is one of those counted, and whose it is. `out`:
    why it stands on neither side, though its moment came."""

    at: datetime
    yes: bool
    path: str
    out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A share: of the items of all cases those with `yes`. `leaves_out`: which cases do not count at all, or
    (`GONE`) not where their end took away what was to be counted. `good`: whether more is better; None where it is
    neither."""

    code: str
    over: Callable[[CaseFacts], Iterator[Item]]
    leaves_out: frozenset[LeftOut] = ALL_REASONS
    good: bool | None = True


def _received(yes: Callable[[CaseFacts], bool]) -> Callable[[CaseFacts], Iterator[Item]]:
    return lambda case: iter((Item(case.received_at, yes(case), case.path),))


def _due(yes: Callable[[CaseFacts, datetime], bool]) -> Callable[[CaseFacts], Iterator[Item]]:
    """Over the promises to residents, at the moment at which each was due. Of a case that was withdrawn or handed over
    before that moment the promise never fell due; what was open still when it came, was broken."""

    def over(case: CaseFacts) -> Iterator[Item]:
        if case.due_at is not None:
            released = case.finished_at is None and case.gone_at is not None and case.gone_at < case.due_at
            yield Item(case.due_at, yes(case, case.due_at), case.path, case.gone if released else None)

    return over


def _on_time(step: Step) -> Callable[[CaseFacts], Iterator[Item]]:
    """Over a step's promises, at the moment at which each was due."""

    def over(case: CaseFacts) -> Iterator[Item]:
        for each in case.promises:
            if each.step is step and each.counts:
                yield Item(each.due_at, each.on_time, each.path)

    return over


def _accurate(case: CaseFacts) -> Iterator[Item]:
    return (Item(order.at, not order.upheld, order.path) for order in case.orders)


def _returned(case: CaseFacts) -> Iterator[Item]:
    return (Item(order.at, order.returned, order.path) for order in case.orders)


def _came(case: CaseFacts) -> Iterator[Item]:
    return (Item(call.at, call.in_time, call.path) for call in case.called)


def _contacted(case: CaseFacts) -> Iterator[Item]:
    return (Item(answer.at, answer.contacted, case.path) for answer in case.answers)


def _solved(case: CaseFacts) -> Iterator[Item]:
    """Who was not even contacted did not answer this question."""
    return (Item(answer.at, answer.solved, case.path) for answer in case.answers if answer.contacted)


def _satisfied(case: CaseFacts) -> Iterator[Item]:
    return (Item(answer.at, answer.satisfied, case.path) for answer in case.answers if answer.contacted)


def _reworked(case: CaseFacts) -> Iterator[Item]:
    return (Item(answer.at, answer.redone, case.path) for answer in case.answers)


def _first_time(case: CaseFacts) -> Iterator[Item]:
    """What was withdrawn or handed over was never closed by an outcome: neither solved at once, nor not."""
    closed = case.first_closed_at
    if closed is None and case.gone_at is not None:
        yield Item(case.gone_at, False, case.path, case.gone)
    if closed is not None:
        again = case.reopened_at is not None and case.reopened_at - closed <= AGAIN_WITHIN
        yes = case.attempt == 1 and not again and case.closing is ClosingKind.SOLVED
        yield Item(closed, yes, case.path)


def _really_solved(case: CaseFacts) -> Iterator[Item]:
    if case.closed_at is not None and case.closing in (ClosingKind.SOLVED, ClosingKind.EXPLAINED):
        yield Item(case.closed_at, case.closing is ClosingKind.SOLVED, case.path)


_UNHEARD = frozenset({LeftOut.EXCLUDED})
_UNASKED = frozenset({Channel.ROUND, Channel.INSPECTION})
FIGURES: tuple[Figure, ...] = (
    Figure("accepted", _received(lambda case: case.left_out in (None, LeftOut.MERGED)), _UNHEARD, None),
    Figure("answered", _received(lambda case: case.answered), good=None),
    Figure("finished", _due(lambda case, due: case.finished_at is not None), ALL_REASONS | GONE),
    Figure(
        "on_time", _due(lambda case, due: case.finished_at is not None and case.finished_at <= due), ALL_REASONS | GONE
    ),
    Figure("sign_for", _on_time(Step.SIGN_FOR)),
    Figure("first_contact", _on_time(Step.FIRST_CONTACT)),
    Figure("visit", _on_time(Step.VISIT)),
    Figure("finding", _on_time(Step.FINDING)),
    Figure("told", _on_time(Step.TOLD)),
    Figure("verify", _on_time(Step.VERIFY)),
    Figure("call_back", _on_time(Step.CALL_BACK)),
    Figure("contacted", _contacted),
    Figure("solved", _solved),
    Figure("satisfied", _satisfied),
    Figure("really_solved", _really_solved),
    Figure("first_time", _first_time, ALL_REASONS | GONE),
    Figure("reworked", _reworked, good=False),
    Figure("extended", _received(lambda case: case.extended), good=False),
    Figure("repeated", _received(lambda case: case.repeats), good=False),
    Figure("accurate", _accurate),
    Figure("returned", _returned, good=False),
    Figure("whistle", _came),
    Figure("found_first", _received(lambda case: case.channel in _UNASKED)),
)
COVERAGE = "coverage"  # of rounds: counted over their tasks, not over cases (dispatch.figures.rounds)
BY_CODE = {figure.code: figure for figure in FIGURES}
# As they stand on pages: how they came in, whether it was in time, what residents say, and how well it was done.
GROUPS = {
    "intake": ("accepted", "answered", "repeated", "accurate", "returned"),
    "unasked": (COVERAGE, "found_first"),
    "time": (
        "finished", "on_time", "sign_for", "first_contact", "visit", "finding", "told", "verify", "call_back",
        "extended", "whistle",
    ),
    "voice": ("contacted", "solved", "satisfied"),
    "outcome": ("really_solved", "first_time", "reworked"),
}  # fmt: skip
# The three rates that are asked of the resident, and of which the score is made.
THREE = ("contacted", "solved", "satisfied")
# What the telephone's own figures will be; no call is counted yet.
OF_CALLS = ("connected", "service_level", "abandoned", "missed_called_back")
