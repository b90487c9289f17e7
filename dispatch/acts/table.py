"""The table of deeds: how each is done, what it asks for, and when it is possible.

Pages show what is possible and `hotline act` names all; whoever asks in vain is refused by the use case itself.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cases.phrases import Message, msg
from cases.states import IN_UNIT, Deed, Role, State
from cases.steps import Step
from dispatch import desk
from dispatch.acts import corrections
from dispatch.acts.action import Action, Given
from dispatch.acts.facts import REOPEN_FOR, Facts
from dispatch.acts.fields import Field, Kind
from dispatch.acts.life_ends import ENDS, PROPOSALS
from dispatch.acts.life_holds import LIFE
from dispatch.acts.refusals import Refused
from dispatch.acts.sides import BESIDE
from dispatch.district import Unit
from dispatch.duty import giving
from dispatch.loop import closing, finding, reopening, returns, reworking, submitting, telling, verdicts, visits
from dispatch.loop.disputes import deciding, raising
from dispatch.loop.expecting import is_asked
from dispatch.loop.who import NotYours
from dispatch.people import parties
from dispatch.ringing import relay

__all__ = ["ACTIONS", "ANSWERS", "NO_ANSWER", "Action", "Given"]

NO_ANSWER = "none"  # the resident was rung and did not answer
ANSWERS = (*verdicts.KEYS, NO_ANSWER)
DISPATCHERS = (Role.DISPATCHER, Role.SUPERVISOR)
CALLERS = (Role.CALLER_BACK, Role.SUPERVISOR, Role.DISPATCHER, Role.AGENT)
INTAKE = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR)


def _sign(given: Given) -> None:
    if given.case.row.worker_id != given.who.id and not given.who.leads:
        raise NotYours(given.who, Role.WORKER)
    visits.sign(given.tx, given.who, given.case.id)


def _call(given: Given) -> Message:
    visits.at_hand(given.tx, given.who, given.case.id, Deed.CONTACT)
    relay(given.tx, given.who, given.case.id)
    return msg("casepage.said.calling")


def _arrive(given: Given) -> Message:
    proof = visits.Proof(given["visit_code"], given["place"])
    if not proof.code and not proof.place:
        raise Refused(msg("casepage.needs.proof"), "visit_code")
    return visits.arrive(given.tx, given.who, given.case.id, proof)


def _find(given: Given) -> Message:
    return finding.find(given.tx, given.who, given.case.id, given["words"])


def _tell(given: Given) -> Message:
    return telling.tell(given.tx, given.who, given.case.id, given["words"])


def _submit(given: Given) -> Message:
    return submitting.submit(given.tx, given.who, given.case.id)


def _news(given: Given) -> Message:
    return finding.report(given.tx, given.who, given.case.id, given["words"])


def _safe(given: Given) -> Message:
    return finding.safe(given.tx, given.who, given.case.id, given["words"])


def _return(given: Given) -> Message:
    return returns.request(given.tx, given.who, given.case.id, returns.Reason(given["reason"]), given["why"])


def _uphold(given: Given) -> Message | None:
    unit = _named(given)
    if unit is not None and unit.id == given.case.row.unit_id:
        raise Refused(msg("casepage.refused.same_unit"), "unit")
    to = corrections.with_right_place(given) if given["place"] else given["unit"]
    if not given["place"] and returns.asks_place(given.tx, given.case.id):
        raise Refused(msg("correct.refused.needs_place"), "place")
    done = returns.uphold(given.tx, given.number, to, given["why"], given.who)
    return msg("dispute.said.begun", number=given.number) if done.state is State.IN_DISPUTE else None


def _named(given: Given) -> Unit | None:
    """The unit that is named. Raises Refused for one beyond their part of the tree: there they give nothing away."""
    unit = given.tx.district.unit(given["unit"])
    if unit is not None and not given.who.covers("/".join(unit.path)):
        raise Refused(msg("casepage.refused.no_unit"), "unit")
    return unit


def _reject(given: Given) -> None:
    returns.reject(given.tx, given.number, given["why"], given.who)


def _object(given: Given) -> Message:
    return raising.objecting(given.tx, given.who, given.case.id, given["why"])


def _adjudicate(given: Given) -> Message:
    _named(given)
    return deciding.adjudicate(given.tx, given.who, given.case, given["unit"], given["why"])


def _reroute(given: Given) -> None:
    _named(given)
    desk.reroute(given.tx, given.number, given["unit"], given["why"], given.who.actor)


def _assign(given: Given) -> None:
    giving.give(given.tx, given.case.id, given["person"], given["why"], given.who)


def _call_back(given: Given) -> Message:
    answer = verdicts.KEYS.get(given["answer"])
    return _for_caller(given, verdicts.attempt(given.tx, given.number, given.who, answer, given["words"]))


def _redo(given: Given) -> None:
    reworking.order(given.tx, given.number, given["why"], given.who)


def _reopen(given: Given) -> Message:
    party = given.case.row.party_id
    done = None
    if party is not None:
        done = reopening.reopen(given.tx, party, given.number, given["words"], actor=given.who.actor, texted=True)
    if not isinstance(done, reopening.Reopened):
        raise closing.NothingToDecide(given.number)
    return _for_caller(given, done.message)


def _supplement(given: Given) -> None:
    desk.supplement(given.tx, given.case.id, given["words"], actor=given.who.actor)


def _urge(given: Given) -> None:
    desk.urge(given.tx, given.case.id, actor=given.who.actor)


def _for_caller(given: Given, told: Message) -> Message:
    """What whoever rings tells the resident; the visit code only where no text can tell it."""
    party = given.case.row.party_id
    if "visit" not in told.params or party is None:
        return told
    if parties.party_of(given.tx, parties.number_of(given.tx, party)).stopped:
        return told
    return msg(told.id, **{**told.params, "visit": ""})


def _may_sign(facts: Facts) -> bool:
    if not (facts.holds or facts.speaks):
        return False
    if facts.owes(Step.SIGN_FOR):
        return facts.can(Deed.SIGN)
    return facts.can(Deed.FIND) and not facts.taken


def _may_submit(facts: Facts) -> bool:
    ready = not facts.owes(Step.VISIT, Step.FINDING) and (not facts.owes(Step.TOLD) or facts.telling)
    return facts.works(Deed.SUBMIT) and ready and not facts.awaiting


def _may_tell(facts: Facts) -> bool:
    ready = facts.owes(Step.TOLD) and not facts.owes(Step.VISIT, Step.FINDING) and not facts.telling
    return facts.works(Deed.TELL) and ready and facts.row.party_id is not None


def _may_assign(facts: Facts) -> bool:
    return facts.case.state in IN_UNIT and (facts.acts(*DISPATCHERS) or facts.speaks)


def _may_call_back(facts: Facts) -> bool:
    return is_asked(facts.case) and facts.acts(*CALLERS) and not facts.handled and not facts.verified


def _may_reopen(facts: Facts) -> bool:
    row = facts.row
    recent = facts.case.state is State.CLOSED and row.closed_at + REOPEN_FOR >= facts.now
    return recent and facts.acts(*INTAKE) and row.party_id is not None


_WHY, _WORDS = Field("why"), Field("words")
_ON_TOP = ("dispatcher", "duty_desk")
_ABOVE = ("supervisor", "leader", "duty_desk")
_SETTLES = ("supervisor", "leader")
ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "sign": Action(_sign, _may_sign),
        "call": Action(_call, lambda f: f.works(Deed.CONTACT) and f.row.party_id is not None),
        "arrive": Action(
            _arrive, lambda f: f.works(Deed.VISIT) and f.owes(Step.VISIT),
            (Field("visit_code", Kind.LINE, needed=False), Field("place", Kind.LINE, needed=False)),
        ),
        "find": Action(_find, lambda f: f.works(Deed.FIND) and not f.owes(Step.VISIT), (_WORDS,)),
        "tell": Action(_tell, _may_tell, (_WORDS,)),
        "submit": Action(_submit, _may_submit),
        "news": Action(_news, lambda f: f.works(Deed.REPORT_PROGRESS), (_WORDS,)),
        "safe": Action(
            _safe, lambda f: f.speaks and f.can(Deed.MARK_SAFE) and f.owes(Step.INTERIM), (_WORDS,), _ABOVE
        ),
        "return": Action(
            _return, lambda f: f.works(Deed.REQUEST_RETURN) and f.returnable,
            (
                Field("reason", Kind.CHOICE, options=tuple(returns.Reason), family="cases.reason"),
                Field("why", needed=False),
            ),
        ),
        "uphold": Action(
            _uphold, lambda f: f.returning and f.acts(*DISPATCHERS),
            (Field("unit", Kind.UNIT, needed=False), Field("place", Kind.LINE, needed=False), _WHY), _ON_TOP,
        ),
        "reject": Action(_reject, lambda f: f.returning and f.acts(*DISPATCHERS), (_WHY,), _ON_TOP),
        "object": Action(_object, lambda f: "object" in f.disputing, (_WHY,)),
        "adjudicate": Action(
            _adjudicate, lambda f: "adjudicate" in f.disputing, (Field("unit", Kind.UNIT), _WHY), _SETTLES
        ),
        "reroute": Action(
            _reroute, lambda f: f.can(Deed.REROUTE) and f.acts(*DISPATCHERS), (Field("unit", Kind.UNIT), _WHY), _ON_TOP
        ),
        "assign": Action(_assign, _may_assign, (Field("person", Kind.PERSON), _WHY), _ON_TOP),
        **corrections.CORRECTIONS,
        "call-back": Action(
            _call_back, _may_call_back,
            (Field("answer", Kind.CHOICE, options=ANSWERS, family="casepage.answer"), Field("words", needed=False)),
            ("caller_back", "agent", "dispatcher"),
        ),
        **PROPOSALS,
        "redo": Action(_redo, lambda f: f.acts(Role.SUPERVISOR) and f.awaits, (_WHY,), _ABOVE),
        "reopen": Action(_reopen, _may_reopen, (Field("words", needed=False),), _ON_TOP),
        "supplement": Action(_supplement, lambda f: f.is_open and f.acts(*INTAKE), (_WORDS,), _ON_TOP),
        "urge": Action(_urge, lambda f: f.is_open and f.acts(*INTAKE), whose=_ON_TOP),
        **LIFE,
        **ENDS,
        **BESIDE,
    }
)  # fmt: skip
