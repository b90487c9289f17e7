"""Somebody says what a case is that waited for it, and it goes where the rules send that; or nobody does in time."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from cases import history
from cases.loop import handing
from cases.loop.deeds import Act, Standing, do, standing
from cases.loop.handing import Sent
from cases.pen import read_content
from cases.phrases import ZH, Message, Name, msg
from cases.report import Channel
from cases.states import Deed, Role, State
from cases.steps import URGENT
from dispatch import orders
from dispatch.acts.refusals import Refused
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.life.deciding import tell_resident
from dispatch.loop.closing import NothingToDecide, by_number
from dispatch.loop.who import Who, demand
from dispatch.matters.doubt import UNCLEAR, UNSURE
from dispatch.opening.values import holder_of, manner_of, matter_of
from dispatch.people.parties import number_of, party_of
from dispatch.places import find
from dispatch.reports import Correction, Report
from dispatch.same import likening
from dispatch.side import beginning
from dispatch.side.over import over
from dispatch.transaction import Tx
from dispatch.understanding import Routed, Understood, route, understand

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)
NOTHING_IN_IT = "unclear"  # the reason with which it is declined


def sort(tx: Tx, who: Who, number: str, category: str) -> Message:
    """A person says what it is: it goes where the rules send that. Raises UnknownCase, NotYours, NothingToDecide,
    Refused."""
    case = _waiting(tx, who, number)
    if category not in tx.policy.categories:
        raise Refused(msg("triage.refused.category"), "category")
    return _send(tx, case, category, who.actor)


def go_on(tx: Tx, errand: Errand) -> None:
    """Nobody said so in time: it goes as it is understood, by the rules and to the duty desk where they say so."""
    case = standing(tx, _case_of(errand), lock=True)
    if case.row.triage == UNSURE and case.state is State.TO_DISPATCH:
        _send(tx, case, case.row.category, history.SYSTEM)


def nothing(tx: Tx, who: Who, number: str) -> Message:
    """There is nothing in it that one could act on: it is closed, and nobody is told. Raises as `sort`."""
    case = _waiting(tx, who, number)
    act = Act(Deed.DECLINE, who.actor, "declined", {"reason": NOTHING_IN_IT}, columns={"triage": None})
    do(tx, case.id, act)
    errands.call_off(tx, Kind.TRIAGE, case.id)
    over(tx, case.id, who.actor)
    if case.row.triage != UNCLEAR:
        tell_resident(tx, case, "triage.text.nothing")
    return msg("triage.said.nothing", number=number)


def _case_of(errand: Errand) -> UUID:
    if errand.case_id is None:
        raise LookupError(f"errand {errand.id} names no case")
    return errand.case_id


def _waiting(tx: Tx, who: Who, number: str) -> Standing:
    case = by_number(tx, number)
    demand(who, *PARTS)
    if case.row.triage not in (UNSURE, UNCLEAR) or case.state is not State.TO_DISPATCH:
        raise NothingToDecide(number)
    return case


def _send(tx: Tx, case: Standing, category: str, actor: str) -> Message:
    """It goes to a unit as what it is found to be; the resident hears who has it."""
    row, words = case.row, read_content(tx, case.row.content_id)
    corrected = Correction(category=category)
    party = party_of(tx, number_of(tx, row.party_id)) if row.party_id else None
    report = Report(Channel(row.channel), party, words, row.received_at, repeat_of=row.repeat_of)
    heard = _heard(tx, row, words, corrected)
    routed = route(tx, heard, manner_of(report), corrected)
    about = matter_of(tx, heard, routed, words)
    sent = handing.send(tx, case.id, Sent(about, holder_of(tx, (heard, routed))), actor)
    errands.call_off(tx, Kind.TRIAGE, case.id)
    likening.put(tx, case.id, about.category, (row.party_id, row.received_at))
    _order(tx, sent, routed)
    name = tx.policy.category(about.category).name
    if party is not None and not party.stopped:
        _tell(tx, sent, (routed, name), visited=about.owes.visit)
    beginning.begin(tx, case.id, routed.verdict)
    return msg("triage.said.sent", number=row.number, category=name, unit=routed.choice.unit.name)


def _heard(tx: Tx, row: Any, words: str, corrected: Correction) -> Understood:
    """Its words as they are understood now, with the place that the case has by now."""
    heard = understand(tx, words, corrected=corrected)
    if not heard.place.clear and (row.estate or row.road):
        heard = replace(heard, place=find(tx.say(orders.place_of(tx, row), ZH), tx.district))
    return replace(heard, others=(), complains_of=())


def _order(tx: Tx, case: Standing, routed: Routed) -> None:
    orders.tell_holder(tx, case.id, "order", notice=routed.verdict.outcome.notice)
    if case.row.worker_id is None and case.level not in URGENT:  # whoever is told cannot sign for what they do not hold
        errands.put(tx, Kind.HAND_ON, case.id, tx.now, case.id)


def _tell(tx: Tx, case: Standing, by: tuple[Routed, Name], *, visited: bool) -> None:
    """The resident hears what it was found to be, who has it until when, and the code for the door."""
    routed, category = by
    row, chosen = case.row, routed.choice
    worker = chosen.worker
    holder = msg("desk.holder", unit=chosen.unit.name, worker=worker.name) if worker else chosen.unit.name
    promise = msg("desk.receipt.promise", due=row.due_at) if row.due_at else msg("desk.receipt.no_promise")
    code = tx.vault.open(row.id, "visit_code", row.visit_code_sealed) if visited else ""
    visit: Message | str = msg("desk.receipt.visit", code=code) if visited else ""
    tell_resident(tx, case, "triage.text.sent", category=category, holder=holder, promise=promise, visit=visit)
