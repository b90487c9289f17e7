"""What may be done to a modelled case, by whom, and what comes of it: one row a deed, by the names of the pages."""

from collections.abc import Callable, Mapping

from tests.dispatch.modelled import CALLERS, DESK, LACKING, OVER, PLANS, TOP, TURN, Case, Look

_NEWS = (*TURN, "suspended")
_LEAVABLE = ("dispatched", "in_progress", "return_pending")
_WORKED = ("in_progress", "rework")


def _may_sign(at: Look) -> bool:
    case = at.case
    ready = case.state in ("dispatched", "rework") if case.owes("sign_for") else case.state in TURN and not case.taken
    return at.near and ready


def _may_propose(at: Look) -> bool:
    case, kind = at.case, at.said["kind"]
    free = case.proposal is None and case.state not in OVER and at.who.part == "supervisor"
    if kind in PLANS:
        return free and case.state in (*_WORKED, "to_call_back", "answered")
    return free and (kind == "void" or case.awaits)


def _may_approve(at: Look) -> bool:
    if not _may_refuse(at) or at.case.proposal is None:
        return False
    kind = at.case.proposal[0]
    return kind not in PLANS or at.case.state in (*_WORKED, "to_call_back", "answered")


def _may_refuse(at: Look) -> bool:
    case = at.case
    another = case.proposal is not None and case.proposal[1] != at.who.code
    return case.state not in OVER and at.who.part == "supervisor" and another


def _may_except(at: Look) -> bool:
    step, case = at.said["step"], at.case
    if step == "call_back":
        ready = case.state == "to_call_back" and not case.awaits and at.who.part in CALLERS
    else:
        ready = case.state in TURN and at.near
    return ready and case.owes(step) and at.asks("exception")


def _may_grant(at: Look) -> bool:
    kind, case = at.said["what"], at.case
    if not at.decides(kind):
        return False
    if kind == "hold":
        return case.state == "in_progress" and at.day.isoformat() < case.requests[kind][4]
    if kind == "extension":
        return at.extends()
    step = case.requests[kind][3]
    states = ("to_call_back",) if step == "call_back" else tuple(TURN)
    return case.owes(step) and case.state in states and not (step == "call_back" and case.awaits)


def _may_call_back(at: Look) -> bool:
    case, who = at.case, at.who
    return case.is_asked and who.part in CALLERS and who.code not in case.handled and who.code != case.verified


def _may_hold(at: Look) -> bool:
    case = at.case
    can = case.kind.holds and case.attempt == 1 and at.asks("hold")
    return can and (at.does("in_progress") or (at.speaks and case.state == "in_progress"))


def _looks(at: Look) -> bool:
    return at.case.whole and at.who.part in ("verifier", "supervisor") and at.who.code not in at.case.handled


def _tells(at: Look) -> bool:
    case = at.case
    ready = case.owes("told") and not case.owes("visit", "finding") and "pending" not in case.texts
    return at.does(*TURN) and ready and case.kind.known


def _submits(at: Look) -> bool:
    case = at.case
    told = not case.owes("told") or "pending" in case.texts
    return at.does(*_WORKED) and told and not case.owes("visit", "finding")


def _part(at: Look, *parts: str) -> bool:
    return at.who.part in parts


def _below(at: Look) -> bool:
    """Whether the unit that is named is theirs."""
    return f"{at.said['path']}/".startswith(f"{at.who.path}/")


def _returnable(at: Look) -> bool:
    return at.case.attempt == 1 and not at.case.final


def _was_refused(at: Look) -> bool:
    return at.case.unit in at.case.refused


def _is_free(at: Look) -> bool:
    """A supervisor who has not said whose case it is, nor handled it; where all have said so, any."""
    case, who = at.case, at.who
    free = who.code not in case.opinions or case.opinions >= {"supervisor", "leader"}
    return who.part == "supervisor" and free and who.code not in case.handled


MAY: Mapping[str, Callable[[Look], bool]] = {
    "sign": _may_sign,
    "arrive": lambda at: at.does(*TURN) and at.case.owes("visit"),
    "find": lambda at: at.does(*TURN) and not at.case.owes("visit"),
    "tell": _tells,
    "submit": _submits,
    "news": lambda at: at.does(*_NEWS),
    "safe": lambda at: at.speaks and at.case.state in _NEWS and at.case.owes("interim"),
    "return": lambda at: at.does("in_progress") and _returnable(at) and at.case.unit not in at.case.refused,
    "uphold": lambda at: at.case.returning and _part(at, *TOP) and _below(at) and at.said["path"] != at.case.unit,
    "reject": lambda at: at.case.returning and _part(at, *TOP),
    "object": lambda at: at.case.state == "in_progress" and at.near and _returnable(at) and _was_refused(at),
    "adjudicate": lambda at: at.case.state == "in_dispute" and _is_free(at) and _below(at),
    "reroute": lambda at: at.case.state in TURN and _part(at, *TOP) and _below(at),
    "assign": lambda at: at.case.state in TURN and (_part(at, *TOP) or at.speaks) and bool(at.said["person"]),
    "call-back": _may_call_back,
    "propose": _may_propose,
    "approve": _may_approve,
    "refuse": _may_refuse,
    "redo": lambda at: at.case.awaits and _part(at, "supervisor"),
    "reopen": lambda at: at.case.state == "closed" and _part(at, *DESK) and at.case.kind.known,
    "supplement": lambda at: at.case.state not in OVER and _part(at, *DESK),
    "urge": lambda at: at.case.state not in OVER and _part(at, *DESK),
    "hold": _may_hold,
    "resume": lambda at: at.case.state == "suspended" and (at.near or _part(at, *TOP)),
    "extend": lambda at: at.speaks and at.extends() and at.asks("extension"),
    "waive": lambda at: at.case.owes("visit") and at.case.state in TURN and at.near and at.asks("waiver"),
    "except": _may_except,
    "grant": _may_grant,
    "deny": lambda at: at.decides(at.said["what"]),
    "pass": _looks,
    "send-back": lambda at: _looks(at) and LACKING[at.said["back_reason"]] in at.case.owed,
    "answer": lambda at: at.case.kind.enquiry and at.case.state == "dispatched" and _part(at, "agent", "dispatcher"),
    "decline": lambda at: at.case.state in _LEAVABLE and _part(at, *DESK),
    "hand-over": lambda at: at.case.state in _LEAVABLE and _part(at, *DESK) and not at.case.handing,
    "confirm-handover": lambda at: at.case.state not in OVER and _part(at, *DESK) and at.case.handing,
    "withdraw": lambda at: at.case.state not in OVER and _part(at, *DESK),
    "merge": lambda at: at.case.state not in OVER and _part(at, *TOP) and bool(at.said["lead"]),
    "unmerge": lambda at: at.case.state == "merged" and _part(at, *TOP),
}


def _arrive(at: Look) -> None:
    at.case.begin()
    if at.said["visit_code"]:
        at.case.keep("visit", "first_contact")


def _find(at: Look) -> None:
    at.case.begin()
    at.case.keep("finding")
    at.case.spoken = False


def _tell(at: Look) -> None:
    at.case.begin()
    if "failed" in at.case.texts and at.case.spoken:
        at.case.texts.append("kept")
        at.case.told()
    else:
        at.case.texts.append("pending")


def _submit(at: Look) -> None:
    at.case.begin()
    at.case.submitted()


def _safe(at: Look) -> None:
    at.case.keep("interim")


def _return(at: Look) -> None:
    at.case.begin()
    at.case.returns += 1
    at.case.state, at.case.returning = "return_pending", True
    if at.case.returns == 3:
        _dispute(at)


def _dispute(at: Look) -> None:
    at.case.state, at.case.returning = "in_dispute", False
    at.case.opinions.add(at.who.code)


def _object(at: Look) -> None:
    if at.holds:
        at.case.begin()
    _dispute(at)


def _uphold(at: Look) -> None:
    """The second time it is only said, and somebody else decides."""
    if at.case.upheld:
        _dispute(at)
        return
    at.case.upheld = True
    at.case.opinions.add(at.who.code)
    _elsewhere(at)


def _adjudicate(at: Look) -> None:
    """Whose case it is: it is ordered anew, and what one unit had used of its time stays used."""
    case, mine = at.case, at.said["path"] == at.case.unit
    case.state, case.final, case.owed["sign_for"] = "dispatched", True, False
    case.given(at.said["path"], case.person if mine else None)
    case.spoken = False
    case.ordered()
    if mine:
        case.count_again()


def _elsewhere(at: Look) -> None:
    """Another unit has the case, with an order of its own; another person of the same one goes on."""
    case, same = at.case, at.said["path"] == at.case.unit and not at.case.returning
    if not same:
        case.state = "rework" if case.state == "rework" else "dispatched"
        case.owed["sign_for"] = False
    case.given(at.said["path"], None)
    case.returning, case.spoken = False, False
    if not same:
        case.ordered()


def _reject(at: Look) -> None:
    at.case.state, at.case.returning = "in_progress", False
    at.case.refused.add(at.case.unit)
    at.case.opinions.add(at.who.code)
    at.case.count_again()


def _call_back(at: Look) -> None:
    case = at.case
    case.asked = "void" if case.asked == "open" else case.asked
    if at.said["answer"] != "none":
        case.answer(at.said["answer"])
        return
    case.missed.append(at.day)
    if len(case.missed) >= 3 and len(set(case.missed)) >= 2:
        case.end("closed")


def _propose(at: Look) -> None:
    at.case.proposal = at.said["kind"], at.who.code


def _approve(at: Look) -> None:
    assert at.case.proposal is not None
    at.case.end("void" if at.case.proposal[0] == "void" else "closed")


def _refuse(at: Look) -> None:
    at.case.proposal = None


def _ask(kind: str, step: str = "") -> Callable[[Look], None]:
    def ask(at: Look) -> None:
        case = at.case
        if at.holds and kind != "extension" and not (kind == "exception" and at.said["step"] == "call_back"):
            case.begin()
        case.requests = case.waiting()  # what is stale is overtaken
        left = step or at.said["hold_reason" if kind == "hold" else "step"]
        case.requests[kind] = (at.who.code, case.attempt, case.unit, left, at.said["until"])

    return ask


def _grant(at: Look) -> None:
    case, kind = at.case, at.said["what"]
    step = case.requests.pop(kind)[3]
    if kind == "hold":
        case.state, case.held = "suspended", step
    elif kind == "extension":
        key = case.attempt, case.unit
        case.extended[key] = case.extended.get(key, 0) + 1
    else:
        case.keep(step, *(("interim",) if step == "told" else ()))
        case.left()
        if step == "call_back":
            case.end("closed")


def _deny(at: Look) -> None:
    del at.case.requests[at.said["what"]]


def resume(case: Case) -> None:
    case.state = "in_progress"
    case.count_again()


def _pass(at: Look) -> None:
    at.case.verified = at.who.code
    at.case.passed()


def _send_back(at: Look) -> None:
    case, step = at.case, LACKING[at.said["back_reason"]]
    case.owed[step], case.state = False, "in_progress"
    if step == "told":
        case.texts = ["void"] * len(case.texts)


def _answer(at: Look) -> None:
    case = at.case
    case.state, case.review, case.owed["told"] = "answered", False, False
    case.texts = [*["void"] * len(case.texts), "pending"]
    spared = ("sign_for", "first_contact", "visit", "finding", "interim", "verify")
    case.owed = {step: kept for step, kept in case.owed.items() if kept or step not in spared}


def _unmerge(at: Look) -> None:
    """Its unit has it again: signed for, verified and asked about once more. What was answered stays so."""
    case = at.case
    case.given(case.unit, case.person)
    case.owed |= {step: False for step in ("verify", "call_back") if step in case.owed}
    if "sign_for" not in case.owed:
        case.state, case.owed["told"] = "answered", False
        case.count_again()
        if case.owes("told") and "pending" not in case.texts:
            case.again()
        return
    case.state, case.owed["sign_for"] = "dispatched", False
    case.spoken = False
    case.ordered()
    case.count_again()


def _ends(state: str) -> Callable[[Look], None]:
    return lambda at: at.case.end(state)


def _hands(at: Look) -> None:
    """Another line is to take it: it stays as it was until somebody says that they have it."""
    at.case.handing = True


def _nothing(at: Look) -> None:
    """A line of history, no more."""


DO: Mapping[str, Callable[[Look], None]] = {
    "sign": lambda at: at.case.begin(), "arrive": _arrive, "find": _find, "tell": _tell, "submit": _submit,
    "news": lambda at: at.case.begin(), "safe": _safe, "return": _return, "uphold": _uphold, "reject": _reject,
    "object": _object, "adjudicate": _adjudicate,
    "reroute": _elsewhere, "assign": lambda at: at.case.given(at.case.unit, at.said["person"]),
    "call-back": _call_back, "propose": _propose, "approve": _approve, "refuse": _refuse,
    "redo": lambda at: at.case.again(), "reopen": lambda at: at.case.again(), "supplement": _nothing,
    "urge": _nothing, "hold": _ask("hold"), "resume": lambda at: resume(at.case),
    "extend": _ask("extension", "told"), "waive": _ask("waiver", "visit"), "except": _ask("exception"),
    "grant": _grant, "deny": _deny, "pass": _pass, "send-back": _send_back, "answer": _answer,
    "decline": _ends("declined"), "hand-over": _hands,
    "confirm-handover": _ends("handed_over"), "withdraw": _ends("withdrawn"),
    "merge": _ends("merged"), "unmerge": _unmerge,
}  # fmt: skip
