"""The rows of holds, extensions, waivers and exceptions, and of deciding about them, in the table of deeds."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from cases.clock.happened import HoldReason
from cases.life.reasons import ExceptionReason, ExtensionReason, Request, WaiverReason
from cases.phrases import Message, msg
from cases.steps import Step
from dispatch.acts.action import Action, Given
from dispatch.acts.facts import Facts
from dispatch.acts.fields import Field, Kind
from dispatch.acts.refusals import Refused
from dispatch.life import extensions, granting, holds, waivers

C = TypeVar("C", bound=StrEnum)


def _code(given: Given, field: str, codes: type[C]) -> C:
    """The code that was chosen. Raises Refused."""
    if given[field] not in {code.value for code in codes}:
        raise Refused(msg("casepage.needs.choice"), field)
    return codes(given[field])


def _hold(given: Given) -> Message:
    reason = _code(given, "hold_reason", HoldReason)
    return holds.ask(given.tx, given.who, given.case.id, reason, (given["until"], given["why"]))


def _resume(given: Given) -> Message:
    holds.resume(given.tx, given.who, given.case.id)
    return msg("life.said.resumed")


def _extend(given: Given) -> Message:
    reason = _code(given, "extension_reason", ExtensionReason)
    return extensions.ask(given.tx, given.who, given.case.id, reason, (given["until"], given["why"]))


def _waive(given: Given) -> Message:
    reason = _code(given, "waiver_reason", WaiverReason)
    return waivers.waive(given.tx, given.who, given.case.id, reason, given["why"])


def _except(given: Given) -> Message:
    left = _code(given, "step", Step), _code(given, "exception_reason", ExceptionReason)
    return waivers.leave_out(given.tx, given.who, given.case.id, left, given["why"])


def _grant(given: Given) -> Message:
    granting.grant(given.tx, given.who, given.case, given["what"])
    return msg("life.said.granted")


def _deny(given: Given) -> Message:
    granting.deny(given.tx, given.who, given.case, (given["what"], given["why"]))
    return msg("life.said.denied")


def _may(name: str) -> Callable[[Facts], bool]:
    return lambda facts: name in facts.life


def _choice(name: str, codes: type[StrEnum], family: str) -> Field:
    return Field(name, Kind.CHOICE, options=tuple(codes), family=family)


_WHY, _UNTIL = Field("why"), Field("until", Kind.LINE)
_WHAT = Field("what", Kind.CHOICE, needed=False, options=tuple(Request), family="life.request")
_ON_TOP = ("dispatcher", "duty_desk")
_LEADS = ("liaison", "supervisor", "leader", "duty_desk")
LIFE: Mapping[str, Action] = {
    "hold": Action(_hold, _may("hold"), (_choice("hold_reason", HoldReason, "cases.hold_reason"), _UNTIL, _WHY)),
    "resume": Action(_resume, _may("resume")),
    "extend": Action(
        _extend,
        _may("extend"),
        (_choice("extension_reason", ExtensionReason, "life.extension_reason"), _UNTIL, _WHY),
        _LEADS,
    ),
    "waive": Action(_waive, _may("waive"), (_choice("waiver_reason", WaiverReason, "life.waiver_reason"), _WHY)),
    "except": Action(
        _except,
        _may("except"),
        (
            Field("step", Kind.CHOICE, options=tuple(waivers.EXCEPTED), family="cases.step"),
            _choice("exception_reason", ExceptionReason, "life.exception_reason"),
            _WHY,
        ),
    ),
    "grant": Action(_grant, _may("grant"), (_WHAT,), _ON_TOP),
    "deny": Action(_deny, _may("deny"), (_WHAT, _WHY), _ON_TOP),
}
