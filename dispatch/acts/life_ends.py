"""The rows of verifying and of the ways in which a case leaves or ends, in the table of deeds."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from cases.phrases import Message, msg
from cases.states import CLOSED, Deed, Role
from dispatch.acts.action import Action, Given
from dispatch.acts.facts import Facts
from dispatch.acts.fields import Field, Kind
from dispatch.acts.refusals import Refused
from dispatch.beside import handover
from dispatch.life import answering, leaving, merging, planning, verifying
from dispatch.life.leaving_reasons import BackReason, DeclineReason, OtherLine, Proposal
from dispatch.loop.submitting import is_whole

C = TypeVar("C", bound=StrEnum)


def _code(given: Given, field: str, codes: type[C]) -> C:
    """The code that was chosen. Raises Refused."""
    if given[field] not in {code.value for code in codes}:
        raise Refused(msg("casepage.needs.choice"), field)
    return codes(given[field])


def _pass(given: Given) -> Message:
    return verifying.accept(given.tx, given.who, given.case.id)


def _send_back(given: Given) -> Message:
    reason = _code(given, "back_reason", BackReason)
    return verifying.send_back(given.tx, given.who, given.case.id, reason, given["why"])


def _answer(given: Given) -> Message:
    return answering.answer(given.tx, given.who, given.case, given["words"])


def _decline(given: Given) -> Message:
    reason = _code(given, "decline_reason", DeclineReason)
    return leaving.decline(given.tx, given.who, given.case, reason, given["why"])


def _hand_over(given: Given) -> Message:
    line = _code(given, "line", OtherLine), given["line_name"]
    return handover.hand_over(given.tx, given.who, given.case, line, given["why"])


def _confirm_handover(given: Given) -> Message:
    return handover.confirm(given.tx, given.who, given.case, given["why"])


def _withdraw(given: Given) -> Message:
    return leaving.take_back(given.tx, given.who, given.case, given["why"])


def _merge(given: Given) -> Message:
    return merging.merge(given.tx, given.who, given.case, given["lead"], given["why"])


def _unmerge(given: Given) -> Message:
    return merging.unmerge(given.tx, given.who, given.case, given["why"])


def _propose(given: Given) -> None:
    kind = _code(given, "kind", Proposal)
    planning.propose(given.tx, given.number, kind, (given["until"], given["why"]), given.who)


def _approve(given: Given) -> None:
    planning.approve(given.tx, given.number, given.who)


def _refuse(given: Given) -> None:
    planning.refuse(given.tx, given.number, given.who)


def _may_look(facts: Facts) -> bool:
    return is_whole(facts.case) and facts.acts(*verifying.PARTS) and not facts.handled


def _may_answer(facts: Facts) -> bool:
    enquiry = facts.row.kind == answering.KIND and facts.row.party_id is not None
    return enquiry and facts.can(Deed.ANSWER) and facts.acts(*answering.PARTS)


def _may(deed: Deed, parts: tuple[Role, ...]) -> Callable[[Facts], bool]:
    return lambda facts: facts.can(deed) and facts.acts(*parts)


def _may_leave(facts: Facts) -> bool:
    return facts.can(Deed.HAND_OVER) and facts.acts(*leaving.INTAKE)


def _may_propose(facts: Facts) -> bool:
    return facts.acts(Role.SUPERVISOR) and facts.case.state not in CLOSED and facts.proposed is None


def _may_decide(facts: Facts) -> bool:
    another = facts.proposed is not None and facts.proposed != facts.who.actor
    return facts.acts(Role.SUPERVISOR) and facts.case.state not in CLOSED and another


def _choice(name: str, codes: type[StrEnum], family: str) -> Field:
    return Field(name, Kind.CHOICE, options=tuple(codes), family=family)


_WHY, _UNTIL = Field("why"), Field("until", Kind.LINE, needed=False)
_LOOKS = ("verifier", "supervisor", "leader")
_DESK = ("agent", "dispatcher", "duty_desk")
_ON_TOP = ("dispatcher", "duty_desk")
_ABOVE = ("supervisor", "leader", "duty_desk")
_SECOND = ("leader", "supervisor")
ENDS: Mapping[str, Action] = {
    "pass": Action(_pass, _may_look, whose=_LOOKS),
    "send-back": Action(
        _send_back, _may_look, (_choice("back_reason", BackReason, "ending.back_reason"), _WHY), _LOOKS
    ),
    "answer": Action(_answer, _may_answer, (Field("words"),), _DESK),
    "decline": Action(
        _decline,
        _may(Deed.DECLINE, leaving.INTAKE),
        (_choice("decline_reason", DeclineReason, "ending.decline_reason"), _WHY),
        _ON_TOP,
    ),
    "hand-over": Action(
        _hand_over,
        lambda facts: _may_leave(facts) and "confirm-handover" not in facts.beside,
        (_choice("line", OtherLine, "ending.other_line"), Field("line_name", Kind.LINE, needed=False), _WHY),
        _ON_TOP,
    ),
    "confirm-handover": Action(_confirm_handover, lambda facts: "confirm-handover" in facts.beside, (_WHY,), _ON_TOP),
    "withdraw": Action(_withdraw, _may(Deed.WITHDRAW, leaving.INTAKE), (_WHY,), _DESK),
    "merge": Action(_merge, _may(Deed.MERGE, merging.PARTS), (Field("lead", Kind.LINE), _WHY), _ON_TOP, other="lead"),
    "unmerge": Action(_unmerge, _may(Deed.UNMERGE, merging.PARTS), (_WHY,), _ON_TOP, other=""),
}
PROPOSALS: Mapping[str, Action] = {
    "propose": Action(_propose, _may_propose, (_choice("kind", Proposal, "ending.proposal"), _UNTIL, _WHY), _ABOVE),
    "approve": Action(_approve, _may_decide, whose=_SECOND),
    "refuse": Action(_refuse, _may_decide, whose=_SECOND),
}
