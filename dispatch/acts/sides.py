"""The rows of what stands beside a case, in the table of deeds."""

from collections.abc import Callable, Mapping

from cases.life.reasons import ExclusionReason
from cases.life.sides import LEVELS, Flag
from cases.phrases import Message, msg
from dispatch.acts.action import Action, Given
from dispatch.acts.facts import Facts
from dispatch.acts.fields import Field, Kind
from dispatch.acts.refusals import Refused
from dispatch.beside import referring
from dispatch.same import proposals, storms
from dispatch.side import cohandling, confiding, excluding, flagging, repeating, supervising, urging, whistling


def _level(given: Given) -> str:
    """The level that was chosen. Raises Refused."""
    if given["watch"] not in {str(level) for level in LEVELS}:
        raise Refused(msg("casepage.needs.choice"), "watch")
    return given["watch"]


def _supervise(given: Given) -> Message:
    return supervising.order(given.tx, given.who, given.case, (_level(given), given["term"], given["why"]))


def _regrade(given: Given) -> Message:
    return supervising.regrade(given.tx, given.who, given.case, _level(given), given["why"])


def _account(given: Given) -> Message:
    return supervising.account(given.tx, given.who, given.case, given["words"])


def _release(given: Given) -> Message:
    return supervising.release(given.tx, given.who, given.case, given["why"])


def _co_handle(given: Given) -> Message:
    named = given.tx.district.unit(given["unit"])
    if named is not None and not given.who.covers("/".join(named.path)):
        raise Refused(msg("casepage.refused.no_unit"), "unit")
    return cohandling.order(given.tx, given.who, given.case, given["unit"], (given["term"], given["why"]))


def _co_answer(given: Given) -> Message:
    return cohandling.answer(given.tx, given.who, given.case, given["words"])


def _co_accept(given: Given) -> Message:
    return cohandling.accept(given.tx, given.who, given.case, given["co_unit"])


def _co_return(given: Given) -> Message:
    return cohandling.give_back(given.tx, given.who, given.case, given["co_unit"], given["why"])


def _co_release(given: Given) -> Message:
    return cohandling.let_go(given.tx, given.who, given.case, given["co_unit"], given["why"])


def _whistle(given: Given) -> Message:
    codes = [code.strip() for code in given["units"].replace("，", ",").split(",")]
    return whistling.blow(given.tx, given.who, given.case, codes, (given["soon"], given["spot"], given["why"]))


def _come(given: Given) -> Message:
    return whistling.come(given.tx, given.who, given.case, given["called"])


def _rate(given: Given) -> Message:
    if given["part"] not in _PART.options or given["score"] not in whistling.SCORES:
        raise Refused(msg("casepage.needs.choice"), "score" if given["part"] in _PART.options else "part")
    said = given["part"], given["score"], given["why"]
    return whistling.rate(given.tx, given.who, given.case, given["called"], said)


def _answer_urge(given: Given) -> Message:
    return urging.answer(given.tx, given.who, given.case, given["words"])


def _flag_of(given: Given) -> Flag:
    """The flag that was chosen. Raises Refused."""
    if given["flag"] not in {code.value for code in Flag}:
        raise Refused(msg("casepage.needs.choice"), "flag")
    return Flag(given["flag"])


def _flag(given: Given) -> Message:
    return flagging.put(given.tx, given.who, given.case, _flag_of(given), (given["people"], given["why"]))


def _unflag(given: Given) -> Message:
    return flagging.lift(given.tx, given.who, given.case, _flag_of(given), given["why"])


def _link(given: Given) -> Message:
    return repeating.link(given.tx, given.who, given.case, given["earlier"], given["why"])


def _unlink(given: Given) -> Message:
    return repeating.unlink(given.tx, given.who, given.case, given["why"])


def _confide(given: Given) -> Message:
    return confiding.confide(given.tx, given.who, given.case, given["why"])


def _disclose(given: Given) -> Message:
    return confiding.disclose(given.tx, given.who, given.case, given["why"])


def _join(given: Given) -> Message:
    return proposals.accept(given.tx, given.who, given.case, given["lead"], given["why"])


def _apart(given: Given) -> Message:
    return proposals.refuse(given.tx, given.who, given.case, given["lead"])


def _announce(given: Given) -> Message:
    return storms.announce(given.tx, given.who, given.case, given["words"], given["reach"])


def _all_clear(given: Given) -> Message:
    return storms.all_clear(given.tx, given.who, given.case, given["words"])


def _refer(given: Given) -> Message:
    return referring.refer(given.tx, given.who, given.case, given["refer_to"])


def _exclude(given: Given) -> Message:
    if given["exclusion_reason"] not in {code.value for code in ExclusionReason}:
        raise Refused(msg("casepage.needs.choice"), "exclusion_reason")
    reason = ExclusionReason(given["exclusion_reason"])
    return excluding.ask(given.tx, given.who, given.case, reason, given["why"])


def _include(given: Given) -> Message:
    return excluding.include(given.tx, given.who, given.case, given["why"])


def _may(name: str) -> Callable[[Facts], bool]:
    return lambda facts: name in facts.beside


_WHY, _WORDS, _TERM = Field("why"), Field("words"), Field("term", Kind.LINE, needed=False)
_WATCH = Field("watch", Kind.CHOICE, options=tuple(str(level) for level in LEVELS), family="side.watch")
_REASON = Field("exclusion_reason", Kind.CHOICE, options=tuple(ExclusionReason), family="life.exclusion_reason")
_CO, _ON_TOP = Field("co_unit", Kind.CO, needed=False), ("dispatcher", "duty_desk")
_FLAG = Field("flag", Kind.CHOICE, options=tuple(Flag), family="side.flag")
_PEOPLE = Field("people", Kind.LINE, needed=False)
_CALLED = Field("called", Kind.CALLED, needed=False)
_PART = Field("part", Kind.CHOICE, options=("yes", "no"), family="whistle.part")
_SCORE = Field("score", Kind.CHOICE, options=whistling.SCORES, family="whistle.score")
_SOON, _SPOT = Field("soon", Kind.LINE, needed=False), Field("spot", Kind.LINE, needed=False)
_LEAD = Field("lead", Kind.LINE, needed=False)
_REACH = Field("reach", Kind.CHOICE, needed=False, options=("place", storms.EVERYWHERE), family="same.reach")
_DESK = ("agent", "dispatcher", "duty_desk")
_ABOVE = ("supervisor", "leader")
_LEADS = ("liaison", "leader", "duty_desk")
BESIDE: Mapping[str, Action] = {
    "supervise": Action(_supervise, _may("supervise"), (_WATCH, _TERM, _WHY), _ABOVE),
    "regrade": Action(_regrade, _may("regrade"), (_WATCH, _WHY), _ABOVE),
    "account": Action(_account, _may("account"), (_WORDS,), _LEADS),
    "release": Action(_release, _may("release"), (_WHY,), _ABOVE),
    "exclude": Action(_exclude, _may("exclude"), (_REASON, _WHY), _ON_TOP),
    "include": Action(_include, _may("include"), (_WHY,), _ABOVE),
    "co-handle": Action(_co_handle, _may("co-handle"), (Field("unit", Kind.UNIT), _TERM, _WHY), _ON_TOP),
    "co-answer": Action(_co_answer, _may("co-answer"), (_WORDS,)),
    "co-accept": Action(_co_accept, _may("co-accept"), (_CO,)),
    "co-return": Action(_co_return, _may("co-return"), (_CO, _WHY)),
    "co-release": Action(_co_release, _may("co-release"), (_CO, _WHY), _ON_TOP),
    "whistle": Action(_whistle, _may("whistle"), (Field("units", Kind.UNITS), _SOON, _SPOT, _WHY), _ABOVE),
    "come": Action(_come, _may("come"), (_CALLED,), _ABOVE),
    "rate": Action(_rate, _may("rate"), (_CALLED, _PART, _SCORE, _WHY), _ABOVE),
    "answer-urge": Action(_answer_urge, _may("answer-urge"), (_WORDS,)),
    "flag": Action(_flag, _may("flag"), (_FLAG, _PEOPLE, _WHY), _DESK),
    "unflag": Action(_unflag, _may("unflag"), (_FLAG, _WHY), _ON_TOP),
    "link": Action(_link, _may("link"), (Field("earlier", Kind.LINE), _WHY), _DESK, other="earlier"),
    "unlink": Action(_unlink, _may("unlink"), (_WHY,), _DESK),
    "confide": Action(_confide, _may("confide"), (_WHY,), _ON_TOP),
    "disclose": Action(_disclose, _may("disclose"), (_WHY,), _ABOVE),
    "join": Action(_join, _may("join"), (_LEAD, Field("why", needed=False)), _ON_TOP, other="lead"),
    "apart": Action(_apart, _may("apart"), (_LEAD,), _ON_TOP),
    "announce": Action(_announce, _may("announce"), (_WORDS, _REACH), _ON_TOP),
    "all-clear": Action(_all_clear, _may("all-clear"), (_WORDS,), _ON_TOP),
    "refer": Action(_refer, _may("refer"), (Field("refer_to", Kind.REFERRED),), _DESK),
}
